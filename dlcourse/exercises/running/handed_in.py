"""A reader's answer on its way to where it is run: as bytes that are opened there and nowhere else."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlcourse.exercises.wording import shorten

MIME = "application/vnd.dlcourse.answer+json"
MOST_BYTES = 32 * 2**20  # of an answer that is handed in
TOO_LARGE = "Make the large arrays that it uses inside the function, or load them there."


@dataclass(frozen=True)
class Surroundings:
    """What a function finds around itself in the notebook: the folder, where modules are found, the source of its
    cells by file, the names that stand for NumPy, how deep calls may go, whether it is a notebook at all, and the
    libraries that are loaded and that the function mentions.
    """

    folder: str
    path: tuple[str, ...]
    sources: Mapping[str, list[str]]
    numpy_names: tuple[str, ...]
    deepest: int
    in_notebook: bool
    libraries: tuple[str, ...]

    @classmethod
    def read(cls, parts: Mapping[str, Any]) -> Surroundings:
        """Return the surroundings with these parts, by name, as JSON holds them. Raises ValueError for others."""
        known: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in parts.items()}
        made = cls(**known)
        texts = (made.folder, *made.path, *made.numpy_names, *made.libraries, *made.sources)
        lines = [line for source in made.sources.values() for line in source]
        if type(made.deepest) is not int or not all(isinstance(text, str) for text in (*texts, *lines)):
            raise ValueError("no surroundings of an answer")
        return made


@dataclass(frozen=True)
class Packed:
    """An answer as bytes, and what it finds around itself."""

    data: bytes
    surroundings: Surroundings


class NotSent(Exception):
    """Raised where an answer cannot be sent to where it would be run; the message is for the reader."""


@dataclass(frozen=True)
class HandedIn:
    """What a check hands to the grader: the packed answer, or why there is none; nothing is judged where it is made.

    `failed` names the exception that ended the cell of the answer before it was defined, and `fault` says in sentences
    why the answer could not be packed; both are "" otherwise.
    """

    packed: Packed | None = None
    failed: str = ""
    fault: str = ""

    @classmethod
    def read(cls, data: Any) -> HandedIn:
        """Return what was handed in with this data, which may be anything. Raises ValueError where it is nothing."""
        try:
            failed, fault, packed = (data.get(name) for name in ("failed", "fault", "answer"))
            if isinstance(failed, str) or isinstance(fault, str):
                return cls(failed=shorten(failed or "", 100), fault=shorten(fault or "", 1000))
            if len(packed) > 2 * MOST_BYTES:
                raise ValueError(TOO_LARGE)
            return cls(Packed(base64.b64decode(packed, validate=True), Surroundings.read(data["surroundings"])))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"no answer was handed in ({type(error).__name__}: {error})") from error

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if self.packed is None:
            told = {"failed": self.failed} if self.failed else {"fault": self.fault}
            return {MIME: told, "text/plain": "nothing to grade"}
        data = base64.b64encode(self.packed.data).decode("ascii")
        around = dataclasses.asdict(self.packed.surroundings)
        return {MIME: {"answer": data, "surroundings": around}, "text/plain": "handed in, to be graded"}
