"""A run of updates in a real JupyterLab: play, pause, step, back and reset by mouse and keys; and fields to type in."""

import pytest

from tests.browser.jupyter_lab import (
    canvas_hash,
    inside,
    open_notebook,
    run_all,
    wait_for_change,
    wait_for_picture,
    wait_until,
    wait_until_it_stands,
    watched_page,
)

SIDE_BY_SIDE = ("input[type=range]", ".dlcourse-player")


@pytest.fixture(scope="module")
def opened(browser, lab):
    with watched_page(browser) as page:
        open_notebook(page, lab, "run.ipynb")
        run_all(page)
        wait_for_picture(page)
        yield page


@pytest.fixture
def experiment(opened):
    """The run, unlocked, at update 3 and paused."""
    skip = opened.get_by_role("button", name="Skip")
    if skip.is_visible():
        skip.click()
    opened.locator(".dlcourse-state input:enabled").wait_for()
    opened.get_by_role("button", name="Reset", exact=True).click()
    wait_for_caption(opened, "Update 3, guesses None and None.")
    wait_until_it_stands(opened)
    return opened


def button(page, name):
    return page.locator(".dlcourse-player").get_by_role("button", name=name)


def field(page, name):
    return page.locator(".dlcourse-controls").get_by_label(name)


def wait_for_caption(page, words):
    page.locator(".dlcourse-caption").get_by_text(words, exact=True).wait_for()


def update_of(page):
    return int(page.locator(".dlcourse-caption").inner_text().split()[1].rstrip(","))


def wait_until_it_runs(page, beyond):
    page.wait_for_function(
        "(n) => parseInt(document.querySelector('.dlcourse-caption').textContent.split(' ')[1]) > n", arg=beyond
    )


def stands(page):
    """Where it stands, once nothing is under way; and it stays there."""
    wait_until_it_stands(page)
    at = update_of(page)
    page.wait_for_timeout(250)
    assert update_of(page) == at
    assert page.locator(".dlcourse-controls input[type=range]").get_attribute("aria-valuetext") == str(at)
    assert button(page, "Play").count() == 1
    return at


def test_everything_waits_for_the_prediction(opened):
    assert all(opened.locator(".dlcourse-player button").nth(number).is_disabled() for number in range(3))
    assert all(field(opened, name).is_disabled() for name in ("Your guess (m)", "∂e/∂q"))


def test_play_shows_every_update_and_pauses(experiment):
    page = experiment
    page.evaluate("""() => {
        const caption = document.querySelector(".dlcourse-caption");
        window.seen = [];
        new MutationObserver(() => window.seen.push(parseInt(caption.textContent.split(" ")[1])))
            .observe(caption, { childList: true, characterData: true, subtree: true });
    }""")
    button(page, "Play").click()
    wait_until_it_runs(page, 20)
    button(page, "Pause").click()
    at = stands(page)
    assert page.evaluate("window.seen") == list(range(4, at + 1))
    button(page, "Play").focus()
    page.keyboard.press("Space")
    wait_until_it_runs(page, at + 3)
    page.keyboard.press("Enter")
    assert stands(page) > at


def test_step_goes_one_step_on_and_pauses_first(experiment):
    page = experiment
    step = button(page, "Next update")
    step.click()
    wait_for_caption(page, "Update 4, guesses None and None.")
    step.focus()
    page.keyboard.press("Enter")
    wait_for_caption(page, "Update 5, guesses None and None.")
    page.keyboard.press("Space")
    assert stands(page) == 6
    button(page, "Play").click()
    wait_until_it_runs(page, 10)
    step.click()
    assert stands(page) > 10


def test_the_end_stops_play_and_step_does_nothing_there(experiment):
    page = experiment
    state = page.locator(".dlcourse-state input")
    state.fill("run(update=397)")
    state.press("Enter")
    wait_for_caption(page, "Update 397, guesses None and None.")
    button(page, "Play").click()
    wait_for_caption(page, "Update 400, guesses None and None.")
    assert stands(page) == 400
    shown = canvas_hash(page)
    button(page, "Next update").click()
    assert stands(page) == 400
    assert canvas_hash(page) == shown
    button(page, "Play").click()  # from the end it begins again
    page.wait_for_function("parseInt(document.querySelector('.dlcourse-caption').textContent.split(' ')[1]) < 100")
    button(page, "Pause").click()


def test_back_and_reset_end_a_running_play(experiment):
    page = experiment
    for name, expected in [("Back to the start: Update 0", 0), ("Reset", 3)] * 3:
        button(page, "Play").click()
        wait_until_it_runs(page, 8)
        (button(page, name) if expected == 0 else page.get_by_role("button", name=name, exact=True)).click()
        wait_for_caption(page, f"Update {expected}, guesses None and None.")
        assert stands(page) == expected


def test_what_is_typed_is_a_prediction_in_the_picture(experiment, screenshot):
    page = experiment
    guess, other = field(page, "Your guess (m)"), field(page, "∂e/∂q")
    assert guess.get_attribute("placeholder") == "?"
    assert guess.input_value() == other.input_value() == ""
    blank = canvas_hash(page)
    guess.click()
    page.keyboard.type("−4")
    wait_until_it_stands(page)
    assert canvas_hash(page) == blank  # nothing counts before Enter
    page.keyboard.press("Enter")
    typed = wait_for_change(page, blank)
    wait_for_caption(page, "Update 3, guesses -4.0 and None.")
    page.keyboard.press("Tab")
    page.keyboard.type("1/4")
    page.keyboard.press("Tab")  # leaving the field commits as Enter does
    wait_for_caption(page, "Update 3, guesses -4.0 and 0.25.")
    assert guess.input_value() == "−4"
    screenshot(page, "run")
    state = page.locator(".dlcourse-state input")
    shared = state.input_value()
    assert shared == "run(update=3, guess=-4.0, other=0.25)"
    page.get_by_role("button", name="Reset", exact=True).click()
    assert wait_for_change(page, typed) == blank
    assert guess.input_value() == other.input_value() == ""
    state.fill(shared)
    state.press("Enter")
    assert wait_for_change(page, blank) == typed
    assert guess.input_value() == "−4"


def test_a_wrong_text_is_said_and_stays_in_its_field(experiment):
    page = experiment
    guess, notice = field(page, "Your guess (m)"), page.locator(".dlcourse-notice")
    guess.fill("-4,0")
    guess.press("Enter")
    notice.get_by_text("but '-4,0' is not. Decimals stand behind a point: -4.0.").wait_for()
    assert guess.input_value() == "-4,0"
    guess.fill("21")
    guess.press("Enter")
    notice.get_by_text("Your guess lies between −20 and 20, but 21 does not.").wait_for()
    guess.fill("")
    guess.press("Enter")
    notice.wait_for(state="hidden")


def test_fields_stand_side_by_side_and_wrap_where_the_page_is_narrow(experiment, screenshot):
    page = experiment
    boxes = {}
    for width in (1280, 700):
        page.set_viewport_size({"width": width, "height": 1000})
        wait_until(page, lambda: inside(page, ".dlcourse-canvas", ".jp-Notebook"))
        wait_until(page, lambda: inside(page, ".dlcourse-player", ".dlcourse-controls"))
        screenshot(page, f"run-{width}")
        boxes[width] = [page.locator(".dlcourse-entry").nth(number).bounding_box() for number in range(2)]
        edge = page.locator(".dlcourse-controls").bounding_box()
        for part in (".dlcourse-player", ".dlcourse-entry >> nth=0", ".dlcourse-entry >> nth=1"):
            box = page.locator(part).bounding_box()
            assert box["x"] + box["width"] <= edge["x"] + edge["width"] + 1
            assert box["height"] < 40
        slider, player = (page.locator(f".dlcourse-controls {part}").bounding_box() for part in SIDE_BY_SIDE)
        assert abs(slider["y"] + slider["height"] / 2 - player["y"] - player["height"] / 2) < 8
    assert boxes[1280][0]["y"] == boxes[1280][1]["y"]
    page.set_viewport_size({"width": 1280, "height": 1000})


def test_what_is_being_typed_outlives_the_pictures_that_come_meanwhile(experiment):
    page, guess = experiment, field(experiment, "Your guess (m)")
    button(page, "Play").click()
    guess.focus()
    page.keyboard.type("1")
    wait_until_it_runs(page, update_of(page) + 2)
    page.keyboard.type("2")
    assert guess.input_value() == "12"
    page.keyboard.press("Enter")
    page.locator(".dlcourse-caption", has_text="guesses 12.0 and None.").wait_for()
    button(page, "Pause").click()
    stands(page)
    guess.fill("7")
    guess.press("Escape")
    assert guess.input_value() == "12"


def test_long_work_is_said_to_be_under_way(experiment):
    page = experiment
    guess, busy = field(page, "Your guess (m)"), page.locator(".dlcourse-busy")
    assert busy.is_hidden()
    busy.evaluate("""(busy) => {
        const note = () => (window.saidBusy ||= !busy.hidden && busy.textContent);
        new MutationObserver(note).observe(busy, { attributes: true });
    }""")
    guess.fill("20")  # computes for more than a second
    guess.press("Enter")
    wait_for_caption(page, "Update 3, guesses 20.0 and None.")
    assert page.evaluate("window.saidBusy").startswith("Computing")
    busy.wait_for(state="hidden")
