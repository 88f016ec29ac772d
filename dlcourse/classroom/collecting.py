"""Find each student's notebook in a folder of submissions, and copy it into the class."""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from dlcourse.errors import CourseError

TIMESTAMP = "timestamp.txt"
PATTERN = re.compile(r"[\[\]*?]")


@dataclass(frozen=True)
class Collected:
    """What was found of one student: a new or changed notebook, the one that is known, or none and why."""

    student: str
    changed: bool
    problem: str = ""


def student_folders(handed_in: Path) -> list[Path]:
    """Return the folders in ``handed_in``: each is named after a student. Raises CourseError when there is none."""
    if not handed_in.is_dir():
        raise CourseError(f"There is no folder {handed_in}: it should hold one folder for each student.")
    folders = sorted(path for path in handed_in.iterdir() if path.is_dir() and not path.name.startswith((".", "__")))
    if not folders:
        raise CourseError(f"{handed_in} holds no folders: each student's notebook lies in a folder with their name.")
    return folders


def names_of(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the students' names, which are their folders', with ``_`` for what nbgrader takes for a pattern.

    Raises CourseError when two names are then the same.
    """
    named: dict[str, Path] = {}
    for folder in folders:
        name = PATTERN.sub("_", folder.name).strip()
        if name in named:
            raise CourseError(f"{folder.name} and {named[name].name} would have one name: rename one of the folders.")
        named[name] = folder
    return named


def collect(name: str, student: Path, chapter: str, target: Path) -> Collected:
    """Copy the notebook of a chapter from the folder ``student`` to the folder ``target``.

    Only the notebook is taken: a file beside it, say a `random.py`, could stand in the way of the library's own.
    When it was handed in stands in ``timestamp.txt`` beside it where there is one, else it is the file's own time.
    """
    notebook, problem = _find(student, chapter)
    if notebook is None:
        return Collected(name, changed=False, problem=problem)
    copy = target / f"{chapter}.ipynb"
    content = notebook.read_bytes()
    changed = not copy.is_file() or copy.read_bytes() != content
    if changed:
        target.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
        (target / TIMESTAMP).write_text(_handed_in_at(notebook), encoding="utf-8")
    return Collected(name, changed, fault_of(copy))


def fault_of(path: Path) -> str:
    """Return why a file cannot be graded as a notebook, in a sentence, or an empty text."""
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
    except Exception as error:
        return f"The file is not a notebook that can be read ({type(error).__name__}): ask for another copy."
    return ""


def _find(student: Path, chapter: str) -> tuple[Path | None, str]:
    """Return the notebook of a chapter, under its own name or one such as "03 (1).ipynb"; or None and why."""
    found = [
        path
        for path in sorted(student.rglob("*.ipynb"))
        if ".ipynb_checkpoints" not in path.parts and path.name.startswith(chapter.partition("_")[0])
    ]
    exact = [path for path in found if path.stem == chapter]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0], ""
    if not found:
        return None, f"There is no notebook {chapter}.ipynb in the folder."
    names = ", ".join(str(path.relative_to(student)) for path in found)
    return None, f"There are several notebooks ({names}): leave the one that counts."


def as_utc(text: str, zone: datetime.tzinfo | None = datetime.UTC) -> str:
    """Return a date and time such as "2026-03-01 18:00 +0100" in UTC, as nbgrader reads and writes it.

    ``zone`` is meant where the text names none; None is this computer's own. (nbgrader itself takes +0100 for 100
    seconds.) Raises ValueError when the text is no date and time.
    """
    text = re.sub(r"\s+(?=[+-]\d)", "", re.sub(r"\s*(UTC|Z)$", "+00:00", text.strip()))
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone) if zone else moment.astimezone()
    return f"{moment.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S} UTC"


def _handed_in_at(notebook: Path) -> str:
    """Return when a notebook was handed in, as nbgrader reads it."""
    stated = notebook.parent / TIMESTAMP
    if stated.is_file():
        with contextlib.suppress(ValueError):  # no date: the file's own time counts
            return as_utc(stated.read_text(encoding="utf-8", errors="replace"))
    return as_utc(datetime.datetime.fromtimestamp(notebook.stat().st_mtime, datetime.UTC).isoformat())
