"""Cells whose outputs are measured, and so are not compared: what they show stays stored while it is about the same."""

from __future__ import annotations

import json
import re
from typing import Any

# nbval's tag for a cell that must run, and whose output may be another one.
TAG = "nbval-ignore-output"
MEASURED = re.compile(r"\d+\.\d+")
LARGEST_RATIO = 3.0


def outputs_of(notebook: Any) -> dict[str, list[Any]]:
    """Return the stored outputs of each cell that has the tag, by the cell's id."""
    return {cell["id"]: cell["outputs"] for cell in notebook["cells"] if TAG in cell["metadata"].get("tags", [])}


def keep_similar(notebook: Any, stored: dict[str, list[Any]]) -> None:
    """Put the stored outputs back into a notebook that was run again, where they are about the same as the new ones.

    About the same: nothing differs but numbers with a decimal point, and these by a factor of at most 3. So a running
    time that a cell shows gives a diff when the code changed, and not when the machine was busy.
    """
    for cell in notebook["cells"]:
        if cell["id"] in stored and are_similar(stored[cell["id"]], cell["outputs"]):
            cell["outputs"] = stored[cell["id"]]


def are_similar(old: list[Any], new: list[Any]) -> bool:
    """Say whether two lists of text outputs are the same but for measured numbers of the same size."""
    before, after = (json.dumps(outputs, sort_keys=True) for outputs in (old, new))
    if MEASURED.sub("#", before) != MEASURED.sub("#", after):
        return False
    pairs = zip(map(float, MEASURED.findall(before)), map(float, MEASURED.findall(after)), strict=True)
    return all(a == b or 1 / LARGEST_RATIO <= (a / b if b else 0) <= LARGEST_RATIO for a, b in pairs)
