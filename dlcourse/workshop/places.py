"""Which notebooks a command means: the course's in a checkout, the reader's copies where the course came as a wheel."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from dlcourse import installation, settings
from dlcourse.errors import CourseError
from dlcourse.workshop import reader_folder

START = "00_start_here"
MOST_NAMED = 3  # notebooks; of more the number is said


def is_installed() -> bool:
    """Whether the course at hand is the one inside an installed wheel, which nobody works in."""
    return settings.course_root() == installation.packaged()


def notebooks_folder(chosen: Path | None = None) -> Path:
    """The folder of the notebooks to work with; the reader's own is made when it is first asked for, and that is said.

    It is the reader's where one is chosen or lies around here, and where the course came as a wheel; else the course's.
    """
    folder = reader_folder.choose(chosen)
    if chosen is None and not is_installed() and not reader_folder.is_around_here(folder):
        return settings.course_root() / "notebooks"
    copied = reader_folder.copy_missing(folder)
    if copied:
        what = ", ".join(copied) if len(copied) <= MOST_NAMED else f"{len(copied)} notebooks"
        print(f"Copied {what} to {folder}: yours to write into.")
    elif old := reader_folder.outdated(folder):
        print(
            f"The course has newer versions of {', '.join(old)}: `dlcourse update` brings them and keeps your answers."
        )
    return folder


def notebooks(names: Sequence[str]) -> list[Path]:
    """Return the notebooks that the arguments name, or all that there are; raise CourseError for one that is not."""
    if not names:
        return sorted(notebooks_folder().glob("*.ipynb"))
    outside = [name for name in names if not Path(name).is_file()]
    folder = notebooks_folder() if outside else Path()
    return [find_notebook(name, folder) for name in names]


def find_notebook(name: str, folder: Path) -> Path:
    """Return the notebook at the path ``name``, or the one chapter in ``folder`` of this number or this beginning."""
    if Path(name).is_file():
        return Path(name).resolve()
    if not name.endswith(".ipynb") and os.sep not in name:
        beginning = f"{int(name):02d}_" if name.isdecimal() else name
        found = sorted(folder.glob(f"{beginning}*.ipynb"))
        if len(found) == 1:
            return found[0].resolve()
        if found:
            raise CourseError(f"{name!r} is the beginning of {', '.join(path.stem for path in found)}: say which.")
    known = ", ".join(path.stem for path in sorted(folder.glob("*.ipynb"))) or "none yet"
    raise CourseError(f"There is no notebook {name!r}. The chapters are: {known}.")
