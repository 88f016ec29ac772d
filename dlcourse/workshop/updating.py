"""``dlcourse update``: new versions of the notebooks come into the reader's folder, and no answer is lost."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from dlcourse.errors import CourseError
from dlcourse.files import write_atomically
from dlcourse.workshop import normalize, reader_folder
from dlcourse.workshop.merging import Merge, merge
from dlcourse.workshop.versions import version_of

LONGEST_LINE = 60  # characters of a cell's first line


@dataclass(frozen=True)
class Update:
    """What became of one notebook, in words; ``problem`` where it could not be brought up to date."""

    name: str
    words: str
    changed: bool = False
    problem: bool = False


def update(folder: Path) -> tuple[list[Update], Path | None]:
    """Bring each notebook of ``folder`` to the course's version, and keep what the reader has written.

    Returns what became of each, and the folder with the notebooks as they were before; None where none was replaced.
    A notebook that cannot be read stays as it is, and is said. Raises CourseError when nothing can be written.
    """
    copied = set(reader_folder.copy_missing(folder))
    backups = reader_folder.new_backup_folder(folder)
    done = []
    for path in reader_folder.course_notebooks():
        if path.stem in copied:
            done.append(Update(path.stem, "copied, since it was not here", changed=True))
            continue
        try:
            done.append(_update_one(path, folder / path.name, backups))
        except CourseError as error:
            done.append(Update(path.stem, f"left as it is. {str(error).rstrip('.')}", problem=True))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            done.append(Update(path.stem, f"left as it is, since it cannot be written ({reason})", problem=True))
    return done, backups if backups.exists() else None


def _update_one(path: Path, target: Path, backups: Path) -> Update:
    """Bring one notebook up to date. The copy is written before what it was made from: a break loses nothing."""
    records = reader_folder.Records(target.parent)
    new, mine = normalize.read(path), normalize.read(target)
    base, latest = records.versions.get(path.stem), version_of(new["cells"])
    if base == latest:
        return Update(path.stem, "up to date")
    merged = merge(base, mine, new)
    text = normalize.dumps(nbformat.from_dict(merged.notebook)).encode()
    changed = text != target.read_bytes()
    if changed:
        backups.mkdir(parents=True, exist_ok=True)
        shutil.copy2(target, backups / target.name)
        write_atomically(target, text)
    records.versions[path.stem] = latest
    records.write()
    return Update(path.stem, describe(merged, known=base is not None) if changed else "up to date", changed)


def describe(merged: Merge, known: bool = True) -> str:
    """What a merge has done, in words; ``known`` says whether it was known from which version the copy was made."""
    came = [
        (len(merged.changed), "changed"),
        (len(merged.new), "new"),
        (len(merged.removed), "removed"),
        (len(merged.back), "back that you had deleted, since it has changed"),
    ]
    told = [", ".join(f"{_cells(number)} {what}" for number, what in came if number) or "no other cells"]
    yours = [(len(merged.kept), "that you changed"), (len(merged.added), "that you added")]
    if any(number for number, _ in yours):
        told.append("kept: " + ", ".join(f"{_cells(number)} {what}" for number, what in yours if number))
    if merged.both:
        told.append(f"changed by both, yours stays and the new one stands below it: {_named(merged, merged.both)}")
    if merged.orphans:
        told.append(f"yours, of which the course has none any more: {_named(merged, merged.orphans)}")
    if not known:
        told.append("from which version your copy was made is not known, so all that differs counts as yours")
    return "; ".join(told)


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def _named(merged: Merge, cells: list[Any]) -> str:
    """Cells by their place in the merged notebook and their first line."""
    places = {cell["id"]: number for number, cell in enumerate(merged.notebook["cells"], start=1)}
    return ", ".join(f"cell {places[cell['id']]} (`{_first_line(cell)}`)" for cell in cells)


def _first_line(cell: Any) -> str:
    line = next((line.strip() for line in cell["source"].splitlines() if line.strip()), "")
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"
