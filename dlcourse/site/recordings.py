"""The recordings of all experiments that a page shows; those of an earlier page are taken where nothing has changed."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from dlcourse import chapters, settings
from dlcourse.errors import CourseError
from dlcourse.experiments.definition import Definition
from dlcourse.site import recording

FOLDER = "_static/experiments"
PACKAGE = Path(__file__).parents[1]
WINGS = ("*.py", "scratch/**/*.py", "pytorch/**/*.py", "plots/**/*.py", "experiments/**/*.py", "site/[rs]*.py")
OUTSIDE = ("numpy", "matplotlib", "pillow")  # what draws

Progress = Callable[[str, int, Iterable[Any]], Iterable[Any]]  # what is done, how many, what; gives back what


def address(experiment: Definition) -> str:
    """The address of an experiment's recording on the page."""
    return f"{FOLDER}/{experiment.chapter}/{experiment.name}.js"


def write(shown: Mapping[str, Definition], static: Path, earlier: Path, progress: Progress) -> None:
    """Writes the recordings of ``shown`` into the folder ``static``, whose files come to lie in ``_static``.

    ``earlier``: the folder of an earlier page, or one that is not there. Raises CourseError where one cannot be made.
    """
    for experiment in progress("Recording experiments", len(shown), shown.values()):
        sources = f"// Recorded from {_sources(experiment.chapter)}\n"
        path = static.parent / address(experiment).replace("_static", static.name, 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = earlier / address(experiment)
        text = kept.read_text(encoding="utf-8") if kept.is_file() else ""
        if not text.endswith(sources):
            text = _recorded(experiment) + sources
        path.write_text(text, encoding="utf-8")


def _recorded(experiment: Definition) -> str:
    try:
        return recording.record(experiment)
    except ValueError as error:
        raise CourseError(f"An experiment cannot be recorded for the page. {error}") from error


@functools.cache
def _sources(chapter: str) -> str:
    """A digest of everything from which the pictures of a chapter are made: code, data, and what draws."""
    room = chapters.room_of(chapter).removeprefix("dlcourse.").replace(".", "/")
    digest = hashlib.sha256("".join(f"{name} {metadata.version(name)}\n" for name in OUTSIDE).encode())
    files = {path for pattern in (*WINGS, f"{room}/**/*.py") for path in PACKAGE.glob(pattern)}
    for path in [*sorted(files), settings.data_folder() / "checksums.sha256"]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
