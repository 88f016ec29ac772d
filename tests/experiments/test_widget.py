"""The shown experiment from Python: controls, prediction, and what stays in the notebook."""

from io import BytesIO
from types import FunctionType

import numpy as np
import pytest
from PIL import Image

from dlcourse.errors import CourseError
from dlcourse.experiments.canvas import Canvas
from dlcourse.experiments.controls import Slider
from dlcourse.experiments.prediction import PredictionBox
from dlcourse.experiments.widget import ExperimentWidget
from tests.experiments.tiny_experiment import TINY, variant


@pytest.fixture
def unlocked(monkeypatch):
    monkeypatch.setenv("DLCOURSE_PREDICTIONS", "off")
    return TINY(count=5)


def test_the_stored_output_holds_the_view_the_picture_and_its_words():
    data, metadata = TINY(count=5)._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert data["text/plain"] == "A <small> experiment. A curve of height 0.5 whose last value is -0.48."
    assert metadata["image/png"]["alt"] == data["text/plain"]
    picture = Image.open(BytesIO(data["image/png"]))
    assert picture.size == (384, 288)
    assert not picture.info.keys() - {"dpi"}


def test_the_stored_picture_follows_the_state(unlocked):
    before = unlocked._repr_mimebundle_()[0]
    unlocked.restore("tiny(count=9)")
    after = unlocked._repr_mimebundle_()[0]
    assert before["image/png"] != after["image/png"]
    assert before["text/plain"] != after["text/plain"]


def test_a_named_still_is_stored_in_place_of_the_start_and_of_no_other_state(unlocked):
    slider = next(control for control in TINY.controls if isinstance(control, Slider))
    other = slider.check(slider.maximum)
    experiment = variant(still={slider.name: other})
    stored, metadata = experiment()._repr_mimebundle_()
    shown, _ = TINY(**{slider.name: other})._repr_mimebundle_()
    assert stored["image/png"] == shown["image/png"] != TINY()._repr_mimebundle_()[0]["image/png"]
    assert stored["text/plain"] == shown["text/plain"] == metadata["image/png"]["alt"]
    assert experiment().values[slider.name] == TINY().values[slider.name]  # the live one still begins at the start
    asked_for = slider.check(slider.minimum)
    assert experiment(**{slider.name: asked_for})._repr_mimebundle_()[0]["text/plain"] != stored["text/plain"]


def test_a_still_with_an_unknown_parameter_is_refused():
    with pytest.raises(CourseError, match="no_such_parameter"):
        variant(still={"no_such_parameter": 1})


def test_controls_wait_for_the_prediction():
    shown = TINY()
    controls = [*shown.inputs.values(), shown.play]
    assert all(control.disabled for control in controls)
    assert shown.canvas.locked
    shown.prediction.choice_buttons[0].click()
    assert not any(control.disabled for control in controls)
    assert not shown.canvas.locked
    assert shown.prediction.chosen == 0


def test_the_first_answer_counts_and_stays_shown():
    box = TINY().prediction
    box.choose(0)
    box.choose(1)
    assert box.chosen == 0
    assert box.choice_buttons[0].icon == "check"
    assert all(button.disabled for button in (*box.choice_buttons, box.skip_button))


@pytest.mark.parametrize(
    ("choice", "words"), [(0, "Not what you predicted"), (1, "You predicted it"), (-1, "The answer: <b>Nothing</b>")]
)
def test_what_happened_says_whether_the_prediction_was_right(choice, words):
    box = TINY().prediction
    box.choose(choice)
    assert box.verdict.value == ""
    box.reveal_button.click()
    assert words in box.verdict.value
    assert "Because &lt;b&gt;nothing&lt;/b&gt; depends on it." in box.verdict.value


def test_a_lecturer_can_switch_predictions_off(unlocked):
    assert not any(control.disabled for control in unlocked.inputs.values())
    assert not unlocked.canvas.locked
    accordion = unlocked.prediction.children[0]
    assert accordion.selected_index is None


def test_an_experiment_without_a_prediction_is_open():
    shown = variant(prediction=None)()
    assert shown.prediction is None
    assert not shown.inputs["count"].disabled


def test_a_moved_control_changes_the_values(unlocked):
    unlocked.inputs["height"].value = 0.30000000000000004
    unlocked.inputs["curve"].value = "cosine"
    assert unlocked.values["height"] == 0.3
    assert unlocked.state_text == "tiny(height=0.3, count=5, curve='cosine', filled=False)"


def test_restore_moves_the_controls(unlocked):
    unlocked.restore("tiny(height=0.9, count=11, curve='cosine', filled=True, points=[[0, 0], [1, 1]])")
    assert {name: control.value for name, control in unlocked.inputs.items()} == {
        "height": 0.9,
        "count": 11,
        "curve": "cosine",
        "filled": True,
    }
    assert np.array_equal(unlocked.values["points"], [[0, 0], [1, 1]])
    unlocked.reset()
    assert unlocked.inputs["count"].value == 3


def test_the_words_follow_where_no_page_watches(unlocked):
    unlocked.restore("tiny(height=0.9, count=11)")
    assert "height 0.9" in unlocked.alternative_text


def test_a_refused_state_changes_nothing(unlocked):
    with pytest.raises(CourseError, match="between 1 and 20"):
        unlocked.restore("tiny(height=0.9, count=1100)")
    assert unlocked.state_text == "tiny(height=0.5, count=5, curve='sine', filled=False)"


def test_labels_carry_units_and_words_are_escaped(unlocked):
    assert unlocked.inputs["height"].description == "Height (m)"
    assert unlocked.inputs["height"].readout_format == ".1f"
    assert "A &lt;small&gt; experiment" in unlocked.children[0].value


def test_a_picture_for_pages_without_kernel_is_in_the_canvas(unlocked):
    assert unlocked.canvas.still.startswith("data:image/png;base64,iVBOR")
    assert unlocked.canvas.caption == "A curve of height 0.5 whose last value is -0.48."


@pytest.mark.parametrize("kind", [ExperimentWidget, PredictionBox, Canvas])
def test_no_method_of_the_widget_library_is_replaced_by_accident(kind):
    """ipywidgets' own names include plain ones such as `_send`; hiding one breaks its messages without a word."""
    base = kind.__mro__[1]
    own = [name for name, value in vars(kind).items() if isinstance(value, FunctionType | property)]
    hidden = {name for name in own if hasattr(base, name) and not name.startswith("__")}
    assert hidden <= {"_repr_mimebundle_"}
