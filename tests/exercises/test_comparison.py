"""What counts as the same result, and how a difference is put into words."""

from collections import namedtuple

import numpy as np
import pytest

from dlcourse.exercises.comparing.compare import difference
from dlcourse.exercises.comparing.relations import relation
from dlcourse.exercises.kinds.exercise import Case
from dlcourse.exercises.tolerance import Tolerance
from dlcourse.exercises.wording import kind_of, shorten, value_text
from tests.exercises.examples import make_mean_log, mean_log, softmax

TOLERANCE = Tolerance()
TABLE = np.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]])


def words(expected, received):
    return difference(expected, received, TOLERANCE)


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        (0.5, np.float64(0.5)),
        (0.5, np.array(0.5)),
        (np.array(0.5), 0.5),
        (2.0, 2),
        (2, 2.0),
        (np.array([1.0, 2.0]), np.array([1, 2])),
        (np.array([True, False]), np.array([1, 0])),
        (np.array([1.0]), np.array([1.0 + 1e-9])),
        (np.nan, float("nan")),
        (np.array([np.inf, -np.inf, np.nan]), np.array([np.inf, -np.inf, np.nan])),
        ((1.0, 2.0), [1.0, 2.0]),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        ("a", "a"),
        (np.zeros((0, 3)), np.zeros((0, 3))),
    ],
)
def test_same_results_in_other_clothes_are_accepted(expected, received):
    assert words(expected, received) == ""


@pytest.mark.parametrize(
    ("expected", "received", "said"),
    [
        (0.5, 0.25, "is 0.25, where 0.5 is expected"),
        (0.5, 0.5000001, "is 0.5000001, where 0.5 is expected"),
        (TABLE, TABLE + np.array([[0, 0, 1e-3], [0, 0, 0]]), "row 0 sums to 1.001, not to 1"),
        (np.arange(3.0), np.array([0.0, 1.0, 5.0]), "is 5 at [2], where 2 is expected. 1 of 3 entries differ"),
        (np.arange(3.0), np.array([0.0, np.nan, 2.0]), "is nan (not a number) at [1], where 1 is expected"),
        (np.arange(3.0), np.array([0.0, np.inf, 2.0]), "is infinite at [1]"),
        (-np.inf, np.nan, "is nan, where -inf is expected"),
        (np.inf, -np.inf, "is -inf, where inf is expected"),
        (TABLE, TABLE.T, "right result transposed"),
        (np.arange(4.0).reshape(2, 2), np.arange(4.0).reshape(2, 2).T, "right result transposed"),
        (np.arange(3.0), np.arange(3.0)[:, None], "an axis of length 1 is left over"),
        ([np.zeros(2), np.zeros((2, 3))], np.zeros(8), "is an array of shape (8,); expected are 2 values"),
        (([np.zeros(2), np.zeros(3)], 1.0), ([np.zeros(2), np.ones(3)], 1.0), "result, value 1 of 2, value 2 of 2, is"),
        (np.arange(3.0)[:, None], np.arange(3.0), "an axis of length 1 is missing"),
        (1.0, np.array([1.0]), "an axis of length 1 is left over"),
        (np.arange(4.0).reshape(1, 2, 2), np.arange(4.0).reshape(2, 2, 1), "arrangement in axes is not"),
        (np.arange(6.0).reshape(2, 3), np.arange(6.0), "arrangement in axes is not"),
        (1.0, np.arange(3.0), "Should the entries be summed or averaged?"),
        (np.arange(3.0), 3.0, "Was it summed or averaged over everything?"),
        (np.zeros((2, 3)), np.zeros((4, 5)), "an array of shape (4, 5); expected is an array of shape (2, 3)"),
        (np.arange(3.0), np.arange(3.0)[::-1], "reverse order"),
        (np.array([1.0, 5.0, 3.0]), np.array([1.0, 3.0, 5.0]), "in another order"),
        (np.array([0.2, 0.8]), np.array([0.4, 1.6]), "the probabilities sum to 2, not to 1"),
        (np.array([1 / 3, 2.5]), np.array([(1 + 1e-6) / 3, 2.5], np.float32), "to the precision of float32 only"),
        ("a", "b", "is 'b'; expected is 'a'"),
        ("a", 1, "is a single number; expected is a text"),
    ],
)
def test_differences_are_told_in_words(expected, received, said):
    assert said in words(expected, received)


def test_probabilities_normalized_along_the_wrong_axis_are_told_apart():
    logits = np.array([[0.0, 1.0, 2.0], [3.0, 1.0, 0.0], [0.0, 5.0, 1.0]])
    said = words(softmax(logits), softmax(logits.T).T)
    assert "row 0 sums to" in said
    assert "but each column sums to 1: normalized along axis 0 instead of 1" in said


def test_exact_rearrangement_is_told_before_sums_that_it_spoils():
    table = np.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25], [0.3, 0.3, 0.4]])
    assert "right result transposed" in words(table, table.T)
    assert "in another order" in words(table, table[[1, 0, 2]].T)
    assert "in another order" in words(table, table.ravel()[::-1].reshape(3, 3).T[::-1])
    assert "normalized along axis 0" in words(table, table / table.sum(axis=0))


Line = namedtuple("Line", ["weights", "variance", "rows"])


@pytest.mark.parametrize(
    ("expected", "received", "said"),
    [
        (
            (np.arange(2.0), 0.5),
            (0.5, np.arange(2.0)),
            "has the right members in the wrong order: expected is your second (an array of shape (2,)), then your "
            "first (a single number).",
        ),
        (
            Line(np.arange(2.0), 0.5, 7),
            [7, np.arange(2.0), 0.5],
            "expected is your second (weights), then your third (variance), then your first (rows).",
        ),
        ((1.0, 2.0), (2.0, 1.0), "in the wrong order"),
        ({"a": (1.0, 2.0)}, {"a": (2.0, 1.0)}, "Your result['a'] has the right members in the wrong order"),
    ],
)
def test_exchanged_members_of_a_tuple_are_told(expected, received, said):
    assert said in words(expected, received)


@pytest.mark.parametrize("received", [(2.0, 1.5), (2.0, 2.0), (1.0, 1.0), (3.0, 1.0)])
def test_members_of_which_one_is_wrong_are_not_called_exchanged(received):
    assert "order" not in words((1.0, 2.0), received)


def test_float32_arguments_widen_the_tolerance_and_float64_do_not():
    right = np.array([1.0, 2.0, 3.0])
    near = right * (1 + 1e-6)
    assert difference(right, near, TOLERANCE.for_data(right)) != ""
    assert difference(right, near, TOLERANCE.for_data(right.astype(np.float32))) == ""
    assert difference(right, right * 1.001, TOLERANCE.for_data(right.astype(np.float32))) != ""


def test_tolerance_looks_into_lists_and_dictionaries():
    single = np.zeros(2, np.float32)
    assert TOLERANCE.for_data([single], {}).relative > TOLERANCE.relative
    assert TOLERANCE.for_data({"a": (single,)}).relative > TOLERANCE.relative
    assert TOLERANCE.for_data([1.0], {"a": 2}) == TOLERANCE


RELATIONS = [
    (lambda right: -right, "opposite sign"),
    (lambda right: right / np.log(2), "base 2"),
    (lambda right: right / np.log(10), "base 10"),
    (np.exp, "the exponential of the expected ones"),
    (np.log, "the logarithm of the expected ones"),
    (np.square, "the squares of"),
    (np.sqrt, "the square roots of"),
    (lambda right: 1 / right, "1 divided by the expected ones"),
    (lambda right: 1 - right, "1 minus the expected ones"),
    (lambda right: right * 3, "3 times the expected ones"),
    (lambda right: right / 4, "divided by 4"),
    (lambda right: right + 0.25, "larger than the expected ones by 0.25"),
    (lambda right: right - 2, "smaller than the expected ones by 2"),
]


@pytest.mark.parametrize(("change", "said"), RELATIONS)
@pytest.mark.parametrize("shape", [(), (3,), (2, 2)])
def test_relation_between_all_numbers_is_recognized(change, said, shape):
    generator = np.random.default_rng(5)
    rights = [generator.uniform(0.1, 4, size=shape) for _ in range(3)]
    assert said in relation([(right, change(right), ()) for right in rights])


ROUNDED = [np.array([0.12345, 2.5678, -0.4444]), np.array([1.0, 7.77777])]


@pytest.mark.parametrize(
    ("decimals", "said"), [(0, "to whole numbers"), (1, "to 1 decimal:"), (2, "to 2 decimals"), (4, "to 4 decimals")]
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_rounded_numbers_are_recognized(decimals, said, dtype):
    pairs = [(right.astype(dtype), right.round(decimals).astype(dtype), ()) for right in ROUNDED]
    assert f"rounded {said}" in relation(pairs)
    assert "return them unrounded" in relation(pairs)


def test_tie_may_be_rounded_either_way_and_what_is_not_finite_stays():
    right, given = np.array([0.125, 0.375, np.inf, np.nan]), np.array([0.13, 0.37, np.inf, np.nan])
    assert "to 2 decimals" in relation([(right, given, ())])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda right: np.zeros_like(right),
        lambda right: np.full_like(right, 1.0),
        lambda right: right.round(2) + 0.01,
        lambda right: np.where(right > 5, right.round(1), right.round(2) + 0.02),
    ],
)
def test_what_is_not_rounded_is_not_called_so(wrong):
    assert "rounded" not in relation([(right, wrong(right), ()) for right in ROUNDED])


def test_rounded_answer_is_told_in_the_verdict():
    message = make_mean_log(mistakes=[]).examine(lambda values, scale: round(mean_log(values, scale), 3)).message
    assert "Your numbers are the right ones, rounded to 3 decimals: return them unrounded." in message


def test_relation_that_fails_in_one_case_is_not_claimed():
    rights = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
    assert relation([(rights[0], -rights[0], ()), (rights[1], rights[1] + 0.123, ())]) == ""


def test_numbers_of_another_shape_in_a_case_prove_no_relation():
    rights = [np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]])]
    assert relation([(rights[0], rights[0].T, ()), (rights[1], -rights[1], ())]) == ""


def test_one_number_alone_proves_no_relation():
    assert relation([(2.0, -2.0, ()), (2.0, -2.0, ())]) == ""


def test_sum_in_place_of_a_mean_is_recognized():
    exercise = make_mean_log(mistakes=[])
    said = exercise.examine(lambda values, scale: scale * np.log(values).sum()).message
    assert "too large by the number of values" in said
    said = exercise.examine(lambda values, scale: mean_log(values, scale) / len(values)).message
    assert "too small by the number of values" in said


def test_all_cases_zero_is_no_relation():
    assert relation([(np.zeros(3), np.ones(3), ())]) == ""


# Values as text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (np.float64(0.25), "0.25"),
        (np.float64(2.0), "2"),
        (np.array([1, 0, 1]), "[1, 0, 1]"),
        (np.array([0.5, 1e-9]), "[0.5, 1e-09]"),
        (np.array(3.0), "3"),
        (np.zeros((0, 2)), "an empty array of shape (0, 2)"),
        (np.arange(100), "[0, 1, 2, …, 97, 98, 99] of shape (100,)"),
        ((1.0,), "(1,)"),
        ([1.5, "a"], "[1.5, 'a']"),
        ({"a": np.ones(2)}, "{'a': [1, 1]}"),
        (list(range(20)), "[0, 1, 2, …, 17, 18, 19]"),
        (np.mean, "mean"),
        (None, "None"),
        (np.random.default_rng(0), "generator"),
        (10**80, "1" + "0" * 37 + " …"),
        (np.array([True, False]), "[True, False]"),
    ],
)
def test_value_reads_short(value, text):
    assert value_text(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.2, "0.2"), (0.1 + 0.2, "0.30000000000000004"), (3.0, "3")])
def test_full_precision_shows_no_more_digits_than_needed(value, text):
    assert value_text(value, 17) == text


def test_values_never_show_addresses_or_grow_long():
    class Plain:
        pass

    class Long:
        def __repr__(self):
            return "x" * 10_000

    class Broken:
        def __repr__(self):
            raise ValueError

    assert "0x…" in value_text(Plain())
    assert value_text(np.array([Plain()])).count("0x…") == 1
    assert len(value_text(Long())) < 200
    assert value_text(Broken()) == "<Broken>"


def test_print_options_of_the_reader_do_not_change_the_text():
    with np.printoptions(precision=1, threshold=2, legacy="1.13"):
        assert value_text(np.array([0.123456, 2.0, 3.0])) == "[0.123456, 2, 3]"


def test_shorten_keeps_one_line():
    assert shorten("a\n  b\tc") == "a b c"
    assert shorten("x" * 50, 10) == "xxxxxxxx …"


def test_kinds_are_named():
    assert kind_of(np.zeros((2, 3))) == "an array of shape (2, 3)"
    assert kind_of(Case((), "label")) == "a dlcourse Case"
    assert kind_of(True) == "a truth value"


def test_relation_is_looked_for_also_where_an_argument_is_a_list_of_arrays_of_several_shapes():
    layers = [np.ones((2, 3)), np.ones((4, 2))]
    results = [(np.arange(1.0, 5.0) * factor, np.arange(1.0, 5.0) * factor + 0.5, (layers,)) for factor in (1, 2)]
    assert "larger" in relation(results)
