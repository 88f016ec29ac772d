"""Drawing classes from logits: shares at a temperature, its limits, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlcourse.scratch.losses import softmax
from dlcourse.scratch.sampling import probabilities_at, sample_with_temperature

tables = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 6)), elements=st.floats(-50, 50))
ROW = np.array([[2.0, 0.0, 1.0]])


def generator(seed=0):
    return np.random.default_rng(seed)


@given(tables, st.floats(0.1, 10))
def test_probabilities_are_the_softmax_of_the_quotient(logits, temperature):
    np.testing.assert_allclose(probabilities_at(logits, temperature), softmax(logits / temperature), atol=1e-14)


@given(tables)
def test_at_temperature_0_and_close_to_it_all_is_on_the_largest_logit(logits):
    logits = logits.round(3)  # no differences so small that 1e-320 is large beside them
    greedy = probabilities_at(logits, 0)
    np.testing.assert_array_equal(greedy.argmax(axis=1), logits.argmax(axis=1))
    np.testing.assert_array_equal(greedy.sum(axis=1), 1)
    assert set(np.unique(greedy)) <= {0, 1}
    close = probabilities_at(logits, 1e-320)
    np.testing.assert_allclose(close, (logits == logits.max(axis=1, keepdims=True)) * close.max(axis=1, keepdims=True))


def test_a_higher_temperature_makes_shares_more_equal():
    entropies = [-(p * np.log(p)).sum() for p in (probabilities_at(ROW, t) for t in (0.3, 1.0, 3.0, 1e6))]
    assert entropies == sorted(entropies)
    assert entropies[-1] == pytest.approx(np.log(3), abs=1e-6)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_draws_have_these_shares(temperature):
    draws = sample_with_temperature(np.repeat(ROW, 40_000, axis=0), temperature, generator())
    shares = np.bincount(draws, minlength=3) / len(draws)
    assert draws.dtype == np.int64
    assert draws.shape == (40_000,)
    np.testing.assert_allclose(shares, probabilities_at(ROW, temperature)[0], atol=0.01)  # four standard errors


def test_each_row_has_its_own_distribution_and_classes_without_a_share_are_never_drawn():
    logits = np.array([[0.0, -1e5, 0.0], [-1e5, 5.0, -1e5], [-1e5, -1e5, 0.0]], np.float32)
    draws = np.array([sample_with_temperature(logits, 1.0, generator(seed)) for seed in range(200)])
    assert set(draws[:, 0]) == {0, 2}
    assert set(draws[:, 1]) == {1}
    assert set(draws[:, 2]) == {2}


def test_the_same_generator_gives_the_same_and_temperature_0_draws_nothing():
    logits = generator(1).normal(size=(20, 7))
    first, second = (sample_with_temperature(logits, 0.8, generator(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    used = generator(3)
    np.testing.assert_array_equal(sample_with_temperature(logits, 0, used), logits.argmax(axis=1))
    assert used.random() == generator(3).random()
    assert sample_with_temperature(logits, 0.0, used).dtype == np.int64


def test_the_class_is_the_first_whose_cumulated_probability_is_above_the_number_drawn():
    logits, u = generator(1).normal(size=(200, 5)), generator(4).random(200)
    cumulated = softmax(logits).cumsum(axis=1)
    expected = [int(np.argmax(row > number)) for row, number in zip(cumulated, u, strict=True)]
    np.testing.assert_array_equal(sample_with_temperature(logits, 1.0, generator(4)), expected)


def test_float32_stays_float32_and_the_logits_are_not_changed():
    logits = ROW.astype(np.float32)
    before = logits.copy()
    assert {probabilities_at(logits, t).dtype for t in (0, 1e-300, 0.5)} == {np.dtype(np.float32)}
    sample_with_temperature(logits, 0.5, generator())
    np.testing.assert_array_equal(logits, before)


@pytest.mark.parametrize(
    ("logits", "temperature", "error", "message"),
    [
        (ROW[0], 1.0, ValueError, r"\(n, classes\), received \(3,\)\. For a single example use logits\[None, :\]"),
        (ROW[None], 1.0, ValueError, r"\(n, classes\), received \(1, 1, 3\)"),
        (np.zeros((2, 0)), 1.0, ValueError, "at least one class"),
        ([[0.0, np.nan]], 1.0, ValueError, "expected finite numbers"),
        (ROW, -0.5, ValueError, r"temperature: expected a number of at least 0, received -0\.5"),
        (ROW, np.inf, ValueError, "temperature: expected a finite number"),
        (ROW, "cold", TypeError, "temperature: expected one number"),
    ],
)
def test_what_is_no_distribution_is_refused(logits, temperature, error, message):
    for function in (probabilities_at, lambda z, t: sample_with_temperature(z, t, generator())):
        with pytest.raises(error, match=message):
            function(logits, temperature)


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match="generator: expected a random generator"):
        sample_with_temperature(ROW, 1.0, 0)
