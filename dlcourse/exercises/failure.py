"""An exception in a reader's function: what it says, and where in the reader's own code it happened."""

from __future__ import annotations

import builtins
import linecache
import os
import re
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import Any

from dlcourse.exercises.wording import kind_of, shorten

MODULES = {"np": "NumPy", "math": "Python's math module", "torch": "PyTorch", "plt": "matplotlib"}
# Where code lies that no reader wrote.
LIBRARIES = tuple(
    str(Path(folder).resolve()) + os.sep
    for folder in (
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        str(Path(__file__).parent.parent),
    )
)


@dataclass(frozen=True)
class Failure:
    """An exception of the reader's function, without its frames.

    `kind` is the name of its type, `types` its type and all base types, `place` the reader's own lines, outermost
    call first, and `advice` a sentence on the likely cause, or "".
    """

    kind: str
    message: str
    types: tuple[type, ...]
    place: str = ""
    advice: str = ""


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
        advice = _advice(type(error), message, own[-1][0], _line(*own[-1]))
    return Failure(type(error).__name__, message, type(error).__mro__, place, advice)


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


def _advice(kind: type, message: str, frame: FrameType, line: str) -> str:
    names = {**frame.f_globals, **frame.f_locals}
    if issubclass(kind, UnboundLocalError):
        return _advice_on_local_name(message)
    if issubclass(kind, NameError):
        return "Is the name spelled as where it was defined, and has the cell that defines it been run?"
    if issubclass(kind, TypeError) and "not callable" in message:
        return _advice_on_shadowed_builtin(names, line)
    if issubclass(kind, AttributeError):
        return _advice_on_shadowed_module(names, line)
    return ""


def _advice_on_local_name(message: str) -> str:
    found = re.search(r"'(\w+)'", message)
    name = found.group(1) if found else ""
    if not hasattr(builtins, name):
        return "The variable is used before it has got a value: is it assigned only inside an `if` or a loop?"
    return (
        f"Your function assigns to `{name}`, so inside it Python's own `{name}` is hidden. Choose another name for "
        "the variable."
    )


def _advice_on_shadowed_builtin(names: Mapping[str, Any], line: str) -> str:
    for name in re.findall(r"\b(\w+)\s*\(", line):
        if callable(getattr(builtins, name, None)) and name in names and not callable(names[name]):
            return (
                f"The name `{name}` holds {kind_of(names[name])}, not Python's own `{name}`: it was assigned somewhere."
                f" Choose another name there; `del {name}` brings Python's own back."
            )
    return ""


def _advice_on_shadowed_module(names: Mapping[str, Any], line: str) -> str:
    for name, library in MODULES.items():
        if re.search(rf"\b{name}\.", line) and name in names and not isinstance(names[name], ModuleType):
            return f"The name `{name}` holds {kind_of(names[name])}, not {library}: it was assigned somewhere."
    return ""
