"""What an exercise is made of: the calls to compare, and the wrong implementations that are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """One call of the reader's function.

    `label` says what is special about it in the reader's terms ("no heads at all", "one row"). An `edge` case is
    one in which there is little or nothing to compute; alone it earns no points (see `task.points_earned`). `raises`
    is the exception that the library's function raises on purpose in this case; any other is a fault of the course.
    """

    arguments: tuple[Any, ...]
    label: str
    keywords: Mapping[str, Any] = field(default_factory=dict)
    edge: bool = False
    raises: type[Exception] | None = None


@dataclass(frozen=True)
class Outcome:
    """The first case in which a mistake shows: what was called, what the library gives, what the reader's code gave.

    `received` is None when the call raised; `error` is then the name of the exception's type.
    """

    case: Case
    expected: Any
    received: Any
    error: str = ""


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that people really write, and what to tell them of the case in which it shows first."""

    name: str
    function: Callable[..., Any]
    feedback: Callable[[Outcome], str]
