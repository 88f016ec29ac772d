"""Tensors among a reader's arguments and results: what they hold, for comparing and for telling."""

from __future__ import annotations

from typing import Any

from dlcourse.scratch.recording import RecordedArray


def is_tensor(value: Any) -> bool:
    """Return whether `value` is a tensor of the library."""
    return isinstance(value, RecordedArray)


def plain(value: Any) -> Any:
    """Return a tensor's numbers, as an array; anything else as it is."""
    return value.data if is_tensor(value) else value
