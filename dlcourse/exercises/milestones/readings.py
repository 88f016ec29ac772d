"""What a run of a milestone measures on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reading:
    """One number that a run measures, such as a loss; the table has those that are ``shown``."""

    label: str
    value: float
    shown: bool = True


Pieces = Mapping[str, Callable[..., Any]]
# A run gets each piece by its name, and yields what it measures: the same labels in the same order, whosever they are.
Run = Callable[[Pieces], Iterator[Reading]]
