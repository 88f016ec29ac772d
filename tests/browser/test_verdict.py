"""A verdict in JupyterLab: hints and the solution below it, the focus that stays, a kernel that is gone or busy."""

import re

import pytest

from tests.browser.jupyter_lab import open_notebook, run_cell
from tests.browser.sample_notebooks import write_notebook
from tests.exercises.test_in_a_kernel import LOG_OF_MEAN, RIGHT

EXAMPLE = """
from dlcourse.exercises.kinds.exercise import Case, Exercise
import numpy as np

def mean_log(values, scale):
    return float(scale * np.log(values).mean())

exercise = Exercise(
    name="mean_log", chapter="03_probability_and_mle", task="", reference=mean_log,
    cases=lambda generator: [Case((generator.uniform(1, 9, size=3), 2.0), "three values")],
    hints=["Use *this*: $\\\\log x$.", "Not `$that$`."],
)
"""
CHECK = "exercise.check(mean_log)"
IMPORT = "from example import exercise\nimport time"
COMMS = "len(get_ipython().kernel.comm_manager.comms)"


@pytest.fixture
def check(page, lab):
    """The check of a wrong answer in a notebook on the page; code cells: set-up, answer, check, count, sleep."""
    (lab.folder / "example.py").write_text(EXAMPLE)
    write_notebook(lab.folder / "check.ipynb", IMPORT, LOG_OF_MEAN, CHECK, COMMS, "time.sleep(3)")
    open_notebook(page, lab, "check.ipynb")
    for number in range(3):
        run_to_its_end(page, number)
    check = page.locator(".jp-CodeCell").nth(2)
    check.get_by_text("Not yet").wait_for()
    return check


def run_to_its_end(page, number):
    """Runs code cell ``number``, waits for the count of its execution, and gives its output."""
    cell = page.locator(".jp-CodeCell").nth(number)
    prompt = cell.locator(".jp-InputPrompt")
    before = prompt.text_content()
    run_cell(page, number)
    prompt.filter(has_text=re.compile(r"\d")).filter(has_not_text=before).wait_for()
    return cell.locator(".jp-OutputArea-output")


def replace_text(page, number, text):
    page.locator(".jp-CodeCell .cm-content").nth(number).click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def test_hints_and_solution_come_below_with_formulas_and_the_focus_stays(page, check, screenshot):
    hint = check.get_by_role("button", name="Hint")
    hint.focus()
    page.keyboard.press("Enter")
    check.locator(".dlcourse-verdict-help em", has_text="this").wait_for()
    check.locator(".dlcourse-verdict-help mjx-container").wait_for(state="attached")
    page.keyboard.press("Enter")
    check.locator(".dlcourse-verdict-help code", has_text="$that$").wait_for()
    page.keyboard.press("Enter")
    check.get_by_text("exercises.mean_log.solution()").wait_for()
    assert hint.evaluate("(button) => button === document.activeElement")
    check.get_by_role("button", name="Show me the solution").click()
    check.locator(".dlcourse-verdict-help pre", has_text="def mean_log").wait_for()
    assert check.locator(".dlcourse-verdict-help").count() == 4
    assert check.get_by_role("status").first.text_content().strip().startswith("✗ Not yet: mean_log")
    check.screenshot(path=screenshot.folder / "verdict.png")


def test_buttons_are_locked_and_say_why_when_the_kernel_is_gone(page, check, screenshot):
    page.locator(".lm-MenuBar-item", has_text="Kernel").first.click()
    page.locator('.lm-Menu-item[data-command="kernelmenu:shutdown"]').click()
    check.get_by_text("was restarted or has ended").wait_for()
    assert check.locator(".dlcourse-button:disabled").count() == 2
    check.screenshot(path=screenshot.folder / "verdict-without-kernel.png")


def test_busy_kernel_is_told_until_the_hint_comes(page, check):
    run_cell(page, 4)
    check.get_by_role("button", name="Hint").click()
    check.get_by_text("The kernel is still busy").wait_for()
    check.get_by_text("Hint 1 of 2").wait_for()
    check.get_by_text("The kernel is still busy").wait_for(state="detached")


def test_answer_that_was_changed_since_it_ran_is_not_judged(page, check, screenshot):
    replace_text(page, 1, RIGHT)
    run_to_its_end(page, 2)
    check.get_by_text("was changed since it ran: run it, then check again").wait_for()
    assert "Not yet" not in check.text_content()
    check.screenshot(path=screenshot.folder / "verdict-changed.png")
    run_to_its_end(page, 1)
    run_to_its_end(page, 2)
    check.get_by_text("Passed").wait_for()


def test_check_that_is_run_again_takes_the_place_of_the_earlier_one_in_the_kernel(page, check):
    once = run_to_its_end(page, 3).inner_text()
    for _ in range(3):
        run_to_its_end(page, 2)
    assert run_to_its_end(page, 3).inner_text() == once
