"""Newton's method: how fast it is near, where it fails, and that a damped step lies between it and the gradient's."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.scratch.newton import IndefiniteHessianWarning, newton_minimize, newton_root
from dlcourse.scratch.surfaces import BEALE, PLATEAU, ROSENBROCK, SADDLE, SURFACES, TWO_VALLEYS, valley


def search(surface, start=None, steps=1, **options):
    return newton_minimize(
        surface.gradient, surface.hessian, surface.start if start is None else start, steps, **options
    )


# --- roots


def test_each_step_squares_the_error_of_a_simple_root():
    path = newton_root(lambda x: x**2 - 2, lambda x: 2 * x, 1.5, 6)
    errors = np.abs(path - np.sqrt(2))
    np.testing.assert_allclose(errors[1:4], errors[:3] ** 2 / (2 * path[:3]), rtol=1e-3)  # exact, but for rounding
    assert errors[4:].max() < 1e-15


def test_at_a_double_root_each_step_only_halves_the_error():
    np.testing.assert_allclose(newton_root(lambda x: x**2, lambda x: 2 * x, 1.0, 20), 0.5 ** np.arange(21))


def test_it_may_go_round_in_a_circle():
    path = newton_root(lambda x: x**3 - 2 * x + 2, lambda x: 3 * x**2 - 2, 0, 6)
    np.testing.assert_array_equal(path, [0, 1, 0, 1, 0, 1, 0])


def test_the_arc_tangent_is_lost_beyond_139():
    def derivative(x):
        return 1 / (1 + x**2)

    assert abs(newton_root(np.arctan, derivative, 1.39, 12)[-1]) < 1e-12
    assert abs(newton_root(np.arctan, derivative, 1.40, 8)[-1]) > 1.4
    with pytest.raises(ArithmeticError, match="left the finite numbers at step 2"):
        newton_root(lambda x: x, lambda x: 1e-200, 1.0, 50)


def test_on_a_root_it_stays_also_where_the_slope_is_0():
    np.testing.assert_array_equal(newton_root(lambda x: x**2, lambda x: 2 * x, 0.0, 3), np.zeros(4))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"start": 0.0}, ValueError, "at step 1, x = 0, the slope is 0: the tangent never meets the axis"),
        ({"start": [1.0]}, TypeError, "start: expected one number"),
        ({"steps": -1}, ValueError, "steps: expected a whole number of at least 0"),
        ({"function": lambda x: [x]}, TypeError, r"function\(1\): expected one number, received \["),
        ({"derivative": lambda x: None}, TypeError, r"derivative\(1\): expected one number, received None"),
    ],
)
def test_root_finding_says_what_is_wrong(changes, error, message):
    given_ = {"function": lambda x: x**2 - 2, "derivative": lambda x: 2 * x, "start": 1.0, "steps": 3}
    with pytest.raises(error, match=message):
        newton_root(**(given_ | changes))


# --- minima


@given(st.floats(1, 1e6), st.floats(-180, 180), st.tuples(st.floats(-9, 9), st.floats(-9, 9)))
def test_one_step_leads_to_the_minimum_of_every_valley(condition, angle, start):
    np.testing.assert_allclose(search(valley(condition, angle), start)[-1], 0, atol=1e-8)


def test_near_a_minimum_each_step_squares_the_error():
    """In one dimension e ← e² f‴/(2f″), at the minimum that e is the distance from."""
    (minimum, _), higher = TWO_VALLEYS.minima
    errors = search(TWO_VALLEYS, (minimum - 0.05, 0.0), 4)[:, 0] - minimum
    np.testing.assert_allclose(errors[2] / errors[1] ** 2, 24 * minimum / (2 * (12 * minimum**2 - 4)), rtol=0.02)
    assert higher[0] > 0


def test_rosenbrocks_valley_takes_six_steps_from_the_usual_start_though_the_second_climbs():
    heights = ROSENBROCK.value(search(ROSENBROCK, steps=6))
    assert heights[6] < 1e-15 < heights[5]
    assert heights[2] > 50 * heights[0]


def test_a_change_of_coordinates_changes_the_path_only_by_itself():
    """θ = M φ turns g into Mᵀg and H into MᵀH M, and so a step s into M⁻¹s: no scaling of the inputs helps or harms."""
    m = np.array([[2.0, 1.0], [0.0, 30.0]])
    start = np.array([1.2, 1.3])
    other = newton_minimize(
        lambda phi: m.T @ ROSENBROCK.gradient(m @ phi),
        lambda phi: m.T @ ROSENBROCK.hessian(m @ phi) @ m,
        np.linalg.solve(m, start),
        6,
    )
    np.testing.assert_allclose(other @ m.T, search(ROSENBROCK, start, 6), rtol=1e-6)


def test_near_a_saddle_it_is_drawn_into_it_and_says_so():
    with pytest.warns(
        IndefiniteHessianWarning, match=r"step 1, θ = \(-2, 0.001\), the smallest curvature is -1, below"
    ) as told:
        path = search(SADDLE, steps=4)
    np.testing.assert_allclose(path[-1], 0, atol=1e-12)
    assert len(told) == 1
    assert told[0].filename == __file__
    assert "has a saddle" in str(told[0].message)


def test_a_hill_draws_it_up_and_a_plateau_drives_it_away():
    with pytest.warns(IndefiniteHessianWarning, match="has a saddle"):
        path = search(TWO_VALLEYS, (0.3, 1.0), 3)
    assert path[-1] == pytest.approx(TWO_VALLEYS.saddles[0], abs=1e-3)
    assert TWO_VALLEYS.value(path[-1]) > TWO_VALLEYS.value((0.3, 0.0))
    with pytest.warns(IndefiniteHessianWarning):
        path = search(PLATEAU, steps=3)
    assert (np.diff(np.linalg.norm(path, axis=1)) > 0).all()
    with pytest.warns(IndefiniteHessianWarning, match="has a maximum"):
        newton_minimize(lambda t: -t, lambda t: -np.eye(2), [1.0, 1.0], 1)


def test_the_damping_that_the_warning_names_makes_it_go_down():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = search(SADDLE, steps=40, damping=1.5)
        np.testing.assert_allclose(path[-1], (0, 1), atol=1e-5)
        assert (np.diff(SADDLE.value(path)) <= 1e-15).all()
        assert BEALE.value(search(BEALE, steps=200, damping=30.0)[-1]) < BEALE.value(BEALE.start) / 20


def test_a_large_damping_makes_steps_of_gradient_descent():
    theta = np.array(ROSENBROCK.start)
    step = search(ROSENBROCK, damping=1e7)[-1] - theta
    np.testing.assert_allclose(step, -1e-7 * ROSENBROCK.gradient(theta), rtol=1e-3)


def test_a_path_begins_at_the_start_and_leaves_it_as_it_was():
    start = np.array([3, -2])
    path = search(SURFACES["valley"], start, 0)
    assert (path.shape, path.dtype) == ((1, 2), np.float64)
    np.testing.assert_array_equal(start, [3, -2])


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"hessian": lambda t: np.ones((2, 2))}, ValueError, "the Hessian is singular: in some direction.*damping"),
        ({"hessian": lambda t: np.zeros((2, 2))}, ValueError, "the Hessian is singular"),
        ({"hessian": lambda t: np.array([[1, 2], [3, 4.0]])}, ValueError, "expected a symmetric one"),
        ({"hessian": lambda t: np.ones(2)}, ValueError, r"hessian\(theta\): expected shape \(2, 2\), received \(2,\)"),
        ({"gradient": lambda t: np.ones(3)}, ValueError, r"gradient\(theta\): expected shape \(2,\), received \(3,\)"),
        ({"gradient": lambda t: np.full(2, np.inf)}, ArithmeticError, "left the finite numbers at step 1"),
        ({"damping": -1}, ValueError, "damping: expected 0 or a positive number, received -1"),
        ({"damping": "1"}, TypeError, "damping: expected one number"),
        ({"start": [[1.0, 2.0]]}, ValueError, r"start: expected shape \(n,\)"),
        ({"steps": 1.5}, TypeError, "steps: expected a whole number"),
    ],
)
def test_minimizing_says_what_is_wrong(changes, error, message):
    given_ = {"gradient": lambda t: t, "hessian": lambda t: np.eye(2), "start": [1.0, 2.0], "steps": 3}
    with pytest.raises(error, match=message):
        newton_minimize(**(given_ | changes))


def test_inputs_that_repeat_each_other_make_the_hessian_singular_and_damping_mends_it():
    x = np.random.default_rng(0).normal(size=20)
    inputs, targets = np.column_stack([x, 2 * x]), 3 * x
    gradient = lambda w: inputs.T @ (inputs @ w - targets) / 20  # noqa: E731
    with pytest.raises(ValueError, match="Inputs that repeat others do that"):
        newton_minimize(gradient, lambda w: inputs.T @ inputs / 20, [0.0, 0.0], 1)
    found = newton_minimize(gradient, lambda w: inputs.T @ inputs / 20, [0.0, 0.0], 5, damping=1e-3)[-1]
    np.testing.assert_allclose(inputs @ found, targets, atol=1e-6)
