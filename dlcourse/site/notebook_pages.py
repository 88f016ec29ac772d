"""A notebook as a page: the same text, with what lives in JupyterLab alone replaced by what lives on a page.

What comes out is a notebook again, which Sphinx reads by myst-nb.
"""

from __future__ import annotations

import ast
import copy
import html
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat

from dlcourse import chapters
from dlcourse.errors import CourseError
from dlcourse.exercises.kinds.task import Task
from dlcourse.experiments.definition import Definition
from dlcourse.site import exercise_places, links, pictures, recordings

HTML, MARKDOWN, PLAIN = "text/html", "text/markdown", "text/plain"
IN_JUPYTERLAB = "In JupyterLab this picture has controls: run its notebook there."
VOID = re.compile(r"<(br|img|hr)\b([^>]*?)\s*/?>")


@dataclass(frozen=True)
class Site:
    """What a page has to know of the others.

    ``folder``: where pictures are written. ``pages``: the stems of all pages. ``sections``: their numbered sections.
    ``tools``: of each page HTML that stands below its title. ``moving``: whether experiments have recordings.
    ``answering``: whether exercises are answered there; else they are named only.
    ``formulas``: what becomes of formulas in HTML that notebooks have stored; a page sets them by a script.
    """

    folder: Path
    pages: Collection[str] = ()
    sections: links.Sections = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    moving: bool = True
    answering: bool = True
    formulas: Callable[[str], str] = str


def page(notebook: Any, stem: str, site: Site) -> Any:
    """The page of ``notebook``, the chapter ``stem``; its pictures are written. The notebook stays as it is.

    Raises CourseError for a cell that shows an experiment or checks an exercise that the chapter does not have.
    """
    made = copy.deepcopy(notebook)
    tasks = {task.name: task for task in chapters.exercises_of(stem)}
    made["cells"] = [_cell(cell, stem, site, tasks) for cell in made["cells"]]
    first = made["cells"][0]
    title, _, rest = first["source"].partition("\n")
    first["source"] = f"{title}\n\n{site.tools.get(stem, '')}\n\n{rest}"
    return made


def experiment_of(cell: Any, stem: str) -> Definition | None:
    """The experiment that a cell of the chapter ``stem`` shows, or None: its last line calls ``experiments.NAME``.

    Raises CourseError where the chapter has no experiment of that name.
    """
    if "experiment" not in cell["metadata"].get("tags", []):
        return None
    name = _called(cell["source"], "experiments")
    found = getattr(import_module(f"{chapters.room_of(stem)}.experiments"), name, None)
    if not isinstance(found, Definition):
        raise CourseError(f"{stem}: a cell has the tag `experiment`, and shows {name or 'none'}: {cell['source']!r}.")
    return found


def _called(source: str, module: str) -> str:
    """The name in ``module.NAME(...)`` or ``module.NAME.check(...)``, a cell's last line; empty where it is not so."""
    body = ast.parse(source).body
    call = body[-1].value if body and isinstance(body[-1], ast.Expr) else None
    part = call.func if isinstance(call, ast.Call) else None
    while isinstance(part, ast.Attribute):
        if isinstance(part.value, ast.Name) and part.value.id == module:
            return part.attr
        part = part.value
    return ""


def _cell(cell: Any, stem: str, site: Site, tasks: dict[str, Task]) -> Any:
    if cell["cell_type"] != "code":
        for each in tasks.values() if site.answering else ():
            cell["source"] = exercise_places.without_choices(cell["source"], each)
        cell["source"] = links.between_pages(cell["source"], site.pages, site.sections)
        return cell
    experiment, task = experiment_of(cell, stem), _task_of(cell, tasks, stem)
    grading = cell["metadata"].get("nbgrader", {})
    tag = ""
    if "chapter.begin(" in cell["source"]:
        cell["outputs"], tag = [], "hide-input"
    elif experiment is not None:
        cell["outputs"], tag = [_html(_experiment(cell, experiment, site))], "remove-input"
    elif task is not None and grading["grade"]:
        cell["outputs"], tag = [_html(_exercise(cell["source"], task, site))], "remove-input"
    elif task is not None and site.answering and exercise_places.question_of(task):
        tag = "remove-cell"  # it is answered on the page
    else:
        name = f"{stem}/{cell['id']}"
        cell["outputs"] = [_output(each, f"{name}_{place}", site) for place, each in enumerate(cell["outputs"])]
    cell["metadata"] = nbformat.from_dict({"tags": [tag] if tag else []})
    return cell


def _task_of(cell: Any, tasks: dict[str, Task], stem: str) -> Task | None:
    """The exercise whose stub or check a cell is."""
    identifier = cell["metadata"].get("nbgrader", {}).get("grade_id")
    if identifier is None:
        return None
    name = identifier.removeprefix("check_")
    if name not in tasks:
        raise CourseError(f"{stem}: the cell with the grade id {identifier} belongs to no exercise of the chapter.")
    return tasks[name]


def _html(text: str) -> Any:
    """An output in HTML, which an EPUB can hold too: no element is left open."""
    return nbformat.v4.new_output("display_data", {HTML: VOID.sub(r"<\1\2 />", text)})


def _output(output: Any, name: str, site: Site) -> Any:
    data = output.get("data", {})
    if pictures.PNG in data:
        return _html(pictures.stored(output, site.folder, name))
    if HTML in data:
        return _html(site.formulas(links.between_pages_in_html("".join(data[HTML]), site.pages)))
    if MARKDOWN in data:
        return nbformat.v4.new_output("display_data", {MARKDOWN: data[MARKDOWN]})
    return output


def _experiment(cell: Any, experiment: Definition, site: Site) -> str:
    """The place of an experiment: its question or its words, and its still picture, until a script moves it."""
    name = f"{experiment.chapter}/{experiment.name}"
    still = [
        _output(output, f"{experiment.chapter}/{cell['id']}_{place}", site)["data"][HTML]
        for place, output in enumerate(cell["outputs"])
    ]
    recording = f' data-recording="{recordings.address(experiment)}"' if site.moving else ""
    return (
        f'<div class="dlcourse-site-experiment mathjax_process" data-experiment="{name}"{recording}>'
        f'<p class="dlcourse-name">Experiment: {html.escape(experiment.title)}</p>{"".join(still)}'
        f'<p class="dlcourse-elsewhere">{IN_JUPYTERLAB}</p></div>'
    )


def _exercise(source: str, task: Task, site: Site) -> str:
    if site.answering:
        return exercise_places.exercise_html(task)
    told = f"Its check is in the notebook: <code>{html.escape(source)}</code>"
    return f'<div class="dlcourse-site-exercise"><p class="dlcourse-elsewhere">{told}</p></div>'
