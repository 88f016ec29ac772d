"""The command ``dlcourse``: open the course, look after it, execute its notebooks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dlcourse import __version__, settings
from dlcourse.errors import CourseError
from dlcourse.workshop import places, reading, site_command
from dlcourse.workshop.places import START
from dlcourse.workshop.progress_command import add_progress_command
from dlcourse.workshop.reader_folder import NAME

LARGEST_PORT = 65535
FOLDER_HELP = (
    "Your folder is, if you choose none: the one in which you are, the one that you used last, or a new one here, "
    f"{NAME}."
)
NOTEBOOK_HELP = "a path, or a number such as 3 (default: all of the course)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (default: the command line's) and return its exit status.

    0: all is well; 1: something is wrong, said in one sentence on stderr; 2: the command was misspelt; 130: stopped
    from the keyboard.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except CourseError as error:
        print(f"dlcourse: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("dlcourse: stopped from the keyboard; files that were not finished are as they were.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dlcourse", description="An interactive deep-learning course in notebooks.")
    parser.add_argument("--version", action="version", version=f"dlcourse {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_reader_commands(commands)
    _add_author_commands(commands)
    _add_teacher_commands(commands)
    return parser


def _add_reader_commands(commands: Any) -> None:
    command = commands.add_parser("open", help="open the course in JupyterLab")
    command.description = (
        "Start JupyterLab in the course's folder and open a chapter. Where the course was installed as a wheel, or a "
        f"folder is chosen, the notebooks are copied there first, never over one that is there. {FOLDER_HELP}"
    )
    command.add_argument("chapter", nargs="?", default=START, help=f"such as 3 (default: {START})")
    command.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")
    command.add_argument("--port", type=_port, help="port of the server (default: the first free one from 8888)")
    command.add_argument("--folder", type=Path, help="the folder for your notebooks")
    command.set_defaults(run=reading.open_chapter)

    command = commands.add_parser("update", help="bring new versions of the notebooks, and keep your answers")
    command.description = (
        "Bring the notebooks in your folder to the version of the installed course, cell by cell. What you have "
        f"written stays; a copy of each notebook as it was is kept. {FOLDER_HELP}"
    )
    command.add_argument("--folder", type=Path, help="the folder with your notebooks")
    command.set_defaults(run=reading.update)

    command = commands.add_parser("doctor", help="check that this computer can run the course")
    command.description = "Check Python, packages, widgets and data; each problem with the command that mends it."
    command.add_argument("--verbose", action="store_true", help="also versions, paths, sizes and notes")
    command.set_defaults(run=_doctor)

    add_progress_command(commands)


def _add_author_commands(commands: Any) -> None:
    command = commands.add_parser("execute", help="run notebooks from top to bottom and store their outputs")
    command.description = (
        "Run notebooks in place, each in a fresh kernel, and store their normalized outputs and running times. "
        "A notebook with a failing cell is left as it was."
    )
    command.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help=NOTEBOOK_HELP)
    command.add_argument("--quiet", action="store_true", help="no progress bar")
    command.set_defaults(run=_execute)

    command = commands.add_parser("normalize", help="bring saved notebooks into the form in which they are stored")
    command.description = "Remove from saved notebooks what changes at every run. Sources stay as they are."
    command.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help=NOTEBOOK_HELP)
    command.add_argument("--check", action="store_true", help="change nothing; exit status 1 if one would change")
    command.set_defaults(run=_normalize)

    command = commands.add_parser("map", help="rewrite the course map in the README, or show it")
    command.description = (
        "Rewrite the course map in the README from the notebooks and their running times. "
        "Where the course was installed as a wheel, print the map with your progress instead."
    )
    command.set_defaults(run=_map)

    site_command.add_site_command(commands)


def _add_teacher_commands(commands: Any) -> None:
    from dlcourse.classroom.commands import add_commands

    add_commands(commands.add_parser("classroom", help="hand out, collect and grade the chapters with nbgrader"))


def _port(text: str) -> int:
    """The number of a port as it was typed; argparse shows the sentence of what is refused."""
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port: choose a number from 1024 to {LARGEST_PORT}.")
    return int(text)


def _doctor(options: argparse.Namespace) -> int:
    from dlcourse.workshop import doctor

    return doctor.main(["--verbose"] if options.verbose else [])


def _execute(options: argparse.Namespace) -> int:
    from dlcourse.workshop import execute
    from dlcourse.workshop.running_times import record_running_time

    paths = places.notebooks(options.notebooks)
    course_notebooks = settings.course_root() / "notebooks"
    failed = False
    for path in _start_last(paths):
        try:
            execution = execute.execute(path, progress=not options.quiet)
        except CourseError as error:  # the other notebooks are executed all the same
            print(f"dlcourse: {error}", file=sys.stderr)
            failed = True
            continue
        execute.report(execution)
        if path.parent == course_notebooks and execution.seconds:
            record_running_time(path, execution.seconds)
    return max(_refresh_map(paths, quiet=options.quiet), int(failed))


def _refresh_map(paths: Sequence[Path], quiet: bool) -> int:
    """Bring the README's map, and the one that 00_start_here shows, up to date after these notebooks ran."""
    from dlcourse.workshop import course_map, execute

    root = settings.course_root()
    if not any(path.parent == root / "notebooks" for path in paths):
        return 0
    start = root / "notebooks" / f"{START}.ipynb"
    if start.exists() and not course_map.is_shown_in(start):
        print(f"{START} shows the course map, which changed: executing it too.")
        execute.report(execute.execute(start, progress=not quiet))
    return _map(argparse.Namespace())


def _normalize(options: argparse.Namespace) -> int:
    from dlcourse.workshop import normalize

    changed = 0
    for path in places.notebooks(options.notebooks):
        before, after = normalize.normalized_text(path)
        if before == after:
            continue
        changed += 1
        if options.check:
            print(f"{path} is not normalized: run `dlcourse normalize {path}`.", file=sys.stderr)
        else:
            normalize.store(normalize.normalize(normalize.read(path)), path)
            print(f"{path}: normalized")
    return 1 if options.check and changed else 0


def _map(options: argparse.Namespace) -> int:
    from dlcourse.workshop import course_map

    root = settings.course_root()
    if places.is_installed():
        print(course_map.show())
        return 0
    readme = root / "README.md"
    if not readme.exists():
        raise CourseError(f"There is no README.md in {root} to write the course map into.")
    changed = course_map.update_readme(readme, root / "notebooks")
    print(f"README.md: course map {'rewritten' if changed else 'unchanged'}")
    return 0


def _start_last(paths: Sequence[Path]) -> list[Path]:
    """Put 00_start_here last: it shows the others' running times."""
    return sorted(paths, key=lambda path: path.stem == START)


if __name__ == "__main__":
    sys.exit(main())
