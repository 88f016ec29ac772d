"""What a verdict needs to know of a reader's answer beside its results: told in plain words, by whoever holds it.

In a notebook that is the kernel. While a submission is graded it is the worker process: where points are given, no
object of the reader's is made.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlcourse.exercises.running.names_used import names_used
from dlcourse.exercises.running.returns import why_none
from dlcourse.exercises.running.sandbox import Call
from dlcourse.exercises.wording import kind_of, value_text

# What the compiler makes of a body that is a docstring and `...`, in Python 3.11 to 3.14.
STUB_INSTRUCTIONS = {
    "RESUME",
    "NOP",
    "CACHE",
    "LOAD_CONST",
    "RETURN_VALUE",
    "RETURN_CONST",
    "COPY_FREE_VARS",
    "POP_TOP",
}
STARS = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}


@dataclass(frozen=True)
class Description:
    """A reader's answer in words.

    `kind` says what it is, `missing` whether there is none (None or `...`). Of a function: `name`, its `parameters` as
    they are written and their `count`, whether it takes the calls of the check (`fits`), the `names` that its code
    uses, whether its body `is_stub`, and `why_none`, the likely reason where it gives None.
    """

    kind: str = "an object"
    missing: bool = False
    is_callable: bool = True
    name: str = ""
    parameters: str = ""
    count: int = 0
    fits: bool = True
    names: frozenset[str] = frozenset()
    is_stub: bool = False
    why_none: str = ""

    @classmethod
    def read(cls, parts: Any) -> Description:
        """Return the description with these parts, by name, as a process told them. Raises ValueError for others."""
        made = cls(**parts) if isinstance(parts, Mapping) else None
        known = cls()
        if made is None or any(type(value) is not type(vars(known)[name]) for name, value in vars(made).items()):
            raise ValueError("no description of an answer")
        if not all(isinstance(name, str) for name in made.names):
            raise ValueError("no names")
        return made


def describe(answer: Any, calls: Sequence[Call]) -> Description:
    """Describe an answer that is to take these calls."""
    if not callable(answer):
        return Description(kind_of(answer), answer is None or answer is ..., is_callable=False)
    name = getattr(answer, "__name__", "")
    parameters, count, fits = _parameters(answer, calls)
    return Description(
        kind_of(answer),
        name=name if isinstance(name, str) else "",
        parameters=parameters,
        count=count,
        fits=fits,
        names=frozenset(names_used(answer)),
        is_stub=_is_stub(answer),
        why_none=why_none(answer),
    )


def parameters_text(signature: inspect.Signature) -> str:
    """Return the parameters of a function as they are written."""

    def text(parameter: inspect.Parameter) -> str:
        default = "" if parameter.default is parameter.empty else f"={value_text(parameter.default)}"
        return f"{STARS.get(parameter.kind.name, '')}{parameter.name}{default}"

    return ", ".join(text(each) for each in signature.parameters.values())


def _parameters(function: Callable[..., Any], calls: Sequence[Call]) -> tuple[str, int, bool]:
    """The parameters of a function, their number, and whether it takes the calls."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some functions made in C do not tell their parameters
        return "", 0, True
    try:
        for call in calls:
            signature.bind(*call.arguments, **call.keywords)
    except TypeError:
        return parameters_text(signature), len(signature.parameters), False
    return parameters_text(signature), len(signature.parameters), True


def _is_stub(function: Callable[..., Any]) -> bool:
    code = getattr(function, "__code__", None)
    return code is not None and all(step.opname in STUB_INSTRUCTIONS for step in dis.get_instructions(code))
