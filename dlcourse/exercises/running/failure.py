"""An exception in a reader's function: what it says, and where in the reader's own code it happened."""

from __future__ import annotations

import linecache
import os
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from dlcourse.exercises.running.advice import advice_on
from dlcourse.exercises.wording import shorten

# What installers call the folders that hold packages. There may be several: those of the system's Python, in an
# environment that shares them, of the user's own, and of the environment itself.
PACKAGE_FOLDERS = ("site-packages", "dist-packages")
# Where code lies that no reader wrote.
LIBRARIES = tuple(
    str(Path(folder).resolve()) + os.sep
    for folder in (
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        *(each for each in sys.path if Path(each).name in PACKAGE_FOLDERS),
        str(Path(np.__file__).parents[1]),  # wherever somebody has put it
        str(Path(__file__).parents[2]),
    )
)


LONGEST_PART = 2000


class NobodyToAsk(Exception):
    """Raised where a reader's function asks for input during a check."""


@dataclass(frozen=True)
class Failure:
    """An exception of the reader's function, without its frames.

    `kind` is the name of its type, `types` the names of its type and of all base types (a type of the reader's own
    cannot always leave the process that it was made in), `place` the reader's own lines, outermost call first, and
    `advice` a sentence on the likely cause, or "".
    """

    kind: str
    message: str
    types: tuple[str, ...]
    place: str = ""
    advice: str = ""

    @classmethod
    def read(cls, parts: Mapping[str, Any]) -> Failure:
        """Return the failure with these parts, as the worker process told them: texts, whatever they are."""
        types = parts.get("types")
        texts = {name: str(parts.get(name, ""))[:LONGEST_PART] for name in ("kind", "message", "place", "advice")}
        return cls(types=tuple(map(str, types)) if isinstance(types, tuple) else (), **texts)


# Names in the reader's notebook that stand for NumPy. Only variables that a function mentions come to the worker.
numpy_names: set[str] = set()


def failure_of(error: BaseException) -> Failure:
    """Describe an exception; keeps no frame of it alive."""
    try:
        message = shorten(str(error), 300)
    except Exception:  # the reader's own exception class may be at fault itself
        message = ""
    own = _readers_frames(error.__traceback__)
    place, advice = "", ""
    if own:
        # A helper's line alone does not say where it was called from.
        outer = [own[0]] if own[0][0].f_code is not own[-1][0].f_code else []
        place = "\n".join(_place(frame, number) for frame, number in (*outer, own[-1]))
        advice = advice_on(type(error), message, own[-1][0], _line(*own[-1]), dict.fromkeys(numpy_names, np))
    return Failure(type(error).__name__, message, tuple(each.__name__ for each in type(error).__mro__), place, advice)


def _readers_frames(traceback: TracebackType | None) -> list[tuple[FrameType, int]]:
    own = []
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if not file.startswith((*LIBRARIES, "<frozen")):
            own.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    return own


def _line(frame: FrameType, number: int) -> str:
    return linecache.getline(frame.f_code.co_filename, number, frame.f_globals).strip()


def _place(frame: FrameType, number: int) -> str:
    file = frame.f_code.co_filename
    # IPython names a cell after a file that does not exist, and keeps its source in linecache.
    source = os.path.basename(file) if os.path.exists(file) else "the cell"
    line = _line(frame, number)
    return f"line {number} of {source}, in {frame.f_code.co_name}:" + (f"\n    {line}" if line else "")
