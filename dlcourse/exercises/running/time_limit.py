"""How long a reader's function may run: on a busy machine no longer than on an idle one, and not shorter either."""

from __future__ import annotations

import os
import time
from pathlib import Path

ASLEEP = 3  # times as long by the clock: for a function that sleeps, or a machine that has other things to do


class TimeLimit:
    """So many ``seconds`` of the processor for the process ``pid`` from now on, or three times as many by the clock.

    The clock stands still while the process is ready and the processor is given to others: on a machine with much to
    do a call can take a minute that needs a second. Where the system does not tell a process's time (only Linux does,
    in /proc), the clock counts alone.
    """

    def __init__(self, pid: int, seconds: float) -> None:
        self._pid, self._seconds = pid, seconds
        self._began, self._used, self._queued = time.monotonic(), processor_seconds(pid), queued_seconds(pid)

    def left(self) -> float:
        """Return the seconds that are left; 0 or less when the time is over."""
        waited, used = time.monotonic() - self._began, processor_seconds(self._pid)
        if used is None or self._used is None:
            return self._seconds - waited
        queued = queued_seconds(self._pid) - self._queued
        return min(self._seconds - (used - self._used), ASLEEP * self._seconds - (waited - queued))


def processor_seconds(pid: int) -> float | None:
    """Return the time of the processor that a process has used, with all its threads; None where nobody tells."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


def queued_seconds(pid: int) -> float:
    """Return how long a process's main thread has been ready to run and had to wait; 0 where nobody tells."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
