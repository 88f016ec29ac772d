"""The process that the reader's function runs in: takes one function after another, and tells what each call gave.

A message is a list that begins with its kind: "loading", "begun", "printed", "warned", "result" and "ended" in the
order of what happens, or "not loaded" in place of all that follows "loading". It is plain data (see `plain_data`): who
reads it runs nothing that the reader's code, which shares this process, may have written.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import io
import linecache
import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from dlcourse.exercises.running import failure
from dlcourse.exercises.running.answer_key import holds_a_copy, watched
from dlcourse.exercises.running.description import describe
from dlcourse.exercises.running.handed_in import Surroundings
from dlcourse.exercises.running.libraries import load_libraries_of
from dlcourse.exercises.running.names_used import names_used
from dlcourse.exercises.running.overflow import overflow_raised
from dlcourse.exercises.running.plain_data import encoded
from dlcourse.exercises.running.sandbox import Result, Session, observed, run_calls
from dlcourse.exercises.running.sending import no_notebook, objects_of

# What a function may take beside what the worker holds already.
SPARE_BYTES = 2 * 2**30


@dataclass(frozen=True)
class SentCall:
    """One call of the function: the part of a case that is sent."""

    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]


class ToldSession(Session):
    """A session that tells the notebook's process of everything at once: this process may be ended at any moment."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._objects: list[Any] = []
        self._lock = threading.Lock()

    def tell(self, *message: Any) -> None:
        """Send one message."""
        with self._lock:  # a function may print from several threads
            self._connection.send_bytes(encoded(list(message)))

    def hand_over(self, arguments: Any) -> None:
        """Number the objects of the arguments before the function can change them."""
        self._objects = objects_of(arguments)

    def add_result(self, result: Result) -> None:
        """Tell the result of the next call."""
        try:
            with _silent():
                data = encoded(result.value, self._objects)
        except Exception as error:
            data, result.failure = encoded(None), failure.failure_of(error)
        self.tell("result", data, vars(result.failure) if result.failure else None, result.changed)

    def add_printed(self, text: str, lines: int) -> None:
        """Tell what was printed."""
        self.tell("printed", text, lines)

    def add_warning(self, message: str) -> bool:
        """Tell a warning, once in each call."""
        new = super().add_warning(message)
        if new:
            self.tell("warned", message)
        return new


def calling(
    effect: Callable[..., Callable[..., Any]] | None, overflow_raises: bool, answer: Callable[..., Any]
) -> Callable[..., Any]:
    """What is run to see what a function gives, or with an `effect` what it does to its arguments."""
    return observed(overflow_raised(answer) if overflow_raises else answer, effect)


def describing(answer: Any) -> Callable[..., Any]:
    """What is run to have an answer described."""
    return lambda *calls: vars(describe(answer, calls))


def giving(answer: Any) -> Callable[[], Any]:
    """What is run to have an answer that is no function itself."""
    return lambda: answer


def serve(connection: Connection, life: Connection) -> None:
    """Run what comes over `connection` until that is closed or a thread is left running; end when `life` is closed."""
    _cut_off()
    threading.Thread(target=_end_with, args=(life,), daemon=True).start()
    own_threads = threading.active_count()
    with contextlib.suppress(EOFError, OSError):
        # A thread that a reader's function has left running would go on beside the next one: a new process serves that.
        while threading.active_count() <= own_threads:
            surroundings, answer, errand = connection.recv()
            known = set(sys.modules)
            _run(surroundings, answer, errand, ToldSession(connection))
            _forget_own_modules(known)
    os._exit(0)  # without waiting for such threads


def _cut_off() -> None:
    """Leave the terminal and the interrupts to the notebook's process: it ends this one where the reader interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)


def _end_with(life: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        life.recv_bytes()
    os._exit(1)


def _run(surroundings: Surroundings, answer: bytes, errand: bytes, session: ToldSession) -> None:
    """Run an errand: how to make of the answer what is called, the calls, the parameters' names, and the reference."""
    session.tell("loading")
    try:
        _take_place_in(surroundings)
        with _silent():
            make, calls, names, reference = pickle.loads(errand)
            loaded = pickle.loads(answer)
            _prepare(loaded, surroundings)
    except BaseException as error:
        session.tell("not loaded", type(error).__name__, str(error))
        return
    copied = holds_a_copy(loaded, reference)
    with _memory_limited(), watched(reference) as used_key:
        session.tell("begun")
        run_calls(make(loaded), calls, names, session)
    session.tell("ended", copied or bool(used_key))


def _take_place_in(surroundings: Surroundings) -> None:
    with contextlib.suppress(OSError):  # the folder was deleted
        os.chdir(surroundings.folder)
    sys.path[:] = surroundings.path
    sys.setrecursionlimit(surroundings.deepest)
    failure.numpy_names.clear()
    failure.numpy_names.update(surroundings.numpy_names)
    for file, lines in surroundings.sources.items():
        # Without a time the cache never looks whether the file is still the same: most are cells and no files.
        linecache.cache[file] = sum(map(len, lines)), None, lines, file


def _prepare(answer: Callable[..., Any], surroundings: Surroundings) -> None:
    """Load what must not count as the function's time, and give it what only a notebook has."""
    load_libraries_of([answer])
    for library in surroundings.libraries:
        with contextlib.suppress(Exception):  # the function's own import says so
            importlib.import_module(library)
    if surroundings.in_notebook:
        vars(builtins)["get_ipython"] = no_notebook
    if surroundings.in_notebook and "display" in names_used(answer):
        from IPython.core import display_functions

        # Without a notebook around it `display` prints; a check shows nothing of what is displayed.
        vars(display_functions)["print"] = lambda *_, **__: None
        vars(builtins)["display"] = display_functions.display


def _forget_own_modules(known: set[str]) -> None:
    """Drop the modules of the reader's own folder that a function has imported: they may be edited before the next."""
    for name in set(sys.modules) - known:
        file = getattr(sys.modules.get(name), "__file__", None)
        if isinstance(file, str) and not file.startswith(failure.LIBRARIES):
            sys.modules.pop(name, None)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _memory_limited() -> Iterator[None]:
    """Let what a function allocates beyond `SPARE_BYTES` fail with MemoryError, where the system can do that."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (ImportError, OSError):
        yield
        return
    soft, hard = before = resource.getrlimit(resource.RLIMIT_AS)
    limits = [each for each in before if each != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([pages * resource.getpagesize() + SPARE_BYTES, *limits]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
