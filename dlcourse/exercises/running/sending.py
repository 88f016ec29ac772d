"""Hand a reader's function over to the worker process, and its results back: by value, whatever they are.

cloudpickle sends functions of the notebook itself by value, and functions of a module by the module's name. A module
of the reader's own beside the notebook goes by value too: what it held when the worker imported it may be old.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import importlib
import io
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, NoReturn

import cloudpickle
import numpy as np

from dlcourse.exercises.running.failure import LIBRARIES
from dlcourse.exercises.running.names_used import variables_of
from dlcourse.exercises.tensors import is_tensor
from dlcourse.exercises.wording import value_text

PLAIN = (bool, int, float, complex, str, bytes, np.generic, np.ndarray, type, FunctionType, ModuleType, type(None))
CHANGING = (list, dict, set, np.ndarray)
DEEPEST = 3  # members of members of members: further inside nobody looks for what cannot be sent


class _Pickler(cloudpickle.Pickler):
    """Pickles by value, and remembers in which files the code stands."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.files: set[str] = set()

    def reducer_override(self, obj: Any) -> Any:
        """Send what belongs to the kernel as what stands for it elsewhere, and all else as cloudpickle does."""
        if isinstance(obj, CodeType):
            self.files.add(obj.co_filename)
        if type(obj).__module__ == "IPython.core.autocall":  # `exit` and `quit` in a notebook
            return getattr, (builtins, "exit")
        if isinstance(obj, ContextVar) and (home := _home_of(obj)) is not None:  # as `np.errstate` uses in a decorator
            return attribute_of, home
        if isinstance(obj, MethodType) and obj.__name__ == "get_ipython":
            return getattr, (sys.modules[__name__], "no_notebook")
        return super().reducer_override(obj)


class _PicklerWithNumbers(_Pickler):
    """Pickles an object of a call's arguments as its number: the other side puts its own object there."""

    def __init__(self, file: io.BytesIO, numbers: dict[int, int]) -> None:
        super().__init__(file)
        self.numbers = numbers

    def persistent_id(self, obj: Any) -> int | None:
        """Return the number of an object of the arguments; None for any other."""
        return self.numbers.get(id(obj))


class _UnpicklerWithNumbers(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, objects: Sequence[Any]) -> None:
        super().__init__(file)
        self.objects = objects

    def persistent_load(self, pid: Any) -> Any:
        return self.objects[pid]


def attribute_of(module: str, name: str) -> Any:
    """Return what a module calls by a name; the module is imported where that is needed."""
    return getattr(importlib.import_module(module), name)


def _home_of(thing: Any) -> tuple[str, str] | None:
    """Return the module and the name under which a loaded library keeps a thing."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "__main__") != "__main__" and not is_own(module):
            for name, value in list(vars(module).items()):
                if value is thing:
                    return module.__name__, name
    return None


def no_notebook() -> NoReturn:
    """Stand for `get_ipython` where the reader's function runs. Raises RuntimeError."""
    raise RuntimeError(
        "a check runs your function outside of the notebook, where there is no get_ipython(): leave it, and magics "
        "such as %time, out of the function"
    )


@dataclass(frozen=True)
class Unsent:
    """What stands for a value that cannot be sent: the words that a verdict needs of it."""

    name: str
    module: str
    text: str
    gives_values: bool
    callable: bool

    def stand_in(self) -> Any:
        """Return an object that a verdict describes with the same words as the value itself."""
        body: dict[str, Any] = {"__module__": self.module, "__repr__": lambda _: self.text}
        if self.gives_values:
            body["__next__"] = lambda _: None
        if self.callable:
            body["__call__"] = lambda _: None
        return type(self.name, (), body)()


def unsent(value: Any) -> Unsent:
    """Return what stands for a value that cannot be sent."""
    try:
        text = value_text(value)
    except Exception:  # a structure too deep to be shown, or the reader's own __repr__
        text = f"<{type(value).__name__}>"
    kind = type(value)
    return Unsent(kind.__name__, kind.__module__, text, hasattr(value, "__next__"), callable(value))


def packed(thing: Any) -> tuple[bytes, set[str]]:
    """Return `thing` as bytes, and the files in which the code of its functions stands.

    Raises whatever pickling raises where something in it cannot be sent.
    """
    buffer = io.BytesIO()
    pickler = _Pickler(buffer)
    with _own_modules_by_value():
        pickler.dump(thing)
    return buffer.getvalue(), pickler.files


def packed_result(value: Any, objects: Sequence[Any]) -> bytes:
    """Return a result as bytes, with numbers for the `objects` of the arguments and words for what cannot be sent."""
    numbers = {id(each): number for number, each in enumerate(objects)}
    try:
        return _dumped(value, numbers)
    except MemoryError:
        raise
    except Exception:
        return _dumped(_with_stand_ins(value, numbers, DEEPEST), numbers)


def unpacked_result(data: bytes, objects: Sequence[Any]) -> Any:
    """Return the result that `packed_result` made bytes of, with `objects` in the places of their numbers."""
    try:
        return _put_in(_UnpicklerWithNumbers(io.BytesIO(data), objects).load())
    except Exception as error:  # an object of the reader's own that comes apart on the way
        return Unsent(
            "object", "builtins", f"<an object that {type(error).__name__} kept here>", False, False
        ).stand_in()


def _dumped(value: Any, numbers: dict[int, int]) -> bytes:
    buffer = io.BytesIO()
    (_PicklerWithNumbers(buffer, numbers) if numbers else _Pickler(buffer)).dump(value)
    return buffer.getvalue()


def _with_stand_ins(value: Any, numbers: dict[int, int], depth: int) -> Any:
    try:
        _dumped(value, numbers)
        return value
    except Exception:
        if depth and type(value) in (list, tuple):
            return type(value)(_with_stand_ins(member, numbers, depth - 1) for member in value)
        if depth and type(value) is dict:
            return {key: _with_stand_ins(member, numbers, depth - 1) for key, member in value.items()}
        return unsent(value)


def _put_in(value: Any) -> Any:
    if isinstance(value, Unsent):
        return value.stand_in()
    if type(value) in (list, tuple) and any(isinstance(member, Unsent | list | tuple | dict) for member in value):
        return type(value)(map(_put_in, value))
    if type(value) is dict:
        return {key: _put_in(member) for key, member in value.items()}
    return value


def objects_of(arguments: Any) -> list[Any]:
    """Return the objects inside a call's arguments that are told apart by identity, such as the nodes of a graph.

    They come in the same order from any copy of the arguments. What holds numbers that a function may write over, as
    an array, a list or a Tensor does, is none of them: its contents count.
    """
    found, seen, waiting = [], set(), [arguments]
    while waiting:
        one = waiting.pop()
        if isinstance(one, PLAIN) or is_tensor(one) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
        elif state := getattr(one, "__dict__", None):
            waiting += [state[name] for name in sorted(state)]
            if not any(isinstance(each, CHANGING) for each in state.values()):
                found.append(one)
    return found


def what_cannot_be_sent(function: Callable[..., Any]) -> tuple[str, Any] | None:
    """Return the name and the value of a variable that keeps a function from being sent, or None."""
    waiting, seen = [function], {id(function)}
    while waiting:
        for name, value in variables_of(waiting.pop()).items():
            if id(value) in seen:
                continue
            seen.add(id(value))
            if isinstance(value, FunctionType) and is_own(sys.modules.get(value.__module__)):
                waiting.append(value)
                continue
            try:
                packed(value)
            except Exception:
                return name, value
    return None


@contextlib.contextmanager
def _own_modules_by_value() -> Iterator[None]:
    registered = []
    try:
        for module in list(sys.modules.values()):
            if is_own(module) and module.__name__ not in cloudpickle.list_registry_pickle_by_value():
                cloudpickle.register_pickle_by_value(module)
                registered.append(module)
        yield
    finally:
        for module in registered:
            cloudpickle.unregister_pickle_by_value(module)


def is_own(module: Any) -> bool:
    """Return whether a module is the reader's own: a file outside the course and the installed libraries."""
    file = getattr(module, "__file__", None)
    if not isinstance(module, ModuleType) or not isinstance(file, str):
        return module is sys.modules["__main__"]
    return sys.modules.get(module.__name__) is module and not _is_in_a_library(file)


@functools.cache
def _is_in_a_library(file: str) -> bool:
    return file.startswith(LIBRARIES) or str(Path(file).resolve()).startswith(LIBRARIES)
