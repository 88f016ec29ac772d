"""Run the reader's function in a process of its own: started at the first check, kept, and started anew when it ends.

Whatever the function does, the notebook's kernel is untouched: a loop without end is ended with its process.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import linecache
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from dlcourse.exercises.running import worker
from dlcourse.exercises.running.failure import LIBRARIES
from dlcourse.exercises.running.names_used import names_used
from dlcourse.exercises.running.sandbox import Call, Result, Session
from dlcourse.exercises.running.sending import is_own, objects_of, packed, unpacked_result, what_cannot_be_sent
from dlcourse.exercises.running.time_limit import TimeLimit
from dlcourse.exercises.wording import kind_of, shorten
from dlcourse.page.cells import kernel_shell

# Until a function has come to the worker: the process starts, and a large library may be loaded there.
LONGEST_START = 120.0
ATTEMPTS = 2

_one_at_a_time = threading.Lock()
_running: list[WorkerProcess] = []


class WorkerProcess:
    """A worker process and the connection to it."""

    def __init__(self) -> None:
        from loky.backend import get_context

        # Like "spawn", but the notebook's own __main__ is not run again there.
        context = get_context("loky")
        self._connection, theirs = context.Pipe()
        theirs_to_watch, self._life = context.Pipe(duplex=False)
        self._process = context.Process(target=worker.serve, args=(theirs, theirs_to_watch))
        self._process.start()
        self.owner = os.getpid()
        theirs.close()
        theirs_to_watch.close()

    def end(self) -> str:
        """Kill the process with all that it has started; return how it had ended before, or "" when it had not."""
        from loky.backend.utils import kill_process_tree

        how = self._how_it_ended()
        with contextlib.suppress(Exception):
            kill_process_tree(self._process)
        self._process.join()
        self._connection.close()
        self._life.close()
        return how

    def _how_it_ended(self) -> str:
        if self._connection.poll(0):  # its end was closed: the process is gone, or is about to go
            self._process.join(1.0)
        code = self._process.exitcode
        if code is None:
            return ""
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def run(self, request: Any, session: Session, calls: Sequence[Call], seconds: float) -> bool:
        """Fill `session` with what comes back; return whether the process can be used again.

        Raises EOFError or OSError where the process is gone.
        """
        self._connection.send(request)
        limit: TimeLimit | None = None
        latest_start = time.monotonic() + LONGEST_START
        while True:
            left = limit.left() if limit is not None else latest_start - time.monotonic()
            if not self._connection.poll(max(0.0, left)):
                if left > 0:
                    continue  # it waited for the processor
                break
            kind, *details = self._connection.recv()
            if kind == "begun":
                limit = TimeLimit(self._process.pid, seconds)
                session.begun = True
            elif kind == "result":
                session.add_result(_result(details, calls[len(session.results)]))
            elif kind == "printed":
                session.add_printed(*details)
            elif kind == "warned":
                session.add_warning(*details)
            elif kind == "not loaded":
                session.not_sent = _could_not_be_loaded(*details)
                return True
            else:
                (session.used_key,) = details
                return True
        session.ended = len(session.results) == len(calls)
        return False


def run_in_worker(
    answer: Callable[..., Any],
    effect: Callable[..., Any] | None,
    calls: Sequence[Call],
    seconds: float,
    names: Sequence[str] = (),
    reference: Callable[..., Any] | None = None,
) -> Session:
    """Call the reader's function once for each of `calls` in the worker process, in at most `seconds` altogether.

    With an `effect`, the result of each call is what that returns of the arguments afterwards. `names` are the
    parameters' names, for the messages; calls of the `reference`, the answer key, are noticed where it belongs to the
    course. Never raises for what the function does: see `Session`. Raises RuntimeError
    where no process can be started.
    """
    sent = [worker.SentCall(tuple(call.arguments), dict(call.keywords)) for call in calls]
    try:
        data, files = packed((answer, effect, sent, tuple(names), reference if _is_of_the_course(reference) else None))
    except Exception as error:
        return Session(not_sent=_could_not_be_sent(answer, error))
    request = _surroundings(answer, files), data
    with _one_at_a_time:
        for _attempt in range(ATTEMPTS):
            session = _run_once(request, calls, seconds)
            if session.begun or session.not_sent or session.interrupted:
                return session
    if session.lost:
        return Session(not_sent=_could_not_be_loaded("Python ended", session.lost))
    raise RuntimeError("The process that runs the reader's function does not start.")


def _run_once(request: Any, calls: Sequence[Call], seconds: float) -> Session:
    session, usable = Session(), False
    try:
        usable = _process().run(request, session, calls, seconds)
    except KeyboardInterrupt:
        session.interrupted = True
    except (EOFError, OSError):
        session.ended = False
        session.lost = "its connection was closed"
    finally:
        if not usable:
            how = _end()
            session.lost = session.lost and (how or session.lost)
    session.interrupted |= any(
        each.failure is not None and "KeyboardInterrupt" in each.failure.types for each in session.results
    )
    return session


def _process() -> WorkerProcess:
    """Return the running process, or start it. A copy of this process, as a fork makes it, starts one of its own."""
    if not _running or _running[0].owner != os.getpid():
        _running[:] = [WorkerProcess()]
    return _running[0]


def _end() -> str:
    """End the running process and return how it had ended before, if it had."""
    ended = [each for each in _running if each.owner == os.getpid()]
    _running.clear()
    return "".join(each.end() for each in ended)


atexit.register(_end)


def _result(details: list[Any], call: Call) -> Result:
    data, failure, changed = details
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the first tensor of PyTorch loads it here
        value = unpacked_result(data, objects_of((tuple(call.arguments), dict(call.keywords))))
    return Result(value, failure, changed)


def _is_of_the_course(reference: Any) -> bool:
    return str(getattr(reference, "__module__", "")).startswith("dlcourse.")


def _surroundings(answer: Callable[..., Any], files: Iterable[str]) -> worker.Surroundings:
    try:
        folder = os.getcwd()
    except OSError:  # the folder was deleted
        folder = os.path.expanduser("~")
    around = getattr(answer, "__globals__", {})
    return worker.Surroundings(
        folder,
        tuple(sys.path),
        {file: linecache.getlines(file, around) for file in files if not file.startswith(LIBRARIES)},
        tuple(name for name, value in around.items() if value is np),
        sys.getrecursionlimit(),
        kernel_shell() is not None,
        _libraries_of(answer),
    )


def _libraries_of(answer: Callable[..., Any]) -> tuple[str, ...]:
    """The loaded libraries that a function mentions: an import inside it costs nothing in the notebook either."""
    used = names_used(answer)
    loaded = [(name, module) for name, module in list(sys.modules.items()) if used.issuperset(name.split("."))]
    return tuple(name for name, module in loaded if name != "__main__" and not is_own(module))


def _could_not_be_sent(answer: Callable[..., Any], error: Exception) -> str:
    found = what_cannot_be_sent(answer)
    if found is None:
        return (
            "The check runs your function in a process of its own, and it could not be sent there "
            f"({type(error).__name__}: {shorten(str(error), 200)}). Expected is a function that is made with `def` and "
            "needs nothing but its parameters and the imported modules."
        )
    name, value = found
    return (
        f"Your function uses the variable `{name}`, which is {_kind_of_variable(value)}. The check runs your function "
        "in a process of its own, and this cannot be sent there, as locks, generators and widgets cannot. Expected is "
        "a function that needs nothing but its parameters. Make what it needs inside it, or take the plain value out "
        "before: a number, a text or an array."
    )


def _kind_of_variable(value: Any) -> str:
    if isinstance(value, ModuleType):
        return f"the module `{value.__name__}`"
    return "an open file" if isinstance(value, io.IOBase) else kind_of(value).replace("a _thread ", "a ")


def _could_not_be_loaded(kind: str, message: str) -> str:
    return (
        "The check runs your function in a process of its own, and there what it needs could not be loaded "
        f"({kind}: {shorten(message, 200)}). Expected is a function that needs nothing but its parameters and the "
        "imported modules. Restart the kernel, run your cells from the top and check again; if it is still there, "
        "make what your function uses inside it."
    )
