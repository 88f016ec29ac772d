"""Stop a reader's loop that never ends."""

from __future__ import annotations

import contextvars
import ctypes
import gc
import itertools
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

# Seconds between two attempts to stop code that catches every exception. The short pauses let a second alarm fall
# into the `except` block itself, where nothing catches it.
PAUSES = (2e-2, 5e-6, 1e-5, 2e-5, 4e-5, 8e-5)
REPEAT = 0.02
# How long a thread that does not stop is waited for before it is left behind.
PATIENCE = 1.0


class TimeLimitReached(BaseException):
    """The reader's function took too long. Not an `Exception`: `except Exception` must not catch it."""


def run_within(seconds: float, work: Callable[[], None]) -> bool:
    """Run `work()` for at most `seconds`; return whether it ended by itself.

    In the main thread on Unix a timer's signal interrupts the code where it is, also inside ``time.sleep``. Elsewhere
    (another thread, Windows) the work runs in a thread of its own, which is asked to stop and, if it does not listen,
    left behind. What `work` raises is raised here.
    """
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        return _run_with_alarm(seconds, work)
    return _run_in_thread(seconds, work)


def _run_with_alarm(seconds: float, work: Callable[[], None]) -> bool:
    pauses = itertools.cycle(PAUSES)

    def stop(_number: int, frame: FrameType | None) -> None:
        inner = _frames_inside_work(frame)
        if inner is None:  # the work has ended already: nothing to stop, and nobody to catch the exception
            return
        # A bare `except` around the loop catches the first exception. The trace raises another one at the next
        # line, which is then outside the `try`; and the timer comes again.
        outside = _outside_of_collection(inner)
        for each in outside:
            each.f_trace = _raise_at_line
        sys.settrace(_trace_no_new_frame)
        signal.setitimer(signal.ITIMER_REAL, next(pauses), REPEAT)
        if len(outside) == len(inner):
            raise TimeLimitReached

    trace = sys.gettrace()
    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, REPEAT)
        _do(work)
    except TimeLimitReached:
        return False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if sys.gettrace() is not trace:
            sys.settrace(trace)
    return True


def _do(work: Callable[[], None]) -> None:
    work()


def _frames_inside_work(frame: FrameType | None) -> list[FrameType] | None:
    """Return the frames that `_do` called, innermost first, or None when `_do` is not running."""
    inner = []
    while frame is not None and frame.f_code is not _do.__code__:
        inner.append(frame)
        frame = frame.f_back
    return None if frame is None else inner


def _outside_of_collection(frames: list[FrameType]) -> list[FrameType]:
    """Return the frames, innermost first, without a callback of the garbage collector and what it calls.

    An exception raised in such a callback (a profiler registers one, say) is reported and dropped.
    """
    callbacks = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    inside = [place for place, frame in enumerate(frames) if frame.f_code in callbacks]
    return frames[inside[-1] + 1 :] if inside else frames


def _raise_at_line(_frame: FrameType, event: str, _argument: Any) -> Any:
    if event == "line":
        raise TimeLimitReached
    return _raise_at_line


def _trace_no_new_frame(_frame: FrameType, _event: str, _argument: Any) -> None:
    return None


def _run_in_thread(seconds: float, work: Callable[[], None]) -> bool:
    raised: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    # The new thread sees the caller's context: NumPy keeps its floating-point error handling there.
    thread = threading.Thread(target=contextvars.copy_context().run, args=(guarded,), daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        _ask_to_stop(thread)
        return False
    if raised:
        if isinstance(raised[0], TimeLimitReached):
            return False
        raise raised[0]
    return True


def _ask_to_stop(thread: threading.Thread) -> None:
    deadline = time.monotonic() + PATIENCE
    while thread.is_alive() and time.monotonic() < deadline:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TimeLimitReached)
        )
        thread.join(REPEAT)
