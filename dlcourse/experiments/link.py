"""How many pictures may be under way to the page: enough to keep kernel and page busy at once, too few to queue up.

Pure bookkeeping without clocks or sockets: the caller passes the time in seconds.
"""

IN_FLIGHT = 2  # sent and not yet painted
LOST_AFTER = 2.0  # seconds without an answer: the page was closed, or the answer went missing


class Link:
    """One experiment's way to the page."""

    def __init__(self) -> None:
        self._number = 0
        self._sent: dict[int, float] = {}  # number -> time

    def is_open(self, now: float) -> bool:
        """Whether another picture may go out. Those that are not answered for long are given up."""
        self._sent = {number: time for number, time in self._sent.items() if now - time < LOST_AFTER}
        return len(self._sent) < IN_FLIGHT

    def send(self, now: float) -> int:
        """Notes that a picture goes out; returns its number."""
        self._number += 1
        self._sent[self._number] = now
        return self._number

    def acknowledge(self, number: int) -> None:
        """Notes that the page has painted picture ``number``, and so all before it."""
        self._sent = {other: time for other, time in self._sent.items() if other > number}

    def restart(self) -> None:
        """A page opened: what was under way went to another one."""
        self._sent.clear()
