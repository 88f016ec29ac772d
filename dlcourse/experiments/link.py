"""How frames travel: how many may be under way, how long the round trip takes, raw or compressed.

Pure bookkeeping without clocks or sockets: the caller passes the time in seconds.
"""

from collections import deque
from statistics import median

IN_FLIGHT = 2  # frames sent and not yet painted: enough to keep a fast link busy, too few to queue up
LOST_AFTER = 2.0  # seconds without an answer: the page was closed
SLOW = 0.25  # seconds: raw frames that take longer are compressed
FAST = 0.12  # seconds: compressed frames that take less allow another try with raw ones
SAMPLES = 3
FIRST_PATIENCE, LAST_PATIENCE = 10, 640  # fast compressed frames before the next raw one is tried


class Link:
    """One experiment's way to the browser. ``compress`` says how the next frame goes."""

    def __init__(self) -> None:
        self.compress = False
        self.sequence = 0
        self._sent: dict[int, tuple[float, bool]] = {}  # number -> (time, compressed)
        self._trips: deque[float] = deque(maxlen=SAMPLES)
        self._fast_frames = 0
        self._patience = FIRST_PATIENCE

    def is_open(self, now: float) -> bool:
        """Whether another frame may go out. Frames that are not answered for long are given up.

        Raw frames that get no answer for so long may be stuck on a slow link: the next ones go compressed.
        """
        lost = [number for number, (time, _) in self._sent.items() if now - time >= LOST_AFTER]
        if any(not self._sent[number][1] for number in lost) and not self.compress:
            self._switch(compress=True)
        for number in lost:
            del self._sent[number]
        return len(self._sent) < IN_FLIGHT

    @property
    def round_trip(self) -> float | None:
        """Median of the last round trips in seconds; None before the first."""
        return median(self._trips) if self._trips else None

    def send(self, now: float, *, compressed: bool) -> int:
        """Notes that a frame goes out; returns its number."""
        self.sequence += 1
        self._sent[self.sequence] = (now, compressed)
        return self.sequence

    def acknowledge(self, number: int, now: float) -> None:
        """Notes that the browser has painted frame ``number``. Unknown and repeated numbers are ignored."""
        sent = self._sent.pop(number, None)
        for earlier in [other for other in self._sent if other < number]:
            del self._sent[earlier]  # frames are painted in order, so an earlier answer went missing
        if sent is None or sent[1] != self.compress:
            return
        trip = now - sent[0]
        self._trips.append(trip)
        if self.compress:
            self._after_compressed(trip)
        elif len(self._trips) == SAMPLES and median(self._trips) > SLOW:
            self._switch(compress=True)

    def restart(self) -> None:
        """A page opened: what was under way went to another one."""
        self._sent.clear()

    def _after_compressed(self, trip: float) -> None:
        """Back to raw frames after a run of fast ones; each failed attempt makes the next one wait twice as long."""
        self._fast_frames = self._fast_frames + 1 if trip < FAST else 0
        if self._fast_frames >= self._patience:
            self._patience = min(2 * self._patience, LAST_PATIENCE)
            self._switch(compress=False)

    def _switch(self, *, compress: bool) -> None:
        self.compress = compress
        self._trips.clear()
        self._fast_frames = 0
