"""``dlcourse classroom``: the commands of a teacher. nbgrader is loaded when one of them runs."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlcourse import installation
from dlcourse.classroom import points_file
from dlcourse.errors import CourseError

if TYPE_CHECKING:
    from dlcourse.classroom.classroom import Classroom

DESCRIPTION = (
    "Hand out chapters, collect the answers, grade them with nbgrader and give feedback. "
    "Grading runs the students' code with your rights: do it in a container or a throw-away account."
)


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Add the commands of a teacher to the parser of ``dlcourse classroom``."""
    parser.description = DESCRIPTION
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    command = commands.add_parser("new", help="make the folder of a class, or add chapters to it")
    command.add_argument("folder", type=Path)
    command.add_argument("chapters", nargs="*", metavar="CHAPTER", help="such as 03 (default: all with exercises)")
    command.set_defaults(run=_new)

    command = _add_chapter_command(commands, "release", "make the students' version of a chapter", _release)
    command.add_argument("--due", help='when it is due, such as "2026-03-01 18:00 +0100"')

    command = _add_chapter_command(commands, "collect", "take in what the students handed in", _collect)
    command.add_argument("handed_in", type=Path, metavar="FOLDER", help="holds one folder for each student")

    command = _add_chapter_command(commands, "grade", "run and grade what was collected", _grade)
    command.add_argument("--student", action="append", default=[], help="only this one (may be repeated)")
    command.add_argument("--again", action="store_true", help="also what is graded already")

    _add_chapter_command(commands, "feedback", "write a page of feedback for each student", _feedback)

    _add_points_command(commands)
    _add_solutions_command(commands)


def _add_points_command(commands: Any) -> None:
    command = _add_chapter_command(commands, "points", "show the points of the class", _points, several=True)
    command.add_argument("--csv", type=Path, metavar="FILE", help="write each exercise's points into a table")
    command.add_argument(
        "--format",
        choices=points_file.FORMATS,
        default=points_file.PLAIN,
        help="of that table: for a spreadsheet, or as Moodle or Canvas imports grades (default: plain)",
    )
    command.add_argument("--totals", action="store_true", help="for Moodle and Canvas: a column a chapter")
    command.add_argument(
        "--ids", type=Path, metavar="FILE", help="for Moodle and Canvas: a CSV of folder names and who that is there"
    )


def _add_solutions_command(commands: Any) -> None:
    command = commands.add_parser("solutions", help="write the teachers' manual: all answers, all feedback")
    command.add_argument("chapters", nargs="*", metavar="CHAPTER", help="such as 03 (default: all with exercises)")
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="the web page to write (default: solutions.html here)"
    )
    command.set_defaults(run=_solutions)


def _add_chapter_command(
    commands: Any, name: str, help_text: str, run: Any, several: bool = False
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=help_text)
    if several:
        command.add_argument("chapters", nargs="+", metavar="CHAPTER", help="such as 03; several may be named")
    else:
        command.add_argument("chapter", help="such as 03")
    command.add_argument(
        "--classroom", type=Path, default=Path(), metavar="FOLDER", help="the class's folder (default: this one)"
    )
    command.set_defaults(run=run)
    return command


def _open(options: argparse.Namespace) -> tuple[Classroom, str]:
    """Return the class and the full name of the chapter that a command names."""
    classroom = _classroom(options)
    return classroom, classroom.chapter(options.chapter)


def _classroom(options: argparse.Namespace) -> Classroom:
    _require_nbgrader()
    from dlcourse.classroom.classroom import Classroom

    return Classroom(options.classroom)


def _require_nbgrader() -> None:
    """Refuse to begin what could not be finished. nbgrader itself is loaded later: it takes a second or two."""
    with contextlib.suppress(ValueError):
        if importlib.util.find_spec("nbgrader") is not None:
            return
    raise CourseError(
        f"Teaching with the course needs nbgrader: `{installation.command('teach')}` {installation.place()}."
    )


def _new(options: argparse.Namespace) -> int:
    _require_nbgrader()
    from dlcourse.classroom.creation import create

    added = create(options.folder, options.chapters)
    print(f"{options.folder}: " + (f"added {', '.join(added)}" if added else "nothing to add, all chapters are there"))
    return 0


def _release(options: argparse.Namespace) -> int:
    classroom, chapter = _open(options)
    print(f"Hand out this folder: {classroom.release(chapter, options.due)}")
    return 0


def _collect(options: argparse.Namespace) -> int:
    classroom, chapter = _open(options)
    collected = classroom.collect(chapter, options.handed_in)
    for each in collected:
        if each.problem:
            print(f"{each.student}: {each.problem}", file=sys.stderr)
    new = sum(each.changed for each in collected)
    problems = sum(bool(each.problem) for each in collected)
    print(f"{len(collected)} students, {new} new or changed, {problems} with a problem")
    return 0


def _grade(options: argparse.Namespace) -> int:
    classroom, chapter = _open(options)
    graded, problems = 0, 0
    for each in classroom.grade(chapter, options.student, options.again):
        if each.problem:
            print(f"{each.student}: not graded. {each.problem}", file=sys.stderr)
            problems += 1
        else:
            print(f"{each.student}: {'graded' if each.graded else 'was graded already'}", flush=True)
            graded += each.graded
    print(f"{graded} graded, {problems} with a problem")
    return 1 if problems else 0


def _feedback(options: argparse.Namespace) -> int:
    classroom, chapter = _open(options)
    pages = classroom.feedback(chapter)
    print(f"{len(pages)} pages: {classroom.folder / 'feedback'}/STUDENT/{chapter}/{chapter}.html")
    return 0


def _points(options: argparse.Namespace) -> int:
    classroom = _classroom(options)
    from dlcourse.classroom import points

    if options.format == points_file.PLAIN and (options.totals or options.ids):
        raise CourseError("--totals and --ids are for --format moodle and --format canvas.")
    if options.format != points_file.PLAIN and options.csv is None:
        raise CourseError(f"--format {options.format} needs --csv FILE: what the platform is to import.")
    chapters = {chapter: classroom.points(chapter) for chapter in map(classroom.chapter, options.chapters)}
    for chapter, rows in chapters.items():
        if not rows:
            raise CourseError(f"Nothing of {chapter} was collected yet.")
        if len(chapters) > 1:
            print(chapter)
        print(points.as_text(rows))
    if options.csv is not None:
        points_file.write(chapters, options.csv, options.format, totals=options.totals, ids=options.ids)
        what = "Each chapter's points" if options.totals else "Each exercise's points"
        print(f"{what}: {options.csv}")
    return 0


def _solutions(options: argparse.Namespace) -> int:
    from dlcourse.classroom import solutions
    from dlcourse.classroom.creation import chapters_named

    path = options.out or Path("solutions.html")
    written = solutions.write(chapters_named(options.chapters), path, lambda chapter: print(chapter, flush=True))
    print(f"{path}: {written.exercises} exercises, {written.mistakes} wrong answers with their feedback. For teachers.")
    return 0
