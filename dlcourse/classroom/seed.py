"""The seed of a class: the calls by which its submissions are graded are known to nobody who has only the course."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

from dlcourse.errors import CourseError

FILE = "grading_seed"


def seed_of(folder: Path) -> int:
    """Return the seed of the class in ``folder``, which is drawn at the first call and kept there.

    Raises CourseError where the file holds none.
    """
    path = folder / FILE
    with contextlib.suppress(FileExistsError), path.open("x", encoding="ascii") as file:
        file.write(f"{secrets.randbelow(2**62)}\n")
    try:
        return int(path.read_text(encoding="ascii"))
    except ValueError as error:
        raise CourseError(
            f"{path} holds no whole number. Delete it, and a new one is drawn; what is graded again is then judged by "
            "other calls than before."
        ) from error
