"""Building the page: notebooks to pages, experiments to recordings, and Sphinx over all of it.

Everything is made in a folder beside the one that is wanted, and takes its place at the end.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from dlcourse import installation
from dlcourse.errors import CourseError
from dlcourse.experiments.definition import Definition
from dlcourse.site import front_page, links, mathml, recordings, sphinx_settings
from dlcourse.site.handed_on import handed_on
from dlcourse.site.notebook_pages import Site, experiment_of, page
from dlcourse.site.recordings import Progress

NEEDED = ("sphinx", "myst_nb", "furo", "latex2mathml", sphinx_settings.MATHJAX)
BOOK = "dlcourse.epub"
STEP = re.compile(r"\[ *\d+%\]")  # how Sphinx tells of a page that was read or written
MARK = ".buildinfo"  # Sphinx writes it into each page that it builds


@dataclass(frozen=True)
class Course:
    """What is built: the notebooks of ``chapters`` and of ``others`` in a folder, and where their source lies.

    ``repository``: its address, such as "https://github.com/NAME/dlcourse", or empty; ``branch``: what is shown of it;
    ``published``: the branch that holds the built page, whose notebooks Colab opens.
    """

    notebooks: Path
    chapters: Sequence[front_page.Described]
    others: Sequence[str] = ()
    repository: str = ""
    branch: str = "main"
    published: str = "gh-pages"

    @property
    def stems(self) -> list[str]:
        """The names of all notebooks, the chapters first."""
        return [*(chapter.stem for chapter in self.chapters), *self.others]


@dataclass(frozen=True)
class Built:
    """What came of it: where, in how many seconds, and what Sphinx warns of.

    ``size``: the bytes of everything that is read in a browser, with the search and the notebooks; ``book``: those of
    the EPUB besides.
    """

    folder: Path
    seconds: float
    size: int
    book: int
    warnings: tuple[str, ...]


def build(
    course: Course,
    out: Path,
    *,
    moving: bool = True,
    book: bool = True,
    kept: Path | None = None,
    processes: int = 1,
    progress: Progress,
) -> Built:
    """Builds the page into the folder ``out``, in place of an earlier one; ``moving``: with recorded experiments.

    ``kept``: a folder of recordings made before, to which new ones are added; they are made by ``processes``.
    CourseError: a package is missing, or ``out`` holds something else. Whatever fails, ``out`` stays as it was.
    """
    _require_packages()
    _require_place(out)
    begin = time.perf_counter()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".dlcourse-site-", dir=out.parent) as folder:
        work = Path(folder)
        notebooks = {stem: nbformat.read(course.notebooks / f"{stem}.ipynb", 4) for stem in course.stems}
        sphinx_settings.write_static_files(work / "static")
        if moving:
            recordings.write(_shown(notebooks), work / "static", kept, processes, progress)
        warnings = _pages(course, notebooks, work, moving, progress)
        if book:
            warnings += _book(course, notebooks, work, progress)
            shutil.copy(work / "book" / BOOK, work / "page" / BOOK)
        _take_place(work / "page", out, work / "earlier")
    sizes = {path: path.stat().st_size for path in out.rglob("*") if path.is_file()}
    of_book = sizes.pop(out / BOOK, 0)
    return Built(out, time.perf_counter() - begin, sum(sizes.values()), of_book, tuple(warnings))


def _require_packages() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise CourseError(
            f"Building the page needs {', '.join(missing)}: `{installation.command('site')}` {installation.place()}."
        )


def _require_place(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise CourseError(f"{out} is a file; the page is a folder: choose another with --out.")
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise CourseError(f"{out} holds something else than an earlier page: choose another folder with --out.")


def _take_place(made: Path, out: Path, earlier: Path) -> None:
    if out.exists():
        os.replace(out, earlier)
    try:
        os.replace(made, out)
    except OSError:
        if earlier.exists():
            os.replace(earlier, out)
        raise


def _shown(notebooks: dict[str, Any]) -> dict[str, Definition]:
    """The experiments that the notebooks show, by chapter and name."""
    found = (experiment_of(cell, stem) for stem, notebook in notebooks.items() for cell in notebook["cells"])
    return {f"{each.chapter}/{each.name}": each for each in found if each is not None}


def _pages(course: Course, notebooks: dict[str, Any], work: Path, moving: bool, progress: Progress) -> list[str]:
    """Builds the page into ``work``/page; returns Sphinx's warnings."""
    extra = work / "extra"
    known = {stem: links.sections(notebook["cells"]) for stem, notebook in notebooks.items()}
    tools = {stem: _tools(course, stem, notebook) for stem, notebook in notebooks.items()}
    site = Site(extra, course.stems, known, tools, moving)
    source = work / "source"
    source.mkdir()
    for stem, notebook in progress("Preparing pages", len(notebooks), notebooks.items()):
        _write(page(notebook, stem, site), source / f"{stem}.ipynb")
        handed = handed_on(notebook, course.repository, course.branch)
        _write(handed, extra / "notebooks" / f"{stem}.ipynb")
    note = f"\n{links.as_html('The course as a book (EPUB)', BOOK)}: to read, without what moves.\n"
    front = front_page.front_page(course.chapters, course.others, course.stems, note)
    (source / "index.md").write_text(front, encoding="utf-8")
    settings = sphinx_settings.page(work / "static", extra)
    warnings = _sphinx("html", source, work / "page", settings, progress, len(notebooks))
    for path in (work / "page" / "_static").rglob("*.map"):  # of the theme: for whoever changes it
        path.unlink()
    return warnings


def _book(course: Course, notebooks: dict[str, Any], work: Path, progress: Progress) -> list[str]:
    """Builds the EPUB into ``work``/book; returns Sphinx's warnings."""
    source, extra, static = work / "book-source", work / "book-extra", work / "book-static"
    source.mkdir()
    static.mkdir()
    shutil.copy(sphinx_settings.PAGE / "book.css", static / "book.css")
    known = {stem: links.sections(notebook["cells"]) for stem, notebook in notebooks.items()}
    site = Site(extra, course.stems, known, moving=False, answering=False, formulas=mathml.in_html)
    for stem, notebook in notebooks.items():
        _write(page(notebook, stem, site), source / f"{stem}.ipynb")
    front = front_page.front_page(course.chapters, course.others, course.stems)
    (source / "index.md").write_text(front, encoding="utf-8")
    return _sphinx("epub", source, work / "book", sphinx_settings.book(static, extra), progress, len(notebooks))


def _tools(course: Course, stem: str, notebook: Any) -> str:
    """What can be done with a page, below its title: take the notebook, open it elsewhere, say what is wrong."""
    title = notebook["cells"][0]["source"].partition("\n")[0].lstrip("# ")
    found = [links.as_html("Download the notebook", f"notebooks/{stem}.ipynb", " download")]
    found += [links.as_html(*each) for each in links.runners(course.repository, course.branch, course.published, stem)]
    if report := links.problem_report(course.repository, title):
        found.append(links.as_html("Something is wrong on this page", report))
    return f'<div class="dlcourse-tools">{" ".join(found)}</div>'


def _write(notebook: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook, nbformat.NO_CONVERT), encoding="utf-8")


def _sphinx(kind: str, source: Path, out: Path, settings: Any, progress: Progress, pages: int) -> list[str]:
    """Runs Sphinx and returns its warnings; CourseError where it fails.

    In a process of its own: what it keeps for one kind of output is in the way of the next.
    """
    text = "".join(f"{name} = {value!r}\n" for name, value in settings.items())
    (source / "conf.py").write_text(text, encoding="utf-8")
    warnings, told = source / "warnings.txt", []
    command = [sys.executable, "-m", "sphinx", "-b", kind, "-d", f"{source}-read", "--no-color", "-w", str(warnings)]
    command += [str(source), str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:

        def steps() -> Iterator[str]:
            for line in process.stdout or ():
                told.append(line)
                if STEP.search(line):
                    yield line

        for _ in progress(f"Writing the {'page' if kind == 'html' else 'book'}", 2 * (pages + 1), steps()):
            pass
    if process.returncode:
        raise CourseError(f"Sphinx could not build the page: {''.join(told[-20:])}")
    return warnings.read_text(encoding="utf-8").splitlines() if warnings.exists() else []
