"""The folder of notebooks in which a reader works who has installed the course as a wheel, or has chosen one.

Beside the copies lies a hidden folder, ``.dlcourse``: it holds what each copy was made from, cell by cell, in digests,
and the copies that an update has replaced.
"""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Any

from dlcourse import __version__, installation, settings
from dlcourse.errors import CourseError
from dlcourse.files import write_atomically
from dlcourse.workshop.versions import Version, from_json, to_json, version_of

NAME = "dlcourse-notebooks"
HIDDEN, RECORDS, BACKUPS = ".dlcourse", "copied.json", "backups"
LAST = "notebooks.txt"  # in the reader's own folder: which one was used last
FORM = 1  # of the records


def choose(chosen: Path | None = None) -> Path:
    """The reader's folder: the chosen one, else the one around here, the one used last, or a new one here.

    Raises CourseError when the course's own notebooks or a file is chosen.
    """
    if chosen is not None:
        return _checked(chosen.expanduser())
    for folder in filter(None, (Path.cwd(), *Path.cwd().parents, _last())):
        if (folder / HIDDEN / RECORDS).is_file():
            return folder
    return Path.cwd() / NAME


def is_around_here(folder: Path) -> bool:
    """Whether the working directory is that folder, or lies in it, and the folder is a reader's."""
    return folder in (Path.cwd(), *Path.cwd().parents)


def copy_missing(folder: Path) -> list[str]:
    """Copy the course's notebooks that ``folder`` lacks, and return their names; what is there stays as it is.

    Raises CourseError when that cannot be done.
    """
    from dlcourse.workshop import normalize

    try:
        folder.mkdir(parents=True, exist_ok=True)
        missing = [path for path in course_notebooks() if not (folder / path.name).exists()]
        records = Records(folder)
        for path in missing:
            write_atomically(folder / path.name, path.read_bytes())
            records.versions[path.stem] = version_of(normalize.read(path)["cells"])
        if missing:
            records.write()
    except OSError as error:
        reason = f"Notebooks cannot be written to {folder} ({error.strerror or type(error).__name__})."
        raise CourseError(f"{reason} Choose another folder: --folder FOLDER.") from error
    _remember(folder)
    return [path.stem for path in missing]


def outdated(folder: Path) -> list[str]:
    """The names of the notebooks in ``folder`` of which the course has another version than they were copied from."""
    from dlcourse.workshop import normalize

    known = Records(folder).versions
    return [
        path.stem
        for path in course_notebooks()
        if path.stem in known and known[path.stem] != version_of(normalize.read(path)["cells"])
    ]


def course_notebooks() -> list[Path]:
    """The notebooks of the course, chapters and glossary, in order."""
    return sorted((settings.course_root() / "notebooks").glob("*.ipynb"))


class Records:
    """What the notebooks of a folder were copied from, as the file in its hidden folder says; empty without one."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / HIDDEN / RECORDS
        self.versions: dict[str, Version] = {}
        content = _json(self.path)
        if content.get("form") == FORM and isinstance(content.get("notebooks"), dict):
            read = {str(name): from_json(entries) for name, entries in content["notebooks"].items()}
            self.versions = {name: version for name, version in read.items() if version is not None}

    def write(self) -> None:
        """Write them in one step. Raises OSError when that fails."""
        notebooks = {name: to_json(version) for name, version in sorted(self.versions.items())}
        self.path.parent.mkdir(exist_ok=True)
        text = json.dumps({"form": FORM, "course": __version__, "notebooks": notebooks}, ensure_ascii=False)
        write_atomically(self.path, text.encode())


def new_backup_folder(folder: Path) -> Path:
    """A folder that is not there yet, named after the time, for copies of what is about to change."""
    name = time.strftime("%Y-%m-%d_%H-%M-%S")
    tries = (folder / HIDDEN / BACKUPS / f"{name}{suffix}" for suffix in ("", *(f"_{n}" for n in range(2, 1000))))
    return next(each for each in tries if not each.exists())


def _checked(folder: Path) -> Path:
    folder = folder.resolve()
    for own in (settings.course_root() / "notebooks", installation.packaged()):
        if own is not None and (folder == own.resolve() or own.resolve() in folder.parents):
            raise CourseError(f"{folder} holds the course's own notebooks: choose another folder to copy them to.")
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder} is a file: choose a folder for the notebooks.")
    return folder


def _json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty when there is none, or it is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _last() -> Path | None:
    with contextlib.suppress(OSError, CourseError, ValueError):
        return Path((settings.home() / LAST).read_text(encoding="utf-8"))
    return None


def _remember(folder: Path) -> None:
    """Note which folder was used last; doing without is no fault."""
    with contextlib.suppress(OSError, CourseError):
        (settings.home() / LAST).write_text(str(folder.resolve()), encoding="utf-8")
