"""The experiment on reductions says what NumPy says, for every axis, operation and entry."""

from itertools import product

import numpy as np
import pytest

from dlcourse.chapters.linear_algebra_and_calculus.experiments import which_axis
from dlcourse.chapters.linear_algebra_and_calculus.experiments.which_axis import AXES, NUMBERS
from dlcourse.chapters.linear_algebra_and_calculus.experiments.which_axis_picture import corner

SETTINGS = list(product(AXES, (False, True), ("sum", "mean", "max")))


def values_of(**changed):
    return which_axis.compute(**which_axis.parameters(**changed))


@pytest.mark.parametrize(("axis", "keepdims", "operation"), SETTINGS)
def test_each_entry_is_what_the_lit_numbers_give(axis, keepdims, operation):
    called = eval(f"NUMBERS.{operation}(axis={axis}, keepdims={keepdims})", {"NUMBERS": NUMBERS})
    seen = np.zeros(NUMBERS.size, dtype=int)
    for entry in range(np.size(called)):
        values = values_of(axis=axis, keepdims=keepdims, operation=operation, entry=entry)
        np.testing.assert_allclose(values["result"], called)
        lit = NUMBERS.ravel()[values["lit"]]
        assert getattr(lit, operation)() == pytest.approx(called[tuple(values["index"])])
        np.testing.assert_array_equal(np.ravel(eval(f"NUMBERS[{values['slice']}]", {"NUMBERS": NUMBERS})), lit)
        seen += values["lit"]
    np.testing.assert_array_equal(seen, 1)  # each number flows into exactly one entry


@pytest.mark.parametrize(("axis", "keepdims", "operation"), SETTINGS)
def test_whether_the_result_fits_beside_x_is_what_numpy_says(axis, keepdims, operation):
    values = values_of(axis=axis, keepdims=keepdims, operation=operation)
    if values["meets"]:
        assert values["meets"][0] != values["meets"][1]
        with pytest.raises(ValueError, match="could not be broadcast"):
            NUMBERS - values["result"]
    else:
        assert (NUMBERS - values["result"]).shape == NUMBERS.shape


def test_keeping_the_axis_makes_every_result_fit_as_the_explanation_says():
    fits = {axis: not values_of(axis=axis)["meets"] for axis in ("0", "1", "2")}
    assert fits == {"0": True, "1": False, "2": False}
    assert not any(values_of(axis=axis, keepdims=True)["meets"] for axis in AXES)


def test_the_answer_to_the_prediction_is_the_shape():
    shape = values_of(axis="1")["result"].shape
    assert which_axis.prediction.choices[which_axis.prediction.answer] == str(shape) == "(2, 4)"


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"axis": "1"}, ("", "axis 0", "axis 1 (was 2)")),
        ({"axis": "0"}, ("", "axis 0 (was 1)", "axis 1 (was 2)")),
        ({"axis": "(0, 1)"}, ("", "", "axis 0 (was 2)")),
        ({"axis": "None"}, ("", "", "")),
        ({"axis": "1", "keepdims": True}, ("axis 0", "axis 1", "axis 2")),
    ],
)
def test_axes_of_the_result_are_counted_anew(changed, names):
    assert values_of(**changed)["names"] == names


def test_cells_of_a_kept_axis_stand_in_their_sheets():
    places = values_of(axis="1", keepdims=True)["result_places"]
    assert places == [(sheet, 0, column) for sheet in range(2) for column in range(4)]
    assert [corner(place)[0] for place in places] == [0, 1, 2, 3, 5, 6, 7, 8]


def test_the_words_tell_call_shape_entry_and_fit():
    parameters = which_axis.parameters(axis="1", operation="mean", entry=6)
    told = which_axis.told(parameters, which_axis.compute(**parameters))
    assert "x.mean(axis=1) has shape (2, 4), 8 numbers" in told
    assert "entry [1, 2] comes from x[1, :, 2]: (9 + 8 + 6) / 3 = 7.67" in told
    assert "an error: from the last axis on, 3 meets 2" in told
    everything = which_axis.parameters(axis="None", keepdims=False)
    assert "Its only number comes from x[:, :, :]: 3 + 1 + … + 4 = 115" in which_axis.told(
        everything, which_axis.compute(**everything)
    )
