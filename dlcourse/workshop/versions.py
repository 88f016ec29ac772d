"""What a version of a notebook is, cell by cell, in a few bytes: enough to tell what has changed since, and by whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LENGTH = 16  # hexadecimal digits of a SHA-256 sum: two different cells never share them by chance


@dataclass(frozen=True)
class Record:
    """One cell of a version: what it holds, what it shows, its exercise, and the names of its metadata."""

    content: str  # digest of its type, its source and what is attached to it
    outputs: str  # digest of its outputs
    exercise: str  # what nbgrader calls it; empty for most cells
    keys: tuple[str, ...]


Version = dict[str, Record]  # the records of a notebook's cells by their ids, in the notebook's order


def digest(value: Any) -> str:
    """Return the digest of anything that JSON can hold; what is equal has the same."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def content(cell: Any) -> str:
    """Return the digest of what a cell holds: its type, its source and what is attached to it, not what it shows."""
    return digest([cell["cell_type"], cell["source"], cell.get("attachments") or {}])


def outputs(cell: Any) -> str:
    """Return the digest of what a cell shows."""
    return digest(cell.get("outputs", []))


def exercise(cell: Any) -> str:
    """Return what nbgrader calls the cell of an exercise or of its check; the empty text for any other cell."""
    metadata = cell["metadata"].get("nbgrader")
    return str(metadata.get("grade_id", "")) if isinstance(metadata, dict) else ""


def version_of(cells: Iterable[Any]) -> Version:
    """Describe cells of a notebook, whose ids differ."""
    return {
        cell["id"]: Record(content(cell), outputs(cell), exercise(cell), tuple(sorted(cell["metadata"])))
        for cell in cells
    }


def to_json(version: Version) -> list[list[Any]]:
    """Return a version as lists, one for each cell."""
    return [[name, each.content, each.outputs, each.exercise, *each.keys] for name, each in version.items()]


def from_json(entries: Any) -> Version | None:
    """Return the version that `to_json` wrote; None where something else is given."""
    if not isinstance(entries, list):
        return None
    good = all(isinstance(each, list) and len(each) >= 4 and all(isinstance(x, str) for x in each) for each in entries)
    if not good:
        return None
    return {name: Record(held, shown, grade, tuple(keys)) for name, held, shown, grade, *keys in entries}
