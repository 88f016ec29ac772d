"""A run on the reader's pieces, part by part: this happens in the worker process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from dlcourse.exercises.milestones.readings import Pieces, Reading, Run

AT_WORK = "piece at work: "
SHARE_OF_TIME = 0.8  # after which the worker tells which piece it is in: when the time is over, it is ended


def in_parts(run: Run, library: Pieces, size: int, seconds: float, own: Pieces) -> Callable[..., Any]:
    """Return a function that gives the next ``size`` values of a run at each call, and none at its end.

    The ``own`` pieces take the place of the library's. Where one fails, the values before come first, and what it
    raised at the next call: so it is known which value it was on the way to.
    """
    watch = _Watch()
    pieces = {**library, **{name: watch.over(name, piece) for name, piece in own.items()}}
    begun: list[Iterator[Reading]] = []
    raised: list[Exception] = []

    def part() -> list[float]:
        if not begun:
            begun.append(run(pieces))
            watch.tell_after(SHARE_OF_TIME * seconds)
        if raised:
            raise raised.pop()
        values: list[float] = []
        try:
            for reading in islice(begun[0], size):
                values.append(float(reading.value))
        except Exception as error:
            if not values:
                raise
            raised.append(error)
        return values

    return part


class _Watch:
    """Which of the reader's pieces is at work."""

    def __init__(self) -> None:
        self.inside = ""

    def over(self, name: str, piece: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that does what ``piece`` does and is known to be at work meanwhile."""

        def call(*arguments: Any, **keywords: Any) -> Any:
            before, self.inside = self.inside, name
            try:
                return piece(*arguments, **keywords)
            finally:
                self.inside = before

        return call

    def tell_after(self, seconds: float) -> None:
        """Print the name of the piece at work when so much time has passed: the notebook's process hears it."""

        def tell() -> None:
            if self.inside:
                print(f"\n{AT_WORK}{self.inside}")

        timer = threading.Timer(seconds, tell)
        timer.daemon = True
        timer.start()
