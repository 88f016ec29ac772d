"""The state of an experiment as a line of text that can be shared: ``coin_likelihood(flips=40, bias=0.3)``.

The text is read as data, never run: only a name and keywords with plain Python values are understood.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dlcourse.errors import CourseError
from dlcourse.experiments.controls import Control, DragPoints

_LONGEST = 20_000  # characters; a state with hundreds of dragged points stays far below


def defaults(controls: Sequence[Control]) -> dict[str, Any]:
    """Each parameter at the start."""
    return {control.name: control.default for control in controls}


def checked(controls: Sequence[Control], given: Mapping[str, Any]) -> dict[str, Any]:
    """``given`` completed by the defaults. CourseError: a name that no control has, or a value it refuses."""
    known = {control.name: control for control in controls}
    for name in given:
        if name not in known:
            raise CourseError(f"There is no {name} here. What can be set: {', '.join(known)}.")
    return {name: control.check(given[name]) if name in given else control.default for name, control in known.items()}


def same(first: Any, second: Any) -> bool:
    """Whether two values of one parameter are equal (arrays: in every entry; drawings: in every stroke)."""
    return first == second if isinstance(first, tuple) else bool(np.array_equal(first, second))


def write(name: str, controls: Sequence[Control], parameters: Mapping[str, Any]) -> str:
    """The state text. Points that were never moved are left out, since they are many."""
    parts = []
    for control in controls:
        value = parameters[control.name]
        if isinstance(control, DragPoints) and same(value, control.default):
            continue
        parts.append(f"{control.name}={control.write(value)}")
    return f"{name}({', '.join(parts)})"


def read(name: str, controls: Sequence[Control], text: str) -> dict[str, Any]:
    """The parameters in a state text, completed by the defaults. CourseError says what is wrong with it."""
    example = write(name, controls, defaults(controls))
    not_a_state = CourseError(f"This is not a state of this experiment. A state looks like this: {example}")
    if len(text) > _LONGEST:
        raise not_a_state
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise not_a_state from None
    if not isinstance(call, ast.Call):
        raise not_a_state
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
    if called != name:
        raise CourseError(f"This is a state of {called or 'something else'}, and this experiment is {name}.")
    if call.args or any(keyword.arg is None for keyword in call.keywords):
        raise CourseError(f"Every value in a state has its name before it, as in {example}")
    return checked(controls, {str(keyword.arg): _value(keyword) for keyword in call.keywords})


def _value(keyword: ast.keyword) -> Any:
    try:
        return ast.literal_eval(keyword.value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        kinds = "a number, a quoted word, True, False, None, or a list"
        raise CourseError(f"The value of {keyword.arg} is {kinds}.") from None
