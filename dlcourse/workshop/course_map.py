"""The map of the course: its chapters, how long each takes, and how far the reader has come."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dlcourse import settings
from dlcourse.errors import CourseError
from dlcourse.files import write_atomically
from dlcourse.workshop.chapters import Chapter, chapter_paths, read_chapter
from dlcourse.workshop.running_times import read_running_times

START = "00_start_here"
BEGIN_MARKER = "<!-- course map -->"
END_MARKER = "<!-- end of course map -->"
HEADINGS = ("Chapter", "You will be able to", "Core", "Going deeper", "Running")


@dataclass(frozen=True)
class Done:
    """What a reader has done, as `progress` tells it: exercises passed, predictions, and milestones reached."""

    passed: Mapping[str, set[str]] = field(default_factory=dict)
    predicted: Mapping[str, Mapping[str, tuple[int, bool]]] = field(default_factory=dict)
    milestones: Mapping[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One chapter on the map."""

    chapter: Chapter
    running_seconds: int | None  # None: never measured
    passed: int  # exercises that the reader has passed
    exercises: int
    predicted: int  # experiments before which the reader has predicted something; skipped questions do not count
    predicted_right: int
    predictions: int
    own_pieces: int  # of its milestones, those that the reader has written
    pieces: int
    reached: bool  # whether all of its milestones ran on the reader's pieces alone

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """Title, first objective, minutes for the core and for what lies deeper, and running time, as text."""
        objective = self.chapter.objectives[0].rstrip(".;") if self.chapter.objectives else ""
        core = f"{self.chapter.core_minutes} min"
        deeper = f"{self.chapter.deeper_minutes} min" if self.chapter.deeper_minutes else "–"
        seconds = f"{self.running_seconds} s" if self.running_seconds else "–"
        return f"{self.chapter.number} {self.chapter.title}", objective, core, deeper, seconds

    @property
    def progress(self) -> str:
        """How many of the chapter's exercises the reader has passed, as text."""
        return f"{self.passed} of {self.exercises}" if self.exercises else "–"

    @property
    def foresight(self) -> str:
        """How many of the chapter's predictions the reader has made, and how many were right, as text."""
        if not self.predictions:
            return "–"
        right = f", {self.predicted_right} right" if self.predicted else ""
        return f"{self.predicted} of {self.predictions}{right}"

    @property
    def milestone(self) -> str:
        """How many pieces of the chapter's milestone the reader has written, or that it is reached, as text."""
        if not self.pieces:
            return "–"
        return "reached" if self.reached else f"{self.own_pieces} of {self.pieces} pieces"


class CourseMap:
    """The map as a notebook shows it: a table in HTML, and in plain text the same."""

    def __init__(self, rows: list[Row], note: str = "") -> None:
        self.rows = rows
        self.note = note  # what is wrong with the reader's progress file, if anything

    def __repr__(self) -> str:
        lines = [
            f"{title}: core {core}, going deeper {deeper}, running {seconds}, exercises passed {row.progress}, "
            f"predictions made {row.foresight}{f', milestone {row.milestone}' if row.pieces else ''}. "
            f"You learn to: {objective}"
            for row in self.rows
            for title, objective, core, deeper, seconds in [row.cells]
        ]
        return "\n".join([*lines, *([self.note] if self.note else [])])

    def _repr_html_(self) -> str:
        names = (*HEADINGS, "Exercises", "Predictions", "Milestones")
        headings = "".join(f'<th scope="col" style="text-align:left">{name}</th>' for name in names)
        body = "".join(self._html_row(row) for row in self.rows)
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        return f"<table><thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table>{note}"

    @staticmethod
    def _html_row(row: Row) -> str:
        title, *others = [html.escape(text) for text in row.cells]
        link = f'<a href="{html.escape(row.chapter.stem)}.ipynb">{title}</a>'
        texts = (link, *others, row.progress, row.foresight, row.milestone)
        cells = "".join(f'<td style="text-align:left">{text}</td>' for text in texts)
        return f"<tr>{cells}</tr>"


def show() -> CourseMap:
    """Return the map of all chapters but 00, with this reader's progress; a notebook displays it."""
    from dlcourse import progress

    notebooks = settings.course_root() / "notebooks"
    done = Done(progress.passed(), progress.predictions(), progress.milestones())
    return CourseMap(rows(notebooks, done), note=progress.problem())


def rows(notebooks: Path, done: Done, with_start: bool = False) -> list[Row]:
    """Return the map's rows for a folder of notebooks, for a reader who has done this."""
    times = read_running_times(notebooks)
    found = []
    for path in chapter_paths(notebooks):
        if path.stem == START and not with_start:
            continue
        names = _exercise_names(path.stem)
        passed = names & done.passed.get(path.stem, set())
        questions = _predicting_experiments(path.stem)
        made = {
            name: each for name, each in done.predicted.get(path.stem, {}).items() if name in questions and each[0] >= 0
        }
        right = sum(is_right for _, is_right in made.values())
        pieces = _pieces(path.stem)
        all_of_them = set().union(*pieces.values())
        own = sum(name in done.passed.get(chapter, set()) for chapter, name in all_of_them)
        reached = bool(pieces) and set(pieces) <= done.milestones.get(path.stem, set())
        counts = (len(passed), len(names), len(made), right, len(questions), own)
        found.append(Row(read_chapter(path), times.get(path.stem), *counts, len(all_of_them), reached))
    return found


def markdown(notebooks: Path, link_prefix: str = "notebooks/") -> str:
    """Return the map as a Markdown table, with nobody's progress, for the README."""
    lines = ["| " + " | ".join(HEADINGS) + " |", "|" + "---|" * len(HEADINGS)]
    for row in rows(notebooks, Done(), with_start=True):
        title, *others = [text.replace("|", "\\|") for text in row.cells]
        lines.append(f"| [{title}]({link_prefix}{row.chapter.stem}.ipynb) | " + " | ".join(others) + " |")
    return "\n".join(lines)


def update_readme(readme: Path, notebooks: Path) -> bool:
    """Rewrite the map between the README's two markers and say whether the file changed.

    Raises ``CourseError`` when the markers are missing.
    """
    text = readme.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(BEGIN_MARKER) + ".*?" + re.escape(END_MARKER), re.DOTALL)
    if not pattern.search(text):
        raise CourseError(f"{readme.name} has no course map: put the lines {BEGIN_MARKER} and {END_MARKER} into it.")
    block = f"{BEGIN_MARKER}\n{markdown(notebooks)}\n{END_MARKER}"
    new = pattern.sub(lambda match: block, text)
    if new == text:
        return False
    write_atomically(readme, new.encode("utf-8"))
    return True


def _exercise_names(stem: str) -> set[str]:
    from dlcourse import chapters

    return {exercise.name for exercise in chapters.exercises_of(stem)}


def _pieces(stem: str) -> dict[str, set[tuple[str, str]]]:
    """The pieces of each milestone of a chapter, each as its own chapter and its name."""
    from dlcourse import chapters

    return {each.name: {(piece.chapter, piece.name) for piece in each.pieces} for each in chapters.milestones_of(stem)}


def _predicting_experiments(stem: str) -> set[str]:
    from dlcourse import chapters

    return {experiment.name for experiment in chapters.experiments_of(stem) if experiment.prediction}


def is_shown_in(notebook: Path) -> bool:
    """Say whether the outputs stored in ``notebook`` hold the map as it is now for a new reader.

    A notebook that does not call ``course_map.show`` needs no map and so is always up to date.
    """
    content = json.loads(notebook.read_text(encoding="utf-8"))
    cells = [cell for cell in content["cells"] if "course_map.show" in "".join(cell["source"])]
    shown = [
        "".join(output.get("data", {}).get("text/plain", ""))
        for cell in cells
        if cell["cell_type"] == "code"
        for output in cell["outputs"]
    ]
    calls = any(cell["cell_type"] == "code" for cell in cells)
    return not calls or repr(CourseMap(rows(notebook.parent, Done()))) in shown
