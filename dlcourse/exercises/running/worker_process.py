"""Run the reader's function in a process of its own: started at the first check, kept, and started anew when it ends.

Whatever the function does, the notebook's kernel is untouched: a loop without end is ended with its process.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import threading
import time
from collections.abc import Callable, Sequence
from types import NoneType
from typing import Any

from dlcourse.exercises.running import worker
from dlcourse.exercises.running.description import Description
from dlcourse.exercises.running.failure import Failure
from dlcourse.exercises.running.handed_in import NotSent, Packed
from dlcourse.exercises.running.packing import pack
from dlcourse.exercises.running.reading import NotPlain, decoded
from dlcourse.exercises.running.sandbox import KEPT_CHARACTERS, Call, Result, Session
from dlcourse.exercises.running.sending import objects_of, packed
from dlcourse.exercises.running.time_limit import TimeLimit
from dlcourse.exercises.running.unsent import Unsent
from dlcourse.exercises.wording import shorten

# Until a function has come to the worker: the process starts, and a large library may be loaded there.
LONGEST_START = 120.0
LONGEST_LOADING = 20.0  # of these, the function's own part
SHORT = 5.0  # to describe an answer
LONGEST_MESSAGE = 20.0  # until all of it has come
MOST_BYTES = 2**26  # of one message
BETWEEN_LOOKS = 0.5  # while nothing comes
# What a worker says while a function runs: the types of the parts, by the kind of message.
EXPECTED = {
    "printed": ([str, int],),
    "warned": ([str],),
    "result": ([bytes, dict, str], [bytes, NoneType, str]),
}
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

    def _received(self) -> bytes:
        """Return the bytes of a message that has begun to come. One that does not go on ends with its process."""
        from loky.backend.utils import kill_process_tree

        late = threading.Timer(LONGEST_MESSAGE, kill_process_tree, [self._process])
        late.start()
        try:
            return bytes(self._connection.recv_bytes(MOST_BYTES))
        finally:
            late.cancel()

    def _how_it_ended(self) -> str:
        with contextlib.suppress(OSError):  # what came through it was no message, and it was closed here
            if self._connection.poll(0):  # its end was closed: the process is gone, or is about to go
                self._process.join(1.0)
        code = self._process.exitcode
        if code is None:
            return ""
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def run(self, request: Any, session: Session, calls: Sequence[Call], seconds: float) -> bool:
        """Fill `session` with what comes back; return whether the process can be used again.

        Raises EOFError or OSError where the process is gone, and NotPlain where it says what a worker does not say.
        """
        self._connection.send(request)
        limit: TimeLimit | None = None
        latest_start = time.monotonic() + LONGEST_START
        while True:
            left = limit.left() if limit is not None else latest_start - time.monotonic()
            # A signal may reach another thread than this one, which sees an interrupt only between two looks.
            if not self._connection.poll(max(0.0, min(left, BETWEEN_LOOKS))):
                if left > 0:
                    continue
                break
            kind, details = _message(self._received())
            if kind == "loading" and limit is None:
                limit = TimeLimit(self._process.pid, LONGEST_LOADING)
            elif kind == "begun" and not session.begun:
                limit, session.begun = TimeLimit(self._process.pid, seconds), True
            elif kind == "not loaded":
                session.not_sent = _could_not_be_loaded(*(str(each) for each in [*details, "", ""][:2]))
                return True
            elif kind == "ended":
                _end_of(session, details, calls)
                return True
            else:
                _take(session, kind, details, calls)
            if limit is not None and limit.left() <= 0:  # it says so much that there is always something to read
                break
        if not session.begun:
            session.not_sent = _could_not_be_loaded("TimeoutError", f"it took longer than {LONGEST_LOADING:g} s")
        session.ended = len(session.results) == len(calls)
        return False


def run_in_worker(
    answer: Any,
    effect: Callable[..., Any] | None,
    calls: Sequence[Call],
    seconds: float,
    names: Sequence[str] = (),
    reference: Callable[..., Any] | None = None,
    overflow_raises: bool = False,
) -> Session:
    """Call the reader's function once for each of `calls` in the worker process, in at most `seconds` altogether.

    The function may be packed already. With an `effect`, the result of each call is what that returns of the arguments
    afterwards. `names` are the parameters' names, for the messages; calls of the `reference`, the answer key, are
    noticed where it belongs to the course. `overflow_raises` lets NumPy raise where numbers overflow. Never raises for
    what the function does: see `Session`. Raises RuntimeError where no process can be started.
    """
    try:
        ready = answer if isinstance(answer, Packed) else pack(answer)
    except NotSent as error:
        return Session(not_sent=str(error))
    key = reference if _is_of_the_course(reference) else None
    return run_errand(ready, functools.partial(worker.calling, effect, overflow_raises), calls, seconds, names, key)


def described_in_worker(answer: Packed, calls: Sequence[Call]) -> Description:
    """Have a packed answer described in the worker process. Raises NotSent where it cannot be."""
    shapes = tuple(worker.SentCall((None,) * len(call.arguments), dict.fromkeys(call.keywords)) for call in calls)
    session = run_errand(answer, worker.describing, [worker.SentCall(shapes, {})], SHORT)
    try:
        return Description.read(_only_result(session))
    except ValueError as error:
        raise NotSent(_could_not_be_loaded("ValueError", str(error))) from error


def value_in_worker(answer: Packed) -> Any:
    """Return a packed answer as plain data, with stand-ins for what is none. Raises NotSent where it cannot be had."""
    return _only_result(run_errand(answer, worker.giving, [worker.SentCall((), {})], SHORT))


def _only_result(session: Session) -> Any:
    if session.not_sent or len(session.results) != 1 or session.results[0].failure is not None:
        why = session.lost or "it does not work there"
        raise NotSent(session.not_sent or _could_not_be_loaded("RuntimeError", why))
    return session.results[0].value


def run_errand(
    answer: Packed,
    make: Callable[..., Any],
    calls: Sequence[Call],
    seconds: float,
    names: Sequence[str] = (),
    reference: Callable[..., Any] | None = None,
    new_session: Callable[[], Session] = Session,
) -> Session:
    """Call what ``make`` makes of a packed answer in the worker process; otherwise as `run_in_worker`."""
    sent = [worker.SentCall(tuple(call.arguments), dict(call.keywords)) for call in calls]
    errand, _ = packed((make, sent, tuple(names), reference))
    request = answer.surroundings, answer.data, errand
    with _one_at_a_time:
        for _attempt in range(ATTEMPTS):
            session = _run_once(request, calls, seconds, new_session())
            if session.begun or session.not_sent or session.interrupted:
                return session
    if session.lost:
        return Session(not_sent=_could_not_be_loaded("Python ended", session.lost))
    raise RuntimeError("The process that runs the reader's function does not start.")


def _run_once(request: Any, calls: Sequence[Call], seconds: float, session: Session) -> Session:
    usable = False
    try:
        usable = _process().run(request, session, calls, seconds)
    except KeyboardInterrupt:
        session.interrupted = True
    except (EOFError, OSError, NotPlain) as error:
        session.ended = False
        session.lost = "it wrote into its connection" if isinstance(error, NotPlain) else "its connection was closed"
    finally:
        if not usable:
            how = _end()
            session.lost = session.lost and (how or session.lost)
    session.interrupted |= _interrupted(session)
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


def _message(data: bytes) -> tuple[str, list[Any]]:
    """Return the kind of a message, and its parts. Raises NotPlain for what is none."""
    message = decoded(data)
    if type(message) is not list or not message or type(message[0]) is not str:
        raise NotPlain("no message")
    return message[0], message[1:]


def _end_of(session: Session, details: list[Any], calls: Sequence[Call]) -> None:
    """Take the last message. Raises NotPlain where calls are left that nobody has broken off."""
    if len(session.results) < len(calls) and not _interrupted(session):
        raise NotPlain("an end before the last call")
    session.used_key = not (len(details) == 1 and details[0] is False)


def _interrupted(session: Session) -> bool:
    return any(each.failure is not None and "KeyboardInterrupt" in each.failure.types for each in session.results)


def _take(session: Session, kind: str, details: list[Any], calls: Sequence[Call]) -> None:
    """Take what a worker says while it runs a function. Raises NotPlain for what it does not say then."""
    types = [type(each) for each in details]
    if not session.begun or types not in EXPECTED.get(kind, ()):
        raise NotPlain(f"the message {kind!r}")
    if kind == "printed":
        text, lines = details
        session.add_printed(text[: max(0, KEPT_CHARACTERS - len(session.printed))], lines)
    elif kind == "warned":
        session.add_warning(shorten(details[0], 200))
    elif kind == "result":
        if len(session.results) == len(calls):
            raise NotPlain("more results than calls")
        data, failure, changed = details
        session.add_result(_result(data, failure, changed, calls[len(session.results)]))


def _result(data: bytes, failure: dict[str, Any] | None, changed: str, call: Call) -> Result:
    try:
        value = decoded(data, objects_of((tuple(call.arguments), dict(call.keywords))))
    except NotPlain as error:  # an object that comes apart on the way
        value = Unsent("object", "builtins", f"<an object that {shorten(str(error), 60)} kept here>").stand_in()
    return Result(value, None if failure is None else Failure.read(failure), changed)


def _is_of_the_course(reference: Any) -> bool:
    return str(getattr(reference, "__module__", "")).startswith("dlcourse.")


def _could_not_be_loaded(kind: str, message: str) -> str:
    return (
        "The check runs your function in a process of its own, and there what it needs could not be loaded "
        f"({kind}: {shorten(message, 200)}). Expected is a function that needs nothing but its parameters and the "
        "imported modules. Restart the kernel, run your cells from the top and check again; if it is still there, "
        "make what your function uses inside it."
    )
