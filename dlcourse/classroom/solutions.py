"""The teachers' manual: every reference answer, and every known mistake with what is said to who makes it.

It is made of the exercises themselves by ``dlcourse classroom solutions``, and stored nowhere in the course. It is one
file that needs no network: the texts hold no formulas of TeX, whose letters would have to come from somewhere.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from dlcourse import settings
from dlcourse.classroom.creation import CONFIG
from dlcourse.classroom.known_mistakes import mistakes_of
from dlcourse.classroom.points import number
from dlcourse.errors import CourseError
from dlcourse.exercises.kinds.questions import ChoiceExercise
from dlcourse.exercises.kinds.seeded import FIRST, SeededExercise
from dlcourse.exercises.kinds.task import Task
from dlcourse.exercises.showing.verdict import sentences_as_html
from dlcourse.page.markdown import markdown_as_html
from dlcourse.source import Source

TITLE = "Solutions and known mistakes"
HANDED_OUT = ("source", "release", "feedback")  # what a class's students get; nbgrader copies source/ into release/
LIGHT, DARK = "xcode", "github-dark"  # styles of Pygments
STYLE = """
:root { color-scheme: light dark }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
h2 { margin-top: 3rem; border-bottom: 2px solid }
h3 { margin-top: 2.5rem }
pre { overflow-x: auto; padding: 0.6rem 0.8rem; border: 1px solid #8888; border-radius: 4px }
pre { font-size: 0.85rem; line-height: 1.4 }
code { overflow-wrap: anywhere }
.known { border-left: 4px solid #c25e00; padding-left: 0.9rem; margin: 1.1rem 0 }
.right { border-color: #2e8b57 }
.known p { margin: 0.25rem 0 }
@media print { h2 { break-before: page } .known, pre { break-inside: avoid } }
"""


@dataclass(frozen=True)
class Manual:
    """The manual as HTML, and how much is in it."""

    page: str
    exercises: int
    mistakes: int


def write(chapters: Sequence[str], path: Path, begins: Callable[[str], None] = lambda chapter: None) -> Manual:
    """Write the manual for chapters (notebooks' names) into a file, and return it; ``begins`` is told of each chapter.

    Raises CourseError for a place that students get to see, or into which the course itself is published.
    """
    _refuse_where_students_look(path)
    manual = manual_of(chapters, begins)
    try:
        path.write_text(manual.page, encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}. Choose another with --out.") from error
    return manual


def manual_of(chapters: Sequence[str], begins: Callable[[str], None] = lambda chapter: None) -> Manual:
    """Return the manual for chapters. Each known mistake is checked once: a minute for the whole course."""
    from dlcourse.chapters import exercises_of

    links, sections, exercises, mistakes = [], [], 0, 0
    for chapter in chapters:
        begins(chapter)
        title = html.escape(_title_of(chapter))
        links.append(f'<li><a href="#{chapter}">{title}</a></li>')
        sections.append(f'<h2 id="{chapter}">{title}</h2>')
        for task in exercises_of(chapter):
            known = [_known(*told) for told in mistakes_of(task)]
            sections += [_exercise(task), *known]
            exercises, mistakes = exercises + 1, mistakes + len(known)
    body = (
        f"<h1>{TITLE}</h1><p>For teachers: do not hand out. Feedback of functions is what the check in the notebook "
        "says, on its own calls; while grading the calls are others.</p>"
        f"<nav aria-label='Chapters'><ul>{''.join(links)}</ul></nav>{''.join(sections)}"
    )
    return Manual(_page(body), exercises, mistakes)


def _refuse_where_students_look(path: Path) -> None:
    from dlcourse.chapters import CHAPTERS

    folders = path.resolve().parents
    remedy = "Choose a place that only you see with --out."
    for inner, outer in zip((path.resolve(), *folders), folders, strict=False):
        if inner.name in HANDED_OUT and (outer / CONFIG).is_file():
            raise CourseError(f"{path} would lie in {inner}, which students get. {remedy}")
        if any((outer / f"{chapter}.ipynb").is_file() for chapter in CHAPTERS):
            raise CourseError(f"{path} would lie beside a chapter, in a folder that students get. {remedy}")
        if outer == settings.course_root().resolve():
            raise CourseError(f"{path} would lie in the course itself, with which it would be published. {remedy}")


def _title_of(chapter: str) -> str:
    notebook: Any = nbformat.read(settings.course_root() / "notebooks" / f"{chapter}.ipynb", as_version=4)
    heading = next(line for cell in notebook.cells for line in cell.source.splitlines() if line.startswith("# "))
    return heading.removeprefix("# ")


def _exercise(task: Task) -> str:
    """A task, its points, its hints and the right answer."""
    question = task.question if isinstance(task, ChoiceExercise) else task.task
    hints = "".join(f"<li>{markdown_as_html(hint)}</li>" for hint in task.hints)
    return (
        f'<h3 id="{task.chapter}-{task.name}"><code>{html.escape(task.name)}</code>, {number(task.points)} points</h3>'
        f"{markdown_as_html(question)}{_answer(task)}"
        f"<details><summary>{len(task.hints)} hints</summary><ol>{hints}</ol></details>"
    )


def _answer(task: Task) -> str:
    solution = task.solution()
    if isinstance(solution, Source):
        return code(solution.text)
    of_each = f"Each reader has a version of their own, by a number; this is number {FIRST}, the others are shown by "
    version = f"<p>{of_each}<code>exercises.{task.name}.solution(NUMBER)</code>.</p>"
    shown = version if isinstance(task, SeededExercise) else ""
    return f'{shown}<div class="known right">{markdown_as_html(solution.markdown)}</div>'


def _known(name: str, answer: str, message: str) -> str:
    """A mistake: its name, what is written there as HTML, and what is said of it."""
    said = "".join(f"<p>{sentences_as_html(line)}</p>" for line in message.splitlines() if line.strip())
    return f'<div class="known"><p><strong>{html.escape(name.replace("_", " "))}</strong></p>{answer}{said}</div>'


def code(text: str) -> str:
    """Python in colours."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return f"<pre>{highlight(text, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()}</pre>"


def _page(body: str) -> str:
    from pygments.formatters import HtmlFormatter

    light, dark = (HtmlFormatter(style=style).get_style_defs("pre") for style in (LIGHT, DARK))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{TITLE}</title><style>{STYLE}{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )
