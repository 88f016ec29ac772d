"""The surfaces' gradients and Hessians against differences, and what is said of each: minima, saddles, curvatures."""

import itertools

import numpy as np
import pytest

from dlcourse.scratch import surfaces
from dlcourse.scratch.calculus import numerical_hessian, numerical_jacobian
from dlcourse.scratch.surfaces import SURFACES

MORE = {**SURFACES, "steep": surfaces.valley(1000, 45), "round": surfaces.valley(1)}


def inside(surface, n=12, seed=0):
    """Points of the surface's domain, (n, 2)."""
    (left, right), (low, high) = surface.domain
    return np.random.default_rng(seed).uniform((left, low), (right, high), (n, 2))


@pytest.mark.parametrize("surface", MORE.values(), ids=MORE)
def test_gradient_and_hessian_are_those_of_differences(surface):
    for point in [*inside(surface), surface.start]:
        np.testing.assert_allclose(
            surface.gradient(point), numerical_jacobian(surface.value, point)[0], rtol=1e-6, atol=1e-6
        )
        np.testing.assert_allclose(
            surface.hessian(point), numerical_hessian(surface.value, point), rtol=1e-5, atol=1e-3
        )


@pytest.mark.parametrize("surface", MORE.values(), ids=MORE)
def test_a_grid_of_points_gives_what_each_point_gives(surface):
    grid = inside(surface).reshape(3, 4, 2)
    before = grid.copy()
    for function, shape in ((surface.value, (3, 4)), (surface.gradient, (3, 4, 2)), (surface.hessian, (3, 4, 2, 2))):
        found = function(grid)
        assert (found.shape, found.dtype) == (shape, np.float64)
        np.testing.assert_allclose(found[1, 2], function(grid[1, 2]), rtol=1e-12)
    np.testing.assert_array_equal(grid, before)


@pytest.mark.parametrize("surface", MORE.values(), ids=MORE)
def test_minima_and_saddles_are_what_they_are_called_and_the_lowest_comes_first(surface):
    for kind, points in (("minimum", surface.minima), ("saddle", surface.saddles)):
        for point in points:
            np.testing.assert_allclose(surface.gradient(point), 0, atol=1e-12)
            smallest, largest = np.linalg.eigvalsh(surface.hessian(point))
            assert largest > 0
            assert smallest > 0 if kind == "minimum" else smallest < 0
    heights = [float(surface.value(point)) for point in surface.minima]
    assert heights == sorted(heights)


@pytest.mark.parametrize("surface", MORE.values(), ids=MORE)
def test_start_and_minima_stand_in_the_picture(surface):
    (left, right), (low, high) = surface.domain
    for x, y in (surface.start, *surface.minima, *surface.saddles):
        assert left < x < right
        assert low < y < high


@pytest.mark.parametrize("angle", [0, 30, 90, -200])
def test_a_valley_has_the_condition_number_that_was_asked_for_at_every_angle(angle):
    values, vectors = np.linalg.eigh(surfaces.valley(40, angle).hessian((1.0, 2.0)))
    np.testing.assert_allclose(values, [1, 40])
    turn = np.radians(angle)
    assert abs(vectors[:, 0] @ [np.cos(turn), np.sin(turn)]) == pytest.approx(1)


def test_known_values_of_rosenbrock_and_beale():
    assert surfaces.ROSENBROCK.value(surfaces.ROSENBROCK.start) == pytest.approx(24.2)
    for surface, kappa in ((surfaces.ROSENBROCK, 2508), (surfaces.BEALE, 162)):
        eigenvalues = np.linalg.eigvalsh(surface.hessian(surface.minima[0]))
        assert eigenvalues[1] / eigenvalues[0] == pytest.approx(kappa, abs=0.5)
        assert f"κ = {kappa}" in surface.asks
    assert surfaces.BEALE.value((1.0, 1.0)) == pytest.approx(14.203125)
    assert surfaces.BEALE.value((3.0, 0.5)) == 0


def test_beyond_its_saddle_beale_falls_without_end():
    """Along y = 1 + c/x the residuals tend to 1.5 + c, 2.25 + 2c, 2.625 + 3c: the best c leaves 0.45, at infinity."""
    c = -(1.5 + 2 * 2.25 + 3 * 2.625) / 14
    heights = [float(surfaces.BEALE.value((x, 1 + c / x))) for x in (-10.0, -100.0, -1e4, -1e6)]
    assert all(after < before for before, after in itertools.pairwise(heights))
    assert heights[-1] == pytest.approx(sum((t + k * c) ** 2 for k, t in enumerate((1.5, 2.25, 2.625), 1)), abs=1e-4)


def test_two_valleys_have_a_higher_minimum_on_the_side_of_the_start():
    low, high = surfaces.TWO_VALLEYS.minima
    assert low[0] < -1 < 0 < high[0] < 1
    assert surfaces.TWO_VALLEYS.value(high) - surfaces.TWO_VALLEYS.value(low) == pytest.approx(0.6, abs=0.01)
    assert surfaces.TWO_VALLEYS.start[0] > high[0]


def test_a_plateau_is_flat_at_its_start():
    assert np.linalg.norm(surfaces.PLATEAU.gradient(surfaces.PLATEAU.start)) < 0.03
    assert np.linalg.eigvalsh(surfaces.PLATEAU.hessian(surfaces.PLATEAU.start))[0] < 0


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: surfaces.valley(0.5), ValueError, "condition: expected κ .* at least 1, received 0.5"),
        (lambda: surfaces.valley("2"), TypeError, "condition: expected one number"),
        (lambda: surfaces.valley(2, np.nan), ValueError, "angle: expected a finite number"),
        (lambda: surfaces.BEALE.value(3.0), ValueError, r"theta: expected points with two coordinates.*received \(\)"),
        (lambda: surfaces.BEALE.value(np.zeros((2, 5))), ValueError, r"received \(2, 5\).*use theta\.T"),
    ],
)
def test_what_cannot_be_is_refused_in_words(make, error, message):
    with pytest.raises(error, match=message):
        make()
