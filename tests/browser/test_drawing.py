"""A digit drawn in a real JupyterLab: ink at once under mouse and finger, keys, undo, and a state that restores it."""

import pytest

from tests.browser.jupyter_lab import (
    DARK,
    canvas_hash,
    inside,
    open_notebook,
    run_all,
    wait_for_picture,
    wait_until,
    wait_until_it_stands,
    watched_page,
)
from tests.browser.sample_notebooks import write_notebook
from tests.profiles import by_day

SEVEN = [(0.25, 0.2), (0.7, 0.2), (0.45, 0.85)]  # fractions of the sheet
INK = """() => {
    const sheet = document.querySelector(".dlcourse-ink");
    const pixels = sheet.getContext("2d").getImageData(0, 0, sheet.width, sheet.height).data;
    let [count, red] = [0, 0];
    for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] === 255) [count, red] = [count + 1, pixels[i]];
    return [count, red];
}"""


def opened(page, lab):
    """The experiment of chapter 21, answered, with a blank sheet."""
    room = "from dlcourse.chapters.transfer_learning.experiments.draw_a_digit import draw_a_digit"
    write_notebook(lab.folder / "draw.ipynb", room, "draw_a_digit(drawing='')")
    open_notebook(page, lab, "draw.ipynb")
    run_all(page)
    wait_for_picture(page)
    assert page.locator(".dlcourse-ink").get_attribute("tabindex") == "-1"
    before = canvas_hash(page)
    page.mouse.move(*on_sheet(page, 0.5, 0.5))
    page.mouse.down()
    page.mouse.up()
    assert canvas_hash(page) == before  # locked
    page.locator(".dlcourse-choice").first.click()
    page.locator(".dlcourse-state input:enabled").wait_for()
    return page


@pytest.fixture
def sheet(page, lab):
    return opened(page, lab)


def on_sheet(page, x, y):
    page.locator(".dlcourse-ink").scroll_into_view_if_needed()
    box = page.locator(".dlcourse-ink").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def draw(page, places, steps=6):
    page.mouse.move(*on_sheet(page, *places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*on_sheet(page, *place), steps=steps)
    page.mouse.up()


def state_of(page):
    wait_until_it_stands(page)
    return page.locator(".dlcourse-state input").input_value()


def caption(page, words):
    page.locator(".dlcourse-caption", has_text=words).wait_for()


def strokes(page):
    """The points of each stroke in the present state."""
    text = state_of(page).split("drawing='")[1].split("'")[0]
    return [[(int(s[k : k + 2]), int(s[k + 2 : k + 4])) for k in range(0, len(s), 4)] for s in text.split()]


def test_a_digit_is_drawn_with_the_mouse_taken_back_and_restored(sheet):
    page, blank = sheet, canvas_hash(sheet)
    draw(page, SEVEN)
    caption(page, "A drawing of 1 stroke,")
    (line,) = strokes(page)
    assert len(line) == 3  # straight lines keep their corners only
    for (x, y), (across, down) in zip(line, SEVEN, strict=True):
        assert abs(x - (across * 107 - 4)) <= 1
        assert abs(y - (down * 107 - 4)) <= 1
    page.locator(".dlcourse-caption", has_text="block3, weights learnt from letters: 7 (").wait_for()
    wait_until(page, lambda: page.evaluate(INK)[0] == 0)  # the kernel's picture has it

    shared, seven = state_of(page), canvas_hash(page)
    draw(page, [(0.3, 0.5), (0.7, 0.5)])
    caption(page, "A drawing of 2 strokes,")
    page.get_by_role("button", name="Undo").click()
    caption(page, "A drawing of 1 stroke,")
    assert state_of(page) == shared
    wait_until(page, lambda: canvas_hash(page) == seven)
    page.get_by_role("button", name="Clear").click()
    caption(page, "0 strokes")
    wait_until(page, lambda: canvas_hash(page) == blank)
    field = page.locator(".dlcourse-state input")
    field.fill(shared)
    field.press("Enter")
    wait_until(page, lambda: canvas_hash(page) == seven)

    menu = page.get_by_label("Your drawing").and_(page.locator("select"))
    assert menu.locator("option:checked").inner_text() == "Your own"
    menu.select_option("3")
    caption(page, "3 (")
    assert "drawing='3'" in state_of(page)


def test_ink_is_under_the_pen_at_once_and_stays_within_the_sheet(sheet):
    page = sheet
    page.mouse.move(*on_sheet(page, 0.3, 0.3))
    page.mouse.down()
    page.mouse.move(*on_sheet(page, 0.6, 0.6), steps=4)
    assert page.evaluate(INK)[0] > 100  # at once
    page.mouse.move(*on_sheet(page, 3.0, -2.0), steps=4)  # captured outside
    page.mouse.up()
    wait_until(page, lambda: len(strokes(page)) == 1)
    assert strokes(page)[0][-1][0] == 99
    assert all(0 <= number <= 99 for point in strokes(page)[0] for number in point)


def test_ink_goes_also_where_the_pen_is_lifted_after_the_kernel_s_picture(sheet):
    page = sheet
    page.mouse.move(*on_sheet(page, 0.3, 0.3))
    page.mouse.down()
    page.mouse.move(*on_sheet(page, 0.6, 0.6), steps=4)
    wait_until(page, lambda: len(strokes(page)) == 1 and len(strokes(page)[0]) > 1)
    page.wait_for_selector("[data-waiting='0']")  # nothing is on its way
    assert page.evaluate(INK)[0] > 100
    page.mouse.up()
    wait_until(page, lambda: page.evaluate(INK)[0] == 0)
    assert len(strokes(page)) == 1


def test_what_has_no_room_is_said_and_its_ink_goes(sheet):
    page = sheet
    for place in range(12):
        x = 0.1 + 0.06 * place
        draw(page, [(x, 0.2), (x, 0.5)], steps=2)
    wait_until(page, lambda: len(strokes(page)) == 12)
    before = canvas_hash(page)
    draw(page, [(0.1, 0.9), (0.9, 0.9)])
    page.locator(".dlcourse-notice", has_text="room for 12 strokes, and this is one more").wait_for()
    wait_until(page, lambda: page.evaluate(INK)[0] == 0)
    assert len(strokes(page)) == 12
    assert canvas_hash(page) == before
    page.get_by_role("button", name="Undo").click()
    page.locator(".dlcourse-notice").wait_for(state="hidden")


def test_keys_draw_lift_and_take_back(sheet):
    page, pen = sheet, page_ring(sheet)
    page.locator(".dlcourse-ink").focus()
    for key in ("ArrowLeft", "ArrowUp", " ", "ArrowDown", "ArrowDown", "Shift+ArrowRight"):
        page.keyboard.press("Space" if key == " " else key)
    wait_until(page, lambda: strokes(page) == [[(45, 45), (45, 55), (46, 55)]])
    assert pen.is_visible()
    assert page.locator(".dlcourse-live").inner_text()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    wait_until(page, lambda: strokes(page)[1:] == [[(51, 55)]])
    page.keyboard.press("Backspace")
    wait_until(page, lambda: len(strokes(page)) == 1)
    page.keyboard.press("Space")
    page.keyboard.press("Backspace")  # with the pen down: the line that it draws goes, and no other with it
    page.keyboard.press("ArrowUp")
    wait_until(page, lambda: strokes(page) == [[(45, 45), (45, 55), (46, 55)]])
    page.keyboard.press("Delete")
    caption(page, "0 strokes")
    page.keyboard.press("Tab")
    assert pen.is_hidden()


def page_ring(page):
    return page.locator(".dlcourse-stage .dlcourse-ring").last


@pytest.mark.parametrize("theme", by_day([DARK], ["JupyterLab Light", DARK]))
def test_a_finger_draws_and_scrolls_nothing_on_a_narrow_page_in_either_theme(browser, lab, screenshot, theme):
    lab.set_theme(theme)
    size = {"width": 700, "height": 900}
    with watched_page(browser, viewport=size, has_touch=True, device_scale_factor=2) as page:
        opened(page, lab)
        notebook = page.locator(".jp-WindowedPanel-outer").first
        x, y = on_sheet(page, 0.5, 0.15)
        top = notebook.evaluate("(element) => element.scrollTop")
        touch = page.context.new_cdp_session(page)

        def say(kind, *points):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

        say("touchStart", (x, y))
        for step in range(1, 13):
            say("touchMove", (x, y + 12 * step))
            page.wait_for_timeout(15)
        count, red = page.evaluate(INK)
        assert count > 500
        assert (red > 200) == (theme == DARK)
        say("touchEnd")
        wait_until(page, lambda: len(strokes(page)) == 1)
        (line,) = strokes(page)
        assert line[-1][1] - line[0][1] > 30
        assert notebook.evaluate("(element) => element.scrollTop") == top
        draw(page, SEVEN)
        caption(page, "A drawing of 2 strokes,")
        wait_until(page, lambda: page.evaluate(INK)[0] == 0)
        assert inside(page, ".dlcourse-ink", ".dlcourse-experiment")
        screenshot(page, f"drawing-{'dark' if theme == DARK else 'light'}")
    lab.set_theme("JupyterLab Light")
