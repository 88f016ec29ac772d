"""A class: a folder in which nbgrader keeps what was handed out, handed in, graded and given back."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcourse.classroom import collecting
from dlcourse.classroom.creation import CONFIG, REMEDY
from dlcourse.classroom.points import Row, read_rows
from dlcourse.classroom.releasing import changed_cells
from dlcourse.errors import CourseError

LOG = "grading.log"


@dataclass(frozen=True)
class Grading:
    """What became of one submission: graded now, up to date already, or not gradable and why."""

    student: str
    graded: bool
    problem: str = ""


class Classroom:
    """The class in ``folder``, made by ``creation.create``.

    nbgrader's own layout: ``source/CHAPTER`` is the teacher's copy, ``release/CHAPTER`` what the students get,
    ``submitted/STUDENT/CHAPTER`` what they hand in, ``autograded/`` and ``feedback/`` likewise; ``gradebook.db``
    holds the points. Raises CourseError when ``folder`` is no class.
    """

    def __init__(self, folder: Path) -> None:
        _find_own_programs()
        self.folder = folder.resolve()
        if not (self.folder / CONFIG).is_file():
            raise CourseError(
                f"{folder} is no class: it has no {CONFIG}. "
                "Go to the class's folder, or make one with `dlcourse classroom new FOLDER`."
            )

    def chapter(self, name: str) -> str:
        """Return the full name of the chapter of this class that begins with ``name``, such as "03"."""
        chapters = sorted(path.name for path in (self.folder / "source").glob("*") if path.is_dir())
        found = [chapter for chapter in chapters if chapter.startswith(name)]
        if name in found or len(found) == 1:
            return name if name in found else found[0]
        raise CourseError(f"{name!r} names no single chapter of this class. It has: {', '.join(chapters) or 'none'}.")

    def release(self, chapter: str, due: str | None = None) -> Path:
        """Make the students' version of a chapter and return its folder, which is what to hand out.

        ``due`` is a date and time such as "2026-03-01 18:00 +0100" (in this computer's zone where none is given).
        Raises CourseError where the students' version would not hold the teacher's cells; an earlier one then stays.
        """
        moment = None if due is None else _moment(due)
        self._make_release(chapter)
        if moment is not None:
            with self._gradebook() as gradebook:
                gradebook.update_or_create_assignment(chapter, duedate=moment)
        return self.folder / "release" / chapter

    def collect(self, chapter: str, handed_in: Path) -> list[collecting.Collected]:
        """Copy the submissions in ``handed_in``, a folder with one folder a student, into the class."""
        self._require_release(chapter)
        return [
            collecting.collect(name, student, chapter, self.folder / "submitted" / name / chapter)
            for name, student in collecting.names_of(collecting.student_folders(handed_in)).items()
        ]

    def grade(self, chapter: str, students: Sequence[str] = (), again: bool = False) -> Iterator[Grading]:
        """Grade what was collected and not yet graded (``again``: all of it), one student after the other."""
        self._require_release(chapter)
        collected = self.students(chapter)
        unknown = sorted(set(students) - set(collected))
        if unknown:
            raise CourseError(f"Nothing of {chapter} was collected from {', '.join(unknown)}.")
        for student in students or collected:
            yield self._grade_one(chapter, student, again)

    def feedback(self, chapter: str) -> list[Path]:
        """Write a web page for each graded submission and return the pages."""
        from nbgrader.converters import GenerateFeedback

        if not list((self.folder / "autograded").glob(f"*/{chapter}/{chapter}.ipynb")):
            raise CourseError(f"No submission of {chapter} is graded yet: `dlcourse classroom grade {chapter[:2]}`.")
        self._convert(GenerateFeedback, chapter)
        return sorted((self.folder / "feedback").glob(f"*/{chapter}/{chapter}.html"))

    def points(self, chapter: str) -> list[Row]:
        """Return one row a student: the points of each exercise, their sum, and what is the matter, if anything."""
        self._require_release(chapter)
        graded = {student: self._graded_copy(chapter, student).is_file() for student in self.students(chapter)}
        with self._gradebook() as gradebook:
            return read_rows(gradebook, chapter, graded)

    def students(self, chapter: str) -> list[str]:
        """Return the names of those who handed this chapter in."""
        return sorted(path.parent.name for path in (self.folder / "submitted").glob(f"*/{chapter}"))

    def _grade_one(self, chapter: str, student: str, again: bool) -> Grading:
        from nbgrader.converters import Autograde

        submitted = self.folder / "submitted" / student / chapter / f"{chapter}.ipynb"
        graded = self._graded_copy(chapter, student)
        if graded.is_file() and graded.stat().st_mtime >= submitted.stat().st_mtime and not again:
            return Grading(student, graded=False)
        shutil.rmtree(graded.parent, ignore_errors=True)  # the old version's points no longer hold
        problem = collecting.fault_of(submitted)
        if not problem:
            try:
                self._convert(Autograde, chapter, student)
            except CourseError as error:
                problem = str(error)
        return Grading(student, graded=not problem, problem=problem)

    def _make_release(self, chapter: str) -> None:
        from nbgrader.converters import GenerateAssignment

        released, notebook = self.folder / "release" / chapter, f"{chapter}.ipynb"
        with tempfile.TemporaryDirectory() as aside:
            if released.exists():
                shutil.copytree(released, Path(aside) / chapter)
            self._convert(GenerateAssignment, chapter)
            changed = changed_cells(self.folder / "source" / chapter / notebook, released / notebook)
            if changed:
                shutil.rmtree(released)
                if (Path(aside) / chapter).exists():
                    shutil.copytree(Path(aside) / chapter, released)
        if changed:
            raise CourseError(
                f"Nothing was released: nbgrader would change {len(changed)} cells of {chapter}, such as "
                f"{changed[0]!r}, for example empty them. {REMEDY}"
            )

    def _graded_copy(self, chapter: str, student: str) -> Path:
        return self.folder / "autograded" / student / chapter / f"{chapter}.ipynb"

    def _require_release(self, chapter: str) -> None:
        if not (self.folder / "release" / chapter).is_dir():
            raise CourseError(f"{chapter} was not released yet: `dlcourse classroom release {chapter[:2]}`.")

    def _convert(self, converter: Any, chapter: str, student: str = "*") -> None:
        """Run one of nbgrader's converters; what it logs goes to grading.log."""
        from nbgrader.coursedir import CourseDirectory

        config = self._config()
        course = CourseDirectory(config=config)
        course.assignment_id, course.student_id = chapter, student
        with _logged_to(self.folder / LOG) as log:
            converter = converter(coursedir=course, config=config, log=log)
            converter.force = True
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # nbgrader's own, about its database
                    converter.start()
            except Exception as error:
                log.exception("%s of %s, student %s", type(converter).__name__, chapter, student)
                raise CourseError(f"nbgrader could not do it; {LOG} in the class's folder says why.") from error

    def _config(self) -> Any:
        from traitlets.config import PyFileConfigLoader

        try:
            return PyFileConfigLoader(CONFIG, path=str(self.folder)).load_config()
        except Exception as error:
            raise CourseError(f"{CONFIG} has a fault: {type(error).__name__}: {error}.") from error

    def _gradebook(self) -> Any:
        from nbgrader.api import Gradebook
        from nbgrader.coursedir import CourseDirectory

        course = CourseDirectory(config=self._config())
        return Gradebook(course.db_url, course.course_id)


def _find_own_programs() -> None:
    """Let nbgrader find this environment's kernel, and the program `alembic`, also where it is not activated."""
    programs, paths = str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)
    if programs not in paths.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, paths])
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"


@contextlib.contextmanager
def _logged_to(path: Path) -> Iterator[logging.Logger]:
    log = logging.getLogger("dlcourse.classroom")
    log.setLevel(logging.INFO)
    log.propagate = False
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    try:
        yield log
    finally:
        log.removeHandler(handler)
        handler.close()


def _moment(due: str) -> str:
    try:
        return collecting.as_utc(due, zone=None)
    except ValueError as error:
        raise CourseError(f'{due!r} is no date and time; write it like "2026-03-01 18:00 +0100".') from error
