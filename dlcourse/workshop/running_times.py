"""How long each notebook takes to run, measured by ``dlcourse execute`` and stored beside the notebooks."""

from __future__ import annotations

import json
from pathlib import Path

from dlcourse.errors import CourseError
from dlcourse.files import write_atomically

FILE_NAME = "running_times.json"


def read_running_times(notebooks: Path) -> dict[str, int]:
    """Return the measured running time in whole seconds of each notebook in a folder, by the notebook's stem."""
    file = notebooks / FILE_NAME
    if not file.exists():
        return {}
    try:
        times = json.loads(file.read_text(encoding="utf-8"))
        return {str(stem): int(seconds) for stem, seconds in times.items()}
    except (ValueError, TypeError, AttributeError):
        raise CourseError(f"{file} is damaged: delete it and run `dlcourse execute`, which measures again.") from None


def record_running_time(notebook: Path, seconds: float) -> int:
    """Store a notebook's running time beside it, in whole seconds, and return what is stored.

    A stored time is kept unless the new one differs by more than 30 % and by more than 2 s: a diff then means that
    the notebook changed, and not that the machine was busy.
    """
    times = read_running_times(notebook.parent)
    stored = times.get(notebook.stem)
    if stored is not None and abs(seconds - stored) <= max(0.3 * stored, 2.0):
        return stored
    times[notebook.stem] = max(1, round(seconds))
    text = json.dumps(dict(sorted(times.items())), indent=1) + "\n"
    write_atomically(notebook.parent / FILE_NAME, text.encode())
    return times[notebook.stem]
