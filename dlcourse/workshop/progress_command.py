"""``dlcourse progress``: what is known of a reader, where it lies, a copy of it, and how it is deleted."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from dlcourse import progress, settings
from dlcourse.errors import CourseError

DESCRIPTION = (
    "Your progress is a file on this computer, and nothing sends it anywhere: checks passed, predictions, and the "
    "code with which you passed exercises, which the milestones run."
)


def add_progress_command(commands: Any) -> None:
    """Add ``progress`` to the commands."""
    command = commands.add_parser("progress", help="show, export or delete your progress")
    command.description = DESCRIPTION
    what = command.add_mutually_exclusive_group()
    what.add_argument("--forget-code", action="store_true", help="delete the code that is kept, and nothing else")
    what.add_argument("--forget", action="store_true", help="delete all of it, unasked")
    command.set_defaults(run=_show)
    actions = command.add_subparsers(title="actions", metavar="ACTION")
    actions.add_parser("show", help="say what is known, and where it lies (the default)").set_defaults(run=_show)
    export = actions.add_parser("export", help="write a copy of all of it")
    export.add_argument("file", type=Path, metavar="FILE", help="in JSON; one that is there is not written over")
    export.set_defaults(run=_export)
    reset = actions.add_parser("reset", help="delete it, or what is known of one chapter")
    reset.add_argument("--chapter", metavar="N", help="such as 3 (default: all of them)")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    reset.set_defaults(run=_reset)


def _show(options: argparse.Namespace) -> int:
    path = _path()
    if options.forget or options.forget_code:
        _mind(progress.forget() if options.forget else progress.forget_code())
        print(f"{'Your progress' if options.forget else 'The code in your progress'} is deleted: {path}")
        return 0
    print(f"Your progress: {path}{'' if path.exists() else ' (nothing is kept yet)'}")
    _mind(progress.problem())
    for chapter in progress.chapters():
        print(f"{chapter}: {_words(chapter)}")
    print("dlcourse progress export FILE writes a copy; dlcourse progress reset deletes it, with --chapter 3 a part.")
    print("dlcourse progress --forget-code deletes the code in it, dlcourse progress --forget all of it.")
    return 0


def _words(chapter: str) -> str:
    """What is known of one chapter."""
    passed = sorted(progress.passed().get(chapter, set()))
    made = [each for each in progress.predictions().get(chapter, {}).values() if each[0] >= 0]
    reached = sorted(progress.milestones().get(chapter, set()))
    told = [f"passed {', '.join(passed)}"] if passed else []
    if made:
        told.append(f"predictions made {len(made)}, right {sum(right for _, right in made)}")
    if reached:
        told.append(f"reached {', '.join(reached)}")
    code, note = progress.code(chapter)
    if code:
        told.append(f"code kept of {', '.join(sorted(code))}")
    return "; ".join([*told, *([note] if note else [])]) or "nothing"


def _export(options: argparse.Namespace) -> int:
    content, fault = progress.everything()
    _mind(fault)
    try:
        with options.file.open("x", encoding="utf-8") as file:
            json.dump(content, file, indent=1, sort_keys=True, ensure_ascii=False)
    except FileExistsError:
        raise CourseError(f"{options.file} is there already: choose another name.") from None
    except OSError as error:
        raise CourseError(f"{options.file} cannot be written ({error.strerror}): choose another place.") from error
    print(f"A copy of your progress: {options.file}. On another computer it counts when it lies at the place that")
    print("dlcourse progress names there.")
    return 0


def _reset(options: argparse.Namespace) -> int:
    chapter = _chapter(options.chapter) if options.chapter is not None else None
    what = "all of your progress" if chapter is None else f"what is known of {chapter}"
    if not options.yes and not _agrees(what):
        print("Nothing is deleted.")
        return 1
    _mind(progress.forget() if chapter is None else progress.forget_chapter(chapter))
    print(f"Deleted: {what}.")
    return 0


def _chapter(name: str) -> str:
    """The chapter of which something is known that has this number or this beginning."""
    beginning = f"{int(name):02d}_" if name.isdecimal() else name
    known = progress.chapters()
    found = [chapter for chapter in known if chapter.startswith(beginning)]
    if len(found) == 1:
        return found[0]
    raise CourseError(f"{name!r} names no single chapter in your progress. There are: {', '.join(known) or 'none'}.")


def _agrees(what: str) -> bool:
    """Whether the reader, asked, says yes. Raises CourseError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise CourseError(f"To delete {what} without being asked, add --yes.")
    return input(f"Delete {what}? Type yes: ").strip().lower() in ("y", "yes")


def _path() -> Path:
    return settings.home() / progress.FILE_NAME


def _mind(fault: str) -> None:
    """Raise CourseError where something is wrong."""
    if fault:
        raise CourseError(fault)
