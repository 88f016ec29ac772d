"""A new version of a notebook and the reader's own copy, merged cell by cell: no answer is lost.

The base is the version that the reader's copy was made from. A cell that the reader has not touched becomes the new
version's. One that the reader has written into stays the reader's; where the new version has changed it as well, the
new text stands below it, as text that cannot be run over the reader's answer.

Why not nbdime, which merges notebooks too: it merges within cells, line by line, and marks conflicts there, so that an
answer and a new stub come out mixed, and what cannot be decided is left to a person who knows git. A course wants
less and needs it certain: whole cells, known by their ids, and the reader's always kept. That is this module.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dlcourse.workshop.versions import Record, Version, content, digest, exercise, outputs, version_of

MARK, NEW_VERSION_OF, TEXT = (
    "dlcourse",
    "new_version_of",
    "text",
)  # of a cell that shows a new version beside a kept one
CHANGED = "**The new version of the course has changed the cell above; yours was kept.** The new one:"
LONGEST_ID = 64  # characters, by the notebook format


@dataclass
class Merge:
    """A merged notebook, and which of its cells came about in which way (lists of cells)."""

    notebook: Any
    kept: list[Any] = field(default_factory=list)  # the reader has changed them, the course has not
    added: list[Any] = field(default_factory=list)  # the reader's own
    both: list[Any] = field(default_factory=list)  # the reader's, below which the new one stands
    orphans: list[Any] = field(default_factory=list)  # the reader's, of which the new version has none any more
    changed: list[Any] = field(default_factory=list)  # the new version's text or outputs
    new: list[Any] = field(default_factory=list)  # of the new version alone
    back: list[Any] = field(default_factory=list)  # the reader had deleted them, and they have changed
    removed: list[Any] = field(default_factory=list)  # gone in the new version, and not the reader's


def merge(base: Version | None, mine: Any, new: Any) -> Merge:
    """Merge the reader's notebook ``mine`` with the version ``new``, both of format 4 with ids; neither is changed.

    ``base`` is the version from which ``mine`` was made; without it every cell that differs counts as the reader's.
    """
    latest = {cell["id"]: cell for cell in new["cells"]}
    cells, shown = _prepared(mine["cells"], base or {}, latest)
    renamed = _renamed(version_of(cells.values()) if base is None else base, latest)
    known = {renamed.get(name, name): record for name, record in (base or {}).items()}
    renamed = {name: new_name for name, new_name in renamed.items() if new_name not in cells}
    cells = {renamed.get(name, name): {**cell, "id": renamed.get(name, name)} for name, cell in cells.items()}
    shown = {renamed.get(name, name) for name in shown}
    merged = Merge({**mine, **new, "metadata": _notebook_metadata(mine["metadata"], new["metadata"])})
    result: dict[str, Any] = {}
    for name in {**latest, **cells}:
        cell = _decide(merged, cells.get(name), known.get(name), latest.get(name), name in shown)
        if cell is not None:
            result[name] = cell
    order = _order(list(known or latest), list(cells), list(latest), set(result))
    beside = {cell["id"] for cell in merged.both} | {cell["id"] for cell in merged.kept if cell["id"] in shown}
    merged.notebook["cells"], taken = [], {*cells, *latest}
    for name in order:
        merged.notebook["cells"].append(result[name])
        if name in beside:
            merged.notebook["cells"].append(_beside(latest[name], taken))
            taken.add(merged.notebook["cells"][-1]["id"])
    return merged


def _prepared(cells: Iterable[Any], known: Version, latest: Iterable[str]) -> tuple[dict[str, Any], set[str]]:
    """The reader's cells by ids that differ, and the ids beside which an earlier merge still shows a newer version.

    A cell whose id is new and whose content is that of a cell gone missing is that cell: some programs drop ids.
    """
    found: dict[str, Any] = {}
    shown: set[str] = set()
    cells = [copy.deepcopy(cell) for cell in cells]
    present, of_the_course = {cell["id"] for cell in cells}, {*known, *latest}
    lost: dict[str, list[str]] = {}
    for name, record in reversed(known.items()):
        if name not in present:
            lost.setdefault(record.content, []).append(name)
    for cell in cells:
        mark = cell["metadata"].get(MARK)
        if isinstance(mark, dict) and mark.get(TEXT) == digest(cell["source"]):
            shown.add(str(mark.get(NEW_VERSION_OF)))
            continue
        if (cell["id"] not in of_the_course or cell["id"] in found) and lost.get(content(cell)):
            cell["id"] = lost[content(cell)].pop()
        if cell["id"] in found:
            cell["id"] = _free(cell["id"], {*found, *present})
        found[cell["id"]] = cell
    return found, shown


def _renamed(known: Version, latest: dict[str, Any]) -> dict[str, str]:
    """The cells of exercises that have another id in the new version: their old ids, and the new ones.

    An exercise that was written anew is known by its name for nbgrader: an answer belongs where its check is.
    """
    free = {exercise(cell): name for name, cell in latest.items() if name not in known}
    free.pop("", None)
    gone = {name: record.exercise for name, record in known.items() if name not in latest}
    return {name: free.pop(called) for name, called in gone.items() if called in free}


def _decide(merged: Merge, mine: Any, known: Record | None, new: Any, shown: bool) -> Any:
    """The cell that stands for these three in the merged notebook, or None; it is entered in ``merged``."""
    if mine is None:
        if known is not None and known.content == content(new) and not shown:
            return None  # deleted by the reader, who has missed nothing since
        (merged.new if known is None else merged.back).append(new)
        return copy.deepcopy(new)
    held = content(mine)
    if new is None:
        if known is not None and known.content == held:
            merged.removed.append(mine)
            return None
        (merged.added if known is None else merged.orphans).append(mine)
        return mine
    if held == content(new) or (known is not None and known.content == held):
        return _untouched(merged, mine, known, new)
    cell = {**mine, "metadata": _metadata(mine, known, new)}
    (merged.kept if known is not None and known.content == content(new) else merged.both).append(cell)
    return cell


def _untouched(merged: Merge, mine: Any, known: Record | None, new: Any) -> Any:
    """The new version of a cell into which the reader has written nothing that it does not hold."""
    cell = {**copy.deepcopy(new), "metadata": _metadata(mine, known, new)}
    if _keeps_outputs(mine, known, new):
        cell |= {key: mine[key] for key in ("outputs", "execution_count") if key in mine}
    elif (content(mine), outputs(mine)) != (content(new), outputs(new)):
        merged.changed.append(cell)
    return cell


def _keeps_outputs(mine: Any, known: Record | None, new: Any) -> bool:
    """Whether the outputs of the reader's own run stay: nothing new is known of them, or they judge an answer."""
    if content(mine) != content(new) or new["cell_type"] != "code":
        return False
    if known is not None and outputs(mine) == known.outputs:
        return False  # not run
    is_check = bool((new["metadata"].get("nbgrader") or {}).get("grade"))
    return is_check or (known is not None and known.outputs == outputs(new))


def _metadata(mine: Any, known: Record | None, new: Any) -> dict[str, Any]:
    """The new version's, and what the reader or an editor has added."""
    own = {key: value for key, value in mine["metadata"].items() if known is None or key not in known.keys}
    return {**own, **copy.deepcopy(new["metadata"])}


def _notebook_metadata(mine: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {**mine, **new, **{key: mine[key] for key in ("kernelspec",) if key in mine}}


def _order(known: list[str], mine: list[str], new: list[str], result: set[str]) -> list[str]:
    """The ids of ``result``: as the new version has them, or as the reader has, who has moved some."""
    common = set(known) & set(mine)
    moved = [name for name in mine if name in common] != [name for name in known if name in common]
    first, second = (mine, new) if moved else (new, mine)
    order = [name for name in first if name in result]
    placed = set(order)
    for index, name in enumerate(second):
        if name in result and name not in placed:
            before = next((each for each in reversed(second[:index]) if each in placed), None)
            order.insert(0 if before is None else order.index(before) + 1, name)
            placed.add(name)
    return order


def _beside(new: Any, taken: set[str]) -> dict[str, Any]:
    """The text that shows the new version of a cell below the reader's; it runs nothing."""
    source = new["source"]
    if new["cell_type"] != "markdown":
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", source)), default=0))
        source = f"{fence}python\n{source}\n{fence}"
    source = f"{CHANGED}\n\n{source}"
    mark = {NEW_VERSION_OF: new["id"], TEXT: digest(source)}
    cell = {"cell_type": "markdown", "id": _free(f"new-version-of-{new['id']}", taken), "metadata": {MARK: mark}}
    return {**cell, "source": source, **({"attachments": new["attachments"]} if new.get("attachments") else {})}


def _free(name: str, taken: Iterable[str]) -> str:
    """The id ``name``, or one like it that is not taken."""
    taken, candidate, number = set(taken), name[:LONGEST_ID], 2
    while candidate in taken:
        candidate = f"{name[: LONGEST_ID - 8]}-{number}"
        number += 1
    return candidate
