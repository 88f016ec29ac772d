"""The first chapter as a reader works through it: run, predict, move, drag, play, solve an exercise."""

import json

import pytest

from tests.browser.jupyter_lab import canvas_hash, open_notebook, run_all, wait_for_change, wait_idle, watched_page
from tests.browser.sample_notebooks import CHAPTER

SOLUTION = """def bernoulli_log_likelihood(flips, bias):
    bias = np.asarray(bias, dtype=float)
    heads = np.sum(flips)
    tails = len(flips) - heads
    with np.errstate(divide="ignore"):
        first = 0 if heads == 0 else heads * np.log(bias)
        second = 0 if tails == 0 else tails * np.log1p(-bias)
    return first + second + 0 * bias
"""


@pytest.fixture(scope="module")
def chapter(browser, lab):
    """The chapter, opened as stored and then run from top to bottom."""
    # Every cell in the page, so that a test can look at those that are not on the screen.
    lab.set("@jupyterlab/notebook-extension/tracker", windowingMode="none")
    with watched_page(browser) as page:
        open_notebook(page, lab, CHAPTER)
        pictures = page.locator(".jp-OutputArea-output img")
        stored = json.loads((lab.folder / CHAPTER).read_text())
        expected = sum("image/png" in out.get("data", {}) for c in stored["cells"] for out in c.get("outputs", []))
        pictures.nth(expected - 1).wait_for(state="attached")
        assert pictures.count() == expected
        assert page.get_by_text("model not found").count() == 0
        run_all(page)
        page.locator(".dlcourse-canvas").nth(3).wait_for(state="attached")
        yield page
    lab.set("@jupyterlab/notebook-extension/tracker")


@pytest.fixture
def experiment(chapter):
    """Gives the part of the page that holds the experiment of this title, unlocked."""

    def find(title, answer=None):
        part = chapter.locator(".dlcourse-experiment", has=chapter.locator(".dlcourse-title", has_text=title))
        part.scroll_into_view_if_needed()
        buttons = part.locator(".dlcourse-choice")
        again = part.get_by_role("button", name="Ask again")
        if answer is not None and again.is_visible():  # an earlier test's answer is kept
            again.click()
            buttons.first.wait_for()
        if buttons.first.is_visible():
            (buttons.nth(answer) if answer is not None else buttons.last).click()
        part.locator(".dlcourse-state input:enabled").wait_for()
        return part

    return find


def canvas_number(page, part):
    """Which of the page's canvases lies in ``part``."""
    return part.locator(".dlcourse-canvas").evaluate(
        "(canvas) => [...document.querySelectorAll('.dlcourse-canvas')].indexOf(canvas)"
    )


def test_no_cell_fails_and_every_experiment_is_live(chapter):
    assert chapter.locator(".jp-OutputArea-output [data-mime-type*='error']").count() == 0
    assert chapter.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert chapter.locator(".dlcourse-canvas").count() >= 4
    # A kernel that is still busy answers late; then the notice goes away.
    chapter.wait_for_function("!document.querySelector('.dlcourse-notice:not([hidden])')")


def test_a_prediction_a_key_and_play_move_the_likelihood(chapter, experiment, screenshot):
    part = experiment("likelihood of a coin", answer=1)
    number = canvas_number(chapter, part)
    before = canvas_hash(chapter, number)
    part.locator("input[type=range]").first.focus()
    chapter.keyboard.press("ArrowRight")
    moved = wait_for_change(chapter, before, number)
    part.get_by_role("button", name="What happened?").click()
    part.get_by_text("You predicted it.").wait_for()
    play = part.locator(".dlcourse-player button").first
    play.click()
    wait_for_change(chapter, moved, number)
    play.click()
    part.locator(".dlcourse-player").get_by_role("button", name="Play").wait_for()
    part.scroll_into_view_if_needed()
    part.screenshot(path=screenshot.folder / "chapter-experiment.png")


def test_points_of_the_gaussian_fit_can_be_dragged(chapter, experiment):
    part = experiment("A Gaussian fitted")
    number = canvas_number(chapter, part)
    canvas = part.locator(".dlcourse-canvas")
    assert canvas.get_attribute("role") == "application"
    before = canvas_hash(chapter, number)
    canvas.focus()
    chapter.keyboard.press("n")
    chapter.keyboard.press("ArrowRight")
    chapter.keyboard.press("ArrowUp")
    shown = wait_for_change(chapter, before, number)
    ring = part.locator(".dlcourse-ring").bounding_box()
    x, y = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
    chapter.mouse.move(x, y)
    chapter.mouse.down()
    chapter.mouse.move(x + 60, y - 40, steps=5)
    chapter.mouse.up()
    wait_for_change(chapter, shown, number)


def test_a_written_solution_passes_its_exercise(chapter, screenshot):
    stub = chapter.locator(".jp-CodeCell", has_text="def bernoulli_log_likelihood(flips, bias):").first
    stub.locator(".cm-content").click()
    chapter.keyboard.press("Control+a")
    chapter.keyboard.insert_text(SOLUTION)
    chapter.keyboard.press("Control+Enter")
    wait_idle(chapter)
    check = chapter.locator(".jp-CodeCell", has_text="exercises.bernoulli_log_likelihood.check").first
    check.get_by_text("Not attempted yet").first.wait_for()
    check.locator(".cm-content").click()
    chapter.keyboard.press("Control+Enter")
    check.get_by_text("Passed").first.wait_for()
    check.screenshot(path=screenshot.folder / "chapter-exercise.png")
