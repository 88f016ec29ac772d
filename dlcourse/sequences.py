"""Text as numbers: an alphabet, and sequences of different lengths in one table."""

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.validation import check_array, check_count, check_shape

Tokens = NDArray[np.int64]

PADDING, START, END = 0, 1, 2
IGNORED = -100  # a label that no loss counts: the default of ``ignore_index`` in PyTorch


class Alphabet:
    """Numbers for characters: 0 is padding, 1 stands before a text, 2 behind it, and the characters follow from 3 on.

    ``characters``: every character that a text may hold, each once, in the order of their numbers. Raises ValueError
    for no characters, or one that stands there twice.
    """

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(characters)
        wrong = [each for each in self.characters if not isinstance(each, str) or len(each) != 1]
        if wrong or not self.characters:
            received = repr(wrong[0]) if wrong else "none"
            raise ValueError(f'characters: expected single characters, such as "abc", received {received}.')
        self._numbers = {character: number for number, character in enumerate(self.characters, start=END + 1)}
        if len(self._numbers) < len(self.characters):
            twice = next(each for each in self.characters if self.characters.count(each) > 1)
            raise ValueError(f"characters: expected each character once, but {twice!r} stands there twice.")

    def __len__(self) -> int:
        """How many numbers there are: the characters, padding, start and end."""
        return len(self.characters) + END + 1

    def __repr__(self) -> str:
        return f"Alphabet({''.join(self.characters)!r}: {len(self)} numbers)"

    def encode(self, text: str, ends: bool = False) -> Tokens:
        """The numbers of a text's characters, (characters,) int64; ``ends`` puts start before and end behind them.

        An accent that is a character of its own is joined to its letter first. Raises TypeError for something that is
        no text, ValueError for an empty text and for a character that the alphabet does not hold.
        """
        if not isinstance(text, str):
            raise TypeError(f"text: expected a text (str), received {type(text).__name__}.")
        joined = unicodedata.normalize("NFC", text)
        if not joined:
            raise ValueError("text: expected at least one character, received an empty text.")
        for place, character in enumerate(joined, start=1):
            if character not in self._numbers:
                raise ValueError(self._unknown(text, character, place))
        numbers = [self._numbers[character] for character in joined]
        return np.array([START, *numbers, END] if ends else numbers, np.int64)

    def _unknown(self, text: str, character: str, place: int) -> str:
        hint = ""
        if character.lower() in self._numbers:
            hint = f" It holds the small letter {character.lower()!r}: use text.lower()."
        return (
            f"text: the alphabet does not hold {character!r}, character {place} of {text!r}. "
            f"It holds {''.join(self.characters)!r}.{hint}"
        )

    def decode(self, numbers: ArrayLike) -> str:
        """The text of such numbers (steps,), up to the first end; padding and start are left out.

        Raises TypeError for numbers that are not whole, ValueError for another shape or a number out of range.
        """
        array = check_tokens(check_shape(numbers, ("steps",), "numbers"), "numbers", len(self))
        ends = np.flatnonzero(array == END)
        kept = array[: ends[0]] if len(ends) else array
        return "".join(self.characters[number - END - 1] for number in kept if number > END)


def check_tokens(values: ArrayLike, name: str, vocabulary: int) -> Tokens:
    """``values``, any shape, as whole numbers from 0 to vocabulary - 1, int64. Raises TypeError or ValueError."""
    array = check_array(values, name)
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(
            f"{name}: expected whole numbers, one for each character, received dtype {array.dtype}. "
            "alphabet.encode(text) makes them of a text."
        )
    bad = (array < 0) | (array >= vocabulary)
    if bad.any():
        where = np.argwhere(bad)[0].tolist()
        raise ValueError(
            f"{name}: expected numbers from 0 to {vocabulary - 1}, but {name}{where} is {array[tuple(where)]}. "
            "Was the text encoded with another alphabet?"
        )
    return array.astype(np.int64, copy=False)


def pad(sequences: Sequence[ArrayLike]) -> tuple[Tokens, Tokens]:
    """Sequences of numbers in one table: tokens (n, longest) int64 with 0 behind each, and their lengths (n,) int64.

    Raises ValueError when there is no sequence, or when one is empty or is not one row of numbers.
    """
    if len(sequences) == 0:
        raise ValueError("sequences: expected at least one, received an empty list.")
    rows = [check_shape(sequence, ("steps",), f"sequences[{row}]") for row, sequence in enumerate(sequences)]
    lengths = np.array([len(row) for row in rows], np.int64)
    if not lengths.all():
        raise ValueError(f"sequences: each needs at least one step, but number {int(lengths.argmin())} is empty.")
    tokens = np.full((len(rows), lengths.max()), PADDING, np.int64)
    for line, row in zip(tokens, rows, strict=True):
        line[: len(row)] = row
    return tokens, lengths


def lengths_of(tokens: ArrayLike) -> Tokens:
    """The lengths (n,) int64 of padded sequences (n, longest): how many numbers stand before the padding.

    Raises ValueError for another shape, for a sequence of nothing but padding, and for padding before a character.
    """
    array = check_shape(tokens, ("n", "longest"), "tokens")
    real = array != PADDING
    lengths = real.sum(axis=1, dtype=np.int64)
    if not lengths.all():
        row = int(lengths.argmin())
        raise ValueError(f"tokens: each sequence needs at least one character, but row {row} holds padding only.")
    gaps = real != (np.arange(array.shape[1]) < lengths[:, None])
    if gaps.any():
        row = int(gaps.any(axis=1).argmax())
        raise ValueError(
            f"tokens: expected padding (0) behind the characters only, but row {row} is {array[row].tolist()}. "
            "Are time and batch swapped? tokens has the shape (n, longest)."
        )
    return lengths


def shortened(tokens: ArrayLike) -> Tokens:
    """Padded tokens (n, longest) without the steps at which all are padded. Raises what ``lengths_of`` raises."""
    return np.asarray(tokens)[:, : lengths_of(tokens).max()]


def next_characters(tokens: ArrayLike) -> tuple[Tokens, Tokens]:
    """What a language model reads and what it has to foretell: both (n, longest + 1) int64.

    The inputs are start, then the characters; the targets are the characters, then end: at each step the character that
    comes next. Behind the end the inputs are padding and the targets -100, which no loss counts. Raises what
    ``lengths_of`` raises.
    """
    array, lengths = np.asarray(tokens), lengths_of(tokens)
    inputs = np.pad(array, ((0, 0), (1, 0)), constant_values=START)
    targets = np.pad(array, ((0, 0), (0, 1)), constant_values=PADDING)
    targets[np.arange(len(array)), lengths] = END
    targets[targets == PADDING] = IGNORED
    return inputs.astype(np.int64, copy=False), targets.astype(np.int64, copy=False)


def one_hot(numbers: ArrayLike, count: int) -> NDArray[np.float32]:
    """Whole numbers (...) from 0 to count - 1 as float32 (..., count): 1 at the number's place, 0 elsewhere.

    Raises TypeError for numbers that are not whole, ValueError for one out of range.
    """
    array = check_tokens(numbers, "numbers", check_count(count, "count"))
    return np.eye(count, dtype=np.float32)[array]


def check_cell(cell: str) -> str:
    """``cell`` if it is the name of a recurrent layer: "rnn", "lstm" or "gru". Raises ValueError otherwise."""
    if cell not in ("rnn", "lstm", "gru"):
        raise ValueError(f'cell: expected "rnn", "lstm" or "gru", received {cell!r}.')
    return cell


def windows(series: ArrayLike, length: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Each stretch of ``length`` values of a series (steps,), and the value that follows each of its steps.

    Returns inputs (n, length, 1) and targets (n, length, 1), float32, with n = steps - length: targets[i, t] is the
    value one step behind inputs[i, t]. Raises ValueError where the series is not longer than ``length``.
    """
    values = check_shape(series, ("steps",), "series").astype(np.float32)
    check_count(length, "length")
    if len(values) <= length:
        raise ValueError(f"series: expected more than length = {length} values, received {len(values)}.")
    stretches = np.lib.stride_tricks.sliding_window_view(values, length)[..., None]
    return stretches[:-1].copy(), stretches[1:].copy()
