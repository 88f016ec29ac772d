"""The shown experiment from Python: parameters, what stays in the notebook, and that it lets go of its picture."""

import gc
import json
import weakref
from io import BytesIO
from types import FunctionType

import IPython.display
import numpy as np
import pytest
from PIL import Image

from dlcourse.errors import CourseError
from dlcourse.experiments.widget import ExperimentWidget
from tests.experiments.tiny_experiment import TINY, variant

OPEN = variant(prediction=None)
WORDS = "A <small> experiment. A curve of height 0.5 whose last value is -0.48."
QUESTION = "Predict first: What does $a$ < b do? (a) It grows; (b) Nothing."


@pytest.fixture
def shown():
    return OPEN(count=5)


@pytest.fixture
def outputs(monkeypatch):
    """What a notebook keeps of a widget that is shown: [(data, metadata)]. tests/browser has the real display."""
    kept = []
    monkeypatch.setattr(
        IPython.display, "display", lambda data, metadata=None, raw=False: kept.append((data, metadata, raw))
    )

    def show(widget):
        kept.clear()
        widget._ipython_display_()
        assert all(raw for _, _, raw in kept)
        return [(data, metadata) for data, metadata, _ in kept]

    return show


def test_words_come_first_then_the_live_one_with_its_picture(shown, outputs):
    (words, _), (data, metadata) = outputs(shown)
    assert words["text/plain"] == ""
    assert "A &lt;small&gt; experiment. A curve of height 0.5" in words["text/html"]
    assert 'class="dlcourse-stored"' in words["text/html"]
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert data["text/plain"] == WORDS == repr(shown)
    assert metadata == {"image/png": {"alt": WORDS, "width": 384, "height": 288}, "dlcourse": True}
    picture = Image.open(BytesIO(data["image/png"]))
    assert picture.size == (384, 288)
    assert not picture.info


def test_the_stored_picture_and_its_words_follow_the_state(shown, outputs):
    before = outputs(shown)[1][0]
    shown.restore("tiny(count=9)")
    after = outputs(shown)[1][0]
    assert before["image/png"] != after["image/png"]
    assert before["text/plain"] != after["text/plain"]
    assert outputs(OPEN(count=9))[1][0]["image/png"] == after["image/png"]


def test_a_locked_one_stores_question_and_choices_but_not_the_answer(outputs):
    locked = variant(locked={"count": 15})(count=5)
    (words, _), (data, metadata) = outputs(locked)
    for choice in ("It grows", "Nothing"):
        assert f"<li>{choice}</li>" in words["text/html"]
    assert "What does $a$ &lt; b do?" in words["text/html"] or "What does $a$ < b do?" in words["text/html"]
    assert data["text/plain"] == metadata["image/png"]["alt"] == f"A <small> experiment. {QUESTION}"
    for told in ("depends on it", "whose last value"):
        assert told not in words["text/html"] + data["text/plain"]
    assert data["image/png"] == outputs(variant(locked={"count": 15})(count=7))[1][0]["image/png"]
    assert data["image/png"] != outputs(OPEN(count=15))[1][0]["image/png"]  # it has a line of numbers


def test_an_answer_unlocks_and_reset_asks_again(outputs):
    shown = TINY(count=5)
    assert shown.locked
    shown.predict(0)
    assert not shown.locked
    assert outputs(shown)[1][0]["text/plain"] == WORDS
    shown.reset()
    assert shown.locked
    assert shown.values["count"] == 3


def test_what_the_page_is_told_before_the_first_picture():
    definition = json.loads(TINY().definition)
    assert definition["title"] == "A <small> experiment"
    assert definition["size"] == [384, 288]
    assert [control["name"] for control in definition["controls"]] == ["height", "count", "curve", "filled", "points"]
    assert definition["draggable"] == "observations"
    assert definition["play"]["slider"] == "count"
    assert definition["prediction"]["plain"] == ["It grows", "Nothing"]
    assert "depends on it" not in json.dumps(definition)
    assert "prediction" not in json.loads(OPEN().definition)


def test_set_takes_checked_values(shown):
    shown.set(height=0.30000000000000004, curve="cosine")
    assert shown.values["height"] == 0.3
    assert shown.state_text == "tiny(height=0.3, count=5, curve='cosine', filled=False)"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"count": 1100}, "between 1 and 20"),
        ({"curve": "tangent"}, "one of 'sine', 'cosine'"),
        ({"height": 0.9, "count": 1100}, "between 1 and 20"),
        ({"count": 4, "width": 2}, r"There is no width here\. What can be set: height, count"),
    ],
)
def test_a_refused_value_changes_nothing(shown, given, words):
    with pytest.raises(CourseError, match=words):
        shown.set(**given)
    with pytest.raises(CourseError, match=words):
        shown.restore(f"tiny({', '.join(f'{name}={value!r}' for name, value in given.items())})")
    assert shown.state_text == "tiny(height=0.5, count=5, curve='sine', filled=False)"


def test_restore_and_reset_move_everything(shown):
    text = "tiny(height=0.9, count=11, curve='cosine', filled=True, points=[[0.0, 0.0], [1.0, 1.0]])"
    shown.restore(text)
    assert shown.state_text == text
    assert np.array_equal(shown.values["points"], [[0, 0], [1, 1]])
    assert "height 0.9" in shown.alternative_text
    shown.reset()
    assert shown.state_text == "tiny(height=0.5, count=3, curve='sine', filled=False)"


def test_messages_of_the_page_reach_it(shown):
    shown._handle_custom_msg({"type": "set", "name": "count", "value": 10, "asked": 1}, [])
    assert shown.values["count"] == 11


def test_no_method_of_the_widget_library_is_replaced_by_accident():
    """ipywidgets' own names include plain ones such as `_send`; hiding one breaks its messages without a word."""
    own = [name for name, value in vars(ExperimentWidget).items() if isinstance(value, FunctionType | property)]
    hidden = {name for name in own if hasattr(ExperimentWidget.__mro__[1], name) and not name.startswith("__")}
    assert hidden == {"close"}


def test_of_ten_showings_only_the_last_one_keeps_its_figure():
    figures, out = [], []  # a notebook's `Out` keeps what was shown
    for _ in range(10):
        if out:
            out[-1].close()
        shown = OPEN()
        out.append(shown)
        figures.append(weakref.ref(shown._live.screen.figure))
        shown._live.receive({"type": "ready", "room": 800})
        shown._live.png()
    del shown
    gc.collect()
    assert [figure() is not None for figure in figures] == [False] * 9 + [True]
    assert repr(out[0]) == repr(out[-1])  # and can still be asked what it shows
    assert out[0]._live.png() == out[-1]._live.png()
