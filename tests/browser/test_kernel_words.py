"""A widget says in words when its kernel is gone, however it went, and sets its formulas."""

import pytest

from tests.browser.jupyter_lab import open_notebook, run_cell
from tests.browser.sample_notebooks import write_notebook

WIDGET = '''
from pathlib import Path
import anywidget
from dlcourse.page.assets import script

Path("watched.js").write_text("""
export default {
  render({ model, el }) {
    const words = el.appendChild(document.createElement("p"));
    words.className = "words";
    const formula = el.appendChild(document.createElement("p"));
    formula.className = "formula";
    formula.textContent = "A formula: $x^2$";
    typeset(model, formula);
    return watchKernel(model, el, (text) => (words.textContent = text || "A kernel answers."));
  },
};
""")

class Watched(anywidget.AnyWidget):
    _esm = script("kernel.js", "typeset.js", Path("watched.js").resolve())

Watched()
'''
CRASH = "import os; os._exit(1)"
ENDED = "was restarted or has ended"


def shown(page, lab):
    """The words of a widget whose kernel answers, on a page that shows its notebook."""
    write_notebook(lab.folder / "watched.ipynb", WIDGET, CRASH)
    open_notebook(page, lab, "watched.ipynb")
    run_cell(page, 0)
    words = page.locator(".words")
    words.get_by_text("A kernel answers.").wait_for()
    return words


@pytest.fixture
def words(page, lab):
    return shown(page, lab)


def choose(page, command, confirm=None):
    """Chooses an entry of the menu Kernel, and answers its question."""
    page.locator(".lm-MenuBar-item", has_text="Kernel").first.click()
    page.locator(f'.lm-Menu-item[data-command="{command}"]').click()
    if confirm:
        page.locator(".jp-Dialog button.jp-mod-accept", has_text=confirm).click()


def test_formula_is_set_as_jupyterlab_sets_it(page, words):
    page.locator(".formula mjx-container").wait_for(state="attached")


def test_restarted_kernel_is_told_and_a_new_run_works(page, words):
    choose(page, "kernelmenu:restart", "Restart")
    words.get_by_text(ENDED).wait_for()
    page.locator("#jp-main-statusbar", has_text="| Idle").wait_for()
    run_cell(page, 0)
    words.get_by_text("A kernel answers.").wait_for()


def test_kernel_that_was_shut_down_is_told(page, words):
    choose(page, "kernelmenu:shutdown")
    words.get_by_text(ENDED).wait_for()


def test_crashed_kernel_is_told_and_stays_told_when_a_new_one_is_there(page, words):
    run_cell(page, 1)
    words.get_by_text(ENDED).wait_for()
    page.locator("#jp-main-statusbar", has_text="| Idle").wait_for()
    assert ENDED in words.text_content()


def test_widget_drawn_after_its_kernel_ended_says_so(page, words):
    run_cell(page, 1)
    words.get_by_text(ENDED).wait_for()
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    page.locator(".jp-OutputArea").first.click(button="right")
    page.locator(".lm-Menu-item", has_text="Create New View for Cell Output").click()
    page.wait_for_function("document.querySelectorAll('.words').length === 2")
    page.locator(".words").nth(1).get_by_text(ENDED).wait_for()


def test_lost_connection_is_told_until_it_is_back(page, lab):
    lost, sockets = [], []

    def pass_on(socket):
        if lost:
            socket.close()
        else:
            socket.connect_to_server()
            sockets.append(socket)

    page.route_web_socket("**/api/kernels/**", pass_on)
    words = shown(page, lab)
    lost.append("now")
    for socket in sockets:
        socket.close()
    words.get_by_text("The connection to the kernel is lost").wait_for()
    lost.clear()
    words.get_by_text("A kernel answers.").wait_for()


def test_closed_notebook_ends_the_watch_without_an_error(page, words):
    page.locator(".lm-MenuBar-item", has_text="File").first.click()
    page.locator('.lm-Menu-item[data-command="filemenu:close-and-cleanup"]').click()
    page.locator(".jp-Dialog button", has_text="OK").click()
    words.wait_for(state="detached")
