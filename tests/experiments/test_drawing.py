"""A drawing: what it accepts, what the page sends and is told, and the sheet in the picture."""

from dataclasses import replace

import numpy as np
import pytest

from dlcourse import drawings
from dlcourse.errors import CourseError
from dlcourse.experiments import drawing as sheets
from dlcourse.experiments import inputs, state
from dlcourse.experiments.experiment import Drawing, Experiment
from dlcourse.experiments.panels import readout
from dlcourse.experiments.screen import Screen
from tests.experiments.tiny_experiment import QUESTION, Browser

READY = {"a line": [[(10, 20), (30, 20)]], "7": drawings.READY["7"]}
DRAWING = Drawing("drawing", "Your drawing", "sheet", READY, "7", strokes=3, points=20)
STROKE = ((5, 5), (50, 60))


class Picture:
    def __init__(self, figure, values):
        ax = figure.subplots()
        self.ink, self.numbers = sheets.sheet(ax), readout(ax)
        self.moving, self.axes = [self.ink, self.numbers], {"sheet": ax}
        self.update(values)

    def update(self, values):
        sheets.show(self.ink, values["lines"])
        self.numbers.set_text(f"ink {values['ink']:.1f}")


def compute(drawing):
    return {"lines": drawings.lines_of(drawing), "ink": float(drawings.rasterize(drawing).sum())}


DRAWN = Experiment(
    name="drawn",
    title="A drawing",
    controls=(DRAWING,),
    compute=compute,
    picture=Picture,
    describe=lambda parameters, values: f"{len(parameters['drawing'])} strokes with {values['ink']:.1f} of ink.",
    size=(4.0, 3.0),
)


def opened(**changes):
    browser = Browser(replace(DRAWN, **changes), asks="prediction" in changes)
    browser.open()
    return browser


def draw(browser, *points, goes_on=False):
    browser.do("set", name="drawing", value=[goes_on, *np.ravel(points).tolist()])
    return browser.live.parameters["drawing"]


def test_a_line_grows_while_it_is_drawn_and_the_next_one_joins_it():
    browser = opened()
    browser.do("set", name="drawing", value="clear")
    assert draw(browser, (5, 5)) == (((5, 5),),)
    assert draw(browser, *STROKE, goes_on=True) == (STROKE,)
    assert draw(browser, (1, 2)) == (STROKE, ((1, 2),))
    frame = browser.frames[-1]
    assert frame["controls"]["drawing"] == [2, 2]  # the reader's own, of two strokes
    assert frame["state"] == "drawn(drawing='05055060 0102')"
    assert frame["caption"].startswith("2 strokes")


def test_strokes_are_taken_back_and_ready_ones_come_from_the_menu():
    browser = opened()
    draw(browser, *STROKE)
    browser.do("set", name="drawing", value="undo")
    assert browser.live.state_text == "drawn(drawing='7')"
    assert browser.frames[-1]["controls"]["drawing"] == [1, 1]
    browser.do("set", name="drawing", value=0)
    assert browser.live.parameters["drawing"] == (((10, 20), (30, 20)),)
    for _ in range(2):  # nothing is left to take back
        browser.do("set", name="drawing", value="undo")
        assert browser.live.parameters["drawing"] == ()
    assert browser.frames[-1]["controls"]["drawing"] == [2, 0]
    browser.do("reset")
    assert browser.live.parameters["drawing"] == drawings.READY["7"]


def test_what_there_is_no_room_for_is_said_and_what_was_there_stays():
    browser = opened()
    browser.do("set", name="drawing", value="clear")
    for _ in range(3):
        before = draw(browser, *STROKE)
    assert draw(browser, *STROKE) == before
    assert browser.notice.startswith("Your drawing: there is room for 3 strokes, and this is one more. Undo takes")
    assert draw(browser, *[(5 + k, 5 + k) for k in range(21)], goes_on=True) == before
    assert "room for 20 points, and here the lines ran out of it" in browser.notice
    browser.do("set", name="drawing", value="undo")
    assert browser.notice == ""


def test_a_line_whose_beginning_had_no_room_takes_no_other_s_place():
    browser = opened()
    browser.do("set", name="drawing", value="clear")
    for _ in range(3):
        before = draw(browser, *STROKE)
    assert draw(browser, (9, 9)) == before
    assert draw(browser, (9, 9), (30, 30), goes_on=True) == before  # a fast hand has lifted before the page knows
    assert "room for 3 strokes" in browser.notice


@pytest.mark.parametrize(
    "sent", [2, -1, "erase", None, [], [False], [False, 1], [False, 1, 100], [False, 1.5, 2], [False, "1", "2"]]
)
def test_nonsense_from_the_page_changes_nothing(sent):
    browser = opened()
    browser.do("set", name="drawing", value=sent)
    assert browser.live.parameters["drawing"] == drawings.READY["7"]


def test_nothing_is_drawn_before_the_prediction():
    browser = opened(prediction=QUESTION, locked={"drawing": ""})
    assert browser.frames[-1]["controls"]["drawing"] == [2, 0]
    draw(browser, *STROKE)
    assert "Predict first" in browser.notice
    browser.do("choose", index=1)
    assert browser.frames[-1]["controls"]["drawing"] == [1, 1]


@pytest.mark.parametrize("value", [*DRAWING.ends(), *(DRAWING.random(np.random.default_rng(k)) for k in range(5))])
def test_a_state_restores_it(value):
    text = state.write("drawn", [DRAWING], {"drawing": value})
    assert state.read("drawn", [DRAWING], text) == {"drawing": value}
    assert len(text) < 120
    assert drawings.strokes_of(text.replace("a line", "10203020")) == value


def test_restored_nonsense_is_refused_in_words():
    browser = opened()
    browser.do("restore", text="drawn(drawing='0505506')")
    assert "'0505506' is no such stroke" in browser.notice
    browser.do("restore", text="drawn(drawing=[[[1, 2], [3, 4]]])")
    assert browser.live.parameters["drawing"] == (((1, 2), (3, 4)),)


def test_the_page_is_told_menu_pen_and_place_of_the_sheet():
    look = inputs.specification(DRAWING)
    assert (look["kind"], look["options"], look["pen"]) == ("drawing", ["a line", "7"], sheets.PEN)
    browser = opened()
    for room in (2000, 340):  # as designed and on a narrow page
        browser.do("room", room=room)
        left, top, right, bottom = browser.frames[-1]["sheet"]
        ax = browser.live.screen.picture.axes["sheet"]
        width, height = ax.figure.bbox.width, ax.figure.bbox.height
        assert (right - left) * width == pytest.approx((bottom - top) * height, abs=0.1)  # square
        rim = sheets.RIM / sheets.LAST * (right - left) * width
        np.testing.assert_allclose(ax.bbox.x0, left * width - rim, atol=0.1)
        np.testing.assert_allclose(height - ax.bbox.y1, top * height - rim, atol=0.1)


@pytest.mark.parametrize("room", [2000, 250])
def test_a_pen_is_as_wide_on_any_page_as_the_page_s_own_ink(room):
    screen = Screen(Picture, (4.0, 3.0), compute(DRAWING.default))
    screen.fit(room, np.inf, 2.0)
    screen.show(compute((((20, 50), (80, 50)),)))
    column = screen.pixels()[:, :, 0].astype(float)
    left, _, right, _ = sheets.corners(screen.picture.axes["sheet"])
    unit = (right - left) * screen.pixel_size[0] / sheets.LAST
    middle = column[:, round((left + right) / 2 * screen.pixel_size[0])]
    ax = screen.picture.axes["sheet"]
    top = round(screen.pixel_size[1] - ax.transData.transform((0, 40))[1])
    dark = (255 - middle[top : top + round(20 * unit)]).sum() / (255 - middle.min())
    assert dark == pytest.approx(sheets.PEN * unit, rel=0.05)


def test_a_dot_is_seen():
    screen = Screen(Picture, (4.0, 3.0), compute(()))
    blank = screen.pixels().copy()
    screen.show(compute((((50, 50),),)))
    assert (screen.pixels() != blank).any(axis=2).sum() > 100


@pytest.mark.parametrize(
    "changes",
    [{"ready": {}}, {"ready": {"a": "12"}}, {"value": "zero"}, {"strokes": 0}, {"points": 1},
     {"strokes": 1, "value": "1111 2222"}],
)  # fmt: skip
def test_a_drawing_that_makes_no_sense_is_refused_when_it_is_made(changes):
    parts = {"name": "d", "label": "D", "axes": "sheet", "ready": READY} | changes
    with pytest.raises(ValueError, match="Drawing 'd'"):
        Drawing(**parts)


def test_a_picture_has_one_sheet_which_is_among_its_axes():
    with pytest.raises(ValueError, match="a picture has one sheet"):
        replace(DRAWN, controls=(DRAWING, replace(DRAWING, name="other")), compute=lambda drawing, other: {})
    elsewhere = replace(DRAWN, controls=(replace(DRAWING, axes="main"),))
    with pytest.raises(ValueError, match=r"drawing is drawn in the axes 'main', but the picture's axes are sheet"):
        Browser(elsewhere)


def test_too_much_is_refused_where_it_is_given():
    with pytest.raises(CourseError, match="room for 3 strokes"):
        DRAWING.check("1111 2222 3333 4444")
