"""The time of a reader's function is the processor's, so that a busy machine stops nobody too early."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlcourse.exercises.running import time_limit
from dlcourse.exercises.running.time_limit import ASLEEP, TimeLimit, processor_seconds, queued_seconds
from tests.limits import LONGEST


@pytest.fixture
def clock(monkeypatch):
    """Sets what the clock, the processor's clock and the queue's say: ``clock(seconds, processor, queued)``."""
    now = {"clock": 0.0, "processor": 0.0, "queued": 0.0}
    monkeypatch.setattr(time_limit.time, "monotonic", lambda: now["clock"])
    monkeypatch.setattr(time_limit, "processor_seconds", lambda _pid: now["processor"])
    monkeypatch.setattr(time_limit, "queued_seconds", lambda _pid: now["queued"])
    return lambda clock, processor, queued=0.0: now.update(clock=clock, processor=processor, queued=queued)


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


def test_the_clock_stands_still_while_the_processor_is_given_to_others(clock):
    limit = TimeLimit(1, 5.0)
    clock(60.0, 1.0, 58.0)
    assert limit.left() == 4.0
    clock(60.0, 1.0, 44.0)
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
    assert queued_seconds(process.pid) == 0


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="the kernel was built without these figures")
def test_processes_that_share_a_processor_wait_in_its_queue():
    shared = min(os.sched_getaffinity(0))
    loop = f"import os; os.sched_setaffinity(0, {{{shared}}})\nwhile True: pass"
    processes = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(2)]
    try:
        deadline = time.monotonic() + LONGEST
        while min(queued_seconds(each.pid) for each in processes) < 0.05 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert min(queued_seconds(each.pid) for each in processes) >= 0.05
    finally:
        for each in processes:
            each.kill()
            each.wait()
