"""Make the folder of a class, with the chapters and their data in it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from dlcourse import data_files, settings
from dlcourse.errors import CourseError

CONFIG = "nbgrader_config.py"
START = "00_start_here"  # shows the reader's own way through the whole course: nothing to hand in

TEMPLATE = '''"""nbgrader's settings for this class: those that the course needs, and below them yours."""

from pathlib import Path

from dlcourse.classroom import nbgrader_settings

c = get_config()  # noqa: F821  nbgrader defines it
nbgrader_settings.apply(c, Path(__file__).parent)

c.Execute.timeout = 30  # seconds that a cell of a submission may run
c.ExecuteSubmission.submission_seconds = 300  # seconds that a whole submission may run
'''

APPLY = "nbgrader_settings.apply(c, Path(__file__).parent)"
REMEDY = (
    f"Put the course's settings into the {CONFIG} of the class, after `c = get_config()` and below your own "
    f"settings: `from pathlib import Path`, `from dlcourse.classroom import nbgrader_settings`, `{APPLY}`."
)


def create(folder: Path, chapters: Sequence[str] = ()) -> list[str]:
    """Make the class ``folder``, or add chapters to it, and return the names of those that were added.

    ``chapters`` are notebooks' names or their numbers; all that have exercises if none is named. A chapter that is
    there already stays as the teacher left it. Raises CourseError when a chapter is unknown, ``folder`` is a file, or
    it has settings of nbgrader without the course's: nbgrader would then empty the stubs that it hands out.
    """
    chosen = chapters_named(chapters)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / CONFIG).exists():
            (folder / CONFIG).write_text(TEMPLATE, encoding="utf-8")
        elif "nbgrader_settings.apply(" not in (folder / CONFIG).read_text(encoding="utf-8", errors="replace"):
            raise CourseError(
                f"{folder} has a {CONFIG} without the course's settings. Choose another folder. Or: {REMEDY}"
            )
        return [chapter for chapter in chosen if _add(chapter, folder / "source" / chapter)]
    except OSError as error:
        raise CourseError(f"The class cannot be made in {folder}: {error.strerror}. Choose another folder.") from error


def chapters_named(names: Sequence[str] = ()) -> list[str]:
    """Return the chapters (notebooks' names) that names or numbers mean; all that have something to hand in, if none.

    Raises CourseError where a name means no single chapter.
    """
    return [_chapter(name) for name in names] or [name for name in _with_exercises() if name != START]


def _add(chapter: str, target: Path) -> bool:
    if target.exists():
        return False
    root = settings.course_root()
    names = [*data_files.checksums(root / "data"), data_files.CHECKSUMS]
    (target / "data").mkdir(parents=True)
    for name in names:
        shutil.copyfile(root / "data" / name, target / "data" / name)
    if settings.switches().is_file():  # the teacher's switches for the class
        shutil.copyfile(settings.switches(), target / "course.toml")
    shutil.copyfile(root / "notebooks" / f"{chapter}.ipynb", target / f"{chapter}.ipynb")
    return True


def _with_exercises() -> list[str]:
    from dlcourse.chapters import CHAPTERS

    notebooks = settings.course_root() / "notebooks"
    return sorted(name for name in CHAPTERS if (notebooks / f"{name}.ipynb").is_file())


def _chapter(name: str) -> str:
    known = _with_exercises()
    found = [chapter for chapter in known if chapter.startswith(name)]
    if len(found) != 1:
        raise CourseError(f"{name!r} names no single chapter with exercises. There are: {', '.join(known)}.")
    return found[0]
