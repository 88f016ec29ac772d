"""Which states of an experiment are recorded for a page without a kernel."""

import pytest

from dlcourse.chapters import CHAPTERS, experiments_of
from dlcourse.experiments import state
from dlcourse.experiments.controls import Slider
from dlcourse.site.recording import STATES
from dlcourse.site.states import main_control, moves, plan
from tests.experiments.tiny_experiment import GUESS, TINY, variant

EXPERIMENTS = [experiment for chapter in CHAPTERS for experiment in experiments_of(chapter)]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: f"{each.chapter[:2]}-{each.name}")
def test_the_start_comes_first_and_every_stop_is_reached(experiment):
    chosen = plan(experiment, STATES)
    assert 1 <= len(chosen.states) <= STATES
    assert len(set(chosen.states)) == len(chosen.states)
    start, defaults = chosen.parameters(experiment, chosen.states[0]), state.defaults(experiment.controls)
    for control in experiment.controls:
        if not isinstance(control, Slider) or control.default in control.positions():
            assert state.same(start[control.name], defaults[control.name]), control.name
    for place, stops in enumerate(chosen.stops.values()):
        assert {each[place] for each in chosen.states} == set(range(len(stops)))


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: f"{each.chapter[:2]}-{each.name}")
def test_any_two_controls_can_be_moved_against_each_other(experiment):
    chosen = plan(experiment, STATES)
    main = list(chosen.stops).index(main_control(experiment))
    many = len(chosen.stops) > 5  # then each against the main one alone
    start, states = list(chosen.states[0]), set(chosen.states)
    sizes = [len(stops) for stops in chosen.stops.values()]
    for first in range(len(sizes)):
        for second in [main] if many else range(first):
            if first == second:
                continue
            for one in range(sizes[first]):
                other = sizes[second] - 1
                each = [*start]
                each[first], each[second] = one, other
                assert tuple(each) in states


def test_a_slider_keeps_its_ends_and_its_start_and_stops_evenly_between():
    chosen = plan(TINY, 40)
    assert main_control(TINY) == "count"  # what plays
    assert not chosen.complete
    for name, low, high, start in (("height", 0.1, 1.0, 0.5), ("count", 1, 20, 3)):
        stops = chosen.stops[name]
        assert (stops[0], stops[-1]) == (low, high)
        assert start in stops
        assert list(stops) == sorted(set(stops))
    assert len(chosen.stops["count"]) > len(chosen.stops["height"])


def test_the_named_control_has_most_stops():
    chosen = plan(variant(main="height"), 40)
    assert len(chosen.stops["height"]) > len(chosen.stops["count"])


def test_all_combinations_are_recorded_where_there_are_few():
    chosen = plan(TINY, 1000)
    assert chosen.complete
    assert len(chosen.states) == 20 * 9 * 2 * 2


def test_what_is_dragged_or_typed_freely_stands_still():
    assert list(plan(TINY, 50).stops) == ["height", "count", "curve", "filled"]
    assert [control.name for control in GUESS.controls if moves(control)] == ["count"]


def test_few_states_are_those_with_one_control_moved():
    chosen = plan(TINY, 11)
    assert all(sum(a != b for a, b in zip(each, chosen.states[0], strict=True)) <= 1 for each in chosen.states)
    assert {each[2] for each in chosen.states} == {0, 1}  # the menu's options are all there


def test_too_many_options_for_the_budget_are_refused():
    with pytest.raises(ValueError, match="tiny: its menus alone have more than 3 states"):
        plan(TINY, 3)
