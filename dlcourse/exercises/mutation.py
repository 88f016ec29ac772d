"""A wrong implementation made from the right one: the same text but for one part."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from dlcourse.source import source_of

CHANGES = "_changes_of_mutated"


def mutated(function: Callable[..., Any], *replacements: tuple[str, str]) -> Callable[..., Any]:
    """Return `function` with parts of its source replaced: (right text, wrong text), each wherever it stands.

    Raises ValueError where a right text is no longer there, so that a mistake cannot silently become the right answer.
    The function made has no source of its own; `changes_of` says what was done.
    """
    text = source_of(function, docstring=False)
    for right, wrong in replacements:
        if right not in text:
            raise ValueError(f"mutated: `{right}` does not stand in {function.__name__}; its text may have changed.")
        text = text.replace(right, wrong)
    original = inspect.unwrap(function)
    found: dict[str, Any] = {}
    exec(compile(text, f"<{function.__name__}, mutated>", "exec"), original.__globals__, found)
    made: Callable[..., Any] = found[original.__name__]
    vars(made)[CHANGES] = (original.__name__, replacements)
    return made


def changes_of(function: Callable[..., Any]) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """Return the name of what a function was `mutated` from and the replacements; None where it was not made so."""
    changes: tuple[str, tuple[tuple[str, str], ...]] | None = getattr(function, CHANGES, None)
    return changes
