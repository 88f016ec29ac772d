"""Put the check cells of a submission back as they were handed out."""

from __future__ import annotations

from typing import Any

from nbformat import from_dict
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

SCHEMA_VERSION = 3


class RestoreCells(NbGraderPreprocessor):
    """What nbgrader's own OverwriteCells needs to find: every check cell, with the metadata it was handed out with.

    OverwriteCells alone gives up on a submission whose metadata were damaged, and leaves out a check cell that was
    deleted. Here each known cell gets its metadata back, cells that claim to be one and are not lose theirs, and
    a missing check cell is added at the end, where everything that the student defined is known.
    """

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        """Mend the cells of ``notebook`` in place."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            handed_out = gradebook.find_notebook(names["notebook"], names["assignment"])
            sources = {cell.name: cell for cell in handed_out.source_cells}
            points = {cell.name: cell.max_score for cell in handed_out.grade_cells}
            solutions = {cell.name for cell in handed_out.solution_cells}
            known = {name: _metadata(cell, points.get(name), name in solutions) for name, cell in sources.items()}
            present = {_mend(cell, known) for cell in notebook.cells}
            for name in sorted(points.keys() - present):
                self.log.warning("The check cell %s is missing: added at the end.", name)
                cell = new_code_cell(sources[name].source, metadata={"nbgrader": known[name]})
                if notebook.nbformat_minor < 5:  # older notebooks have no cell ids
                    del cell["id"]
                notebook.cells.append(cell)
        return notebook, resources


def _metadata(cell: Any, points: float | None, solution: bool) -> dict[str, Any]:
    """Return the nbgrader metadata of a cell that was handed out; ``points`` is None for one that is not graded."""
    graded = {} if points is None else {"points": points}
    return {
        "grade": points is not None,
        "grade_id": cell.name,
        "locked": cell.locked,
        "schema_version": SCHEMA_VERSION,
        "solution": solution,
        "task": False,
        "checksum": cell.checksum,
        "cell_type": cell.cell_type,
        **graded,
    }


def _mend(cell: Any, known: dict[str, dict[str, Any]]) -> str | None:
    """Give a cell its metadata back, or take away those that it was not handed out with; return its name, if any."""
    claimed = cell.metadata.pop("nbgrader", None)
    name = claimed.get("grade_id") if isinstance(claimed, dict) else None
    if not isinstance(name, str) or name not in known:
        return None
    cell.metadata = from_dict({"nbgrader": known[name]})  # tags, too, could keep a check from being run
    return name
