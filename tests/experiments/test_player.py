"""The buttons of a run, from the kernel's side: what they ask for, and where the slider then is."""

from dlcourse.experiments import inputs
from dlcourse.experiments.experiment import Play, Slider
from tests.experiments.tiny_experiment import TINY, Browser, variant


def steps(browser, *asked):
    """Where the slider is after each of these numbers of steps."""
    places = []
    for count in asked:
        browser.do("step", steps=count)
        places.append(browser.frames[-1]["controls"]["count"])
        assert places[-1] == inputs.shown(browser.live._control("count"), browser.live.parameters["count"])
    return [int(text) for _, text in places]


def opened(experiment=TINY, **given):
    browser = Browser(experiment, **given)
    browser.open()
    return browser


def test_steps_go_on_and_none_goes_back_to_the_start_of_the_slider():
    assert steps(opened(), 1, 1, 3, 0, 1) == [4, 5, 8, 1, 2]


def test_a_step_beyond_the_end_stays_there():
    """A page that waited long for a picture asks again."""
    assert steps(opened(count=18), 1, 1, 1, 1) == [19, 20, 20, 20]


def test_a_step_is_a_step_of_the_slider():
    controls = tuple(
        Slider("count", "Count", 0, 11, step=5, value=0) if control.name == "count" else control
        for control in TINY.controls
    )
    assert steps(opened(variant(controls=controls)), 1, 1, 1) == [5, 10, 11]


def test_locked_buttons_do_nothing():
    browser = Browser(asks=True, count=5)
    browser.open()
    browser.do("step", steps=1)
    assert browser.live.parameters["count"] == 5
    browser.do("choose", index=-1)
    assert steps(browser, 1) == [6]


def test_steps_of_an_experiment_that_does_not_play_are_dropped():
    browser = opened(variant(play=None))
    browser.do("step", steps=1)
    assert browser.live.parameters["count"] == 3


def test_the_buttons_say_what_a_step_is_and_where_the_start_is():
    slider = next(control for control in TINY.controls if control.name == "count")
    assert inputs.play_specification(Play("count", interval=20, label="Next update"), slider) == {
        "slider": "count", "interval": 20, "label": "Next update", "start": "Back to the start: Count 1",
    }  # fmt: skip
