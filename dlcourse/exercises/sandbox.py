"""Run a reader's function on many calls: nothing it prints, changes or raises reaches the notebook."""

from __future__ import annotations

import builtins
import contextlib
import copy
import getpass
import io
import random
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol

import numpy as np

from dlcourse.exercises.failure import Failure, NobodyToAsk, failure_of
from dlcourse.exercises.sameness import same_data
from dlcourse.exercises.time_limit import TimeLimitReached, run_within
from dlcourse.exercises.wording import shorten
from dlcourse.page.cells import kernel_shell

KEPT_CHARACTERS = 4000


class Call(Protocol):
    """What the sandbox needs of a case."""

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The arguments by position."""

    @property
    def keywords(self) -> Mapping[str, Any]:
        """The arguments by name."""


@dataclass
class Result:
    """What one call gave: a value or a failure, and whether it changed its arguments."""

    value: Any = None
    failure: Failure | None = None
    changed: str = ""


@dataclass
class Session:
    """What all calls gave: one result for each call that ended."""

    results: list[Result] = field(default_factory=list)
    printed: str = ""
    printed_lines: int = 0
    warnings: list[str] = field(default_factory=list)
    ended: bool = True
    interrupted: bool = False


class FirstCharacters(io.TextIOBase):
    """A text stream that keeps its first characters and counts its lines: a loop that prints fills no memory."""

    def __init__(self) -> None:
        self.kept = ""
        self.lines = 0

    def writable(self) -> bool:
        """Say that text may be written."""
        return True

    def write(self, text: str) -> int:
        """Keep `text` as long as there is room."""
        self.kept += text[: max(0, KEPT_CHARACTERS - len(self.kept))]
        self.lines += text.count("\n")
        return len(text)


def run_calls(
    function: Callable[..., Any], calls: Sequence[Call], seconds: float, names: Sequence[str] = ()
) -> Session:
    """Call `function` once for each of `calls`, on copies of their arguments, in at most `seconds` altogether.

    Never raises: exceptions, ``sys.exit`` and an interrupt become failures. What is printed, displayed or warned is
    kept in the session. The state of NumPy's and Python's random numbers, NumPy's error handling and print options,
    and the recursion limit are as before afterwards. `names` are the parameters' names, for the messages.
    """
    session = Session()
    output = FirstCharacters()

    def work() -> None:
        for call in calls:
            result = _call(function, call, names)
            session.results.append(result)
            if result.failure is not None and KeyboardInterrupt in result.failure.types:
                session.interrupted = True
                return

    with _quiet(output, session), _state_restored():
        try:
            session.ended = run_within(seconds, work) or len(session.results) == len(calls)
        except KeyboardInterrupt:
            session.interrupted = True
    session.results = list(session.results)
    session.printed, session.printed_lines = output.kept, output.lines + (not output.kept.endswith("\n"))
    return session


def _call(function: Callable[..., Any], call: Call, names: Sequence[str]) -> Result:
    arguments, keywords = copy.deepcopy((tuple(call.arguments), dict(call.keywords)))
    np.random.seed(0)  # noqa: NPY002  a reader's function may draw from it; the verdict must say the same each time
    random.seed(0)
    result = Result()
    try:
        result.value = function(*arguments, **keywords)
    except TimeLimitReached:
        raise
    except BaseException as error:
        result.failure = failure_of(error)
    labels = [*names[: len(call.arguments)], *(str(i + 1) for i in range(len(names), len(call.arguments)))]
    before = {**dict(zip(labels, call.arguments, strict=True)), **call.keywords}
    after = {**dict(zip(labels, arguments, strict=True)), **keywords}
    result.changed = next((name for name in before if not same_data(before[name], after[name])), "")
    return result


@contextlib.contextmanager
def _quiet(output: FirstCharacters, session: Session) -> Iterator[None]:
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        warnings.catch_warnings(record=True) as caught,
        _displays_dropped(),
        _input_refused(),
        _kernel_kept(),
    ):
        warnings.simplefilter("always")
        yield
    messages = [shorten(str(each.message), 200) for each in caught if issubclass(each.category, RuntimeWarning)]
    session.warnings = list(dict.fromkeys(messages))


@contextlib.contextmanager
def _input_refused() -> Iterator[None]:
    """Let a question to the reader fail at once: a check asks nobody, and would wait for ever."""

    def refuse(*_arguments: Any, **_keywords: Any) -> NoReturn:
        raise NobodyToAsk

    before = builtins.input, getpass.getpass
    builtins.input = getpass.getpass = refuse
    try:
        yield
    finally:
        builtins.input, getpass.getpass = before


@contextlib.contextmanager
def _kernel_kept() -> Iterator[None]:
    """Let `exit()` and `quit()` end the function alone: in a notebook they would stop the kernel a moment later."""
    shell = kernel_shell()
    if shell is None:
        yield
        return

    def leave() -> NoReturn:
        raise SystemExit

    before = shell.__dict__.get("ask_exit")  # grading has set one that does nothing
    shell.ask_exit = leave
    try:
        yield
    finally:
        if before is None:
            del shell.ask_exit
        else:
            shell.ask_exit = before


@contextlib.contextmanager
def _displays_dropped() -> Iterator[None]:
    """Keep what the reader's function displays out of the cell's output."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        yield
        return
    from IPython.core.displaypub import CapturingDisplayPublisher

    publisher = shell.display_pub
    shell.display_pub = CapturingDisplayPublisher()
    try:
        yield
    finally:
        shell.display_pub = publisher


@contextlib.contextmanager
def _state_restored() -> Iterator[None]:
    numpy_random = np.random.get_state()  # noqa: NPY002  the reader may use the old global generator
    python_random = random.getstate()
    limit = sys.getrecursionlimit()
    try:
        with np.errstate(all="warn", under="ignore"), np.printoptions():
            yield
    finally:
        np.random.set_state(numpy_random)  # noqa: NPY002
        random.setstate(python_random)
        sys.setrecursionlimit(limit)
