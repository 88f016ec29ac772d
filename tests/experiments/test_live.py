"""The kernel's side of a shown experiment, seen from the page's end of its messages."""

import gc
import threading
import weakref

import pytest

from dlcourse.experiments import live
from dlcourse.experiments.link import IN_FLIGHT, LOST_AFTER, Link
from tests.experiments.tiny_experiment import TINY, Browser, page_of, variant
from tests.limits import LONGEST

START = "tiny(height=0.5, count=3, curve='sine', filled=False)"


@pytest.fixture
def browser():
    browser = Browser()
    browser.open()
    return browser


def assert_shows_the_present_state(browser):
    assert browser.page.key() == page_of(TINY, **browser.live.parameters).key()


def test_nothing_is_sent_before_a_page_is_there():
    browser = Browser()
    browser.live.set("count", 7)
    assert browser.messages == []
    browser.open()
    assert browser.frames[-1]["state"].startswith("tiny(height=0.5, count=7")
    assert_shows_the_present_state(browser)


def test_a_message_says_what_stands_around_the_picture(browser):
    browser.do("set", name="count", value=4)
    frame = browser.frames[-1]
    assert frame["caption"] == "A curve of height 0.5 whose last value is -0.48."
    assert frame["state"] == "tiny(height=0.5, count=5, curve='sine', filled=False)"
    assert frame["controls"] == {"height": [4, "0.5"], "count": [4, "5"], "curve": 0, "filled": False}
    assert (frame["notice"], frame["prediction"], len(frame["points"])) == ("", None, 2)


def test_the_page_shows_the_present_state_after_every_change(browser):
    for name, sent in [("count", 6), ("height", 8), ("curve", 1), ("filled", True), ("count", 14), ("curve", 0)]:
        browser.do("set", name=name, value=sent)
        assert_shows_the_present_state(browser)
    assert browser.live.state_text == "tiny(height=0.9, count=15, curve='sine', filled=True)"


def test_only_what_changed_is_sent(browser):
    whole = browser.frames[-1]["drawing"]
    browser.do("nudge", index=0, dx=1, dy=0)
    drawing = browser.frames[-1]["drawing"]
    assert set(whole) == {"scene", "background", "glyphs", "order", "marks"}
    assert set(drawing) == {"marks"}
    assert [number for number, _ in drawing["marks"]] == [1]  # the dots


def test_axes_with_other_limits_are_written_anew_and_alone(browser):
    browser.do("set", name="count", value=14)
    assert [part for part, _ in browser.frames[-1]["drawing"]["background"]] == [1]
    assert_shows_the_present_state(browser)


def test_the_newest_value_wins_while_pictures_are_under_way(browser):
    before = len(browser.frames)
    for count in range(4, 13):
        browser.say("set", name="count", value=count - 1)
    assert len(browser.frames) == before + IN_FLIGHT
    browser.answer()
    assert "count=12" in browser.frames[-1]["state"]
    assert browser.frames[-1]["asked"] == browser.asked
    browser.answer()
    assert len(browser.frames) == before + IN_FLIGHT + 1
    assert_shows_the_present_state(browser)


def test_a_page_that_never_answers_does_not_block(monkeypatch):
    monkeypatch.setattr("dlcourse.experiments.link.LOST_AFTER", 0.1)
    monkeypatch.setattr(live, "LOST_AFTER", 0.1)
    browser, arrived = Browser(), threading.Event()
    take = browser.live._sender._send

    def watch(content, buffers):
        take(content, buffers)
        if "count=12" in content["state"]:
            arrived.set()

    browser.live._sender._send = watch
    browser.live.receive({"type": "ready", "room": 800})
    for count in range(4, 13):
        browser.live.set("count", count)
    assert arrived.wait(LONGEST)


def test_the_link_gives_lost_pictures_up_and_a_late_answer_frees_all_before_it():
    link = Link()
    first, second = link.send(0.0), link.send(0.0)
    assert not link.is_open(LOST_AFTER - 0.01)
    assert link.is_open(LOST_AFTER)
    third = link.send(LOST_AFTER)
    link.acknowledge(99)
    link.acknowledge(first)
    assert [first, second, third] == [1, 2, 3]
    assert link.is_open(LOST_AFTER)


def test_a_second_page_gets_the_whole_picture_at_once(browser):
    for count in (4, 5, 6):
        browser.say("set", name="count", value=count)
    browser.live.receive({"type": "ready", "room": 2000, "scale": 1})
    assert set(browser.frames[-1]["drawing"]) == {"scene", "background", "glyphs", "order", "marks"}
    assert_shows_the_present_state(browser)


def test_the_picture_has_the_page_s_scale_and_room():
    for asked, scale in [(1, 1.0), (1.5, 1.5), (2, 2.0), (9, 4.0), (0.5, 1.0)]:
        browser = Browser()
        browser.open(scale=asked)
        assert browser.page.scene["scale"] == scale
        assert browser.page.scene["size"] == [384, 288]
        assert browser.page.scene["pixels"] == [int(384 * scale), int(288 * scale)]


def test_a_change_of_the_room_that_changes_the_picture_sends_it_anew_and_no_other_does(browser):
    before = len(browser.frames)
    browser.do("room", room=900)
    assert len(browser.frames) == before
    browser.do("room", room=310)
    assert browser.page.scene["size"] == [300, 288]
    assert len(browser.frames) == before + 1


def test_a_dragged_point_goes_where_the_pointer_is(browser):
    before = browser.frames[-1]["points"]
    figure = browser.live.screen.figure
    x, y = browser.live.screen.picture.axes["main"].transData.transform((0.75, -0.5)) / figure.bbox.size
    browser.do("drag", index=1, x=x, y=1 - y)
    assert browser.live.parameters["points"][1] == pytest.approx([0.75, -0.5], abs=0.002)
    frame = browser.frames[-1]
    assert frame["asked"] == browser.asked
    assert frame["points"][1] == pytest.approx([x, 1 - y], abs=0.002)
    assert frame["points"][0] == before[0]


def test_a_point_dragged_out_of_the_axes_stays_at_their_edge(browser):
    browser.do("drag", index=0, x=3.0, y=-2.0)
    assert browser.live.parameters["points"][0].tolist() == [1.0, 1.0]


def test_arrow_keys_move_a_point_and_with_shift_finely(browser):
    browser.do("nudge", index=0, dx=1, dy=-1)
    assert browser.live.parameters["points"][0] == pytest.approx([0.22, 0.26])
    browser.do("nudge", index=0, dx=-1, dy=0, fine=True)
    assert browser.live.parameters["points"][0] == pytest.approx([0.216, 0.26])


def test_arrow_keys_move_a_point_up_on_an_axis_that_counts_downwards(browser):
    browser.live.screen.picture.axes["main"].invert_yaxis()
    browser.do("nudge", index=0, dx=0, dy=1)
    assert browser.live.parameters["points"][0] == pytest.approx([0.2, 0.26])


def test_a_wish_is_answered_even_when_nothing_moves(browser):
    for _ in range(2):
        browser.do("drag", index=0, x=3.0, y=-2.0)
        assert browser.frames[-1]["asked"] == browser.asked
    assert browser.frames[-1]["drawing"] == {"marks": []}


def test_a_setting_that_cannot_be_computed_is_said_and_the_next_one_works(browser):
    browser.do("set", name="count", value=12)
    assert browser.notice.startswith("This setting cannot be shown (ZeroDivisionError: thirteen).")
    assert browser.messages[-1]["asked"] == browser.asked
    browser.do("set", name="count", value=13)
    assert browser.notice == ""
    assert_shows_the_present_state(browser)


def test_a_picture_that_fails_is_said_and_the_next_one_is_whole():
    class Failing(TINY.picture):
        def update(self, values):
            super().update(values)
            if values["limit"] > 1:
                raise RuntimeError("no ink")

    browser = Browser(variant(picture=Failing))
    browser.open()
    browser.do("set", name="count", value=14)
    assert "RuntimeError: no ink" in browser.notice
    browser.do("set", name="count", value=5)
    assert browser.page.key() == page_of(TINY, count=6).key()


def test_restore_and_reset_come_from_the_page(browser):
    browser.do("restore", text="tiny(count=17, height=0.2)")
    assert browser.live.parameters["count"] == 17
    browser.do("restore", text="tiny(count=1700)")
    assert browser.notice == "count lies between 1 and 20, but 1700 does not."
    assert browser.live.parameters["count"] == 17
    browser.do("reset")
    assert (browser.live.state_text, browser.notice) == (START, "")


def test_a_notice_stays_while_pictures_come_and_goes_with_the_next_change(browser):
    for count in (4, 5, 6):
        browser.say("set", name="count", value=count)  # the last one waits
    browser.say("restore", text="large(count=3)")
    browser.answer()
    assert browser.frames[-1]["notice"] == "This is a state of large, and this experiment is tiny."
    browser.do("set", name="count", value=7)
    assert browser.frames[-1]["notice"] == ""


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"type": "dance"},
        {"type": "painted"},
        {"type": "painted", "number": "x"},
        {"type": "set", "name": "width", "value": 3},
        {"type": "set", "name": "count", "value": 20},
        {"type": "set", "name": "count", "value": -1},
        {"type": "set", "name": "count", "value": None},
        {"type": "set", "name": "curve", "value": 2},
        {"type": "set", "name": "filled", "value": "yes"},
        {"type": "type", "name": "curve", "text": "3"},
        {"type": "step", "steps": "far"},
        {"type": "choose", "index": 0},
        {"type": "drag", "index": 99, "x": 0, "y": 0},
        {"type": "drag", "index": -1, "x": 0, "y": 0},
        {"type": "drag", "index": 0, "x": float("nan"), "y": 0},
        {"type": "nudge", "index": 0, "dx": "left", "dy": 0},
        {"type": "ready", "scale": "large"},
        {"type": "ready", "room": 800, "scale": float("nan")},
        {"type": "room", "room": float("nan")},
        {"type": "reset", "asked": "now"},
    ],
)
def test_messages_that_make_no_sense_change_nothing_and_the_next_one_works(browser, message):
    browser.live.receive(message)
    assert browser.live.state_text == START
    browser.do("set", name="count", value=8)
    assert_shows_the_present_state(browser)


def test_many_threads_draw_one_after_the_other(browser):
    def move(offset):
        for step in range(10):
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
    assert_shows_the_present_state(browser)


def test_a_closed_one_sends_nothing_any_more(browser):
    for count in (4, 5, 6):
        browser.say("set", name="count", value=count)
    before = len(browser.messages)
    browser.live.close()
    browser.live.set("count", 9)
    browser.answer()
    assert len(browser.messages) == before


def test_the_picture_is_the_same_bytes_every_time_on_whatever_page():
    first, wide, narrow = Browser(count=5), Browser(count=5), Browser(count=5)
    wide.open(scale=2)
    narrow.open(room=320)
    assert first.live.png() == narrow.live.png() == Browser(count=5).live.png() != Browser(count=6).live.png()
    assert first.live.png() == wide.live.png()


def test_ten_showings_one_after_the_other_keep_one_figure():
    figures = []
    for _ in range(10):
        shown = TINY()
        figures.append(weakref.ref(shown._live.screen.figure))
        shown._live.receive({"type": "ready", "room": 800})
        shown.close()
        del shown
        gc.collect()
        assert sum(figure() is not None for figure in figures) == 0
