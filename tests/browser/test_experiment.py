"""An experiment in a real JupyterLab: prediction, keys, mouse, play, sharing; pixels change, the console is quiet."""

import json
import urllib.request

import pytest

from tests.browser.jupyter_lab import (
    DARK,
    canvas_hash,
    inside,
    open_notebook,
    run_all,
    run_cell,
    wait_for_change,
    wait_for_picture,
    wait_idle,
    wait_until,
    wait_until_it_stands,
    watched_page,
)
from tests.browser.sample_notebooks import write_notebook
from tests.profiles import by_day

SHAPE = "(() => { const c = document.querySelector('.dlcourse-canvas'); return c.height / c.width; })()"
BRIGHTNESS = """[[".jp-Notebook", "backgroundColor"], [".dlcourse-caption", "color"]].map(([part, name]) =>
    getComputedStyle(document.querySelector(part))[name].match(/\\d+/g).slice(0, 3).reduce((sum, c) => sum + +c, 0))"""


@pytest.fixture(scope="module")
def opened(browser, lab):
    """A page on the playground's notebook, for the tests that only run it again."""
    with watched_page(browser) as page:
        open_notebook(page, lab, "playground.ipynb")
        yield page


@pytest.fixture
def experiment(opened):
    """The playground, run and not yet predicted."""
    opened.set_viewport_size({"width": 1280, "height": 1000})
    run_all(opened)
    opened.locator(".dlcourse-state input:disabled").wait_for()
    wait_for_picture(opened)
    return opened


def state_of(page):
    return page.locator(".dlcourse-state input").input_value()


def unlock(page):
    page.get_by_role("button", name="Skip").click()
    page.locator(".dlcourse-state input:enabled").wait_for()


def slider(page, number=0):
    return page.locator(".dlcourse-controls input[type=range]").nth(number)


def point_on_page(page, x, y):
    """Page coordinates of a fraction of the canvas."""
    box = page.locator(".dlcourse-canvas").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def find_point(page):
    """A point that can be dragged: where the cursor changes, along a grid over the right panel."""
    canvas = page.locator(".dlcourse-canvas")
    for row in range(20, 95, 3):
        for column in range(55, 100, 2):
            page.mouse.move(*point_on_page(page, column / 100, row / 100))
            if "dlcourse-over" in (canvas.get_attribute("class") or ""):
                return column / 100, row / 100
    raise AssertionError("The cursor changed over no point.")


def test_a_prediction_unlocks_the_controls_and_is_told_at_the_end(experiment):
    page = experiment
    assert page.locator(".dlcourse-button", has_text="Reset").is_disabled()
    before = canvas_hash(page)
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert canvas_hash(page) == before
    assert page.locator(".dlcourse-caption").inner_text() == ""
    page.get_by_role("button", name="It grows").click()
    page.locator(".dlcourse-state input:enabled").wait_for()
    assert page.locator(".dlcourse-question").is_hidden()  # one line is left of it
    assert slider(page).evaluate("(slider) => slider === document.activeElement")  # the reader goes on from here
    page.keyboard.press("ArrowRight")
    wait_for_change(page, before)
    page.get_by_text("You predicted: It grows").wait_for()
    page.get_by_role("button", name="What happened?").click()
    page.get_by_text("Not what you predicted.").wait_for()
    page.get_by_role("button", name="Hide").click()
    assert page.locator(".dlcourse-outcome").is_hidden()
    page.get_by_role("button", name="Question").click()
    page.locator(".dlcourse-question", has_text="What does a higher frequency do").wait_for()
    page.get_by_role("button", name="Ask again").click()
    page.locator(".dlcourse-state input:disabled").wait_for()
    page.get_by_role("button", name="It grows").wait_for()


def test_an_answer_is_remembered_when_the_cell_is_run_again(page, lab):
    write_notebook(
        lab.folder / "birthdays.ipynb",
        "from dlcourse.chapters.start_here.experiments import shared_birthday",
        "shared_birthday()",
    )
    open_notebook(page, lab, "birthdays.ipynb")
    run_all(page)
    wait_for_picture(page)
    page.locator(".dlcourse-choice").nth(1).click()
    said = page.locator(".dlcourse-said")
    said.get_by_text("You predicted").wait_for()
    words = said.inner_text()
    run_all(page)
    page.locator(".dlcourse-state input:enabled").wait_for()
    assert said.inner_text() == words
    assert page.locator(".dlcourse-experiment").count() == 1
    page.get_by_role("button", name="Ask again").click()
    page.locator(".dlcourse-state input:disabled").wait_for()
    run_all(page)
    page.locator(".dlcourse-state input:disabled").wait_for()


def test_a_live_experiment_stands_alone_and_a_restarted_kernel_is_named(page, lab):
    write_notebook(lab.folder / "restarted.ipynb", "from playground import playground", "playground()")
    open_notebook(page, lab, "restarted.ipynb")
    run_all(page)
    wait_for_picture(page)
    assert page.locator(".dlcourse-stored").is_hidden()  # words for pages without a kernel
    unlock(page)
    page.locator(".lm-MenuBar-item", has_text="Kernel").first.click()
    page.locator('.lm-Menu-item[data-command="kernelmenu:restart"]').click()
    page.locator(".jp-Dialog-button.jp-mod-accept").click()
    page.locator(".dlcourse-notice", has_text="Run").wait_for()
    assert slider(page).is_disabled()
    assert page.locator(".dlcourse-button:enabled", has_text="Reset").count() == 0
    page.locator("#jp-main-statusbar", has_text="| Idle").wait_for()
    run_all(page)
    unlock(page)  # and runs again


def test_a_kernel_that_was_restarted_from_elsewhere_is_named_and_a_new_run_answers(page, lab):
    write_notebook(lab.folder / "elsewhere.ipynb", "from playground import playground", "playground()")
    open_notebook(page, lab, "elsewhere.ipynb")
    run_all(page)
    wait_for_picture(page)
    unlock(page)
    with urllib.request.urlopen(lab.address("api/sessions")) as answer:
        kernels = {session["path"]: session["kernel"]["id"] for session in json.load(answer)}
    restart = lab.address(f"api/kernels/{kernels['elsewhere.ipynb']}/restart")
    urllib.request.urlopen(urllib.request.Request(restart, method="POST")).close()
    page.locator(".dlcourse-notice", has_text="Run").wait_for()
    page.locator("#jp-main-statusbar", has_text="| Idle").wait_for()
    run_all(page)
    unlock(page)


def test_keys_reset_and_shared_states_move_the_picture_and_its_words(experiment):
    page = experiment
    unlock(page)
    first = canvas_hash(page)
    caption = page.locator(".dlcourse-caption")
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    caption.get_by_text("a wave of 4 periods").wait_for()
    assert "frequency=4" in state_of(page)
    assert "a wave of 4 periods" in page.locator(".dlcourse-canvas").get_attribute("aria-label")
    page.get_by_role("button", name="Copy", exact=True).click()
    assert page.evaluate("navigator.clipboard.readText()") == state_of(page)
    moved = canvas_hash(page)
    page.get_by_role("button", name="Reset", exact=True).click()
    assert wait_for_change(page, moved) == first
    assert slider(page).get_attribute("aria-valuetext") == "2 periods"
    field = page.locator(".dlcourse-state input")
    field.fill("playground(frequency=4)")
    field.press("Enter")
    assert wait_for_change(page, first) == moved
    field.fill("playground(frequency=400)")
    field.press("Enter")
    page.get_by_text("frequency lies between 1 and 12, but 400 does not.").wait_for()
    assert canvas_hash(page) == moved


@pytest.mark.parametrize("width", [1280, 700])
def test_a_point_follows_the_mouse_where_the_picture_is_scaled_too(experiment, width):
    page = experiment
    page.set_viewport_size({"width": width, "height": 1000})
    unlock(page)
    page.wait_for_function(f"{SHAPE} {'>' if width == 700 else '<'} 1")  # laid out for this width
    before = canvas_hash(page)
    x, y = find_point(page)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(*point_on_page(page, x + 0.004 * step, y + 0.01 * step))
    page.mouse.up()
    wait_for_change(page, before)
    page.wait_for_function("document.querySelector('.dlcourse-experiment').dataset.waiting === '0'")
    assert "points=[[" in state_of(page)
    page.mouse.move(*point_on_page(page, 0.1, 0.1))
    page.mouse.move(*point_on_page(page, x + 0.04, y + 0.1))
    assert "dlcourse-over" in page.locator(".dlcourse-canvas").get_attribute("class")


def test_a_point_moves_by_arrow_keys(experiment):
    page = experiment
    unlock(page)
    before = canvas_hash(page)
    page.locator(".dlcourse-canvas").focus()
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("ArrowDown")
    page.locator(".dlcourse-ring").wait_for()
    wait_for_change(page, before)
    assert "points=[[0.2, 0.3], [0.5, 0.78], [0.8, 0.4]]" in state_of(page)
    page.keyboard.press("Escape")
    assert page.locator(".dlcourse-ring").is_hidden()


def test_play_runs_and_pauses(experiment):
    page = experiment
    unlock(page)
    play = page.locator(".dlcourse-player button").first
    shown = canvas_hash(page)
    play.click()
    for _ in range(3):
        shown = wait_for_change(page, shown)
    play.click()
    wait_until_it_stands(page)
    shown = canvas_hash(page)
    page.wait_for_timeout(500)
    assert canvas_hash(page) == shown


def test_a_second_view_shows_the_present_state_and_both_move(experiment):
    page = experiment
    unlock(page)
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    page.locator(".dlcourse-caption", has_text="a wave of 3 periods").wait_for()
    page.locator(".dlcourse-experiment").click(button="right", position={"x": 300, "y": 8})
    page.locator('.lm-Menu-item[data-command="notebook:create-output-view"]').click()
    page.wait_for_function("document.querySelectorAll('.dlcourse-canvas').length === 2")
    second = page.locator(".dlcourse-caption").nth(1)
    second.get_by_text("a wave of 3 periods").wait_for()
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    second.get_by_text("a wave of 4 periods").wait_for()
    page.locator(".lm-TabBar-tabCloseIcon").last.click()


def test_a_number_can_be_typed_beside_a_slider(experiment):
    page = experiment
    unlock(page)
    field, notice = page.get_by_label("Amplitude (m), typed"), page.locator(".dlcourse-notice")
    field.fill("3/2")
    field.press("Enter")
    page.locator(".dlcourse-caption", has_text="reaches 1.50 m").wait_for()
    assert field.input_value() == "1.5"
    for wrong, words in [
        ("0,5", "Decimals stand behind a point: 0.5."),
        ("1 000", "Write thousands without a gap: 1000."),
        ("7", "Amplitude lies between 0.1 and 2, but 7 does not."),
    ]:
        field.fill(wrong)
        field.press("Enter")
        notice.get_by_text(words).wait_for()
        assert field.get_attribute("aria-invalid") == "true"
    slider(page, 1).focus()
    page.keyboard.press("ArrowLeft")
    page.locator(".dlcourse-caption", has_text="reaches 1.40 m").wait_for()
    assert notice.is_hidden()


def test_panels_stand_below_each_other_where_the_page_is_narrow(experiment):
    page = experiment
    unlock(page)
    assert page.evaluate(SHAPE) < 0.6
    page.set_viewport_size({"width": 620, "height": 1000})
    page.wait_for_function(f"{SHAPE} > 1")
    canvas = page.locator(".dlcourse-canvas").bounding_box()
    assert abs(canvas["width"] - page.evaluate("document.querySelector('.dlcourse-canvas').width")) <= 1  # not scaled
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.wait_for_function(f"{SHAPE} < 0.6")


def test_it_moves_while_a_cell_is_running(page, lab):
    """ipykernel 7 takes widget messages on a thread of their own: a long cell freezes no experiment in use."""
    open_notebook(page, lab, "busy.ipynb")
    for number in (0, 1):
        run_cell(page, number)
        wait_idle(page)
    wait_for_picture(page)
    unlock(page)
    run_cell(page, 2)
    busy = page.locator(".jp-InputPrompt", has_text="*")
    busy.wait_for()
    before = canvas_hash(page)
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    wait_for_change(page, before)
    assert busy.count() == 1
    wait_idle(page)


def test_it_is_readable_in_both_themes_and_on_narrow_pages(page, lab, screenshot):
    for theme in by_day([DARK], ["JupyterLab Light", DARK]):
        lab.set_theme(theme)
        open_notebook(page, lab, "playground.ipynb")
        run_all(page)
        wait_for_picture(page)
        unlock(page)
        for width in (1280, 700):
            page.set_viewport_size({"width": width, "height": 1000})
            for part in ("canvas", "caption", "toolbar", "prediction"):
                wait_until(page, lambda part=part: inside(page, f".dlcourse-{part}", ".jp-Notebook"))
            screenshot(page, f"playground-{'dark' if theme == DARK else 'light'}-{width}")
        back, text = page.evaluate(BRIGHTNESS)
        assert abs(back - text) > 350  # of 765: dark on light, light on dark
    lab.set_theme("JupyterLab Light")
