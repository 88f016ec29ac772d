"""A table of numbers: what it accepts, how a number is typed and moved, and what the page is told."""

import numpy as np
import pytest

from dlcourse.errors import CourseError
from dlcourse.experiments import inputs, state
from dlcourse.experiments.experiment import Experiment, Table
from dlcourse.experiments.panels import readout
from tests.experiments.tiny_experiment import Browser

READY = {"nothing": [[0, 0, 0], [0, 0, 0]], "thirds": [[1 / 3] * 3, [0, -1, 2.5]]}
TABLE = Table("kernel", "Kernel", READY, -5.0, 5.0, step=0.1, value="thirds")


class Picture:
    def __init__(self, figure, values):
        ax = figure.subplots()
        self.numbers = readout(ax)
        self.moving, self.axes = [self.numbers], {"main": ax}
        self.update(values)

    def update(self, values):
        self.numbers.set_text(f"sum {values['sum']:.2f}")


SUMMED = Experiment(
    name="summed",
    title="A sum",
    controls=(TABLE,),
    compute=lambda kernel: {"sum": float(kernel.sum())},
    picture=Picture,
    describe=lambda parameters, values: f"The sum is {values['sum']:.2f}.",
    size=(4.0, 3.0),
)


def test_it_holds_numbers_to_six_decimals_that_cannot_be_written_to():
    np.testing.assert_array_equal(TABLE.default, [[0.333333] * 3, [0, -1, 2.5]])
    with pytest.raises(ValueError, match="read-only"):
        TABLE.default[0, 0] = 1


@pytest.mark.parametrize(
    "value", [[[1, 2, 3]], 5, "kernel", [[1, 2, 3], [4, 5, float("nan")]], [[1, 2, 3], [4, 5, 5.01]], [[1, 2], [3]]]
)
def test_what_is_no_such_table_is_refused(value):
    with pytest.raises(CourseError, match=r"list of 2 lists, each of 3 numbers|lies between −5 and 5"):
        TABLE.check(value)


@pytest.mark.parametrize(
    ("before", "steps", "after"),
    [
        (0.0, 1, 0.1),
        (0.0, -3, -0.3),
        (1 / 9, 1, 0.2),
        (1 / 9, -1, 0.1),
        (0.3, 1, 0.4),
        (4.95, 2, 5.0),
        (-5.0, -1, -5.0),
    ],
)
def test_a_step_leads_to_the_next_multiple_and_not_beyond_the_ends(before, steps, after):
    numbers = TABLE.check(np.full((2, 3), before))
    moved = TABLE.changed(numbers, 4, steps)
    assert moved[1, 1] == after
    np.testing.assert_array_equal(np.delete(moved, 4), np.delete(numbers, 4))


@pytest.mark.parametrize(("typed", "number"), [("1/8", 0.125), ("−2", -2.0), (" .5 ", 0.5), ("5", 5.0)])
def test_a_number_is_typed_as_anywhere_else(typed, number):
    assert TABLE.changed(TABLE.default, 0, typed)[0, 0] == number


@pytest.mark.parametrize(
    ("typed", "words"),
    [("0,5", r"Decimals stand behind a point: 0\.5"), ("", "is a number such as"), ("-6", "between −5 and 5, but −6")],
)
def test_what_is_no_number_is_explained(typed, words):
    with pytest.raises(CourseError, match=words):
        TABLE.changed(TABLE.default, 0, typed)


def test_a_state_restores_it():
    text = state.write("summed", SUMMED.controls, {"kernel": TABLE.default})
    assert text == "summed(kernel=[[0.333333, 0.333333, 0.333333], [0.0, -1.0, 2.5]])"
    np.testing.assert_array_equal(state.read("summed", SUMMED.controls, text)["kernel"], TABLE.default)


def test_the_page_is_told_its_menu_and_its_numbers():
    look = inputs.specification(TABLE)
    assert look == {
        "name": "kernel", "label": "Kernel", "kind": "table", "options": ["nothing", "thirds"], "shape": [2, 3]
    }  # fmt: skip
    assert inputs.shown(TABLE, TABLE.default) == [1, ["0.333", "0.333", "0.333", "0", "−1", "2.5"]]
    assert inputs.shown(TABLE, TABLE.changed(TABLE.default, 0, "2"))[0] == 2  # the reader's own


def test_a_reader_chooses_types_and_drags():
    browser = Browser(SUMMED)
    browser.open()
    browser.do("set", name="kernel", value=0)
    assert browser.frames[-1]["controls"]["kernel"] == [0, ["0"] * 6]
    browser.do("set", name="kernel", value=[1, "1/4"])
    browser.do("set", name="kernel", value=[2, -2])
    np.testing.assert_array_equal(browser.live.parameters["kernel"], [[0, 0.25, -0.2], [0, 0, 0]])
    browser.do("set", name="kernel", value=[1, "much"])
    assert "is a number such as" in browser.notice
    assert browser.live.parameters["kernel"][0, 1] == 0.25


@pytest.mark.parametrize("sent", [2, -1, [6, 1], [-1, 1], [0, None], [0], "thirds"])
def test_nonsense_from_the_page_changes_nothing(sent):
    browser = Browser(SUMMED)
    browser.open()
    browser.do("set", name="kernel", value=sent)
    np.testing.assert_array_equal(browser.live.parameters["kernel"], TABLE.default)


@pytest.mark.parametrize(
    "changes",
    [{"minimum": 6.0}, {"step": 0.0}, {"value": "other"}, {"ready": {}}, {"ready": {"a": [1, 2]}},
     {"ready": {"a": [[1, 2]], "b": [[1], [2]]}}],
)  # fmt: skip
def test_a_table_that_makes_no_sense_is_refused_when_it_is_made(changes):
    parts = {"name": "k", "label": "K", "ready": READY, "minimum": -5.0, "maximum": 5.0, "step": 0.1} | changes
    with pytest.raises(ValueError, match="Table 'k'"):
        Table(**parts)
