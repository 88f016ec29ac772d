"""What comes back from the worker process, as plain data: reading it runs nothing and makes no object of the reader's.

The reader's code runs in the worker and may write there what it likes, so its process is not trusted. A pickle could
run code where it is read. This form knows numbers, texts, arrays, lists, tuples, dictionaries, sets, the library's
tensors and other objects of the textbook and the chapters; words stand for anything else (see `unsent`). It is a table
of entries that name each other by their place, so that a graph of thousands of nodes needs no recursion.
"""

from __future__ import annotations

import copyreg
import json
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.running.unsent import unsent
from dlcourse.exercises.tensors import is_tensor

LENGTH = struct.Struct(">Q")
PLAIN_ARRAYS = "biufcSUmM"
# Whose classes may come back as themselves: what their objects hold is set, and nothing of them is called.
KNOWN = ("dlcourse.scratch.", "dlcourse.chapters.")


def encoded(value: Any, objects: Sequence[Any] = ()) -> bytes:
    """Return a value as bytes, with numbers for the `objects` of the arguments and words for what is not plain."""
    return _Table(objects).bytes_of(value)


class _Table:
    def __init__(self, objects: Sequence[Any]) -> None:
        self._numbers = {id(each): number for number, each in enumerate(objects)}
        self._entries: list[Any] = []
        self._blobs: list[bytes] = []
        self._places: dict[int, int] = {}
        self._waiting: list[tuple[int, Any]] = []
        self._kept: list[Any] = []  # an object that is kept keeps its id

    def bytes_of(self, value: Any) -> bytes:
        self._place(value)
        while self._waiting:
            place, one = self._waiting.pop()
            self._entries[place] = self._entry(one)
        head = json.dumps([self._entries, [len(blob) for blob in self._blobs]]).encode("ascii")
        return b"".join([LENGTH.pack(len(head)), head, *self._blobs])

    def _place(self, value: Any) -> int:
        place = self._places.get(id(value))
        if place is None:
            place = self._places[id(value)] = len(self._entries)
            self._entries.append(None)
            self._kept.append(value)
            self._waiting.append((place, value))
        return place

    def _places_of(self, values: Any) -> list[int]:
        return [self._place(each) for each in values]

    def _entry(self, value: Any) -> list[Any]:
        if id(value) in self._numbers:
            return ["argument", self._numbers[id(value)]]
        if isinstance(value, np.ndarray):
            return self._array(np.asarray(value))
        if type(value) is np.float64:  # of which there may be thousands
            return ["float64", float.__repr__(value)]
        if isinstance(value, np.generic) and value.dtype.kind in PLAIN_ARRAYS:
            return ["scalar", value.dtype.str, self._blob(value.tobytes())]
        if is_tensor(value):
            return ["tensor", bool(value.requires_grad), self._places_of([value.data, value.grad])]
        fields = getattr(value, "_fields", None)
        if isinstance(value, tuple) and isinstance(fields, tuple):
            return ["named", type(value).__name__, list(map(str, fields)), self._places_of(value)]
        for kind, entry in _BUILTINS.items():
            if isinstance(value, kind):
                return entry(self, value)
        return self._object(value)

    def _blob(self, data: bytes) -> int:
        self._blobs.append(data)
        return len(self._blobs) - 1

    def _array(self, array: np.ndarray) -> list[Any]:
        if array.dtype.kind == "O":
            return ["objects", list(array.shape), self._places_of(array.ravel().tolist())]
        if array.dtype.kind not in PLAIN_ARRAYS:
            return self._words(array)
        return ["array", array.dtype.str, list(array.shape), self._blob(array.tobytes())]

    def _object(self, value: Any) -> list[Any]:
        kind = type(value)
        if not kind.__module__.startswith(KNOWN) or callable(value) or isinstance(value, BaseException):
            return self._words(value)
        state = {name: getattr(value, name) for name in copyreg._slotnames(kind) if hasattr(value, name)}  # type: ignore[attr-defined]
        state |= getattr(value, "__dict__", {})
        return ["object", kind.__module__, kind.__qualname__, list(state), self._places_of(state.values())]

    def _words(self, value: Any) -> list[Any]:
        words = unsent(value)
        return ["unsent", words.texts(), words.gives_values, words.callable, self._places_of([words.numbers])]


Entry = Callable[[_Table, Any], list[Any]]
_BUILTINS: dict[Any, Entry] = {
    type(None): lambda _, value: ["none"],
    type(...): lambda _, value: ["ellipsis"],
    bool: lambda _, value: ["bool", bool(value)],
    int: lambda _, value: ["int", int.__format__(value, "x")],
    float: lambda _, value: ["float", float.__repr__(value)],
    complex: lambda _, value: ["complex", float.__repr__(value.real), float.__repr__(value.imag)],
    str: lambda _, value: ["str", str.__str__(value)],
    bytes: lambda table, value: ["bytes", table._blob(bytes(value))],
    tuple: lambda table, value: ["tuple", table._places_of(value)],
    list: lambda table, value: ["list", table._places_of(value)],
    dict: lambda table, value: ["dict", table._places_of(value.keys()), table._places_of(value.values())],
    set: lambda table, value: ["set", table._places_of(value)],
    frozenset: lambda table, value: ["frozenset", table._places_of(value)],
}
