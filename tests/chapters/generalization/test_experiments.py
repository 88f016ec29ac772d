"""The numbers behind the pictures of chapter 6's experiments, against the textbook, plain loops and simulation."""

import numpy as np
import pytest

from dlcourse.chapters.generalization.experiments import folds_and_leakage, noise_tables, penalty_balls, polynomial_fit
from dlcourse.chapters.generalization.experiments.polynomial_fit import draw
from dlcourse.chapters.generalization.experiments.polynomial_picture import X
from dlcourse.chapters.generalization.experiments.smoothing import Smoother, places, truth
from dlcourse.chapters.generalization.experiments.touching import in_diamond, in_disc, zero_regions
from dlcourse.scratch.linear_models import solve_least_squares
from dlcourse.scratch.polynomials import PolynomialRegression
from dlcourse.scratch.shrinkage import lasso_by_coordinate_descent


def values_of(experiment, **given):
    return experiment.compute(**experiment.parameters(**given))


# --- polynomials


def test_places_halve_all_gaps_and_are_kept_when_more_come():
    np.testing.assert_array_equal(places(200)[:9], places(9))
    for count in (3, 5, 9, 129):
        np.testing.assert_allclose(np.sort(places(count)), np.linspace(-1, 1, count))


@pytest.mark.parametrize("degree", [0, 3, 9, 20])
@pytest.mark.parametrize(("examples", "penalty"), [(4, 1e-8), (10, 1e-8), (10, 0.1), (60, 1e-3)])
def test_curve_is_that_of_the_textbook(degree, examples, penalty):
    values = values_of(polynomial_fit, degree=degree, examples=examples, penalty=penalty)
    model = PolynomialRegression(degree, penalty).fit(values["x"], values["y"])
    np.testing.assert_allclose(values["curve"], model.predict(X), atol=1e-5)
    training = ((model.predict(values["x"]) - values["y"]) ** 2).mean()
    assert values["now"].training == pytest.approx(training, abs=1e-9)
    fine = np.linspace(-1, 1, 4001)
    missed = (model.predict(fine) - truth(fine)) ** 2
    assert values["now"].test == pytest.approx(0.09 + (missed[:-1] + missed[1:]).mean() / 2, rel=1e-3)


@pytest.mark.parametrize(
    ("degree", "examples", "penalty"), [(9, 10, 1e-8), (4, 10, 1e-8), (9, 20, 0.05), (20, 10, 0.0)]
)
def test_means_over_all_draws_are_those_of_many_draws(degree, examples, penalty):
    x, sigma = places(examples), 0.3
    smoother, generator = Smoother(x, degree, penalty), np.random.default_rng(0)
    targets = truth(x)[:, None] + generator.normal(0, sigma, (examples, 4000))
    exact = smoother.errors(targets[:, 0], sigma)
    training = ((smoother.curves(x, targets) - targets) ** 2).mean()
    fine = np.linspace(-1, 1, 1001)
    curves = smoother.curves(fine, targets)
    assert training == pytest.approx(exact.mean_training, rel=0.05, abs=1e-12)
    assert ((curves.mean(axis=1) - truth(fine)) ** 2).mean() == pytest.approx(exact.bias, rel=0.1, abs=1e-3)
    assert curves.var(axis=1).mean() == pytest.approx(exact.variance, rel=0.06)
    assert exact.mean_test == pytest.approx(sigma**2 + exact.bias + exact.variance)


def test_question_and_explanation_of_the_polynomial_say_what_happens():
    asked, more = values_of(polynomial_fit), values_of(polynomial_fit, examples=100)
    assert f"error {asked['now'].test:.2f}, seven times" in polynomial_fit.prediction.question
    assert asked["now"].training < 1e-9
    assert round(asked["now"].test / 0.09) == 7
    text = polynomial_fit.prediction.explanation
    assert f"They become {more['now'].training:.3f} and {more['now'].test:.3f}." in text
    assert more["now"].mean_training == pytest.approx(0.09 * 0.9)
    assert more["now"].mean_test == pytest.approx(0.09 * 1.1, rel=0.01)
    lower, penalized = (values_of(polynomial_fit, **given)["now"] for given in ({"degree": 4}, {"penalty": 0.1}))
    assert asked["now"].variance / lower.variance == pytest.approx(14, abs=0.5)
    assert lower.bias < 0.01
    assert max(lower.mean_test, penalized.mean_test) < 0.16 < asked["now"].mean_test / 3
    assert (asked["mean_test"][10:] < asked["mean_test"][9] / 3).all()


@pytest.mark.parametrize("against", ["degree", "examples", "penalty"])
def test_marks_lie_on_the_curves(against):
    given = {"degree": 5, "examples": 20, "penalty": 0.01, "seed": 3}
    values = values_of(polynomial_fit, against=against, draws=True, **given)
    at = int(np.abs(values["scale"] - given[against]).argmin())
    assert values["scale"][at] == pytest.approx(given[against])
    for name, error in values["now"]._asdict().items():
        assert values[name][at] == pytest.approx(error), name


def test_more_examples_are_added_to_those_there():
    few, many = (values_of(polynomial_fit, examples=examples)["y"] for examples in (10, 40))
    np.testing.assert_array_equal(many[:10], few)
    assert not np.array_equal(draw(1)[:10], draw(2)[:10])


# --- folds and leakage


def plainly(procedure, rows, features, kept, folds, signal, seed):
    """The parts of right answers that cross-validation reports, one table and one fold after the other."""
    tables, classes, fold = noise_tables._table(procedure, rows, features, folds, signal, seed)
    reported = []
    for table in tables:
        by_size = []
        for size in (1, 2, 3, 5, 7, 10, 15, 20, 30, 50) if procedure == "best" else (kept,):
            right = np.zeros(len(classes), dtype=bool)
            for held_out in (fold == number for number in range(folds)):
                scaled_by = table if procedure == "scaled" else table[~held_out]
                scaled = (table - scaled_by.mean(axis=0)) / scaled_by.std(axis=0)
                low, high = (scaled[~held_out & (classes == each)].mean(axis=0) for each in (0, 1))
                apart = np.abs(high - low)
                if procedure == "features":
                    apart = np.abs(np.diff([table[classes == each].mean(axis=0) for each in (0, 1)], axis=0)[0])
                    apart /= table.std(axis=0)
                best = np.argsort(-apart)[:size]
                far = [((scaled[:, best] - mean[best]) ** 2).sum(axis=1) for mean in (low, high)]
                right[held_out] = (far[1] < far[0])[held_out] == (classes == 1)[held_out]
            by_size.append(right.mean())
        reported.append(max(by_size))
    return reported


@pytest.mark.parametrize("procedure", noise_tables.PROCEDURES)
@pytest.mark.parametrize(("folds", "signal"), [(5, 0.0), (2, 0.8)])
def test_estimates_are_those_of_plain_loops(procedure, folds, signal):
    setting = (procedure, 20, 60, 7, folds, signal, 3)
    np.testing.assert_allclose(noise_tables.judge(*setting)[0], plainly(*setting))


def test_honest_cross_validation_is_right_on_average_and_scaling_by_all_rows_changes_nothing():
    inside, scaled = (
        np.array([noise_tables.judge(name, 40, 100, 10, 5, 0.0, seed)[0] for seed in range(1, 21)])
        for name in ("inside", "scaled")
    )
    error = inside.mean(axis=1).std() / np.sqrt(20)
    assert abs(inside.mean() - 0.5) < 3 * error
    assert abs((scaled - inside).mean()) < 0.01


def test_new_rows_find_the_signal_and_no_more():
    def truth_of(signal, features):
        return noise_tables.judge("inside", 60, features, 5, 5, signal, 1)[1].mean()

    assert truth_of(0.0, 1000) == pytest.approx(0.5, abs=0.02)
    # five independent features, each 1.5 apart: a row is right where a normal number is below sqrt(5) 1.5 / 2 = 1.68
    assert 0.9 < truth_of(1.5, 10) < 0.954


def test_question_and_explanation_of_leakage_say_what_happens():
    asked = {name: values_of(folds_and_leakage, procedure=name) for name in noise_tables.PROCEDURES}
    mean = {name: round(100 * values["estimates"].mean()) for name, values in asked.items()}
    gap = {name: round(100 * (values["estimates"] - values["truths"]).mean()) for name, values in asked.items()}
    text = folds_and_leakage.prediction.explanation
    assert text.startswith(f"{mean['features']} %, on tables of noise.")
    single = 100 * asked["inside"]["estimates"]
    assert (
        f"is {mean['inside']} %, though single tables are between {single.min():.0f} and {single.max():.0f} %" in text
    )
    assert f"average is {mean['scaled']} %, since" in text
    assert f"adds {gap['best']} points" in text
    assert f"twice add {gap['twins']}." in text
    found = values_of(folds_and_leakage, procedure="features", signal=1.0)
    shown = (f"{100 * found[name].mean():.0f} %" for name in ("estimates", "truths"))
    assert "reports {}, and {} are right".format(*shown) in text
    few = [values_of(folds_and_leakage, procedure=name, features="10")["estimates"] for name in ("inside", "features")]
    np.testing.assert_array_equal(*few)  # where all features are kept, none is chosen
    assert [bool(values["leaks"].any()) for values in asked.values()] == [False, True, True, True, True]
    assert "38 points too much" in folds_and_leakage.describe(
        folds_and_leakage.parameters(procedure="features"), asked["features"]
    )


def test_few_features_are_told_as_they_are_tried_and_kept():
    for given, told in (
        ({"procedure": "best", "features": "10"}, "for 6 numbers of features"),
        ({"kept": 1}, "with 1 feature kept"),
        ({"features": "10", "kept": 50}, "with 10 features kept"),
    ):
        parameters = folds_and_leakage.parameters(**given)
        assert told in folds_and_leakage.describe(parameters, folds_and_leakage.compute(**parameters))


# --- balls


def table_of(correlation, minimum, rows=40):
    """Inputs (rows, 2) with mean 0, variance 1 and exactly this correlation, and targets that ŵ meets exactly."""
    whitened, *_ = np.linalg.qr(np.column_stack([np.ones(rows), np.random.default_rng(0).normal(size=(rows, 2))]))
    inputs = np.sqrt(rows) * whitened[:, 1:] @ np.linalg.cholesky([[1, correlation], [correlation, 1]]).T
    return inputs, inputs @ minimum


SETTINGS = [(0.0, (1.2, 0.5), 50), (0.9, (1.5, -0.5), 80), (-0.6, (-0.4, 1.8), 150), (0.3, (1.0, 1.0), 35)]


@pytest.mark.parametrize(("correlation", "minimum", "hundredths"), SETTINGS)
def test_solutions_are_those_of_the_lasso_and_of_ridge_regression_at_the_told_alpha(correlation, minimum, hundredths):
    inputs, targets = table_of(correlation, minimum)
    for name, fit in (("L1", lasso_by_coordinate_descent), ("L2", solve_least_squares)):
        values = values_of(
            penalty_balls, penalty=name, correlation=correlation, minimum=[minimum], hundredths=hundredths
        )
        assert values["radius"] == hundredths / 100
        weights, _ = fit(inputs, targets, values["alpha"])
        np.testing.assert_allclose(values["solution"], weights, atol=1e-6)
        assert np.linalg.norm(values["solution"], 1 if name == "L1" else 2) == pytest.approx(values["radius"])
        excess = ((inputs @ values["solution"] - targets) ** 2).mean() / 2
        assert values["excess"] == pytest.approx(excess)


def test_a_minimum_inside_the_ball_stays():
    for name in ("L1", "L2"):
        for minimum in ([0.3, -0.2], [0.0, 0.0]):
            values = values_of(penalty_balls, penalty=name, minimum=[minimum], hundredths=100)
            assert values["alpha"] == values["excess"] == 0
            np.testing.assert_array_equal(values["solution"], minimum)


@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.6])
def test_share_of_exact_zeros_is_that_of_random_minima(correlation):
    minima = np.random.default_rng(0).uniform(-2, 2, (2000, 2))
    radius = np.array([0.5])
    zero = [(in_diamond(minimum, correlation, radius) == 0).any() for minimum in minima]
    share = values_of(penalty_balls, correlation=correlation)["share"]
    assert np.mean(zero) == pytest.approx(share, abs=0.035)
    assert not any((in_disc(minimum, correlation, radius) == 0).any() for minimum in minima[:200])
    assert f"{100 * share:.0f} % with L1." in penalty_balls.prediction.explanation
    assert values_of(penalty_balls, penalty="L2")["share"] == 0


@pytest.mark.parametrize("correlation", [-0.7, 0.0, 0.9])
def test_minima_in_a_region_and_on_a_line_give_exact_zeros(correlation):
    radius = np.array([0.5])
    for tip, one, other in zero_regions(correlation, 0.5, "L1", 1.0):
        inside, outside = (tip + (1 - part) * (one - tip) + part * (other - tip) for part in (0.02, -0.02))
        np.testing.assert_allclose(in_diamond(inside, correlation, radius)[0], tip, atol=1e-12)
        assert (in_diamond(outside, correlation, radius)[0] != 0).all()
    for tip, end, _ in zero_regions(correlation, 0.5, "L2", 1.0):
        np.testing.assert_allclose(in_disc(end, correlation, radius)[0], tip, atol=1e-9)


def test_explanation_of_the_balls_says_what_correlated_inputs_do():
    values = values_of(penalty_balls, penalty="L2", correlation=0.9, minimum=[[1.5, -0.5]])
    signs = np.sign(values["path"][::-1, 1])  # from the largest radius to the smallest
    assert signs[0] == -1
    assert signs[-1] == 1
    assert (np.diff(signs) >= 0).all()
    assert (np.diff(np.linalg.norm(values["path"], axis=1)) > -1e-9).all()
    assert round(100 * values_of(penalty_balls, hundredths=10)["share"]) == 90
