"""A short word that the reader types, such as a name: which characters it may have, and how others are refused."""

import unicodedata
from dataclasses import dataclass

import numpy as np

from dlcourse.errors import CourseError

_SHOWN = 40  # characters of a refused text
_RUN = 3  # neighbours in the alphabet: so many are told as "a to z"


@dataclass(frozen=True)
class Word:
    """A field for 1 to ``longest`` of the ``characters``. Enter, or leaving the field, commits.

    Blanks around it are dropped. A letter that is there only as a capital, or only as a small one, may be typed as
    either. What cannot be taken is said under the picture, which stays as it was.
    """

    name: str
    label: str
    value: str
    characters: str
    longest: int

    def __post_init__(self) -> None:
        try:
            self.check(self.value)
        except CourseError as error:
            raise ValueError(f"Word {self.name!r}: its value is refused. {error}") from None

    @property
    def default(self) -> str:
        """The word at the start and after Reset."""
        return self.value

    def check(self, value: object) -> str:
        """``value`` as it is kept. CourseError: no text, empty, too long, or a character that is not known."""
        if not isinstance(value, str):
            raise CourseError(f"{self.name} is a word in quotes, but {value!r} is not.")
        text = "".join(self._known(character) for character in value.strip())
        if not text:
            raise CourseError(f"{self.label} is empty; it has 1 to {self.longest} characters.")
        unknown = [character for character in text if character not in self.characters]
        if unknown:
            raise CourseError(
                f"{self.label} is written with {told(self.characters)}, but {unknown[0]!r} in {text[:_SHOWN]!r} is "
                f"none of them.{self._hint(text)}"
            )
        if len(text) > self.longest:
            raise CourseError(
                f"{self.label} has at most {self.longest} characters, but {text[:_SHOWN]!r} has {len(text)}."
            )
        return text

    def _known(self, character: str) -> str:
        """``character``, or its other case where only that is known."""
        others = (character, character.lower(), character.upper())
        return next((each for each in others if each in self.characters), character)

    def _hint(self, text: str) -> str:
        """What to type instead where only accents are in the way."""
        bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        bare = "".join(self._known(character) for character in bare)
        return f" Without accents: {bare}." if set(bare) <= set(self.characters) else ""

    def write(self, value: str) -> str:
        """``value`` as Python writes it."""
        return repr(value)

    def ends(self) -> list[str]:
        """One character, and as many as there can be: the same one again and again, and all in turn."""
        rounds = self.characters * self.longest
        return [self.characters[0], self.characters[-1] * self.longest, rounds[: self.longest].strip()]

    def random(self, generator: np.random.Generator) -> str:
        """Some of the characters that are no blanks."""
        letters = [character for character in self.characters if not character.isspace()]
        return "".join(generator.choice(letters, generator.integers(1, self.longest, endpoint=True)))


def told(characters: str) -> str:
    """Which characters these are, in words: "a to z, A to Z and -"."""
    runs: list[str] = []
    for character in characters:
        if runs and ord(character) == ord(runs[-1][-1]) + 1 and character.isalnum():
            runs[-1] += character
        else:
            runs.append(character)
    parts = [
        part
        for run in runs
        for part in ([f"{run[0]} to {run[-1]}"] if len(run) >= _RUN else ["a blank" if c == " " else c for c in run])
    ]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
