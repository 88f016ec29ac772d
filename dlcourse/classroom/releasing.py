"""Is what a class hands out the teacher's copy, cell by cell?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat


def changed_cells(source: Path, released: Path) -> list[str]:
    """Return nbgrader's names of the cells whose text differs between the teacher's copy and the students' version.

    Both are notebooks. The course's notebooks hold stubs already: nothing is to be cut out of them, and a cell that
    was cut out or emptied on the way would leave its students without a place to write.
    """
    there = _graded_cells(released)
    return [name for name, text in _graded_cells(source).items() if there.get(name) != text]


def _graded_cells(path: Path) -> dict[str, str]:
    cells: list[Any] = nbformat.read(path, as_version=4).cells
    return {
        str(cell.metadata.nbgrader.grade_id): cell.source
        for cell in cells
        if "grade_id" in cell.metadata.get("nbgrader", {})
    }
