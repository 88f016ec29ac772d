"""The kernel's side of a shown experiment, seen from the browser's end of its messages."""

import threading
import time

import numpy as np
import pytest

from dlcourse.experiments import frames, live
from dlcourse.experiments.link import IN_FLIGHT
from tests.experiments.tiny_experiment import TINY, Browser


@pytest.fixture
def browser():
    browser = Browser()
    browser.open()
    return browser


def shown_by_kernel(browser):
    return browser.live.screen.pixels()


def test_nothing_is_sent_before_a_page_is_there():
    browser = Browser()
    browser.live.set("count", 7)
    assert browser.messages == []
    browser.open()
    assert browser.frames[-1]["state"].startswith("tiny(height=0.5, count=7")


def test_the_page_shows_what_the_kernel_drew_after_every_change(browser):
    for name, value in [("count", 7), ("height", 0.9), ("curve", "cosine"), ("filled", True), ("count", 15)]:
        browser.live.set(name, value)
        browser.answer()
        assert np.array_equal(browser.pixels, shown_by_kernel(browser)), name


def test_a_change_sends_only_the_tiles_that_changed(browser):
    whole = 4 * browser.pixels.shape[0] * browser.pixels.shape[1]
    browser.live.receive({"type": "nudge", "index": 0, "dx": 1, "dy": 0})
    assert browser.frames[-1]["encoding"] == "raw"
    assert 0 < len(browser.buffers[-1]) < whole / 20


def test_the_same_value_sends_nothing(browser):
    before = len(browser.messages)
    browser.live.set("count", 3)
    assert len(browser.messages) == before


def test_the_newest_value_wins_while_frames_are_under_way(browser):
    before = len(browser.frames)
    for count in range(4, 13):
        browser.live.set("count", count)
    assert len(browser.frames) == before + IN_FLIGHT
    browser.answer()
    assert "count=12" in browser.frames[-1]["state"]
    browser.answer()
    assert len(browser.frames) == before + IN_FLIGHT + 1
    assert np.array_equal(browser.pixels, shown_by_kernel(browser))


def test_a_page_that_never_answers_does_not_block(monkeypatch):
    monkeypatch.setattr("dlcourse.experiments.link.LOST_AFTER", 0.1)
    monkeypatch.setattr(live, "LOST_AFTER", 0.1)
    browser = Browser()
    browser.live.receive({"type": "ready"})
    for count in range(4, 13):
        browser.live.set("count", count)
    deadline = time.monotonic() + 5
    while "count=12" not in browser.frames[-1]["state"] and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "count=12" in browser.frames[-1]["state"]


def test_a_second_page_gets_the_whole_picture(browser):
    browser.live.set("count", 9)
    browser.live.receive({"type": "ready", "scale": 1})
    width, height = browser.frames[-1]["size"]
    assert browser.frames[-1]["rectangles"] == [(0, 0, width, height)]


def test_a_dense_screen_gets_twice_the_pixels_and_not_more():
    for scale, expected in [(1, 1), (1.5, 1.5), (2, 2), (3, 2), (0.5, 1)]:
        browser = Browser()
        browser.open(scale)
        assert browser.frames[-1]["size"] == [int(384 * expected), int(288 * expected)]


def test_a_dragged_point_goes_where_the_pointer_is(browser):
    left, top = browser.frames[-1]["points"][1]
    ax = browser.live.screen.picture.axes["main"]
    target = ax.transData.transform((0.75, -0.5)) / (browser.live.screen.figure.bbox.size)
    browser.live.receive({"type": "drag", "index": 1, "x": target[0], "y": 1 - target[1], "asked": 5})
    assert browser.live.parameters["points"][1] == pytest.approx([0.75, -0.5], abs=0.002)
    frame = browser.frames[-1]
    assert frame["asked"] == 5
    assert frame["points"][1] == pytest.approx([target[0], 1 - target[1]], abs=0.002)
    assert frame["points"][1] != [left, top]


def test_a_point_dragged_out_of_the_axes_stays_at_their_edge(browser):
    browser.live.receive({"type": "drag", "index": 0, "x": 3.0, "y": -2.0})
    assert browser.live.parameters["points"][0].tolist() == [1.0, 1.0]


def test_arrow_keys_move_a_point_and_with_shift_finely(browser):
    browser.live.receive({"type": "nudge", "index": 0, "dx": 1, "dy": -1})
    assert browser.live.parameters["points"][0] == pytest.approx([0.22, 0.26])
    browser.live.receive({"type": "nudge", "index": 0, "dx": -1, "dy": 0, "fine": True})
    assert browser.live.parameters["points"][0] == pytest.approx([0.216, 0.26])


def test_a_drag_is_answered_even_when_nothing_moves(browser):
    for asked in (1, 2):
        browser.live.receive({"type": "drag", "index": 0, "x": 3.0, "y": -2.0, "asked": asked})
        browser.answer()
    assert browser.frames[-1]["asked"] == 2
    assert browser.frames[-1]["rectangles"] == []


def test_a_setting_that_cannot_be_computed_is_told_and_the_next_one_works(browser):
    browser.live.set("count", 13)
    assert "cannot be shown (ZeroDivisionError: thirteen)" in browser.notices[-1]
    browser.live.set("count", 14)
    assert browser.frames[-1]["notice"] == ""
    assert np.array_equal(browser.pixels, shown_by_kernel(browser))


def test_restore_and_reset_come_from_the_page(browser):
    browser.live.receive({"type": "restore", "text": "tiny(count=17, height=0.2)"})
    assert browser.live.parameters["count"] == 17
    browser.answer()
    browser.live.receive({"type": "restore", "text": "tiny(count=1700)"})
    assert browser.notices[-1] == "count lies between 1 and 20, but 1700 does not."
    assert browser.live.parameters["count"] == 17
    browser.live.receive({"type": "reset"})
    assert browser.live.state_text == "tiny(height=0.5, count=3, curve='sine', filled=False)"


def test_a_locked_experiment_refuses_everything_but_looking(browser):
    browser.live.locked = True
    browser.live.receive({"type": "restore", "text": "tiny(count=17)"})
    browser.live.receive({"type": "nudge", "index": 0, "dx": 1, "dy": 0})
    browser.live.receive({"type": "reset"})
    assert browser.live.state_text == "tiny(height=0.5, count=3, curve='sine', filled=False)"
    assert browser.notices[-1].startswith("Predict first")


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"type": "dance"},
        {"type": "painted"},
        {"type": "painted", "number": "x"},
        {"type": "drag", "index": 99, "x": 0, "y": 0},
        {"type": "drag", "index": -1, "x": 0, "y": 0},
        {"type": "drag", "index": 0, "x": float("nan"), "y": 0},
        {"type": "ready", "scale": "large"},
    ],
)
def test_messages_that_make_no_sense_change_nothing(browser, message):
    before = browser.live.state_text
    browser.live.receive(message)
    assert browser.live.state_text == before


def test_a_slow_link_gets_small_frames_and_a_fast_one_the_exact_pixels_again(browser, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(live.time, "monotonic", lambda: now[0])

    def change(count, seconds):
        browser.live.set("count", count)
        now[0] += seconds
        browser.answer()

    for count in (4, 5, 6, 7):
        change(count, 0.5)
    assert browser.frames[-1]["encoding"] == "image/png"
    assert len(browser.buffers[-1]) < frames.LIMIT
    assert np.array_equal(browser.pixels, shown_by_kernel(browser))
    for count in (*range(8, 13), *range(1, 9)):
        change(count, 0.01)
    assert browser.frames[-1]["encoding"] == "raw"
    assert np.array_equal(browser.pixels, shown_by_kernel(browser))


def test_many_threads_draw_one_after_the_other(browser):
    def move(offset):
        for step in range(20):
            browser.live.set("count", 1 + (offset + step) % 12)
            browser.live.receive({"type": "nudge", "index": 0, "dx": 1 - 2 * (step % 2), "dy": 0})
            browser.answer()

    threads = [threading.Thread(target=move, args=(offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    browser.answer()
    browser.answer()
    assert np.array_equal(browser.pixels, shown_by_kernel(browser))


def test_the_picture_is_the_same_bytes_every_time():
    assert TINY(count=5)._live.png() == TINY(count=5)._live.png()
    assert TINY(count=5)._live.png() != TINY(count=6)._live.png()
