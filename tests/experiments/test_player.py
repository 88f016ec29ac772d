"""The buttons of a run, from the kernel's side: what they ask for, and what the slider and the page then do."""

import pytest

from dlcourse.experiments.experiment import Play, Slider
from tests.experiments.tiny_experiment import TINY, variant


class Page:
    """Presses the buttons of a shown experiment, as its page does; ``pauses`` counts how often it is told to pause."""

    def __init__(self, experiment=TINY, **given):
        self.shown = experiment(**given)
        self.pauses = 0
        self.shown.play.send = self._receive

    def _receive(self, content):
        assert content == {"type": "pause"}
        self.pauses += 1

    def ask(self, kind):
        self.shown.play._handle_custom_msg({"type": kind}, [])
        return self.count

    @property
    def count(self):
        assert self.shown.inputs["count"].value == self.shown.values["count"]
        return self.shown.values["count"]


@pytest.fixture(autouse=True)
def predictions_off(monkeypatch):
    monkeypatch.setenv("DLCOURSE_PREDICTIONS", "off")


def test_step_goes_one_position_on_and_back_to_the_start_of_the_slider():
    page = Page()
    assert [page.ask("step"), page.ask("step"), page.ask("back"), page.ask("step")] == [4, 5, 1, 2]
    assert page.pauses == 0


def test_a_step_is_a_step_of_the_slider():
    controls = tuple(
        Slider("count", "Count", 0, 11, step=5, value=0) if control.name == "count" else control
        for control in TINY.controls
    )
    page = Page(variant(controls=controls))
    assert [page.ask("start"), page.ask("step"), page.pauses, page.ask("step")] == [5, 10, 1, 10]


def test_the_page_pauses_at_the_end_and_play_begins_again_there():
    page = Page(count=18)
    assert (page.ask("start"), page.pauses) == (19, 0)
    assert (page.ask("step"), page.pauses) == (20, 1)
    assert (page.ask("step"), page.pauses) == (20, 2)
    assert (page.ask("start"), page.pauses) == (1, 2)
    assert (page.ask("step"), page.pauses) == (2, 2)


def test_reset_and_a_restored_state_pause_what_plays():
    page = Page()
    page.ask("start")
    page.shown.reset()
    assert (page.count, page.pauses) == (3, 1)
    page.shown.restore("tiny(count=9)")
    assert (page.count, page.pauses) == (9, 2)


def test_locked_buttons_do_nothing(monkeypatch):
    monkeypatch.delenv("DLCOURSE_PREDICTIONS")
    page = Page(count=5)
    assert [page.ask(kind) for kind in ("start", "step", "back", "dance")] == [5, 5, 5, 5]
    page.shown.prediction.choose(-1)
    assert page.ask("step") == 6


def test_the_buttons_say_what_a_step_is_and_where_the_start_is():
    player = variant(play=Play("count", interval=20, label="Next update"))().play
    assert (player.label, player.interval, player.start) == ("Next update", 20, "Back to the start: Count 1")
    assert TINY().play.label == "Step"
