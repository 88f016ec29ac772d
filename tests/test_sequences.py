"""Text as numbers: what goes in comes back, padding stands behind, and wrong input is refused in plain words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import sequences
from dlcourse.sequences import END, IGNORED, PADDING, START, Alphabet

ALPHABET = Alphabet("abcé o")
texts = st.text("abcé o", min_size=1, max_size=9)


@given(texts, st.booleans())
def test_a_text_comes_back_from_its_numbers(text, ends):
    numbers = ALPHABET.encode(text, ends)
    assert numbers.dtype == np.int64
    assert len(numbers) == len(text) + 2 * ends
    assert numbers.max() < len(ALPHABET)
    assert ALPHABET.decode(numbers) == text


@given(st.lists(texts, min_size=1, max_size=5))
def test_padded_texts_keep_their_numbers_and_their_lengths(names):
    tokens, lengths = sequences.pad([ALPHABET.encode(name) for name in names])
    assert tokens.shape == (len(names), max(map(len, names)))
    assert tokens.dtype == lengths.dtype == np.int64
    assert [ALPHABET.decode(row) for row in tokens] == names
    assert lengths.tolist() == list(map(len, names))
    np.testing.assert_array_equal(sequences.lengths_of(tokens), lengths)
    longer = np.pad(tokens, ((0, 0), (0, 3)))
    np.testing.assert_array_equal(sequences.lengths_of(longer), lengths)
    np.testing.assert_array_equal(sequences.shortened(longer), tokens)


@given(st.lists(texts, min_size=1, max_size=5))
def test_the_target_is_the_character_that_is_read_next(names):
    tokens, lengths = sequences.pad([ALPHABET.encode(name) for name in names])
    inputs, targets = sequences.next_characters(tokens)
    assert inputs.shape == targets.shape == (len(names), tokens.shape[1] + 1)
    for read, foretold, name, length in zip(inputs, targets, names, lengths, strict=True):
        whole = ALPHABET.encode(name, ends=True)
        assert read[: length + 1].tolist() == whole[:-1].tolist()
        assert foretold[: length + 1].tolist() == whole[1:].tolist()
        assert set(read[length + 1 :].tolist()) <= {PADDING}
        assert set(foretold[length + 1 :].tolist()) <= {IGNORED}
    assert tokens.max() == inputs.max()  # the tokens themselves are not changed
    assert IGNORED not in tokens


def test_the_first_three_numbers_are_no_characters():
    assert (PADDING, START, END) == (0, 1, 2)
    assert ALPHABET.encode("ab").tolist() == [3, 4]
    assert len(ALPHABET) == 9
    assert repr(ALPHABET) == "Alphabet('abcé o': 9 numbers)"


def test_decoding_stops_at_the_end_and_leaves_out_what_is_no_character():
    assert ALPHABET.decode([START, 3, PADDING, 4, END, 5, 5]) == "ab"
    assert ALPHABET.decode([]) == ""


def test_an_accent_of_its_own_is_joined_to_its_letter():
    assert ALPHABET.encode("e\u0301").tolist() == ALPHABET.encode("é").tolist()


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("", ValueError, "expected at least one character, received an empty text"),
        ("abz", ValueError, "does not hold 'z', character 3 of 'abz'. It holds 'abcé o'."),
        ("aB", ValueError, "It holds the small letter 'b': use text.lower()."),
        ("a1", ValueError, "does not hold '1', character 2"),
        (7, TypeError, "expected a text (str), received int"),
        (b"a", TypeError, "expected a text (str), received bytes"),
    ],
)
def test_what_is_no_text_of_the_alphabet_is_refused(text, error, words):
    with pytest.raises(error) as caught:
        ALPHABET.encode(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("characters", "words"),
    [("", "received none"), (["ab"], "received 'ab'"), ([1], "received 1"), ("aba", "'a' stands there twice")],
)
def test_what_is_no_alphabet_is_refused(characters, words):
    with pytest.raises(ValueError, match=words):
        Alphabet(characters)


@pytest.mark.parametrize(
    ("numbers", "error", "words"),
    [
        ([3, 9], ValueError, r"expected numbers from 0 to 8, but numbers\[1\] is 9. Was the text encoded with another"),
        ([-1], ValueError, r"numbers\[0\] is -1"),
        ([3.0], TypeError, "expected whole numbers, one for each character, received dtype float64"),
        ([[3]], ValueError, r"numbers: expected shape \(steps,\), received \(1, 1\)"),
    ],
)
def test_numbers_that_are_none_of_the_alphabet_are_refused(numbers, error, words):
    with pytest.raises(error, match=words):
        ALPHABET.decode(numbers)


def test_padding_needs_sequences_with_steps():
    with pytest.raises(ValueError, match="received an empty list"):
        sequences.pad([])
    with pytest.raises(ValueError, match="each needs at least one step, but number 1 is empty"):
        sequences.pad([[3], []])
    with pytest.raises(ValueError, match=r"sequences\[0\]: expected shape \(steps,\)"):
        sequences.pad([[[3]]])


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        ([[3, 4], [0, 0]], "row 1 holds padding only"),
        ([[3, 4], [0, 4]], r"row 1 is \[0, 4\]. Are time and batch swapped"),
        ([3, 4], r"tokens: expected shape \(n, longest\), received \(2,\)"),
    ],
)
def test_what_is_not_padded_behind_is_refused(tokens, words):
    for function in (sequences.lengths_of, sequences.next_characters, sequences.shortened):
        with pytest.raises(ValueError, match=words):
            function(tokens)


def test_swapped_time_and_batch_are_noticed():
    tokens, _ = sequences.pad([ALPHABET.encode(name) for name in ("a", "abc", "ab")])
    with pytest.raises(ValueError, match="Are time and batch swapped"):
        sequences.lengths_of(tokens.T)


def test_one_hot_puts_a_one_at_the_numbers_place():
    hot = sequences.one_hot([[2, 0]], 3)
    assert hot.tolist() == [[[0, 0, 1], [1, 0, 0]]]
    assert hot.dtype == np.float32
    with pytest.raises(ValueError, match="expected numbers from 0 to 2"):
        sequences.one_hot([3], 3)


def test_windows_hold_every_stretch_beside_the_values_that_follow():
    inputs, targets = sequences.windows(np.arange(6.0), 3)
    assert inputs[..., 0].tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
    np.testing.assert_array_equal(targets, inputs + 1)
    assert inputs.dtype == targets.dtype == np.float32
    inputs[0] = -1
    assert targets.min() == 1  # the stretches share no memory
    with pytest.raises(ValueError, match="expected more than length = 6 values, received 6"):
        sequences.windows(np.arange(6.0), 6)


def test_a_cell_has_one_of_three_names():
    assert [sequences.check_cell(cell) for cell in ("rnn", "lstm", "gru")] == ["rnn", "lstm", "gru"]
    with pytest.raises(ValueError, match='expected "rnn", "lstm" or "gru", received \'LSTM\''):
        sequences.check_cell("LSTM")
