"""The likely cause of an exception in a reader's function, in a sentence that says what to write instead."""

from __future__ import annotations

import builtins
import math
import re
from collections.abc import Mapping
from types import FrameType, ModuleType
from typing import Any

import numpy as np

from dlcourse.exercises.running import lstsq, products
from dlcourse.exercises.tensors import is_tensor
from dlcourse.exercises.wording import kind_of

MODULES = {"np": "NumPy", "math": "Python's math module", "torch": "PyTorch", "plt": "matplotlib"}
IMPORTS = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "math": "import math",
    "torch": "import torch",
    "plt": "import matplotlib.pyplot as plt",
}
OTHER_NAMES = {"ln": "log"}
SPELLING = "Is the name spelled as where it was defined, and has the cell that defines it been run?"
POWER = "In Python a power is written `**`; `^` is something else."
NUMBER_OR_ARRAY = "The argument may be a number or an array"
NOT_A_SEQUENCE = re.compile(
    r"'(?:numpy\.)?(?:float|int)\w*' object is not (?:iterable|subscriptable)"
    r"|object of type '(?:numpy\.)?(?:float|int)\w*' has no len"
    r"|iteration over a 0-d array|len\(\) of unsized object|invalid index to scalar variable|array is 0-dimensional"
)


def advice_on(
    kind: type, message: str, frame: FrameType, line: str, more_names: Mapping[str, Any] | None = None
) -> str:
    """Return a sentence on the likely cause of an exception, or "".

    `kind` and `message` are the exception's, `frame` is the reader's own innermost one, `line` its source line.
    `more_names` are variables of the notebook beside those that the frame knows.
    """
    names = {**(more_names or {}), **frame.f_globals, **frame.f_locals}
    in_line = {name: names[name] for name in re.findall(r"\b[A-Za-z_]\w*", line) if name in names}
    if issubclass(kind, UnboundLocalError):
        return _on_local_name(message)
    if issubclass(kind, NameError):
        return _on_missing_name(message, names)
    found = lstsq.advice_on_error(kind, line, in_line, set(frame.f_code.co_names))
    if found:
        return found
    if issubclass(kind, AttributeError):
        return _on_shadowed_module(names, line)
    return _on_operation(kind, message, names, line, in_line)


def _on_operation(kind: type, message: str, names: Mapping[str, Any], line: str, in_line: Mapping[str, Any]) -> str:
    if "of a Tensor has no rule" in message or message.startswith("numpy():"):
        return _on_tensor(in_line)
    if issubclass(kind, TypeError) and "not callable" in message:
        return _on_shadowed_builtin(names, line)
    if issubclass(kind, TypeError) and ("bitwise_xor" in message or " for ^" in message):
        return POWER
    if issubclass(kind, ValueError) and message.startswith("The truth value of an array"):
        return _on_truth_of_array(in_line)
    if issubclass(kind, ValueError | RuntimeError):
        return products.advice_on_product(message, line, in_line)
    if issubclass(kind, TypeError | IndexError) and NOT_A_SEQUENCE.search(message):
        return _on_loop_over_number(message, in_line)
    return ""


def _on_tensor(in_line: Mapping[str, Any]) -> str:
    tensors = [name for name, value in in_line.items() if is_tensor(value)]
    if not tensors:
        return ""
    listing = " and ".join(f"`{name}`" for name in tensors)
    what = f"{listing} {'is a Tensor' if len(tensors) == 1 else 'are Tensors'}"
    return f"{what}, and NumPy's functions take arrays: the numbers are in `.data`, as in `{tensors[0]}.data`."


def _on_local_name(message: str) -> str:
    name = _quoted(message)
    if not hasattr(builtins, name):
        return "The variable is used before it has got a value: is it assigned only inside an `if` or a loop?"
    return (
        f"Your function assigns to `{name}`, so inside it Python's own `{name}` is hidden. Choose another name for "
        "the variable."
    )


def _on_missing_name(message: str, names: Mapping[str, Any]) -> str:
    name = _quoted(message)
    if name == "numpy" and names.get("np") is np:
        return "NumPy is imported as `np` here: write `np` for `numpy`."
    if name in IMPORTS:
        return f"An import is missing, or its cell has not been run: `{IMPORTS[name]}`."
    wanted = OTHER_NAMES.get(name, name)
    if wanted in np.__all__:
        return f"Did you mean {_with_numpy(wanted, names)}? If not: {SPELLING[0].lower()}{SPELLING[1:]}"
    if wanted in np.linalg.__all__:
        return f"Did you mean {_with_numpy(f'linalg.{wanted}', names)}?"
    if hasattr(math, wanted) and not wanted.startswith("_"):
        return f"Did you mean `math.{wanted}`, after `import math`?"
    return SPELLING


def _with_numpy(name: str, names: Mapping[str, Any]) -> str:
    aliases = [alias for alias in ("np", *sorted(names)) if names.get(alias) is np]
    return f"`{aliases[0]}.{name}`" if aliases else f"`np.{name}`, after `import numpy as np`"


def _on_truth_of_array(in_line: Mapping[str, Any]) -> str:
    arrays = [name for name, value in in_line.items() if isinstance(value, np.ndarray) and value.size > 1]
    which = f"`{arrays[0]}` is {kind_of(in_line[arrays[0]])} here" if arrays else "There is an array here"
    return (
        f"{which}, and `if`, `and`, `or` or a chain such as `0 < b < 1` asks for one yes or no. {NUMBER_OR_ARRAY}: "
        "choose for each entry with `np.where(condition, one, other)`, and use `if` only where you test a single "
        "number, such as a count."
    )


def _on_loop_over_number(message: str, in_line: Mapping[str, Any]) -> str:
    numbers = [name for name, value in in_line.items() if not isinstance(value, str) and _is_single_number(value)]
    which = f"`{numbers[0]}` is a single number here" if len(numbers) == 1 else "This is a single number here"
    counting = " (To count, loop over `range(n)`.)" if "'int' object is not iterable" in message else ""
    return (
        f"{which}: it has no entries to go through and no length. {NUMBER_OR_ARRAY}: array arithmetic, such as "
        f"`np.log(b) + 1`, works for both without a loop.{counting}"
    )


def _is_single_number(value: Any) -> bool:
    return kind_of(value) == "a single number"


def _on_shadowed_builtin(names: Mapping[str, Any], line: str) -> str:
    for name in re.findall(r"\b(\w+)\s*\(", line):
        if callable(getattr(builtins, name, None)) and name in names and not callable(names[name]):
            return (
                f"The name `{name}` holds {kind_of(names[name])}, not Python's own `{name}`: it was assigned somewhere."
                f" Choose another name there; `del {name}` brings Python's own back."
            )
    return ""


def _on_shadowed_module(names: Mapping[str, Any], line: str) -> str:
    for name, library in MODULES.items():
        if re.search(rf"\b{name}\.", line) and name in names and not isinstance(names[name], ModuleType):
            return f"The name `{name}` holds {kind_of(names[name])}, not {library}: it was assigned somewhere."
    return ""


def _quoted(message: str) -> str:
    found = re.search(r"'(\w+)'", message)
    return found.group(1) if found else ""
