"""Every experiment of every chapter, walked through its settings as a reader would, and seen from the page.

One walk an experiment: from the start with each control alone to its ends and back, then with one after the other to a
random setting, to a corner, and back to the start. The tests below look at what was seen on the way.
"""

import json
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse.chapters import CHAPTERS, experiments_of
from dlcourse.experiments import state
from dlcourse.experiments.arranging import Arrangement
from dlcourse.experiments.recorder import Recorder
from dlcourse.experiments.screen import Screen
from dlcourse.experiments.sender import Sender
from tests.experiments.page import Page
from tests.experiments.tiny_experiment import Browser

CORNERS = 1
FEW = 3  # settings of a walk that are computed again
MEDIAN_BYTES = 8000  # of a message, over all experiments
EXPERIMENTS = [experiment for chapter in CHAPTERS for experiment in experiments_of(chapter)]
every_experiment = pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda experiment: experiment.name)


@dataclass
class Step:
    """What was there after one change. ``changed``: the only control that was moved, where it was one."""

    changed: str
    parameters: dict[str, Any]
    values: dict[str, Any]
    caption: str
    notice: str
    seen: dict[Any, Any]  # the key of the page
    length: int  # bytes of the message


def settings_of(experiment):
    """The settings of a walk, each with the name of the only control that was moved, or an empty one."""
    controls, generator = experiment.controls, np.random.default_rng(0)
    now = state.defaults(controls)
    yield "", now
    alone = [(control.name, value) for control in controls for value in (*control.ends(), control.default)]
    for name, value in (*alone, *((control.name, control.random(generator)) for control in controls)):
        if not state.same(value, now[name]):
            now = {**now, name: value}
            yield name, now
    for _ in range(CORNERS):
        corner = [control.ends()[generator.integers(len(control.ends()))] for control in controls]
        yield "", dict(zip(now, corner, strict=True))
    yield "", state.defaults(controls)


@cache
def walked(experiment):
    """The steps of the walk, and where it drew: (position, size of the title) of each panel."""
    browser, steps = Browser(experiment), []
    browser.open()
    live = browser.live
    for changed, parameters in settings_of(experiment):
        live.set_all(parameters)
        browser.answer()
        length = len(json.dumps(browser.messages[-1])) + sum(map(len, browser.buffers[-1]))
        steps.append(Step(changed, parameters, live.values, live.caption, browser.notice, browser.page.key(), length))
    panels = live.screen.figure.axes
    return steps, [(ax.get_position(original=True), ax._left_title.get_fontsize()) for ax in panels]


def walk(experiment):
    return walked(experiment)[0]


def fresh_page(experiment, values):
    """What a page shows of a picture that was made for ``values`` and never updated."""
    page, screen = Page(), Screen(experiment.picture, experiment.size, values)
    sender = Sender(lambda content, buffers: page.apply(content["drawing"], buffers))
    sender.send(screen.write(), screen, {})
    return page.key()


def copies(values):
    return deepcopy(dict(values))


def assert_same(first, second):
    assert first.keys() == second.keys()
    for name, value in first.items():
        assert state.same(value, second[name]), name


def assert_same_picture(expected, seen, words):
    different = [name for name, key in expected.items() if seen.get(name) != key]
    assert not different, f"{different} {words} (a part of the background, or the place in `moving`)"
    assert list(seen) == list(expected)


@pytest.fixture(autouse=True)
def no_pixels(monkeypatch):
    """In these tests an artist that has no marks, and would travel as its pixels, is a fault."""

    def refuse(_, artist):
        raise AssertionError(f"{artist} is painted, not written")

    monkeypatch.setattr(Recorder, "_painted", refuse)


def test_chapters_have_experiments():
    assert all(experiments_of(chapter) for chapter in CHAPTERS)
    assert len({experiment.name for experiment in EXPERIMENTS}) == len(EXPERIMENTS)


@every_experiment
def test_every_setting_is_computed_silently_and_written_without_pixels(experiment):
    """Warnings are errors in the tests, and what cannot be shown is said in a notice."""
    assert {step.notice for step in walk(experiment)} == {""}


@every_experiment
def test_values_are_finite(experiment):
    for step in walk(experiment):
        for name, value in step.values.items():
            array = np.asarray(value)
            if array.dtype.kind in "fc":
                assert np.isfinite(array).all(), f"{name} is not finite at {step.parameters}"


@every_experiment
def test_compute_is_pure(experiment):
    for step in walk(experiment)[:: len(walk(experiment)) // FEW]:
        given, kept = copies(step.parameters), copies(step.values)
        again = experiment.compute(**step.parameters)
        assert_same(given, step.parameters)
        assert_same(kept, step.values)
        assert_same(kept, again)


@pytest.fixture
def laid_out(experiment, monkeypatch):
    """Pictures are laid out as on the walk, which is much faster than to find it out anew."""
    _, places = walked(experiment)

    def place(arrangement, *_):
        arrangement.figure.set_layout_engine("none")
        for ax, (position, size) in zip(arrangement.figure.axes, places, strict=True):
            ax.set_position(position)
            ax._left_title.set_fontsize(size)

    monkeypatch.setattr(Arrangement, "lay_out", place)


@every_experiment
def test_an_updated_picture_equals_a_fresh_one(experiment, laid_out):
    """Catches artists that ``update`` forgets, that ``moving`` lacks, or that change without becoming stale."""
    steps = walk(experiment)
    for step in (steps[len(steps) // 2], steps[-2]):
        assert_same_picture(fresh_page(experiment, step.values), step.seen, f"differ at {step.parameters}")


@every_experiment
def test_a_picture_does_not_remember_where_it_was(experiment):
    first, *_, last = walk(experiment)
    assert_same_picture(first.seen, last.seen, "differ on coming back")


@every_experiment
def test_every_control_changes_the_picture(experiment):
    changing = {step.changed for before, step in pairwise(walk(experiment)) if step.seen != before.seen}
    assert {control.name for control in experiment.controls} <= changing


@every_experiment
def test_alternative_text_says_numbers_that_follow_the_controls(experiment):
    for step in walk(experiment):
        assert any(character.isdigit() for character in step.caption)
        words = step.caption.lower().replace(",", " ").replace(".", " ").split()
        assert not {"nan", "inf"} & set(words), step.caption
    told = [step.caption != before.caption for before, step in pairwise(walk(experiment)) if step.seen != before.seen]
    assert np.mean(told) > 0.6


@every_experiment
def test_state_text_restores_exactly(experiment):
    for step in walk(experiment):
        text = state.write(experiment.name, experiment.controls, step.parameters)
        assert_same(step.parameters, state.read(experiment.name, experiment.controls, text))


@every_experiment
def test_a_reader_s_style_changes_nothing(experiment, laid_out):
    """Every setting of matplotlib that these styles know is another one, and LaTeX is not asked for."""
    with plt.style.context(["classic", "dark_background", {"text.usetex": True, "mathtext.fontset": "cm"}]):
        styled = fresh_page(experiment, walk(experiment)[0].values)
    assert_same_picture(walk(experiment)[0].seen, styled, "differ under the reader's style")


def test_messages_are_small():
    lengths = [step.length for experiment in EXPERIMENTS for step in walk(experiment) if step.changed]
    assert np.median(lengths) <= MEDIAN_BYTES
