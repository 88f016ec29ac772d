"""The numbers behind the pictures of chapter 9's experiments, against closed forms and calculation by hand."""

import itertools

import numpy as np
import pytest
import torch
from scipy import special

from dlcourse.experiments.multilayer_perceptrons import activations, xor_by_hand
from dlcourse.experiments.multilayer_perceptrons.activations import GRID, NAMES, STEEPEST, curves, unjoined
from dlcourse.experiments.multilayer_perceptrons.xor_units import (
    LABELS,
    POINTS,
    SHOWN,
    SIDE,
    groups,
    side_by_side,
)
from dlcourse.scratch.perceptrons import one_hidden_layer

SOLVED = {"angle_1": 45, "angle_2": 225, "places": [[0.25, 0.25], [0.75, 0.75]]}


def values_of(experiment, **given):
    parameters = experiment.parameters(**given)
    return experiment.compute(**parameters)


def text_of(experiment, **given):
    parameters = experiment.parameters(**given)
    return experiment.describe(parameters, experiment.compute(**parameters))


# --- xor_by_hand


def test_at_the_start_the_hidden_layer_changes_nothing_and_no_line_can_part_the_labels():
    values = values_of(xor_by_hand)
    np.testing.assert_array_equal(values["hidden"], POINTS)
    assert values["gap"] <= 0
    assert text_of(xor_by_hand).endswith("1 of 4 is right; in the plane of h₁ and h₂ no line could part the labels.")


def test_or_and_nand_joined_by_and_solve_xor_at_three_places():
    values = values_of(xor_by_hand, **SOLVED)
    np.testing.assert_array_equal(values["hidden"], [[0, 1], [1, 1], [1, 1], [1, 0]])
    np.testing.assert_array_equal(values["outputs"], LABELS)
    assert not values["wrong"].any()
    assert values["gap"] == pytest.approx(1 / np.sqrt(2), abs=1e-3)  # from (1, 1) to the line through (0, 1) and (1, 0)
    assert text_of(xor_by_hand, **SOLVED).endswith(
        "4 of 4 are right; in the plane of h₁ and h₂ the line h₁ + h₂ = 1.5 parts the labels."
    )


@pytest.mark.parametrize(
    "given",
    [
        {"angle_1": 315, "angle_2": 135, "places": [[0.75, 0.25], [0.25, 0.75]], "output": "or"},
        {"angle_1": 45, "angle_2": 45, "places": [[0.25, 0.25], [0.75, 0.75]], "output": "first_only"},
        SOLVED | {"units": "soft"},
        SOLVED | {"units": "steep"},
    ],
)
def test_every_output_unit_and_every_kind_of_hidden_unit_can_solve_xor(given):
    assert not values_of(xor_by_hand, **given)["wrong"].any()


def test_whatever_the_two_lines_are_and_solves_xor_at_exactly_three_places():
    solved = set()
    for angle_1, angle_2 in itertools.product(range(0, 360, 45), repeat=2):
        for place_1, place_2 in itertools.product([0.1, 0.25, 0.5, 0.75, 0.9], repeat=2):
            places = [[place_1, place_1], [place_2, place_2]]
            values = values_of(xor_by_hand, angle_1=angle_1, angle_2=angle_2, places=places)
            if not values["wrong"].any():
                solved.add(len(np.unique(values["hidden"], axis=0)))
                assert values["gap"] > 0.7
    assert solved == {3}
    assert "Three" in xor_by_hand.prediction.choices[xor_by_hand.prediction.answer]


@pytest.mark.parametrize(("kind", "steepness"), [("soft", 4), ("steep", 12)])
def test_soft_units_are_those_of_the_library(kind, steepness):
    given = {"angle_1": 30, "angle_2": 200, "units": kind, "output": "first_only", "places": [[0.2, 0.1], [1.0, 0.6]]}
    values = values_of(xor_by_hand, **given)
    weights = np.array([[np.cos(np.pi / 6), 0.5], [np.cos(200 / 180 * np.pi), np.sin(200 / 180 * np.pi)]])
    bias = -np.einsum("ui,ui->u", weights, given["places"])
    np.testing.assert_allclose(values["hidden"], special.expit(steepness * (POINTS @ weights.T + bias)), atol=1e-8)
    x = np.linspace(*SHOWN, SIDE)
    plane = np.column_stack([np.tile(x, SIDE), np.repeat(x, SIDE)])
    outputs = one_hidden_layer(
        plane, steepness * weights, steepness * bias, np.array([[1.0, -1.0]]), np.array([-0.5]), special.expit
    )
    sure = np.abs(outputs) > 1e-6
    np.testing.assert_array_equal(values["field"].ravel()[sure[:, 0]], (outputs >= 0).ravel()[sure[:, 0]])


def test_a_point_on_a_line_counts_as_on():
    values = values_of(xor_by_hand, angle_1=135, angle_2=315, places=[[0.5, 0.5], [0.5, 0.5]])
    np.testing.assert_array_equal(values["hidden"], [[1, 1], [1, 0], [0, 1], [1, 1]])


def test_points_in_one_place_are_drawn_beside_each_other_on_their_side_of_the_output_line():
    for output in ("and", "or", "first_only"):
        for angles in itertools.product(range(0, 360, 45), repeat=2):
            values = values_of(xor_by_hand, angle_1=angles[0], angle_2=angles[1], output=output)
            weights = np.array([1.0, -1.0 if output == "first_only" else 1.0])
            shown = side_by_side(values["hidden"], weights)
            np.testing.assert_allclose(shown @ weights, values["hidden"] @ weights, atol=1e-12)
            assert min(np.linalg.norm(shown[i] - shown[j]) for i in range(4) for j in range(i)) > 0.09


def test_groups_hold_every_point_once():
    places = np.array([[0.0, 0.0], [1.0, 0.0], [0.1, 0.1], [1.0, 1.0]])
    assert groups(places, (0.2, 0.2)) == [[0, 2], [1], [3]]


# --- activations

TORCH = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, 0.1),
    "gelu": torch.nn.functional.gelu,
}


@pytest.mark.parametrize("name", NAMES)
def test_curves_and_slopes_are_those_of_pytorch(name):
    inputs = torch.tensor(GRID, requires_grad=True)
    outputs = TORCH[name](inputs)
    outputs.sum().backward()
    np.testing.assert_allclose(curves(name)[0], outputs.detach().numpy(), atol=1e-12)
    elsewhere = GRID != 0 if name == "leaky_relu" else slice(None)  # at the corner either slope is a convention
    np.testing.assert_allclose(curves(name)[1][elsewhere], inputs.grad.numpy()[elsewhere], atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_no_slope_is_larger_than_that_at_the_steepest_place(name):
    values = values_of(activations, first=name, second=name)
    assert values["most"][0, 0] >= np.abs(curves(name)[1]).max() - 1e-12
    assert values["most"][0, 0] == pytest.approx(
        {"sigmoid": 0.25, "gelu": 1.12890}.get(name, 1.0), abs=1e-5
    )  # GELU: Φ(√2) + √2 φ(√2)
    assert STEEPEST["gelu"] == pytest.approx(np.sqrt(2))


def test_products_are_powers_of_the_slope_and_the_sigmoid_lets_a_millionth_through_at_most():
    values = values_of(activations, first="sigmoid", second="gelu", z=-1.5, layers=10)
    sigma = 1 / (1 + np.exp(1.5))
    np.testing.assert_allclose(values["products"][0], (sigma * (1 - sigma)) ** np.arange(1, 21))
    assert values["slopes"][1] < 0 < values["products"][1, 0]
    assert values["most"][0, 9] == pytest.approx(1 / 1_048_576)
    assert "1,048,576" in activations.prediction.explanation
    assert "9.5 × 10^-7" in text_of(activations, z=0.0)


def test_relu_passes_everything_on_or_nothing():
    for z, passed in ((0.1, 1.0), (0.0, 0.0), (-0.1, 0.0)):
        np.testing.assert_array_equal(values_of(activations, second="relu", z=z)["products"][1], passed)


def test_slopes_are_drawn_with_a_gap_at_a_corner_and_without_one_elsewhere():
    for name, gaps in (("relu", 1), ("leaky_relu", 1), ("tanh", 0), ("gelu", 0)):
        assert np.isnan(unjoined(curves(name)[1])[0]).sum() == gaps


def test_one_layer_is_told_in_the_singular():
    assert "one such slope is 1 in size" in text_of(activations, layers=1)
