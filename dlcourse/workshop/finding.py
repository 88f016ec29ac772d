"""What the doctor says of one thing: that it is well, that it differs, or what is wrong and how to mend it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One finding of the doctor.

    ``summary`` reads the same on every healthy machine; ``detail`` holds versions, sizes and paths, shown on request.
    A note is no problem: it is shown on request too. ``remedy`` is the command that mends a problem.
    """

    topic: str
    status: Literal["ok", "note", "problem"]
    summary: str
    detail: str = ""
    remedy: str = ""
