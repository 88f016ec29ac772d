"""Pack a reader's answer with what it finds around itself, to be run elsewhere."""

from __future__ import annotations

import io
import linecache
import os
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import numpy as np

from dlcourse.exercises.running.failure import LIBRARIES
from dlcourse.exercises.running.handed_in import MOST_BYTES, TOO_LARGE, HandedIn, NotSent, Packed, Surroundings
from dlcourse.exercises.running.names_used import names_used
from dlcourse.exercises.running.sending import is_own, packed, what_cannot_be_sent
from dlcourse.exercises.wording import kind_of, shorten
from dlcourse.page.cells import kernel_shell


def pack(answer: Any) -> Packed:
    """Return an answer as bytes with its surroundings. Raises NotSent where it cannot be sent."""
    try:
        data, files = packed(answer)
    except Exception as error:
        raise NotSent(_could_not_be_sent(answer, error)) from error
    return Packed(data, _surroundings(answer, files))


def hand_in(answer: Any) -> HandedIn:
    """Return what a check hands to the grader. Never raises, whatever the answer is."""
    try:
        made = pack(answer)
    except NotSent as error:
        return HandedIn(fault=str(error))
    if len(made.data) > MOST_BYTES:
        return HandedIn(fault=f"Your answer takes {len(made.data) / 2**20:.0f} MiB with all that it uses. {TOO_LARGE}")
    return HandedIn(made)


def working_folder() -> str:
    """Return the working directory, or the home folder where it was deleted."""
    try:
        return os.getcwd()
    except OSError:
        return os.path.expanduser("~")


def _surroundings(answer: Any, files: Iterable[str]) -> Surroundings:
    around = getattr(answer, "__globals__", {})
    return Surroundings(
        working_folder(),
        tuple(sys.path),
        {file: linecache.getlines(file, around) for file in files if not file.startswith(LIBRARIES)},
        tuple(name for name, value in around.items() if value is np),
        sys.getrecursionlimit(),
        kernel_shell() is not None,
        _libraries_of(answer),
    )


def _libraries_of(answer: Any) -> tuple[str, ...]:
    """The loaded libraries that a function mentions: an import inside it costs nothing in the notebook either."""
    used = names_used(answer)
    loaded = [(name, module) for name, module in list(sys.modules.items()) if used.issuperset(name.split("."))]
    return tuple(name for name, module in loaded if name != "__main__" and not is_own(module))


def _could_not_be_sent(answer: Any, error: Exception) -> str:
    found = what_cannot_be_sent(answer)
    if found is None:
        return (
            "The check runs your function in a process of its own, and it could not be sent there "
            f"({type(error).__name__}: {shorten(str(error), 200)}). Expected is a function that is made with `def` and "
            "needs nothing but its parameters and the imported modules."
        )
    name, value = found
    return (
        f"Your function uses the variable `{name}`, which is {_kind_of_variable(value)}. The check runs your function "
        "in a process of its own, and this cannot be sent there, as locks, generators and widgets cannot. Expected is "
        "a function that needs nothing but its parameters. Make what it needs inside it, or take the plain value out "
        "before: a number, a text or an array."
    )


def _kind_of_variable(value: Any) -> str:
    if isinstance(value, ModuleType):
        return f"the module `{value.__name__}`"
    return "an open file" if isinstance(value, io.IOBase) else kind_of(value).replace("a _thread ", "a ")
