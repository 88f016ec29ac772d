"""Which checks the reader has passed: a small JSON file in the reader's own folder.

Nothing here raises: a course goes on without its map. What is wrong with the file is returned as a sentence.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from dlcourse import settings
from dlcourse.errors import CourseError

FILE_NAME = "progress.json"
# Seconds to wait for another notebook that records at the same moment; it needs a few milliseconds.
PATIENCE = 2.0


def passed() -> dict[str, set[str]]:
    """Return the names of the passed exercises of each chapter; empty when nothing is recorded or readable."""
    return _read()[0]


def problem() -> str:
    """Return in a sentence what is wrong with the progress file; the empty text when all is well."""
    return _read()[1]


def record(chapter: str, name: str) -> str:
    """Add an exercise to those passed; return a sentence when that could not be done, else the empty text.

    The file is replaced in one step, so that a reader of it never sees half a file, and two notebooks that record
    at the same time both keep their entries. While nbgrader grades, nothing is recorded.
    """
    if settings.grading():
        return ""
    try:
        path = settings.home() / FILE_NAME
        with _locked(path):
            known, fault = _read()
            if name in known.get(chapter, set()) and not fault:
                return ""
            if fault and path.exists():
                path.replace(path.with_name("progress.damaged.json"))
                fault = "Your progress file was damaged: it was set aside as progress.damaged.json and begun anew."
            known.setdefault(chapter, set()).add(name)
            _write(path, known)
        return fault
    except CourseError as error:
        return f"This is not recorded in your progress. {error}"
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return f"This could not be recorded in your progress ({reason}): is the folder of {FILE_NAME} writable?"


def _read() -> tuple[dict[str, set[str]], str]:
    try:
        path = settings.home() / FILE_NAME
        if not path.exists():
            return {}, ""
        chapters = json.loads(path.read_text(encoding="utf-8"))["passed"]
        return {str(chapter): _names(names) for chapter, names in chapters.items()}, ""
    except CourseError as error:
        return {}, str(error)
    except OSError as error:
        return {}, f"Your progress cannot be read ({error.strerror or type(error).__name__})."
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, f"Your progress file {FILE_NAME} is damaged; the next check that you pass begins a new one."


def _names(names: object) -> set[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("names of exercises are expected")
    return set(names)


def _write(path: Path, known: dict[str, set[str]]) -> None:
    content = {"passed": {chapter: sorted(known[chapter]) for chapter in sorted(known)}}
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".progress-", suffix=".json")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock beside the progress file, which the operating system frees when a kernel dies.

    A lock that cannot be had in time, or that this file system does not know, is done without: recording an
    exercise is not worth a notebook that waits.
    """
    with open(path.with_name(FILE_NAME + ".lock"), "a", encoding="utf-8") as file:
        deadline = time.monotonic() + PATIENCE
        while not _lock(file.fileno()) and time.monotonic() < deadline:
            time.sleep(0.01)
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def prediction(chapter, name): return None
def record_prediction(chapter, name, choice, right): return ""
def forget_prediction(chapter, name): return ""
