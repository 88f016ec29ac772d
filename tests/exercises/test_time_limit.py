"""The time of a reader's function is the processor's, so that a busy machine stops nobody too early."""

import subprocess
import sys
import time

import pytest

from dlcourse.exercises.running import time_limit
from dlcourse.exercises.running.time_limit import ASLEEP, TimeLimit, processor_seconds
from tests.limits import LONGEST


@pytest.fixture
def clock(monkeypatch):
    """Sets what the clock and the processor's clock say: ``clock(seconds, processor)``."""
    now = {"clock": 0.0, "processor": 0.0}
    monkeypatch.setattr(time_limit.time, "monotonic", lambda: now["clock"])
    monkeypatch.setattr(time_limit, "processor_seconds", lambda _pid: now["processor"])
    return lambda clock, processor: now.update(clock=clock, processor=processor)


def test_a_process_that_waits_for_the_processor_keeps_its_time(clock):
    limit = TimeLimit(1, 5.0)
    clock(7.0, 1.0)
    assert limit.left() == 4.0
    clock(9.0, 5.5)
    assert limit.left() < 0


def test_a_process_that_sleeps_is_given_three_times_as_long(clock):
    limit = TimeLimit(1, 5.0)
    clock(14.0, 0.0)
    assert limit.left() == 1.0
    clock(ASLEEP * 5.0 + 0.1, 0.0)
    assert limit.left() < 0


def test_where_nobody_tells_the_processor_s_time_the_clock_counts(clock):
    limit = TimeLimit(1, 5.0)
    clock(4.0, None)
    assert limit.left() == 1.0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a process's time in /proc")
def test_a_loop_uses_the_processor_and_a_process_that_is_gone_none():
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        deadline = time.monotonic() + LONGEST
        while processor_seconds(process.pid) < 0.05 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert processor_seconds(process.pid) >= 0.05
    finally:
        process.kill()
        process.wait()
    assert processor_seconds(process.pid) is None
