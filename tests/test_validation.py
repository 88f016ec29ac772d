import numpy as np
import pytest

from dlcourse import validation


def test_a_single_example_is_told_how_to_become_a_batch():
    with pytest.raises(ValueError, match="inputs") as caught:
        validation.check_shape(np.zeros(3), ("n", "features"), "inputs")
    assert str(caught.value) == (
        "inputs: expected shape (n, features), received (3,). For a single example use inputs[None, :]."
    )


@pytest.mark.parametrize(
    ("received", "expected", "hint"),
    [
        ((3, 1), ("n",), "For a column use x[:, 0]."),
        ((5, 1, 8, 8), ("n", "features"), "use x.reshape(len(x), -1)."),
        ((4, 7), (7, 4), "It seems to be transposed: use x.T."),
        ((5, 8, 8), ("n", 1, "height", "width"), "For images with one channel use x[:, None]."),
        ((8, 8, 3), ("n", 3, 8, 8), "For a single example use x[None, :, :, :]."),
    ],
)
def test_a_wrong_shape_names_the_likely_mending_and_the_mending_works(received, expected, hint):
    x = np.zeros(received)
    with pytest.raises(ValueError, match="expected shape") as caught:
        validation.check_shape(x, expected, "x")
    assert hint in str(caught.value)
    mended = eval(hint.split("use ")[1].rstrip("."), {"x": x, "len": len})
    assert mended.ndim == len(expected)


def test_a_wrong_size_without_a_likely_cause_offers_none():
    with pytest.raises(ValueError, match="weights") as caught:
        validation.check_shape(np.zeros((4, 5)), ("n", 3), "weights")
    assert str(caught.value) == "weights: expected shape (n, 3), received (4, 5)."


def test_a_right_array_is_returned_itself():
    inputs = np.zeros((2, 3), dtype=np.float32)
    assert validation.check_shape(inputs, ("n", 3), "inputs") is inputs


def test_lists_become_arrays():
    assert validation.check_shape([[1, 2]], ("n", 2), "inputs").shape == (1, 2)


@pytest.mark.parametrize("values", [["a", "b"], [None], [[1], [1, 2]], {"a": 1}])
def test_what_is_not_numbers_is_refused(values):
    with pytest.raises(TypeError, match="inputs: expected an array of numbers"):
        validation.check_array(values, "inputs")


def test_the_first_entry_that_is_not_finite_is_named():
    with pytest.raises(ValueError, match=r"1 of 4 is not: losses\[1, 0\] is nan"):
        validation.check_finite([[0.0, 1.0], [np.nan, 2.0]], "losses")
    with pytest.raises(ValueError, match=r"2 of 2 are not: losses\[0\] is -inf"):
        validation.check_finite([-np.inf, np.inf], "losses")


def test_range_includes_its_ends_and_names_what_lies_outside():
    validation.check_range([0.0, 1.0], "pixels", 0, 1)
    with pytest.raises(ValueError, match=r"in \[0, 1\], but pixels\[1\] is 16\.0"):
        validation.check_range([0.0, 16.0], "pixels", 0, 1)


def test_probabilities_lie_between_0_and_1():
    validation.check_probabilities([0, 1, 0.5], "p")
    with pytest.raises(ValueError, match=r"p\[1\] is 50\.0\. Percentages are divided by 100"):
        validation.check_probabilities([0.5, 50.0], "p")
    with pytest.raises(ValueError, match=r"p is -0\.1"):
        validation.check_probabilities(-0.1, "p")


def test_probabilities_sum_to_1_and_the_wrong_axis_is_recognized():
    table = np.array([[0.9, 0.2], [0.1, 0.8]])
    validation.check_probabilities(table, "p", axis=0)
    for axis, other in ((1, 0), (-1, -2)):
        with pytest.raises(ValueError, match=f"sum at 0 is 1.1. Sums along axis {other} are 1"):
            validation.check_probabilities(table, "p", axis=axis)
    with pytest.raises(ValueError, match=r"along axis 0, but the sum is 0\.5\.$"):
        validation.check_probabilities([0.25, 0.25], "p", axis=0)


def test_labels_are_integers_in_range():
    labels = np.array([0, 2, 1])
    assert validation.check_labels(labels, classes=3) is labels
    with pytest.raises(ValueError, match=r"from 0 to 1 \(2 classes, counted from 0\), but labels\[1\] is 2"):
        validation.check_labels(labels, classes=2)
    with pytest.raises(ValueError, match=r"at least 0, but labels\[0\] is -1"):
        validation.check_labels([-1])


def test_labels_of_another_kind_are_told_how_to_become_labels():
    with pytest.raises(TypeError, match=r"use labels\.astype\(np\.int64\)"):
        validation.check_labels(np.array([0.0, 1.0]))
    with pytest.raises(ValueError, match=r"One-hot rows become labels by labels\.argmax\(axis=1\)"):
        validation.check_labels(np.eye(3, dtype=int))
    with pytest.raises(ValueError, match=r"For a column use labels\[:, 0\]"):
        validation.check_labels(np.zeros((3, 1), dtype=int))


def test_class_names_are_told_how_to_become_labels():
    with pytest.raises(TypeError, match=r"by np\.unique\(labels, return_inverse=True\)\[1\]\.$"):
        validation.check_labels(["cat", "dog"])


def test_signs_are_told_how_to_become_zeros_and_ones():
    with pytest.raises(
        ValueError, match=r"labels\[0\] is -1\. Values of -1 and 1 become .* by \(labels \+ 1\) // 2\.$"
    ):
        validation.check_binary([-1, 1], "labels")
    with pytest.raises(ValueError, match=r"labels\[0\] is -1\.$"):
        validation.check_binary([-1, 0], "labels")


def test_lengths_that_differ_are_all_listed():
    assert validation.check_same_length(inputs=np.zeros((3, 2)), labels=[1, 2, 3]) == 3
    with pytest.raises(ValueError, match="inputs has 3, labels has 2"):
        validation.check_same_length(inputs=np.zeros((3, 2)), labels=[1, 2])
    with pytest.raises(
        ValueError, match=r"inputs has 2, labels has 3\. inputs seems to be transposed: use inputs\.T\.$"
    ):
        validation.check_same_length(inputs=np.zeros((2, 3)), labels=[1, 2, 3])
    with pytest.raises(ValueError, match=r"labels has 2\.$"):
        validation.check_same_length(inputs=np.zeros((3, 4)), labels=[1, 2])
    with pytest.raises(ValueError, match=r"received the single number 4\. Use np\.array\(\[4\]\)"):
        validation.check_same_length(inputs=4, labels=[1])


@pytest.mark.parametrize("value", [2, 2.5, np.float32(2.5), np.int64(2), np.array(2.0)])
def test_one_positive_number_is_accepted(value):
    assert validation.check_positive(value, "scale") == float(value)


@pytest.mark.parametrize("value", [0, -1.0, np.nan, np.inf])
def test_numbers_that_are_not_positive_and_finite_are_refused(value):
    with pytest.raises(ValueError, match=r"scale: expected a (positive|finite) number"):
        validation.check_positive(value, "scale")


@pytest.mark.parametrize("value", ["2", None, True, [1.0], np.zeros(2), 1 + 2j])
def test_what_is_not_one_number_is_refused(value):
    with pytest.raises(TypeError, match="scale: expected one number, received"):
        validation.check_positive(value, "scale")


def test_counts_are_whole_and_large_enough():
    assert validation.check_count(np.int32(3), "flips") == 3
    assert validation.check_count(0, "flips", low=0) == 0
    with pytest.raises(ValueError, match="at least 1, received 0"):
        validation.check_count(0, "flips")
    for value in (3.0, True, "3"):
        with pytest.raises(TypeError, match="flips: expected a whole number"):
            validation.check_count(value, "flips")


def test_a_seed_is_not_a_generator():
    generator = np.random.default_rng(0)
    assert validation.check_generator(generator) is generator
    with pytest.raises(TypeError, match=r"received 3 \(int\)\. Make one, once, with np\.random\.default_rng\(seed\)"):
        validation.check_generator(3)


def test_long_values_are_shortened_in_messages():
    with pytest.raises(TypeError) as caught:
        validation.check_count("x" * 1000, "flips")
    assert len(str(caught.value)) < 120
