"""The race runs the library's optimizers, its rates are those of the search, and what it tells is so."""

import numpy as np
import pytest

from dlcourse.chapters.optimization.experiments import race, race_runs
from dlcourse.chapters.optimization.experiments.race_runs import BEST_RATES, GRID, MOST_STEPS, NAMES, SIZES
from dlcourse.chapters.optimization.lanes import OPTIMIZERS, Lanes
from dlcourse.scratch import descent
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.surfaces import SURFACES, valley
from tests.experiments.tiny_experiment import Browser

SLIDERS = ("gd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")


def values_of(**given):
    return race.compute(**race.parameters(**given))


def caption(**given):
    parameters = race.parameters(**given)
    return race.describe(parameters, race.compute(**parameters))


def needed(surface):
    """The steps of each optimizer with every rate, from the usual start."""
    return race_runs.steps_needed(surface, tuple(race_runs.place_of(surface, race_runs.PLACE).tolist()))


def at_best(surface):
    steps = needed(surface)
    return steps[np.arange(len(NAMES)), [GRID.tolist().index(rate) for rate in BEST_RATES[surface]]]


# --- lanes


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_lane_is_a_run_of_the_optimizer_by_itself(name):
    generator, rates = np.random.default_rng(0), np.array([0.01, 0.1, 0.5])
    starts, gradients = generator.normal(size=(3, 2, 4)), generator.normal(size=(5, 3, 2, 4))
    theta = starts.copy()
    lanes = Lanes(name, theta, rates)
    for each in gradients:
        lanes.step(each)
    for lane, rate in enumerate(rates):
        alone = Tensor(starts[lane].copy(), requires_grad=True)
        optimizer = OPTIMIZERS[name]([alone])
        optimizer.lr = rate
        for each in gradients:
            alone.grad = each[lane].copy()
            optimizer.step()
        np.testing.assert_allclose(theta[lane], alone.data, rtol=1e-12)


# --- the runs


@pytest.mark.parametrize(("racer", "momentum"), [(0, 0.0), (1, 0.9)])
@pytest.mark.parametrize("surface", ["turned valley", "Rosenbrock"])
def test_descent_and_momentum_go_the_ways_of_the_textbook(surface, racer, momentum):
    values, where = values_of(surface=surface, steps=60), SURFACES[surface]
    start, rate = values["paths"][racer, 0], float(values["rates"][racer])
    path = descent.gradient_descent(where.value, where.gradient, start, rate, 60, momentum)
    np.testing.assert_allclose(values["paths"][racer], path, atol=1e-9)
    np.testing.assert_allclose(values["excess"][racer], where.value(path) - where.value(where.minima[0]), atol=1e-7)


@pytest.mark.parametrize("surface", SIZES)
def test_a_race_begins_at_the_usual_start_with_its_minimum_in_sight(surface):
    values, where = values_of(surface=surface, steps=0), SURFACES[surface]
    np.testing.assert_allclose(values["paths"][:, 0], np.tile(where.start, (6, 1)), atol=1e-6)
    low, size = values["view"]
    assert all(((low < place) & (place < low + size)).all() for place in values["minima"])


@pytest.mark.parametrize("surface", SIZES)
def test_stored_rates_are_those_of_the_search(surface):
    """By another processor's rounding a search may choose another of two rates that are as good."""
    found = race_runs.search(surface)
    steps = needed(surface)
    in_search = steps[np.arange(6), [GRID.tolist().index(rate) for rate in found]]
    np.testing.assert_allclose(at_best(surface), in_search, atol=1)
    np.testing.assert_allclose(BEST_RATES[surface], found, rtol=1.1)


def test_arrivals_are_for_good():
    excess = np.array([[5.0, 5.0, 0.0, 5.0], [0.0, 1.0, 0.0, 0.0], [0.5, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.5]])
    np.testing.assert_array_equal(race_runs.arrivals(excess), [3, 2, 0, 4])


def test_a_run_that_diverges_stands_still_and_is_told():
    values = values_of(gd=10.0)
    step = values["diverged"][0]
    assert 0 < step < MOST_STEPS
    assert not np.diff(values["paths"][0, step:], axis=0).any()
    assert f"GD, ε = 0.63: diverged at step {step};" in caption(gd=10.0)
    assert "GD, ε = 0.63: still" in caption(gd=10.0, steps=int(step) - 1)


def test_only_those_that_are_shown_are_told():
    text = caption(show="adam")
    assert all(name in text for name in ("GD", "momentum", "Adam"))
    assert not any(name in text for name in ("Nesterov", "AdaGrad", "RMSProp"))


def test_a_dragged_start_lies_under_the_pointer_whatever_is_shown():
    browser = Browser(race)
    browser.open(room=400)
    for surface in ("Rosenbrock", "Beale"):
        browser.do("set", name="surface", value=list(SIZES).index(surface))
        picture, figure = browser.live.screen.picture, browser.live.screen.figure
        low, size = race_runs.view(surface)
        wanted = low + 0.7 * size
        x, y = picture.axes["surface"].transData.transform(wanted) / figure.bbox.size
        browser.do("drag", index=0, x=x, y=1 - y)
        np.testing.assert_allclose(browser.live.values["paths"][0, 0], wanted, atol=0.01)
        np.testing.assert_allclose(np.ravel(picture.start.get_data()), wanted, atol=0.01)


@pytest.mark.parametrize("racer", range(6))
def test_a_slider_changes_its_racer_and_no_other(racer):
    before, after = values_of(surface="Beale"), values_of(surface="Beale", **{SLIDERS[racer]: 0.5})
    changed = [not np.array_equal(*both) for both in zip(before["paths"], after["paths"], strict=True)]
    assert changed == [number == racer for number in range(6)]
    assert after["rates"][racer] == pytest.approx(before["rates"][racer] / 2)


def test_exactly_on_the_ridge_nobody_leaves_the_saddle():
    paths, _ = race_runs.runs(SURFACES["saddle"], (-2.0, 0.0), np.array(BEST_RATES["saddle"])[:, None])
    assert (paths[..., 1] == 0).all()


# --- what the question and the explanation say


def test_the_numbers_of_the_question_and_the_explanation():
    for surface, steps in (("valley", [62, 87, 47, 6, 10, 80]), ("turned valley", [62, 87, 47, 60, 110, 85])):
        np.testing.assert_allclose(at_best(surface), steps, atol=1)


@pytest.mark.parametrize("name", ["GD", "momentum", "Nesterov"])
def test_steps_of_descent_and_momentum_turn_with_the_surface(name):
    racer, turn = NAMES.index(name), np.radians(30)
    straight, turned = (values_of(surface=surface)["paths"][racer] for surface in ("valley", "turned valley"))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    np.testing.assert_allclose(straight @ matrix.T, turned, atol=1e-5)


def test_momentum_and_adam_bear_wrong_rates_and_descent_does_not():
    steps = needed("turned valley")
    for name, least in (("momentum", 87), ("Adam", 85)):
        racer = NAMES.index(name)
        best = BEST_RATES["turned valley"][racer]
        near = (best / 4 * 0.99 < GRID) & (8 * best >= GRID)
        assert steps[racer][near].max() <= 1.5 * least
    beyond = values_of(surface="turned valley", gd=1.3)
    assert beyond["arrivals"][0] > MOST_STEPS


def test_in_a_narrower_valley_momentum_and_adam_are_ahead_of_descent():
    where = valley(100.0)
    _, excess = race_runs.runs(where, where.start, np.tile(GRID, (6, 1)))
    best = dict(zip(NAMES, race_runs.arrivals(excess).min(axis=1), strict=True))
    assert max(best["momentum"], best["Adam"]) < best["GD"] / 1.5
