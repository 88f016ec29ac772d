"""Why a function gave None: it has no `return`, it reached none, or what it returned is None."""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

NO_RETURN = "the last line is probably missing its `return`."
NOT_REACHED = (
    "it has a `return`, but the call came to an end without reaching one: it looks as if no branch of an `if` was "
    "taken, or a loop had nothing to go through. Which way does this call take through your lines?"
)
RETURNS_NONE = (
    "it has a `return`, and what stands behind it is None. Methods that change something in place, such as `.sort()` "
    "and `.append()`, return None."
)


def why_none(function: Callable[..., Any]) -> str:
    """Return the likely reason for a result of None, a sentence that follows a colon."""
    code = getattr(function, "__code__", None)
    if code is None:
        return NO_RETURN
    ends = list(_gives_none(list(dis.get_instructions(code))))
    if all(ends):
        return NO_RETURN
    # Where every way through the lines ends at a `return`, the compiler adds none of its own.
    return NOT_REACHED if any(ends) else RETURNS_NONE


def _gives_none(instructions: list[dis.Instruction]) -> Iterator[bool]:
    """For each place at which a function ends by itself: whether it is one at which None stands in the code."""
    for before, each in pairwise(instructions):
        if each.opname == "RETURN_CONST":
            yield each.argval is None
        elif each.opname == "RETURN_VALUE":
            # A line that jumps here, as `a if b else None` does, brings a value of its own.
            yield before.opname == "LOAD_CONST" and before.argval is None and not each.is_jump_target
