"""The recordings of all experiments that a page shows; one whose sources have not changed is taken from a folder."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from dlcourse import chapters
from dlcourse.errors import CourseError
from dlcourse.experiments.definition import Definition
from dlcourse.site import recording, sources

FOLDER = "_static/experiments"
THREADS = "OMP_NUM_THREADS"  # of the library for linear algebra, in each process

Progress = Callable[[str, int, Iterable[Any]], Iterable[Any]]  # what is done, how many, what; gives back what


def address(experiment: Definition) -> str:
    """The address of an experiment's recording on the page."""
    return f"{FOLDER}/{experiment.chapter}/{experiment.name}.js"


def write(shown: Mapping[str, Definition], static: Path, kept: Path | None, processes: int, progress: Progress) -> None:
    """Writes the recordings of ``shown`` into the folder ``static``, whose files come to lie in ``_static``.

    ``kept``: the folder of recordings made before, to which new ones are added; with None all are made, and none kept.
    Raises CourseError where one cannot be made.
    """
    places = {name: _place(kept, each) for name, each in shown.items()} if kept else {}
    missing = [name for name in shown if name not in places or not places[name].is_file()]
    made = _recorded([shown[name] for name in missing], processes)
    texts = {}
    for name, text in progress("Recording experiments", len(missing), zip(missing, made, strict=True)):
        texts[name] = text
        if name in places:
            _keep(text, places[name])
    for name, experiment in shown.items():
        path = static.parent / address(experiment).replace("_static", static.name, 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = texts[name] if name in texts else places[name].read_text(encoding="ascii")
        path.write_text(text, encoding="ascii")


def _place(kept: Path, experiment: Definition) -> Path:
    digest = sources.digest(experiment.compute.__module__)
    return kept / experiment.chapter / f"{experiment.name}.{digest[:16]}.js"


def _keep(text: str, path: Path) -> None:
    """Writes a recording, whole or not at all, in place of those that were made from other sources."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=path.parent) as folder:
        written = Path(folder) / path.name
        written.write_text(text, encoding="ascii")
        for outdated in path.parent.glob(f"{path.name.partition('.')[0]}.*.js"):
            outdated.unlink()
        os.replace(written, path)


def _recorded(experiments: Sequence[Definition], processes: int) -> Iterator[str]:
    if processes == 1 or len(experiments) < 2:
        yield from map(_record, experiments)
        return
    names = [(each.chapter, each.name) for each in experiments]
    with _one_thread(), ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield from pool.map(_record_named, names)


def _record_named(name: tuple[str, str]) -> str:
    chapter, experiment = name
    return _record(getattr(import_module(f"{chapters.room_of(chapter)}.experiments"), experiment))


def _record(experiment: Definition) -> str:
    try:
        return recording.record(experiment)
    except ValueError as error:
        raise CourseError(f"An experiment cannot be recorded for the page. {error}") from error


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Processes that are started meanwhile compute with one thread each: they would be in each other's way."""
    before = os.environ.get(THREADS)
    os.environ[THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[THREADS]
        else:
            os.environ[THREADS] = before
