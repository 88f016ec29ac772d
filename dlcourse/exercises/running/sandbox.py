"""Run a function on many calls: nothing it prints, changes or raises reaches the notebook.

This runs in the worker process for the reader's function, and in the kernel for the course's own.
"""

from __future__ import annotations

import builtins
import contextlib
import copy
import getpass
import inspect
import io
import random
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol

import numpy as np

from dlcourse.exercises.running.failure import Failure, NobodyToAsk, failure_of
from dlcourse.exercises.running.sameness import same_data
from dlcourse.exercises.wording import shorten

KEPT_CHARACTERS = 4000
KEPT_WARNINGS = 100


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
    """What all calls gave: one result for each call that ended.

    `ended` is False where the time was over, `interrupted` is True where the reader broke it off. In the worker process
    `begun` is True when the first call is made, `lost` says how the process ended that the function ran in ("" where it
    did not), and `not_sent` why the function never came there.
    `warned` holds NumPy's warnings by the number of the call.
    `used_key` is True where the reader's function called the library's own, the answer key.
    """

    results: list[Result] = field(default_factory=list)
    printed: str = ""
    printed_lines: int = 0
    warned: dict[int, list[str]] = field(default_factory=dict)
    ended: bool = True
    interrupted: bool = False
    begun: bool = False
    lost: str = ""
    not_sent: str = ""
    used_key: bool = False

    def hand_over(self, arguments: Any) -> None:
        """Take note of the copies that the next call gets; here nothing needs them."""

    def add_result(self, result: Result) -> None:
        """Take the result of the next call."""
        self.results.append(result)

    def add_printed(self, text: str, lines: int) -> None:
        """Take further text that was printed, `lines` line ends being printed by now."""
        self.printed += text
        self.printed_lines = lines + (not self.printed.endswith("\n"))

    def add_warning(self, message: str) -> bool:
        """Take NumPy's warning in the present call, once; return whether it is new there."""
        told = self.warned.setdefault(len(self.results), [])
        if message in told or sum(map(len, self.warned.values())) >= KEPT_WARNINGS:
            return False
        told.append(message)
        return True

    @property
    def warnings(self) -> list[str]:
        """NumPy's warnings in all calls, each once."""
        return list(dict.fromkeys(message for told in self.warned.values() for message in told))


class FirstCharacters(io.TextIOBase):
    """A text stream that keeps its first characters and counts its lines: a loop that prints fills no memory."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.left = KEPT_CHARACTERS
        self.lines = 0

    def writable(self) -> bool:
        """Say that text may be written."""
        return True

    def write(self, text: str) -> int:
        """Hand `text` to the session as long as there is room."""
        self.lines += text.count("\n")
        if self.left > 0 and text:
            self.session.add_printed(text[: self.left], self.lines)
            self.left -= len(text)
        return len(text)

    def end(self) -> None:
        """Tell the session of the lines that there was no room for."""
        self.session.add_printed("", self.lines)


def run_calls(
    function: Callable[..., Any], calls: Sequence[Call], names: Sequence[str] = (), session: Session | None = None
) -> Session:
    """Call `function` once for each of `calls`, on copies of their arguments, and return the filled `session`.

    Never raises: exceptions, ``sys.exit`` and an interrupt become failures. What is printed or warned is kept in the
    session. The state of NumPy's and Python's random numbers, NumPy's error handling and print options, and the
    recursion limit are as before afterwards. `names` are the parameters' names, for the messages.
    """
    session = Session() if session is None else session
    output = FirstCharacters(session)
    with _quiet(output, session), _state_restored():
        try:
            for call in calls:
                result = _call(function, call, names, session)
                session.add_result(result)
                if result.failure is not None and "KeyboardInterrupt" in result.failure.types:
                    session.interrupted = True
                    break
        except KeyboardInterrupt:
            session.interrupted = True
    output.end()
    return session


def observed(function: Callable[..., Any], effect: Callable[..., Callable[..., Any]] | None) -> Callable[..., Any]:
    """Return a function whose result is what is compared: of `function`, or of what it did to its arguments.

    What the `effect` gives is called without arguments, or with what `function` returned where it has a parameter.
    """
    if effect is None:
        return function

    def call(*arguments: Any, **keywords: Any) -> Any:
        look = effect(*arguments, **keywords)
        returned = function(*arguments, **keywords)
        return look(returned) if inspect.signature(look).parameters else look()

    return call


def _call(function: Callable[..., Any], call: Call, names: Sequence[str], session: Session) -> Result:
    arguments, keywords = copy.deepcopy((tuple(call.arguments), dict(call.keywords)))
    session.hand_over((arguments, keywords))
    np.random.seed(0)  # noqa: NPY002  a reader's function may draw from it; the verdict must say the same each time
    random.seed(0)
    result = Result()
    try:
        result.value = function(*arguments, **keywords)
    except BaseException as error:
        result.failure = failure_of(error)
    labels = [*names[: len(call.arguments)], *(str(i + 1) for i in range(len(names), len(call.arguments)))]
    before = {**dict(zip(labels, call.arguments, strict=True)), **call.keywords}
    after = {**dict(zip(labels, arguments, strict=True)), **keywords}
    result.changed = next((name for name in before if not same_data(before[name], after[name])), "")
    return result


@contextlib.contextmanager
def _quiet(output: FirstCharacters, session: Session) -> Iterator[None]:
    def note(message: Warning | str, category: type[Warning], *_where: Any, **_more: Any) -> None:
        if issubclass(category, RuntimeWarning):
            session.add_warning(shorten(str(message), 200))

    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        warnings.catch_warnings(),
        _input_refused(),
    ):
        warnings.simplefilter("always")
        warnings.showwarning = note
        yield


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
