"""Which names a function's code uses: what the reader called, and what has to be imported before it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any


def names_used(function: Callable[..., Any]) -> set[str]:
    """Return the names in a function's code: variables of the module, attributes, imports.

    Functions inside it count, and so do the functions of its module that it calls, theirs too. A dotted import counts
    with all its parts. A function that is not written in Python uses none.
    """
    found: set[str] = set()
    waiting, seen = [function], {id(function)}
    while waiting:
        one = waiting.pop()
        if not isinstance(one, FunctionType):
            continue
        found |= _parts(one.__code__)
        for each in variables_of(one).values():
            if isinstance(each, FunctionType) and each.__module__ == one.__module__ and id(each) not in seen:
                seen.add(id(each))
                waiting.append(each)
    return found


def variables_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return what a function's code uses from outside of it, by name: variables of its module and of functions around.

    Empty for a function that is not written in Python.
    """
    if not isinstance(function, FunctionType):
        return {}
    names = _parts(function.__code__) & function.__globals__.keys()
    found = {name: function.__globals__[name] for name in sorted(names)}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        if _is_filled(cell):
            found[name] = cell.cell_contents
    return found


def _parts(code: CodeType) -> set[str]:
    return {part for name in _names_in(code) for part in name.split(".")}


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # a variable of the enclosing function that has no value yet
        return False
