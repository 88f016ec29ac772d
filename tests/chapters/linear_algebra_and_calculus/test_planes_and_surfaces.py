"""The numbers behind the plane, the quadratic form and the tangent plane of chapter 2, against NumPy."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from dlcourse.chapters.linear_algebra_and_calculus.experiments import plane, quadratic_form, tangent
from dlcourse.chapters.linear_algebra_and_calculus.experiments.plane import GOALS
from dlcourse.chapters.linear_algebra_and_calculus.experiments.plane_picture import LETTER
from dlcourse.chapters.linear_algebra_and_calculus.experiments.quadratic_form import FAR, LEVELS, SHAPES
from dlcourse.chapters.linear_algebra_and_calculus.experiments.smooth_surfaces import SMOOTH
from dlcourse.chapters.linear_algebra_and_calculus.experiments.tangent_picture import DISTANCES
from dlcourse.scratch import calculus, quadratics

GENERATOR = np.random.default_rng(0)
MATRICES = [np.array(GENERATOR.integers(-40, 41, size=(2, 2)) / 20) for _ in range(200)]
SHEAR, NILPOTENT = np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [0.0, 0.0]])


def values_of(experiment, **given):
    return experiment.compute(**experiment.parameters(**given))


def told(experiment, **given):
    parameters = experiment.parameters(**given)
    return experiment.told(parameters, experiment.compute(**parameters))


def of(matrix, **given):
    return {"columns": np.transpose(matrix).tolist(), **given}


# --- plane


@pytest.mark.parametrize("symmetric", [False, True])
def test_determinant_eigenvectors_and_singular_vectors_are_numpy_s(symmetric):
    for drawn in MATRICES:
        matrix = np.array([drawn[0], [drawn[0, 1], drawn[1, 1]]]) if symmetric else drawn
        values = values_of(plane, **of(matrix, show="eigen"))
        np.testing.assert_allclose(values["matrix"], matrix)
        assert values["determinant"] == pytest.approx(np.linalg.det(matrix), abs=1e-12)
        np.testing.assert_allclose(values["radii"], np.linalg.svd(matrix)[1], atol=1e-7)
        exact = np.linalg.eigvals(matrix)
        if np.iscomplex(exact).any():
            assert (values["stay"], len(values["factors"])) == (0, 0)
            continue
        np.testing.assert_allclose(values["factors"], np.sort(exact)[::-1], atol=1e-7)
        v = values["before"]
        np.testing.assert_allclose(v @ matrix.T, values["factors"][:, None] * v, atol=1e-9)
        np.testing.assert_allclose(np.linalg.norm(v, axis=1), 1)
        if symmetric:
            assert v[0] @ v[1] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("matrix", [*MATRICES[:50], SHEAR, NILPOTENT, np.zeros((2, 2)), -np.eye(2)])
def test_singular_vectors_are_perpendicular_before_and_after(matrix):
    values = values_of(plane, **of(matrix, show="singular"))
    v, after = values["before"], values["before"] @ values["matrix"].T
    np.testing.assert_allclose(v @ v.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(after @ after.T, np.diag(values["factors"] ** 2), atol=1e-9)
    assert values["radii"].prod() == pytest.approx(abs(values["determinant"]), abs=1e-12)


@pytest.mark.parametrize(
    ("matrix", "stay", "said"),
    [
        (np.eye(2), 3, "Every line through 0 stays: A is 1.00 times the identity"),
        (np.zeros((2, 2)), 3, "the single point 0. Every line through 0 stays: A is 0.00 times"),
        (SHEAR, 1, "One line stays: (1.00, 0.00) becomes 1.00 times itself."),
        (NILPOTENT, 1, "(1.00, 0.00) becomes 0.00 times itself"),
        ([[0, -1], [1, 0]], 0, "a circle of radius 1.00. No line stays"),
        ([[0, 1], [1, 0]], 2, "(0.71, 0.71) becomes 1.00 times itself and (−0.71, 0.71) becomes −1.00 times itself"),
        (
            [[1, 0], [0, 0]],
            2,
            "the letter is flat. The unit circle becomes a segment that reaches 1.00 to both sides of 0",
        ),
        ([[1.35, 0.45], [0.6, 0.2]], 2, "Its determinant is 0.000"),
    ],
)
def test_matrices_that_rounding_could_mistake(matrix, stay, said):
    assert values_of(plane, **of(matrix))["stay"] == stay
    assert said in told(plane, **of(matrix, show="eigen"))


def test_every_goal_is_reached_by_its_own_matrix_alone():
    asked = {name: matrix for name, (_, matrix) in GOALS.items() if matrix is not None}
    for goal in asked:
        reached = [name for name, matrix in asked.items() if values_of(plane, **of(matrix, goal=goal))["reached"]]
        assert reached == [goal]
    assert "not reached yet" in told(plane, goal="stretch")
    assert not values_of(plane)["asked"]


def test_a_point_beside_the_goal_reaches_it():
    assert values_of(plane, columns=[[0.012, 1.02], [-0.98, -0.01]], goal="rotation")["reached"]


def test_what_the_prediction_says_of_the_shear():
    values, text = values_of(plane, **of(SHEAR, show="eigen")), plane.prediction.explanation
    np.testing.assert_allclose(values["matrix"], values_of(plane)["matrix"])
    large, small = values["radii"]
    assert f"{large:.2f}" in plane.prediction.question
    assert f"{small:.2f}, and ${large:.3f} \\cdot {small:.3f} = 1$" in text
    assert f"{large**2:.2f} π" in plane.prediction.choices[0]
    assert values["determinant"] == 1
    assert abs(values_of(plane, show="singular")["before"][:, 1]).min() > 0.5  # no axis is (1, 0)
    assert values_of(plane, columns=[[1, 0], [1, 0]])["determinant"] == 0
    assert values_of(plane, columns=[[1, 0], [1, -1]])["determinant"] == -1
    asked = {name: matrix for name, (_, matrix) in GOALS.items() if matrix is not None}
    assert [name for name, matrix in asked.items() if not values_of(plane, **of(matrix))["stay"]] == ["rotation"]


def signed_area(corners):
    x, y = corners.T
    return (x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


@pytest.mark.parametrize("matrix", [SHEAR, [[0, 1], [1, 0]], [[-1.5, 0.5], [0.25, 1]], [[1, 2], [0.5, 1]]])
def test_the_letter_s_signed_area_is_multiplied_by_the_determinant(matrix):
    values = values_of(plane, **of(matrix))
    picture = plane.picture(Figure(), values)
    assert signed_area(picture.after.letter.get_xy()[:-1]) == pytest.approx(
        values["determinant"] * signed_area(LETTER), abs=1e-12
    )
    assert signed_area(picture.before.letter.get_xy()[:-1]) == pytest.approx(signed_area(LETTER))
    tips = [line.get_xydata()[1] for line in picture.after.columns]
    np.testing.assert_allclose(np.transpose(tips), matrix)


# --- quadratic_form


SIGNS = [(2.0, 0.5), (3.0, -1.0), (-0.1, -3.0), (1.5, 0.0), (0.0, -2.0), (0.0, 0.0), (0.1, 3.0), (1.0, 1.0)]


@pytest.mark.parametrize(("first", "second"), SIGNS)
def test_contours_and_zeros_lie_where_the_form_has_their_height(first, second):
    values = values_of(quadratic_form, first=first, second=second, angle=35)
    matrix = values["matrix"]
    heights = (values["contours"] @ matrix * values["contours"]).sum(axis=-1) / 2
    led_away = np.isclose(np.linalg.norm(values["contours"], axis=-1), FAR)
    np.testing.assert_allclose(heights[~led_away], np.broadcast_to(LEVELS[:, None], heights.shape)[~led_away])
    reached = [(level > 0 and max(first, second) > 0) or (level < 0 and min(first, second) < 0) for level in LEVELS]
    np.testing.assert_array_equal((~led_away).any(axis=1), reached)
    np.testing.assert_allclose((values["zeros"] @ matrix * values["zeros"]).sum(axis=-1), 0, atol=1e-9)
    expected = 2 if first * second < 0 else 1 if (first == 0) != (second == 0) else 0
    assert len(values["zeros"]) == expected


@pytest.mark.parametrize(("first", "second"), SIGNS)
def test_the_angle_changes_the_matrix_and_neither_its_eigenvalues_nor_its_name(first, second):
    every = [values_of(quadratic_form, first=first, second=second, angle=angle) for angle in range(0, 180, 35)]
    assert len({values["kind"] for values in every}) == 1
    assert every[0]["kind"] in SHAPES
    for values in every:
        np.testing.assert_allclose(np.linalg.eigvalsh(values["matrix"]), sorted([first, second]), atol=1e-12)
        for value, u in zip(values["eigenvalues"], values["eigenvectors"], strict=True):
            np.testing.assert_allclose(values["matrix"] @ u, value * u, atol=1e-12)


def test_ellipses_are_as_long_as_the_root_of_the_condition_number_says():
    values = values_of(quadratic_form, first=2.5, second=0.1, angle=145)
    sizes = np.linalg.norm(values["contours"][0], axis=1)
    assert sizes.max() / sizes.min() == pytest.approx(np.sqrt(values["kappa"]), rel=1e-3)
    assert "5.00 times as long as wide, the root of κ = 25.00" in told(quadratic_form, first=2.5, second=0.1)


def test_rayleigh_s_quotient_stays_between_the_eigenvalues_and_reaches_them():
    around = [[np.cos(turn), np.sin(turn)] for turn in np.linspace(0, np.pi, 37)]
    quotients = [values_of(quadratic_form, point=[v])["quotient"] for v in around]
    assert min(quotients) == pytest.approx(-1, abs=1e-3)
    assert max(quotients) == pytest.approx(3, abs=1e-3)
    assert min(quotients) >= -1 - 1e-12
    assert "At v = 0 the form is 0." in told(quadratic_form, point=[[0, 0]])


def test_what_the_prediction_says_of_the_matrix_with_positive_entries():
    values = values_of(quadratic_form)
    np.testing.assert_allclose(values["matrix"], [[1, 2], [2, 1]])
    assert values["kind"] == "indefinite"
    assert [quadratics.quadratic_form(values["matrix"], v) for v in ([1, 1], [1, -1])] == pytest.approx([6, -2])
    assert values_of(quadratic_form, second=0.0)["kind"] == "positive semi-definite"
    assert values_of(quadratic_form, second=0.1)["kind"] == "positive definite"


# --- tangent


@pytest.mark.parametrize("surface", SMOOTH)
def test_derivatives_are_those_of_differences(surface):
    f = SMOOTH[surface]
    for point in np.random.default_rng(1).uniform(-2.5, 2.5, size=(5, 2)):
        np.testing.assert_allclose(f.gradient(point), calculus.numerical_jacobian(f.value, point)[0], atol=1e-8)
        np.testing.assert_allclose(f.hessian(point), calculus.numerical_hessian(f.value, point), atol=1e-6)
        d, step = np.array([0.6, -0.8]), 1e-4
        bends = [d @ f.hessian(point + side * step * d) @ d for side in (1, -1)]
        assert f.third(point, d) == pytest.approx((bends[0] - bends[1]) / (2 * step), abs=1e-7)


def test_errors_are_those_of_the_formulas_and_end_as_taylor_s_terms_say():
    values = values_of(tangent, curves=True, distance=1.0, angle=120, point=[[1.0, 0.5]])
    f, p, d = SMOOTH["waves"], np.array([1.0, 0.5]), np.array([-0.5, np.sqrt(0.75)])
    by_plane = f.value(p) + f.gradient(p) @ d
    by_both = by_plane + d @ f.hessian(p) @ d / 2
    np.testing.assert_allclose(values["errors"], np.abs(np.array([by_plane, by_both]) - f.value(p + d)))
    np.testing.assert_allclose(values["all_errors"][:, -1], values["errors"])
    np.testing.assert_allclose(values["all_errors"][:, :20], values["terms"][:, :20], rtol=0.02)


def test_the_slope_is_steepest_along_the_gradient_and_0_across_it():
    slopes = [values_of(tangent, angle=angle)["slope"] for angle in range(0, 360, 5)]
    gradient = values_of(tangent)["gradient"]
    along = np.degrees(np.arctan2(gradient[1], gradient[0]))
    assert 5 * np.argmax(slopes) == pytest.approx(along, abs=2.5)
    assert max(slopes) == pytest.approx(np.linalg.norm(gradient), rel=1e-3)
    assert slopes[round(along / 5) + 18] == pytest.approx(0, abs=0.04)


@pytest.mark.parametrize("surface", SMOOTH)
def test_the_level_line_passes_the_point_at_its_height(surface):
    values = values_of(tangent, surface=surface)
    np.testing.assert_allclose(SMOOTH[surface].value(values["level"]), values["height"], atol=5e-3)
    assert np.linalg.norm(values["level"] - values["point"], axis=-1).min() < 0.15


def test_a_level_point_has_no_arrow_and_no_tangent():
    values = values_of(tangent, surface="bowl", point=[[0, 0]])
    picture = tangent.picture(Figure(), values)
    assert not picture.arrow.get_visible()
    assert not picture.tangent.get_visible()


def test_what_the_prediction_says_of_both_errors():
    far, near = (values_of(tangent, distance=h)["errors"] for h in (0.1, 0.01))
    assert f"{far[0]:.4f}." in tangent.prediction.question
    assert f"{far[0] / 100:.6f}, a hundredth" in tangent.prediction.choices[2]
    assert near[0] == pytest.approx(far[0] / 100, rel=0.02)
    assert far[1] / near[1] == pytest.approx(1000, rel=0.2)
    assert "101 times smaller, that of the approximation becomes 836 times smaller" in told(tangent, curves=True)
    small = values_of(tangent, curves=True)["all_errors"][:, :2]
    slopes = np.diff(np.log(small), axis=1)[:, 0] / np.diff(np.log(DISTANCES[:2]))
    np.testing.assert_allclose(slopes, [2, 3], atol=0.01)


def test_what_the_prediction_says_of_other_directions_and_of_the_bowl():
    turned = values_of(tangent, angle=20, curves=True)
    assert abs(turned["bend"]) < 0.02 < abs(values_of(tangent)["bend"])
    above = DISTANCES >= 0.1
    slope = np.polyfit(np.log(DISTANCES[above]), np.log(turned["all_errors"][0, above]), 1)[0]
    assert 2.7 < slope < 3
    bowl = values_of(tangent, surface="bowl", curves=True)
    assert bowl["all_errors"][1].max() < 1e-14
    assert "that of the approximation with the Hessian below 10⁻¹¹" in told(tangent, surface="bowl")
