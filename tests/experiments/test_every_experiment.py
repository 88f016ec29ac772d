"""Every experiment of every chapter: finite, pure, silent and complete at its defaults, its ends and at random."""

import itertools
import warnings
from functools import cache

import numpy as np
import pytest

from dlcourse.experiments import CHAPTERS, experiments_of, state
from dlcourse.experiments.live import Live

RANDOM_SETTINGS = 50
MOST_CORNERS = 64
EXPERIMENTS = [experiment for chapter in CHAPTERS for experiment in experiments_of(chapter)]
every_experiment = pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda experiment: experiment.name)


@cache
def settings_of(experiment):
    """The defaults, the corners of what can be set, and random settings: a list of parameters."""
    controls, generator = experiment.controls, np.random.default_rng(0)
    start = state.defaults(controls)
    corners = [control.ends() for control in controls]
    if np.prod([len(ends) for ends in corners]) <= MOST_CORNERS:
        chosen = list(itertools.product(*corners))
    else:
        chosen = [[ends[generator.integers(len(ends))] for ends in corners] for _ in range(MOST_CORNERS)]
        for place, ends in enumerate(corners):
            for end in ends:
                alone = list(start.values())
                alone[place] = end
                chosen.append(alone)
    chosen += [[control.random(generator) for control in controls] for _ in range(RANDOM_SETTINGS)]
    return [start, *(dict(zip(start, values, strict=True)) for values in chosen)]


def make_live(experiment, parameters):
    return Live(experiment, parameters, send=lambda content, buffers: None, changed=lambda parameters: None)


def copies(values):
    return {name: np.array(value, copy=True) for name, value in values.items()}


def assert_same(first, second):
    assert first.keys() == second.keys()
    for name, value in first.items():
        assert np.array_equal(value, second[name]), name


def assert_same_pixels(first, second, parameters):
    different = (first != second).any(axis=-1)
    assert not different.any(), (
        f"{different.sum()} pixels differ at {parameters}, rows {np.flatnonzero(different.any(axis=1))[[0, -1]]}, "
        f"columns {np.flatnonzero(different.any(axis=0))[[0, -1]]}: an artist is not updated, or is missing in `moving`"
    )


def test_chapters_have_experiments():
    assert all(experiments_of(chapter) for chapter in CHAPTERS)
    assert len({experiment.name for experiment in EXPERIMENTS}) == len(EXPERIMENTS)


@every_experiment
def test_compute_is_finite_and_silent_everywhere(experiment):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for parameters in settings_of(experiment):
            for name, value in experiment.compute(**parameters).items():
                array = np.asarray(value)
                if array.dtype.kind in "fc":
                    assert np.isfinite(array).all(), f"{name} is not finite at {parameters}"


@every_experiment
def test_compute_is_pure(experiment):
    for parameters in settings_of(experiment)[::4]:
        before = copies(parameters)
        first = experiment.compute(**parameters)
        kept = copies(first)
        second = experiment.compute(**parameters)
        assert_same(before, parameters)
        assert_same(kept, second)
        assert_same(kept, first)


@every_experiment
def test_updated_picture_equals_a_fresh_one_pixel_for_pixel(experiment):
    """Catches artists that ``update`` forgets, and static artists that change without being redrawn."""
    live = make_live(experiment, state.defaults(experiment.controls))
    live.screen.pixels()
    for parameters in settings_of(experiment)[1::12]:
        live.screen.show(experiment.compute(**parameters))
        blitted = live.screen.pixels().copy()
        live.screen.redraw_all()
        assert_same_pixels(blitted, live.screen.pixels(), parameters)
        assert_same_pixels(blitted, fresh_pixels(experiment, parameters, live), parameters)


def fresh_pixels(experiment, parameters, live):
    """A picture made at ``parameters`` and never updated, with its axes where those of ``live`` are."""
    from dlcourse.experiments.screen import Screen

    screen = Screen(experiment.picture, experiment.size, experiment.compute(**parameters))
    for ax, other in zip(screen.figure.axes, live.screen.figure.axes, strict=True):
        ax.set_position(other.get_position(original=True))
    return screen.pixels()


@every_experiment
def test_picture_does_not_remember_where_it_was(experiment):
    """Going somewhere and back gives the first picture again."""
    start = state.defaults(experiment.controls)
    live = make_live(experiment, start)
    first = live.screen.pixels().copy()
    for parameters in settings_of(experiment)[1::20]:
        live.screen.show(experiment.compute(**parameters))
        live.screen.pixels()
    live.screen.show(experiment.compute(**start))
    assert_same_pixels(first, live.screen.pixels(), start)


@every_experiment
def test_every_control_changes_the_picture(experiment):
    start = state.defaults(experiment.controls)
    live = make_live(experiment, start)
    first = live.screen.pixels().copy()
    generator = np.random.default_rng(1)
    for control in experiment.controls:
        changed = False
        for value in [*control.ends(), *(control.random(generator) for _ in range(5))]:
            live.screen.show(experiment.compute(**{**start, control.name: value}))
            changed = changed or not np.array_equal(first, live.screen.pixels())
        assert changed, f"{control.name} does nothing"


@every_experiment
def test_alternative_text_says_numbers_that_follow_the_controls(experiment):
    texts = []
    for parameters in settings_of(experiment):
        text = experiment.describe(parameters, experiment.compute(**parameters))
        assert any(character.isdigit() for character in text)
        assert not {"nan", "inf"} & set(text.lower().replace(",", " ").replace(".", " ").split()), text
        texts.append(text)
    assert len(set(texts)) > RANDOM_SETTINGS / 2


@every_experiment
def test_state_text_restores_exactly(experiment):
    for parameters in settings_of(experiment):
        text = state.write(experiment.name, experiment.controls, parameters)
        assert_same(parameters, state.read(experiment.name, experiment.controls, text))


@every_experiment
def test_artists_stay_inside_the_figure(experiment):
    """Titles, labels and legends are not cut off, neither at the defaults nor elsewhere."""
    live = make_live(experiment, state.defaults(experiment.controls))
    for parameters in settings_of(experiment)[::10]:
        live.screen.show(experiment.compute(**parameters))
        live.screen.pixels()
        figure = live.screen.figure
        texts = [text for ax in figure.axes for text in (ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label)]
        texts += [text for text in figure.texts if text.get_text()]
        for text in [text for text in texts if text.get_text() and text.get_visible()]:
            box = text.get_window_extent()
            assert box.x0 >= -1, text.get_text()
            assert box.y0 >= -1, text.get_text()
            assert box.x1 <= figure.bbox.width + 1, text.get_text()
            assert box.y1 <= figure.bbox.height + 1, text.get_text()
