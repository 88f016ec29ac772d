"""A result of which there are several right ones: judged by what it must be like, not by equality with the library's.

A judge is a function of the case's arguments and of a result. It names the *kind* of fault, so that a listed mistake
is recognized by making the same kind of fault in every case, however its other numbers come out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Judgement:
    """What is wrong with a result: a word for it, and a sentence about "Your result"; both are "" where it is right."""

    kind: str = ""
    message: str = ""


RIGHT = Judgement()
Judge = Callable[[tuple[Any, ...], Any], Judgement]


def brought_to(one_form: Callable[[tuple[Any, ...], Any], Any], arguments: tuple[Any, ...], result: Any) -> Any:
    """Return a result in the form in which equal ones are equal; as it is where it has no such form."""
    try:
        return one_form(arguments, result)
    except Exception:  # of a reader's result nothing is certain: a wrong shape is told by the comparison
        return result


def difference_in_kind(judge: Judge, arguments: tuple[Any, ...], expected: Any, received: Any) -> str:
    """Say how `received` differs in kind from `expected`, a mistake's result or a right one; "" where it does not."""
    wanted, found = judge(arguments, expected), judge(arguments, received)
    if wanted.kind == found.kind:
        return ""
    return found.message or "Your result is right here."
