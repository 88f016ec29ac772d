"""The points of a class as a file: for a spreadsheet, or as a learning platform's import of grades reads it.

Moodle takes any table whose first line names the columns, and asks which column says who the student is, and which
grade item each of the others is. Canvas wants its own first columns (a student is found by one of them, here by the
login), and below the header a line with the points possible; a column without Canvas's own number in brackets becomes a
new assignment.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlcourse.classroom.points import Row, as_table, number
from dlcourse.errors import CourseError

PLAIN, MOODLE, CANVAS = "plain", "moodle", "canvas"
FORMATS = (PLAIN, MOODLE, CANVAS)
CANVAS_STUDENT = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MARKED, UNMARKED = "utf-8-sig", "utf-8"  # a spreadsheet looks for the mark; a platform may take it for a letter

Rows = Mapping[str, Sequence[Row]]  # chapter -> a row for each student who handed it in


@dataclass(frozen=True)
class Column:
    """A grade item: the points that it is worth, and those of each student who has some."""

    title: str
    most: float
    points: Mapping[str, float]

    def cells(self, students: Iterable[str], missing: str) -> list[str]:
        """The points as text, ``missing`` for a student without."""
        return [number(self.points[student]) if student in self.points else missing for student in students]


def write(chapters: Rows, path: Path, form: str = PLAIN, *, totals: bool = False, ids: Path | None = None) -> None:
    """Write the points of chapters in one of the `FORMATS`.

    ``totals`` gives one column a chapter in place of one an exercise, and ``ids`` is a file with two columns: the name
    of a student's folder, and who that is on the platform. Both are for platforms. Raises CourseError where the points
    of the exercises are not the whole truth, for lateness costs some, and where the ids leave a student out.
    """
    if form == PLAIN:
        _write(plain(chapters), path, MARKED)
        return
    students = _students(chapters)
    names = students if ids is None else _identified(students, ids)
    columns = chapter_columns(chapters) if totals else exercise_columns(chapters)
    _write(moodle(columns, students, names) if form == MOODLE else canvas(columns, students, names), path, UNMARKED)


def plain(chapters: Rows) -> list[list[str]]:
    """Return a line a student, for each chapter the exercises, their total, of how many, and a note."""
    if len(chapters) == 1:
        return as_table(*chapters.values())
    students = _students(chapters)
    lines = [["student"], *([student] for student in students)]
    for chapter, rows in chapters.items():
        header, *table = as_table(rows)
        found = {line[0]: line[1:] for line in table}
        lines[0] += [f"{_number_of(chapter)} {title}" for title in header[1:]]
        for student, line in zip(students, lines[1:], strict=True):
            line += found.get(student, [""] * (len(header) - 1))
    return lines


def exercise_columns(chapters: Rows) -> list[Column]:
    """Return a column for each exercise of each chapter. Raises CourseError where lateness cost points."""
    late = [chapter for chapter, rows in chapters.items() if any(row.penalty for row in rows)]
    if late:
        raise CourseError(
            f"In {late[0]} lateness cost points, which belong to no exercise: take --totals, a column a chapter."
        )
    return [
        Column(f"{_number_of(chapter)} {name}", most, {row.student: row.points[name] for row in rows if row.graded})
        for chapter, rows in chapters.items()
        for name, most in rows[0].most.items()
    ]


def chapter_columns(chapters: Rows) -> list[Column]:
    """Return a column for each chapter: the total, less what lateness cost."""
    return [
        Column(
            chapter.replace("_", " "),
            sum(rows[0].most.values()),
            {row.student: row.total for row in rows if row.graded},
        )
        for chapter, rows in chapters.items()
    ]


def moodle(columns: Sequence[Column], students: Sequence[str], names: Sequence[str]) -> list[list[str]]:
    """Return Moodle's table: who, then a column a grade item; "-" is no grade."""
    header = ["student", *(column.title for column in columns)]
    return [header, *_beside([[name] for name in names], columns, students, "-")]


def canvas(columns: Sequence[Column], students: Sequence[str], names: Sequence[str]) -> list[list[str]]:
    """Return Canvas's table: its own columns, of which the login says who, then a column an assignment."""
    header = [*CANVAS_STUDENT, *(column.title for column in columns)]
    possible = ["    Points Possible", "", "", "", "", *(number(column.most) for column in columns)]
    who = [[student, "", "", name, ""] for student, name in zip(students, names, strict=True)]
    return [header, possible, *_beside(who, columns, students, "")]


def _beside(
    who: Sequence[list[str]], columns: Sequence[Column], students: Sequence[str], missing: str
) -> list[list[str]]:
    cells = [column.cells(students, missing) for column in columns]
    return [[*first, *others] for first, others in zip(who, zip(*cells, strict=True), strict=True)]


def _students(chapters: Rows) -> list[str]:
    return sorted({row.student for rows in chapters.values() for row in rows})


def _number_of(chapter: str) -> str:
    return chapter.partition("_")[0]


def _identified(students: Sequence[str], path: Path) -> list[str]:
    """Return who each student is on the platform, as a file of two columns says; a header is one line among others."""
    try:
        with path.open(newline="", encoding=MARKED) as file:
            known = {line[0].strip(): line[1].strip() for line in csv.reader(file) if len(line) > 1}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"{path} cannot be read as a table of two columns: {error}.") from error
    missing = [student for student in students if not known.get(student)]
    if missing:
        raise CourseError(f"{path} does not say who {', '.join(missing)} is: each folder's name needs a line.")
    names = [known[student] for student in students]
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise CourseError(f"{path} has {twice[0]} for several students: their points would be one person's.")
    return names


def _write(table: Sequence[Sequence[str]], path: Path, encoding: str) -> None:
    try:
        with path.open("w", newline="", encoding=encoding) as file:
            csv.writer(file).writerows(table)
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from error
