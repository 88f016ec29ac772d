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
        names = {part for name in _names_in(one.__code__) for part in name.split(".")}
        found |= names
        enclosed = [cell.cell_contents for cell in one.__closure__ or () if _is_filled(cell)]
        for each in (*(one.__globals__[name] for name in sorted(names & one.__globals__.keys())), *enclosed):
            if isinstance(each, FunctionType) and each.__module__ == one.__module__ and id(each) not in seen:
                seen.add(id(each))
                waiting.append(each)
    return found


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
