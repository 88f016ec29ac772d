"""What recurrent layers refuse, and in which words: axes in another order, lengths, states and dtypes."""

import numpy as np
import pytest

from dlcourse.scratch import recurrent
from dlcourse.scratch.autograd import Tensor

BATCH, TIME, FEATURES, HIDDEN = 3, 5, 2, 4
KINDS = ["RNN", "LSTM", "GRU"]


def make(kind="RNN", *sizes, **options):
    return getattr(recurrent, kind)(*(sizes or (FEATURES, HIDDEN)), generator=np.random.default_rng(0), **options)


def zeros(*shape, dtype=np.float32):
    return np.zeros(shape, dtype)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (
            (TIME, FEATURES),
            r"\(batch, time, 2 features\), received \(5, 2\)\. For a single sequence use inputs\[None\]",
        ),
        ((BATCH, TIME), r"received \(3, 5\)\.$"),
        ((BATCH, FEATURES, TIME), r"received \(3, 2, 5\)\. The features seem .* inputs\.permute\(0, 2, 1\)"),
        ((BATCH, TIME, FEATURES + 1), r"received \(3, 5, 3\)\.$"),
        ((BATCH, TIME, FEATURES, 1), r"received \(3, 5, 2, 1\)"),
        ((0, TIME, FEATURES), r"at least one sequence and one step, received \(0, 5, 2\)"),
        ((BATCH, 0, FEATURES), r"at least one sequence and one step, received \(3, 0, 2\)"),
    ],
)
def test_inputs_are_sequences_of_the_features(shape, message):
    with pytest.raises(ValueError, match=f"inputs: expected .*{message}"):
        make()(zeros(*shape))


def test_a_series_of_numbers_is_told_of_its_missing_axis():
    with pytest.raises(ValueError, match=r"For one number a step use inputs\[:, :, None\]"):
        make("GRU", 1, HIDDEN)(zeros(BATCH, TIME))


@pytest.mark.parametrize("kind", [*KINDS, "RNNCell", "LSTMCell", "GRUCell"])
def test_inputs_of_another_dtype_than_the_parameters_are_refused(kind):
    inputs = zeros(*(BATCH, TIME, FEATURES)[:: 2 if "Cell" in kind else 1], dtype=np.float64)
    with pytest.raises(TypeError, match=r"inputs: expected float32, .* float64\. .*astype\(np\.float32\).*Embedding"):
        make(kind)(inputs)


@pytest.mark.parametrize(
    ("lengths", "error", "message"),
    [
        (
            [5, 6, 1],
            ValueError,
            r"from 1 to 5, but lengths\[1\] is 6\. The inputs have 5 steps\. Are they \(batch, time",
        ),
        ([5, 4, 0], ValueError, r"from 1 to 5, but lengths\[2\] is 0\. A sequence has at least one step"),
        ([-1, 4, 2], ValueError, r"lengths\[0\] is -1\. A sequence has at least one step"),
        ([5.0, 4.0, 1.0], TypeError, "whole numbers of steps, received dtype float64"),
        ([True, True, True], TypeError, "whole numbers of steps, received dtype bool"),
        ([5, 4], ValueError, r"one for each of the 3 sequences, received shape \(2,\)\.$"),
        ([], ValueError, r"one for each of the 3 sequences, received shape \(0,\)\.$"),
        (4, ValueError, r"received shape \(\)"),
        ([[5], [4], [1]], ValueError, r"received shape \(3, 1\)"),
        ([1, 1, 1, 1, 1], ValueError, r"received shape \(5,\)\. As many as there are steps: .*permute\(1, 0, 2\)"),
        (["a", "b", "c"], TypeError, "expected an array of numbers"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_lengths_are_one_whole_number_a_sequence(kind, lengths, error, message):
    with pytest.raises(error, match=f"lengths: .*{message}"):
        make(kind)(zeros(BATCH, TIME, FEATURES), lengths=lengths)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (
            (1, 8, HIDDEN),
            r"= \(1, 3, 4\), received \(1, 8, 4\)\. Is it the state of another batch\? .*time, features\)",
        ),
        ((1, TIME, HIDDEN), "Is it the state of another batch"),
        ((BATCH, HIDDEN), r"received \(3, 4\)\. For one layer and direction use state\[None\]"),
        ((BATCH, 1, HIDDEN), r"The batch seems to come first: use \.permute\(1, 0, 2\)"),
        ((2, BATCH, HIDDEN), r"\(layers · directions, batch, hidden\) = \(1, 3, 4\), received \(2, 3, 4\)\.$"),
        ((1, BATCH, HIDDEN + 1), r"received \(1, 3, 5\)\.$"),
        ((HIDDEN,), r"received \(4,\)\.$"),
    ],
)
def test_a_state_belongs_to_the_layers_and_to_the_batch(shape, message):
    inputs, good = zeros(BATCH, TIME, FEATURES), zeros(1, BATCH, HIDDEN)
    for kind in ("RNN", "GRU"):
        with pytest.raises(ValueError, match=f"state: expected .*{message}"):
            make(kind)(inputs, zeros(*shape))
    with pytest.raises(ValueError, match=f"h: expected .*{message}"):
        make("LSTM")(inputs, (zeros(*shape), good))
    with pytest.raises(ValueError, match=f"c: expected .*{message}"):
        make("LSTM")(inputs, (good, zeros(*shape)))


def test_a_state_for_one_direction_is_refused_by_two():
    with pytest.raises(ValueError, match=r"expected .* = \(4, 3, 4\), received \(2, 3, 4\)\.$"):
        make("GRU", FEATURES, HIDDEN, 2, bidirectional=True)(zeros(BATCH, TIME, FEATURES), zeros(2, BATCH, HIDDEN))


@pytest.mark.parametrize("cell", [False, True])
def test_a_pair_is_the_state_of_an_lstm_and_of_no_other(cell):
    inputs, state = (
        (zeros(BATCH, FEATURES), zeros(BATCH, HIDDEN))
        if cell
        else (
            zeros(BATCH, TIME, FEATURES),
            zeros(1, BATCH, HIDDEN),
        )
    )
    suffix = "Cell" if cell else ""
    for kind in ("RNN", "GRU"):
        with pytest.raises(
            TypeError, match=r"expected one tensor, received 2\. The pair \(h, c\) is the state of an LSTM"
        ):
            make(kind + suffix)(inputs, (state, state))
    for wrong in (state, Tensor(state), (state,), [state] * 3):
        with pytest.raises(TypeError, match=r"expected the pair \(h, c\) of an LSTM"):
            make("LSTM" + suffix)(inputs, wrong)


def test_a_state_of_another_dtype_is_refused():
    with pytest.raises(TypeError, match="state: expected float32, as the parameters are, received float64"):
        make()(zeros(BATCH, TIME, FEATURES), zeros(1, BATCH, HIDDEN, dtype=np.float64))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (
            (BATCH, TIME, FEATURES),
            r"\(batch, 2 features\), received \(3, 5, 2\)\. A cell takes one step, inputs\[:, t\]",
        ),
        ((FEATURES,), r"received \(2,\)"),
        ((0, FEATURES), r"received \(0, 2\)"),
        ((BATCH, FEATURES + 1), r"received \(3, 3\)"),
    ],
)
def test_a_cell_takes_one_step(shape, message):
    with pytest.raises(ValueError, match=f"inputs: expected .*{message}"):
        make("LSTMCell")(zeros(*shape))


def test_a_cell_refuses_the_state_of_another_batch():
    with pytest.raises(
        ValueError, match=r"\(batch, hidden\) = \(3, 4\), received \(2, 4\)\. Is it the state of another"
    ):
        make("GRUCell")(zeros(BATCH, FEATURES), zeros(2, HIDDEN))


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((0, 4), {}, ValueError, "input_size: expected a whole number of at least 1"),
        ((2, 4.0), {}, TypeError, "hidden_size: expected a whole number"),
        ((2, 4, 0), {}, ValueError, "num_layers: expected a whole number of at least 1"),
        (
            (2, 4),
            {"nonlinearity": "sigmoid"},
            ValueError,
            "nonlinearity: expected 'tanh' or 'relu', received 'sigmoid'",
        ),
        ((2, 4), {"dtype": np.int64}, TypeError, "expected floating-point numbers"),
    ],
)
def test_settings_that_make_no_sense_are_named(arguments, options, error, message):
    with pytest.raises(error, match=message):
        make("RNN", *arguments, **options)
    with pytest.raises(TypeError, match="generator: expected a random generator"):
        recurrent.GRU(2, 4, generator=0)
