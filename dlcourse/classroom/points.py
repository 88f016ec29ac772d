"""The points of a class as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CHECK = "check_"  # how the names of check cells begin


@dataclass(frozen=True)
class Row:
    """A student's points in one chapter.

    ``points`` maps an exercise to its points, and is empty when the submission is not graded. ``total`` is their sum
    less ``penalty``. ``note`` says what the teacher should look at: "not graded", "2.5 h late", "needs a look".
    """

    student: str
    points: Mapping[str, float]
    most: Mapping[str, float]  # exercise -> the points that it is worth
    penalty: float = 0.0
    note: str = ""

    @property
    def graded(self) -> bool:
        """Whether there are points."""
        return bool(self.points)

    @property
    def total(self) -> float:
        """The sum of the points, at least 0."""
        return max(0.0, sum(self.points.values()) - self.penalty)


def read_rows(gradebook: Any, chapter: str, graded: Mapping[str, bool]) -> list[Row]:
    """Return the rows of the students in ``graded``, which says of each whether the submission is graded."""
    notebook = gradebook.find_notebook(chapter, chapter)
    most = {_exercise(cell.name): cell.max_score for cell in notebook.grade_cells}
    return [
        _row(gradebook.find_submission(chapter, student), student, chapter, most)
        if is_graded
        else Row(student, {}, most, note="not graded")
        for student, is_graded in graded.items()
    ]


def _row(submission: Any, student: str, chapter: str, most: Mapping[str, float]) -> Row:
    (notebook,) = [each for each in submission.notebooks if each.name == chapter]
    scores = {_exercise(grade.name): grade.score for grade in notebook.grades}
    hours = submission.total_seconds_late / 3600
    notes = [f"{hours:.1f} h late"] if hours > 0 else []
    if any(grade.needs_manual_grade for grade in notebook.grades):
        notes.append("needs a look")
    points = {name: float(scores.get(name) or 0.0) for name in most}
    return Row(student, points, most, float(submission.late_submission_penalty or 0.0), ", ".join(notes))


def _exercise(cell_name: str) -> str:
    return cell_name.removeprefix(CHECK)


def as_table(rows: Sequence[Row]) -> list[list[str]]:
    """Return the rows as cells of text, a header first: student, each exercise, total, of, note."""
    if not rows:
        return []
    names = list(rows[0].most)
    table = [["student", *names, "total", "of", "note"]]
    for row in rows:
        points = [number(row.points[name]) if row.graded else "" for name in names]
        total = number(row.total) if row.graded else ""
        table.append([row.student, *points, total, number(sum(row.most.values())), row.note])
    return table


def as_text(rows: Sequence[Row]) -> str:
    """Return a short table for a terminal: student, total, of, note."""
    short = [[line[0], *line[-3:]] for line in as_table(rows)]
    widths = [max((len(line[column]) for line in short), default=0) for column in range(4)]
    lines = [
        f"{line[0]:<{widths[0]}}  {line[1]:>{widths[1]}}  {line[2]:>{widths[2]}}  {line[3]}".rstrip() for line in short
    ]
    return "\n".join(lines)


def number(points: float) -> str:
    """Return points as text."""
    return f"{points:g}"
