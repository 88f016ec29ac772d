"""What the reader has done: checks passed, predictions made, code that passed, in a JSON file of the reader's own.

Nothing here raises: a course goes on without its map. What is wrong with the file is returned as a sentence. What
another version of the course keeps in the file stays there. The file never leaves the reader's computer; `forget`
deletes it, `forget_code` takes the code out of it, `forget_chapter` what is known of one chapter.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dlcourse import installation, settings
from dlcourse.errors import CourseError

FILE_NAME, DAMAGED = "progress.json", "progress.damaged.json"
# Seconds to wait for another notebook that records at the same moment; it needs a few milliseconds.
PATIENCE = 2.0
# The file's keys: for each chapter the passed exercises; for each chapter and experiment the choice and if it is right.
PASSED, PREDICTIONS = "passed", "predictions"
# For each chapter and exercise the code that passed, in the form below; for each chapter the milestones reached.
CODE, MILESTONES = "code", "milestones"
FORM = 1  # of an entry of code: {"form": 1, "text": "def softmax(...): ..."}
LONGEST_CODE = 20_000  # characters of one exercise's code
Content = dict[str, Any]


def passed() -> dict[str, set[str]]:
    """Return the names of the passed exercises of each chapter; empty when nothing is recorded or readable."""
    return {chapter: set(names) for chapter, names in _read()[0][PASSED].items()}


def predictions() -> dict[str, dict[str, tuple[int, bool]]]:
    """Return for each chapter and experiment the index of the predicted choice, and whether it is right.

    The index is -1 where the question was skipped. Empty when nothing is recorded or readable.
    """
    chapters = _read()[0].get(PREDICTIONS, {})
    return {chapter: {name: (made[0], made[1]) for name, made in names.items()} for chapter, names in chapters.items()}


def prediction(chapter: str, name: str) -> int | None:
    """Return the index of the choice that the reader made before an experiment; -1 when skipped, None when open."""
    return predictions().get(chapter, {}).get(name, (None,))[0]


def problem() -> str:
    """Return in a sentence what is wrong with the progress file; the empty text when all is well."""
    return _read()[1]


def code(chapter: str) -> tuple[dict[str, str], str]:
    """Return the code with which the exercises of a chapter were passed, by name, and a sentence on what was left out.

    Left out is what is damaged, or was kept in another form by another version of the course; it stays in the file.
    """
    entries = _table(_read()[0], CODE).get(chapter, {})
    entries = entries if isinstance(entries, dict) else {chapter: None}
    good = {name: entry["text"] for name, entry in entries.items() if _is_code(entry)}
    left_out = sorted(set(entries) - set(good))
    note = f"What {FILE_NAME} holds as your code of {', '.join(left_out)} cannot be used." if left_out else ""
    return good, note


def milestones() -> dict[str, set[str]]:
    """Return the names of the milestones reached in each chapter: those that ran on the reader's pieces alone."""
    reached = _table(_read()[0], MILESTONES)
    return {chapter: {*filter(_is_text, names)} for chapter, names in reached.items() if isinstance(names, list)}


def record(chapter: str, name: str, text: str = "") -> str:
    """Add an exercise to those passed, and keep the code that passed, in place of what was kept of it before.

    Return a sentence when that could not be done, else the empty text. Code longer than LONGEST_CODE is not kept.
    The file is replaced in one step, so that a reader of it never sees half a file, and two notebooks that record
    at the same time both keep their entries. While nbgrader grades, nothing is recorded.
    """

    def add(content: Content) -> None:
        names = content[PASSED].setdefault(chapter, [])
        content[PASSED][chapter] = sorted({*names, name})
        if 0 < len(text) <= LONGEST_CODE:
            kept = _table(content, CODE)
            of_chapter = kept.get(chapter)
            kept[chapter] = {**(of_chapter if isinstance(of_chapter, dict) else {}), name: {"form": FORM, "text": text}}
            content[CODE] = kept

    return _change(add)


def record_milestone(chapter: str, name: str) -> str:
    """Note that a milestone has run on the reader's pieces alone; as `record` does."""

    def add(content: Content) -> None:
        reached = _table(content, MILESTONES)
        names = reached.get(chapter)
        reached[chapter] = sorted({*(filter(_is_text, names) if isinstance(names, list) else ()), name})
        content[MILESTONES] = reached

    return _change(add)


def forget_code() -> str:
    """Delete all code that is kept; what was passed stays passed. Returns what `record` does."""
    return _change(lambda content: content.pop(CODE, None))


def forget() -> str:
    """Delete the whole progress, a damaged file that was set aside too; return a sentence when that failed."""
    try:
        path = settings.home() / FILE_NAME
        with _locked(path):
            for each in (path, path.with_name(DAMAGED)):
                each.unlink(missing_ok=True)
        return ""
    except CourseError as error:
        return str(error)
    except OSError as error:
        return f"Your progress could not be deleted ({error.strerror or type(error).__name__})."


def forget_chapter(chapter: str) -> str:
    """Delete what is known of one chapter: what was passed, predicted and reached, and its code. Returns as `record`.

    Parts of the file that another version of the course has written stay, also what they say of the chapter.
    """

    def take_out(content: Content) -> None:
        for key in (PASSED, PREDICTIONS, CODE, MILESTONES):
            _table(content, key).pop(chapter, None)

    return _change(take_out)


def everything() -> tuple[Content, str]:
    """Return all that the file holds, as JSON has it, and what is wrong with it in a sentence, or the empty text."""
    return _read()


def chapters() -> list[str]:
    """Return the names of the chapters of which anything is known, in order."""
    content = _read()[0]
    return sorted({name for key in (PASSED, PREDICTIONS, CODE, MILESTONES) for name in _table(content, key)})


def record_prediction(chapter: str, name: str, choice: int, right: bool) -> str:
    """Note what was predicted before the experiment `name`, the index of the choice, -1 for skipped; as `record` does.

    An earlier prediction before the same experiment is replaced.
    """

    def note(content: Content) -> None:
        content.setdefault(PREDICTIONS, {}).setdefault(chapter, {})[name] = [choice, right]

    return _change(note)


def forget_prediction(chapter: str, name: str) -> str:
    """Take a prediction back, so that its question is open again; returns what `record` does."""

    def forget(content: Content) -> None:
        content.get(PREDICTIONS, {}).get(chapter, {}).pop(name, None)

    return _change(forget)


def _change(change: Callable[[Content], object]) -> str:
    if settings.grading():
        return ""
    try:
        path = settings.home() / FILE_NAME
        with _locked(path):
            content, fault = _read()
            before = copy.deepcopy(content)
            change(content)
            if content == before and not fault:
                return ""
            if fault and path.exists():
                path.replace(path.with_name(DAMAGED))
                fault = f"Your progress file was damaged: it was set aside as {DAMAGED} and begun anew."
            _write(path, content)
        return fault
    except CourseError as error:
        return f"This is not recorded in your progress. {error}"
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return f"This could not be recorded in your progress ({reason}): is the folder of {FILE_NAME} writable?"


def _read() -> tuple[Content, str]:
    """Return what the file holds, checked, and what is wrong with it; without a good file, that nothing is passed."""
    nothing: Content = {PASSED: {}}
    try:
        path = settings.home() / FILE_NAME
        if not path.exists():
            return nothing, ""
        content = json.loads(path.read_text(encoding="utf-8"))
        _check(content)
        return content, ""
    except CourseError as error:
        return nothing, str(error)
    except OSError as error:
        return nothing, f"Your progress cannot be read ({error.strerror or type(error).__name__})."
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return nothing, f"Your progress file {FILE_NAME} is damaged; what you do next begins a new one."


def _check(content: Content) -> None:
    """Raise one of the exceptions of `_read` unless the parts that this version knows are as it writes them."""
    for names in content[PASSED].values():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ValueError("names of exercises are expected")
    for predicted in content.get(PREDICTIONS, {}).values():
        if any([type(each) for each in made] != [int, bool] for made in predicted.values()):
            raise ValueError("a choice and whether it is right are expected")


def _table(content: Content, key: str) -> dict[str, Any]:
    """A part of the file that the map does without: empty where it is missing or damaged."""
    table = content.get(key)
    return table if isinstance(table, dict) else {}


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_code(entry: Any) -> bool:
    if not isinstance(entry, dict) or entry.get("form") != FORM or not isinstance(entry.get("text"), str):
        return False
    return 0 < len(entry["text"]) <= LONGEST_CODE


def _write(path: Path, content: Content) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".progress-", suffix=".json")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1, sort_keys=True)
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
    try:
        import filelock
    except ImportError as error:
        raise CourseError(f"The package filelock is missing or broken. {installation.advice()}.") from error
    lock = filelock.FileLock(path.with_name(FILE_NAME + ".lock"), timeout=PATIENCE, poll_interval=0.01)
    with contextlib.suppress(OSError, NotImplementedError):  # a Timeout is an OSError
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
