"""The command ``dlcourse``: open the course, look after it, execute its notebooks."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dlcourse import __version__, settings
from dlcourse.errors import CourseError

START = "00_start_here"
LARGEST_PORT = 65535
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
    command.description = "Start JupyterLab in the course's folder and open a chapter."
    command.add_argument("chapter", nargs="?", default=START, help=f"such as 3 (default: {START})")
    command.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")
    command.add_argument("--port", type=_port, help="port of the server (default: the first free one from 8888)")
    command.set_defaults(run=_open)

    command = commands.add_parser("doctor", help="check that this computer can run the course")
    command.description = "Check Python, packages, widgets and data; each problem with the command that mends it."
    command.add_argument("--verbose", action="store_true", help="also versions, paths, sizes and notes")
    command.set_defaults(run=_doctor)

    command = commands.add_parser("progress", help="say where your progress is kept, or delete it")
    command.description = (
        "Your progress is a file on this computer, and nothing sends it anywhere: checks passed, predictions, and the "
        "code with which you passed exercises, which the milestones run."
    )
    what = command.add_mutually_exclusive_group()
    what.add_argument("--forget-code", action="store_true", help="delete the code that is kept, and nothing else")
    what.add_argument("--forget", action="store_true", help="delete all of it")
    command.set_defaults(run=_progress)


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

    command = commands.add_parser("map", help="rewrite the course map in the README")
    command.description = "Rewrite the course map in the README from the notebooks and their running times."
    command.set_defaults(run=_map)


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


def _progress(options: argparse.Namespace) -> int:
    from dlcourse import progress

    path = settings.home() / progress.FILE_NAME
    if options.forget or options.forget_code:
        fault = progress.forget() if options.forget else progress.forget_code()
        if fault:
            raise CourseError(fault)
        print(f"{'Your progress' if options.forget else 'The code in your progress'} is deleted: {path}")
        return 0
    print(f"Your progress: {path}{'' if path.exists() else ' (nothing is kept yet)'}")
    print("dlcourse progress --forget-code deletes the code in it, dlcourse progress --forget all of it.")
    return 0


def _open(options: argparse.Namespace) -> int:
    root = settings.course_root().resolve()
    notebook = _find_notebook(options.chapter, root)
    if not notebook.is_relative_to(root):
        raise CourseError(
            f"{notebook.name} lies outside the course's folder. Open it with: jupyter lab {notebook.name}"
        )
    command = _lab_command(root, notebook.relative_to(root), options)
    environment = os.environ | {"JUPYTER_PLATFORM_DIRS": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    if os.name == "posix":  # JupyterLab takes this process over: whatever ends the command ends the server
        sys.stdout.flush()
        os.chdir(root)
        os.execve(command[0], command, environment)
    try:
        return subprocess.run(command, cwd=root, env=environment, check=False).returncode
    except KeyboardInterrupt:  # Ctrl-C reaches the server too, which says goodbye itself
        return 0


def _lab_command(root: Path, notebook: Path, options: argparse.Namespace) -> list[str]:
    """What starts JupyterLab. The address that the terminal shows leads to the notebook, for those who copy it."""
    start = f"--LabApp.default_url=/lab/tree/{quote(notebook.as_posix())}"
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", start]
    command += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    if options.no_browser:
        command.append("--no-browser")
    if options.port:
        command.append(f"--port={options.port}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container; Jupyter refuses to run as root unless told
        command.append("--allow-root")
    return command


def _execute(options: argparse.Namespace) -> int:
    from dlcourse.workshop import execute
    from dlcourse.workshop.running_times import record_running_time

    paths = _notebooks(options.notebooks)
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
    for path in _notebooks(options.notebooks):
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
    readme = root / "README.md"
    if not readme.exists():
        raise CourseError(f"There is no README.md in {root} to write the course map into.")
    changed = course_map.update_readme(readme, root / "notebooks")
    print(f"README.md: course map {'rewritten' if changed else 'unchanged'}")
    return 0


def _notebooks(names: Sequence[str]) -> list[Path]:
    """Return the notebooks that the arguments name, or all of the course's."""
    if names:
        outside = [name for name in names if not Path(name).is_file()]
        root = settings.course_root() if outside else Path()
        return [_find_notebook(name, root) for name in names]
    return sorted((settings.course_root() / "notebooks").glob("*.ipynb"))


def _find_notebook(name: str, root: Path) -> Path:
    """Return the notebook at the path ``name``, or the one chapter of this number or this beginning."""
    if Path(name).is_file():
        return Path(name).resolve()
    if not name.endswith(".ipynb") and os.sep not in name:
        beginning = f"{int(name):02d}_" if name.isdecimal() else name
        found = sorted((root / "notebooks").glob(f"{beginning}*.ipynb"))
        if len(found) == 1:
            return found[0].resolve()
        if found:
            raise CourseError(f"{name!r} is the beginning of {', '.join(path.stem for path in found)}: say which.")
    known = ", ".join(path.stem for path in sorted((root / "notebooks").glob("*.ipynb"))) or "none yet"
    raise CourseError(f"There is no notebook {name!r}. The chapters are: {known}.")


def _start_last(paths: Sequence[Path]) -> list[Path]:
    """Put 00_start_here last: it shows the others' running times."""
    return sorted(paths, key=lambda path: path.stem == START)


if __name__ == "__main__":
    sys.exit(main())
