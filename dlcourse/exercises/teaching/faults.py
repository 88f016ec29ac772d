"""What is wrong with a reader's function where no listed mistake explains it, in sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcourse.exercises.comparing.comparison import Comparison, result_texts
from dlcourse.exercises.comparing.relations import relation
from dlcourse.exercises.running import lstsq
from dlcourse.exercises.running.failure import Failure, NobodyToAsk
from dlcourse.exercises.running.sameness import is_object

if TYPE_CHECKING:
    from dlcourse.exercises.kinds.exercise import Exercise

ENDED_PYTHON = (
    "It ran in a process of its own, so your notebook is untouched. Does it call `os._exit` or `os.kill`, does it need "
    "more memory than there is, or does it call a library that crashes?"
)
OUT_OF_MEMORY = re.compile("can't allocate memory|not enough memory")  # as PyTorch says it


@dataclass(frozen=True)
class Fault:
    """What is wrong in one case: sentences, and the reader's own line when it raised."""

    message: str
    code: str = ""


def fault_in(comparison: Comparison, index: int) -> Fault:
    """Say what is wrong with the result of one case."""
    failure = comparison.reader.results[index].failure
    if failure is not None:
        return _raises(failure)
    expected = comparison.reference[index]
    if expected.failure is not None:
        return Fault(
            f"Your function gives a result where it should raise {expected.failure.kind}: {expected.failure.message}"
        )
    received = comparison.reader.results[index].value
    if received is None and expected.value is not None:
        return Fault(f"Your result is None here. The likely cause in your function: {comparison.answer.why_none}")
    advice = lstsq.advice_on_result(expected.value, received, comparison.answer.names)
    return Fault("\n".join(each for each in (comparison.differences[index], advice) if each))


def fault_besides(comparison: Comparison, index: int, where: str) -> str:
    """Say what happens in a case that a recognized mistake does not explain."""
    fault = f"Something else is wrong in {where}"
    if not comparison.gives_value(index):
        return f"{fault}. {fault_in(comparison, index).message}"
    # What differs there comes from the recognized mistake as well, so both results are shown whole.
    expected, received = result_texts(comparison, index)
    return f"{fault}, where your result is {received}; expected is {expected}."


def relation_of_all(comparison: Comparison) -> str:
    """Say how the reader's numbers relate to the expected ones in all cases; "" when nothing is recognized."""
    return relation(_pairs(comparison))


def _pairs(comparison: Comparison) -> list[tuple[Any, Any, tuple[Any, ...]]]:
    """Return (expected, received, arguments) of every case in which both gave a value."""
    return [
        (expected.value, received.value, tuple(case.arguments))
        for case, expected, received in zip(
            comparison.cases, comparison.reference, comparison.reader.results, strict=False
        )
        if expected.failure is None and received.failure is None
    ]


def answer_key(exercise: Exercise) -> str:
    """Say that the reader's function calls the library's own."""
    return (
        f"Your function calls the library's own `{exercise.reference.__name__}`, which is the answer key: expected is "
        "code of your own that computes the result. Graded, this earns no points."
    )


def nothing_returned(comparison: Comparison) -> str:
    """Say what to do about a function that returns None in every case."""
    if comparison.reader.printed.strip():
        return (
            "Your function prints its result but returns nothing (None). Others can only use what comes back: "
            "replace `print(...)` by `return ...`."
        )
    return f"Your function returns nothing (None): {comparison.answer.why_none}"


def overflows(message: str) -> str:
    """Say what to do about a function whose values are right, but of which NumPy's `message` says that it overflows."""
    return (
        f"The values are right, but a number on the way is too large for the computer (NumPy warns: {message}) and "
        "becomes infinity. The result survives it here, as 1 / ∞ = 0 does, but the task asks for no overflow. "
        "An exponential of a number that is not positive, such as −|z|, is at most 1. (`np.where` computes both of its "
        "branches for every entry, so the branch that is not taken can overflow too.)"
    )


def argument_changed(comparison: Comparison, index: int) -> str:
    """Say what to do about a function whose values are right, but that writes into its argument."""
    name = comparison.reader.results[index].changed
    one = name if name.isidentifier() else "values"
    if _changed_object(comparison, index):
        return (
            f"The result is right, but your function changes what it was given: the objects in its argument "
            f"{_label(name)} have other attributes afterwards. A second call, yours or somebody else's, then starts "
            "from a changed graph. Keep marks in a set or a dictionary of your own, and read from the objects only."
        )
    argument = _argument(comparison, index)
    return (
        f"The values are right, but your function changes its argument {_label(name)}: whoever called it finds other "
        f"{'values' if isinstance(argument, list) else 'numbers'} in that variable afterwards. {_anew(argument, one)}"
    )


def _anew(argument: Any, name: str) -> str:
    """How to leave an argument as it was."""
    if not isinstance(argument, list):
        made, writing = f"array: `{name} - c`", f"`-=`, `+=`, `{name}[...] =` and `.sort()` write into"
    elif any(isinstance(each, np.ndarray) for each in argument):
        made = f"list of new arrays: `[c * each for each in {name}]`"
        writing = f"`*=`, `each[...] =` and `{name}[i] =` write into"
    else:
        made, writing = f"list: `list({name})`", "`.sort()`, `.reverse()`, `.append()` and `.pop()` change"
    return f"Work on a new {made} makes one; {writing} the old one."


def argument_changed_as_well(comparison: Comparison, index: int, where: str) -> str:
    """Say of a function with another fault that it also writes into its argument."""
    name = comparison.reader.results[index].changed
    if _changed_object(comparison, index):
        return (
            f"Your function also changes the objects in its argument {_label(name)} ({where}): they have other "
            "attributes afterwards. Keep marks in a set or a dictionary of your own."
        )
    kind = "list" if isinstance(_argument(comparison, index), list) else "array"
    return (
        f"Your function also changes its argument {_label(name)} ({where}): whoever called it finds other "
        f"{'values' if kind == 'list' else 'numbers'} in that variable afterwards. Work on a new {kind}."
    )


def _changed_object(comparison: Comparison, index: int) -> bool:
    """Whether what was changed is an object with attributes, such as a node, and no array or list."""
    return is_object(_argument(comparison, index))


def _argument(comparison: Comparison, index: int) -> Any:
    """The argument that the reader's function changed, as the case has it."""
    case = comparison.cases[index]
    values = {**dict(zip(comparison.parameters, case.arguments, strict=False)), **case.keywords}
    return values.get(comparison.reader.results[index].changed)


def _label(name: str) -> str:
    return f"`{name}`" if name.isidentifier() else name


def _raises(failure: Failure) -> Fault:
    if "SystemExit" in failure.types:
        message = "Your function ends the program (`exit` or `sys.exit`). It gives its result back with `return`."
    elif NobodyToAsk.__name__ in failure.types:
        message = (
            "Your function asks for input, and a check has nobody who would type it. All that the function needs comes "
            "through its parameters: use them in place of `input()`."
        )
    elif "RecursionError" in failure.types:
        message = (
            "Your function calls itself without an end, or more often than Python allows (RecursionError). It needs a "
            "case in which it returns a value without calling itself; and where that case lies thousands of calls "
            "away, a loop in place of the calls."
        )
    elif "MemoryError" in failure.types or OUT_OF_MEMORY.search(failure.message):
        message = (
            f"Your function needs too much memory: a check gives it 2 GiB ({failure.kind}"
            f"{': ' + failure.message if failure.message else ''}). Is an array far larger than the result, or does a "
            "list grow without an end?"
        )
    else:
        message = f"Your function stops with {failure.kind}{': ' + failure.message if failure.message else '.'}"
    return Fault(f"{message}\n{failure.advice}" if failure.advice else message, failure.place)
