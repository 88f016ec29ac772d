"""The made-up tasks: the labels are what the docstring says, chance does as well as stated, wrong sizes are refused."""

import numpy as np
import pytest

from dlcourse import sequence_tasks
from dlcourse.sequences import IGNORED


def generator(seed=0):
    return np.random.default_rng(seed)


TASKS = {
    "adding_problem": lambda g: sequence_tasks.adding_problem(40, 7, g),
    "delayed_copy": lambda g: sequence_tasks.delayed_copy(40, 7, 2, g),
    "recall": lambda g: sequence_tasks.recall(40, 7, g),
    "parity": lambda g: sequence_tasks.parity(40, 7, g),
}


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_drawn_from_the_generator_that_is_passed(name):
    first, again, other = (TASKS[name](generator(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.inputs, again.inputs)
    np.testing.assert_array_equal(first.labels, again.labels)
    assert not np.array_equal(first.inputs, other.inputs)
    assert len(first) == 40
    with pytest.raises(TypeError, match="expected a random generator"):
        TASKS[name](0)


@pytest.mark.parametrize("length", [2, 3, 10])
def test_the_adding_problem_marks_one_value_of_each_half_and_asks_for_their_sum(length):
    part = sequence_tasks.adding_problem(300, length, generator())
    values, marks = part.inputs[..., 0], part.inputs[..., 1]
    assert part.inputs.dtype == part.labels.dtype == np.float32
    assert np.all((values >= 0) & (values < 1))
    np.testing.assert_array_equal(marks[:, : length // 2].sum(axis=1), 1)
    np.testing.assert_array_equal(marks[:, length // 2 :].sum(axis=1), 1)
    np.testing.assert_allclose(part.labels, (values * marks).sum(axis=1), rtol=1e-6)
    assert np.all(marks.sum(axis=0) > 0)  # every step is marked in some example


def test_whoever_answers_the_mean_of_the_adding_problem_has_one_sixth():
    labels = sequence_tasks.adding_problem(100_000, 4, generator()).labels
    assert np.mean((labels - 1) ** 2) == pytest.approx(1 / 6, abs=0.002)
    assert np.mean(labels) == pytest.approx(1, abs=0.005)


@pytest.mark.parametrize("delay", [0, 1, 4])
def test_the_delayed_copy_asks_for_the_symbol_that_came_so_many_steps_before(delay):
    part = sequence_tasks.delayed_copy(50, 5, delay, generator(), symbols=3)
    assert part.inputs.dtype == part.labels.dtype == np.int64
    assert set(np.unique(part.inputs)) == {0, 1, 2}
    for t in range(5):
        expected = part.inputs[:, t - delay] if t >= delay else IGNORED
        np.testing.assert_array_equal(part.labels[:, t], expected)


def test_recall_asks_for_the_first_symbol_and_never_shows_it_again():
    part = sequence_tasks.recall(200, 6, generator(), symbols=3)
    np.testing.assert_array_equal(part.labels, part.inputs[:, 0])
    assert set(np.unique(part.labels)) == {0, 1, 2}
    assert set(np.unique(part.inputs[:, 1:])) == {3, 4, 5}
    part.labels[:] = -1
    assert part.inputs.min() == 0  # labels share no memory with the inputs


def test_parity_says_whether_the_ones_are_odd_at_the_end_or_at_every_step():
    last, every = (sequence_tasks.parity(200, 6, generator(), every_step=each) for each in (False, True))
    bits = every.inputs[..., 0]
    assert set(np.unique(bits)) == {0, 1}
    for t in range(6):
        np.testing.assert_array_equal(every.labels[:, t], bits[:, : t + 1].sum(axis=1) % 2)
    np.testing.assert_array_equal(last.labels, every.labels[:, -1])
    assert last.labels.dtype == np.int64
    assert last.inputs.dtype == np.float32


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sequence_tasks.adding_problem(1, 1, generator()), "length: expected a whole number of at least 2"),
        (lambda: sequence_tasks.adding_problem(0, 4, generator()), "examples: expected a whole number of at least 1"),
        (lambda: sequence_tasks.delayed_copy(1, 3, 3, generator()), "expected more than delay = 3 steps, received 3"),
        (lambda: sequence_tasks.delayed_copy(1, 3, -1, generator()), "delay: expected a whole number of at least 0"),
        (lambda: sequence_tasks.delayed_copy(1, 3, 1, generator(), 1), "symbols: expected a whole number of at least"),
        (lambda: sequence_tasks.recall(1, 1, generator()), "length: expected a whole number of at least 2"),
        (lambda: sequence_tasks.parity(1, 0, generator()), "length: expected a whole number of at least 1"),
    ],
)
def test_sizes_that_make_no_task_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
