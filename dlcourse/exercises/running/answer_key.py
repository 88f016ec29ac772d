"""Notice where a reader's function calls the library's own in place of being written."""

from __future__ import annotations

import contextlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, FunctionType
from typing import Any

from dlcourse.exercises.running import sandbox
from dlcourse.exercises.running.failure import LIBRARIES
from dlcourse.exercises.running.names_used import variables_of

COURSE = str(Path(__file__).resolve().parents[2]) + os.sep


@contextlib.contextmanager
def watched(reference: Callable[..., Any] | None) -> Iterator[list[bool]]:
    """Yield a list that gets an entry when code outside of the course calls `reference`, under whatever name.

    The course's own functions may call it: they do so where the reader calls something else. What is no plain Python
    function is not watched.
    """
    calls: list[bool] = []
    function = inspect.unwrap(reference) if reference is not None else None
    if not isinstance(function, FunctionType) or function.__code__.co_freevars:
        yield calls
        return
    own_code = function.__code__
    # Under a name of its own: who looks through the memory for the library's function finds the watched one.
    original = FunctionType(own_code, function.__globals__, "_original", function.__defaults__)
    original.__kwdefaults__ = function.__kwdefaults__

    def call(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        if not calls and _is_called_from_outside(sys._getframe(2)):
            calls.append(True)
        return original(*arguments, **keywords)

    # Whoever holds the function, under whatever name, holds its code. `call` reaches it through a variable of its
    # module, since a code without a closure has nothing else.
    function.__globals__["_answer_key"] = call
    function.__code__ = _through_the_key.__code__
    try:
        yield calls
    finally:
        function.__code__ = own_code
        del function.__globals__["_answer_key"]


def holds_a_copy(answer: Any, reference: Callable[..., Any] | None) -> bool:
    """Return whether a function, or one that it uses, was made of the very code of `reference`, whose file it names."""
    key = getattr(inspect.unwrap(reference), "__code__", None) if reference is not None else None
    waiting, seen = [answer], {id(answer)}
    while waiting and key is not None:
        one = waiting.pop()
        code = getattr(one, "__code__", None)
        if one is not reference and (
            (getattr(code, "co_filename", ""), getattr(code, "co_name", "")) == (key.co_filename, key.co_name)
        ):
            return True
        used = [each for each in variables_of(one).values() if isinstance(each, FunctionType) and _is_foreign(each)]
        waiting += [each for each in used if id(each) not in seen]
        seen |= set(map(id, used))
    return False


def _is_foreign(function: FunctionType) -> bool:
    """Whether no module holds a function under its own name."""
    return getattr(sys.modules.get(function.__module__), function.__name__, None) is not function


def _through_the_key(*arguments: Any, **keywords: Any) -> Any:
    return _answer_key(arguments, keywords)  # type: ignore[name-defined]  # noqa: F821


def _is_called_from_outside(frame: FrameType | None) -> bool:
    """Return whether the first caller that is not an installed library's is the reader's, or the sandbox itself."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file == sandbox.__file__:
            return True
        if file.startswith(COURSE):
            return False
        if not file.startswith((*LIBRARIES, "<frozen")):
            return True
        frame = frame.f_back
    return False
