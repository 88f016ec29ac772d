"""Checkpoints: all that a training needs to go on later, in one file of numbers and text. Loading one runs no code.

The file has the format safetensors: arrays by name, and a text. Here the text is JSON, and says how the arrays were put
together to states: a state is what ``state_dict()`` returns, whether of NumPy's arrays or of PyTorch's tensors.
"""

import copy
import json
import tempfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dlcourse.errors import CourseError
from dlcourse.files import write_atomically

SUFFIX = ".safetensors"
TEXT, CHECKSUM = "dlcourse", "crc32"  # the names in the file's own table of texts
LONGEST_REASON = 200  # characters of another library's message


# --- the states of what is trained


def states_of(parts: Iterable[Any]) -> list[Any]:
    """A copy of the state of each part: a network, an optimizer, a generator of NumPy's or of PyTorch's.

    Raises TypeError for something that has no state that could be put back.
    """
    return [copy.deepcopy(_access(part)[0]()) for part in parts]


def put_back(parts: Iterable[Any], states: Iterable[Any]) -> None:
    """Gives each part its state back, as ``states_of`` returned it."""
    for part, state in zip(parts, states, strict=True):
        _access(part)[1](copy.deepcopy(state))  # PyTorch's optimizers go on in the very arrays that they are given


def _access(part: Any) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """How to get the state of a part, and how to set it."""
    if isinstance(part, np.random.Generator):
        return lambda: part.bit_generator.state, lambda state: setattr(part.bit_generator, "state", state)
    for get, put in (("state_dict", "load_state_dict"), ("get_state", "set_state")):
        if hasattr(part, get) and hasattr(part, put):
            return getattr(part, get), getattr(part, put)
    raise TypeError(
        f"parts: expected networks, optimizers and random generators, received {type(part).__name__}, which has no "
        "state_dict and load_state_dict."
    )


# --- the file


def save(path: Path, content: Any) -> None:
    """Writes ``content`` (dictionaries, lists, numbers, texts, arrays and tensors) to ``path``, in one step.

    Whatever happens, the file is the old one or the new one. Raises CourseError when it cannot be written, TypeError
    for content of another kind.
    """
    from safetensors.numpy import save as to_bytes

    arrays: dict[str, np.ndarray] = {}
    text = json.dumps(_taken_apart(content, "", arrays))
    try:
        write_atomically(path, to_bytes(arrays, {TEXT: text, CHECKSUM: checksum(text, arrays)}))
    except OSError as error:
        raise _cannot_write(path, error) from error


def load(path: Path) -> Any:
    """What ``save`` wrote to ``path``. Raises CourseError when it cannot be read, is damaged or is something else."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            texts = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, it is no dictionary
    except OSError as error:
        raise CourseError(f"The checkpoint {path} cannot be read ({error.strerror or reason(error)}).") from error
    except SafetensorError as error:
        raise _damaged(path, reason(error)) from error
    if TEXT not in texts:
        raise CourseError(f"{path} holds arrays, but is no checkpoint of a training: give the training another path.")
    if texts.get(CHECKSUM) != checksum(texts[TEXT], arrays):
        raise _damaged(path, "its checksum is not that of its content")
    return _put_together(json.loads(texts[TEXT]), arrays)


def check_writable(path: Path) -> None:
    """Raises CourseError unless a checkpoint can be written to ``path``: better before the training than after."""
    if path.suffix != SUFFIX:
        raise CourseError(f"checkpoint: expected the path of a file that ends in {SUFFIX}, received {path}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise _cannot_write(path, error) from error


def checksum(text: str, arrays: Mapping[str, np.ndarray]) -> str:
    """The CRC-32, in hexadecimal, of a text and of arrays with their names, types and shapes: the format has none."""
    found = zlib.crc32(text.encode())
    for name in sorted(arrays):
        array = arrays[name]
        found = zlib.crc32(f"{name} {array.dtype} {array.shape}".encode() + array.tobytes(), found)
    return f"{found:08x}"


def reason(error: BaseException) -> str:
    """What another library's error says, in one line that is not too long, without its full stop."""
    text = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 3] + "..."


def _taken_apart(value: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    """``value`` as JSON can hold it, its arrays put into ``arrays``, by names such as ``parts.0.weight``."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {"items": [[key, _taken_apart(each, f"{name}.{key}", arrays)] for key, each in value.items()]}
    if isinstance(value, list | tuple):
        listed = [_taken_apart(each, f"{name}.{number}", arrays) for number, each in enumerate(value)]
        return {"tuple" if isinstance(value, tuple) else "list": listed}
    is_tensor = hasattr(value, "detach")
    if not is_tensor and not isinstance(value, np.ndarray | np.generic):
        raise TypeError(f"A checkpoint holds numbers, texts and arrays, but {name[1:]} is a {type(value).__name__}.")
    name = name.lstrip(".")
    while name in arrays:
        name += "'"
    # In the order of rows: that is how the format reads the memory, whatever the array's own order is.
    arrays[name] = np.array(value.detach().cpu().numpy() if is_tensor else value, order="C")
    return {"tensor" if is_tensor else "array": name}


def _put_together(value: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """The value that ``_taken_apart`` took apart."""
    if not isinstance(value, dict):
        return value
    ((kind, inside),) = value.items()
    if kind == "items":
        return {key: _put_together(each, arrays) for key, each in inside}
    if kind in ("list", "tuple"):
        listed = [_put_together(each, arrays) for each in inside]
        return tuple(listed) if kind == "tuple" else listed
    if kind == "tensor":
        import torch

        return torch.tensor(arrays[inside])
    return np.array(arrays[inside])


def _damaged(path: Path, why: str) -> CourseError:
    return CourseError(
        f"The checkpoint {path} is damaged or cut short ({why}). Nothing was taken from it. Delete it to begin anew, "
        "or put a whole copy in its place."
    )


def _cannot_write(path: Path, error: OSError) -> CourseError:
    return CourseError(
        f"The checkpoint {path} cannot be written ({error.strerror or reason(error)}). An older one is as it was. Make "
        "room there, or give a path in a folder that you may write to."
    )
