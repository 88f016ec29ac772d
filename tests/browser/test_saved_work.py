"""What was saved shows when it is opened again: after a day, a restart, a dead kernel, with trust and without.

The notebook has two experiments, a verdict and a figure. It is run and saved in JupyterLab in every state that a reader
leaves it in; then each file is opened, edited, saved and opened again, with another kernel that knows nothing of it.
"""

import json
import re
import shutil
import subprocess
import sys
import urllib.request

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.sign import NotebookNotary

from tests.browser import documents
from tests.browser.jupyter_lab import canvas_hash, new_page, open_notebook, wait_for_change
from tests.browser.sample_notebooks import write_saved_work
from tests.limits import LONGEST
from tests.profiles import by_day

STATES = ("run", "restarted", "killed", "not run", "one of two run again")
SAVE, AUTOSAVE = "save", "autosave"
WAYS = by_day([SAVE], [SAVE, AUTOSAVE])  # by day a reader saves; that JupyterLab saves by itself is looked at by night
RUNS_AGAIN = by_day(2, 9)
TRUST = {True: "trusted", False: "untrusted"}
MATRIX = [(state, way, trusted) for state in STATES for way in WAYS for trusted in TRUST]
BY_DAY = [(state, SAVE, True) for state in STATES] + [("run", SAVE, False), ("killed", SAVE, False)]
FAILURES = ("model not found", "Loading widget", "Error displaying widget")


def trust(lab, name):
    """As `jupyter trust` does, in the server's own data folder."""
    notary = NotebookNotary(data_dir=str(lab.home / "data"))
    notary.sign(nbformat.read(lab.folder / name, as_version=4))
    notary.store.close()


def copy_notebook(lab, name, new_name, *, trusted, language="python"):
    notebook = json.loads((lab.folder / name).read_text())
    if language != "python":
        notebook["metadata"] |= {"kernelspec": {"name": language, "display_name": language, "language": language}}
        notebook["metadata"]["language_info"] = {"name": language}
    notebook["metadata"]["title"] = new_name  # other content: trust in one copy is not trust in the other
    (lab.folder / new_name).write_text(json.dumps(notebook))
    if trusted:
        trust(lab, new_name)


def file_name(state, way):
    return f"{state} {way}.ipynb".replace(" ", "-")


def check_shown(page):
    """Every picture with its words, and the verdict with its own, are on the page, and no word of what is gone."""
    outputs = documents.outputs(page)
    first, second, figure = [output for output in outputs if output["width"]]
    assert all(output["width"] > 100 for output in (first, second, figure))
    words = [output["text"] for output in outputs if not output["width"]]
    assert sum("A wave 1.0 high." in text for text in words) == 2
    assert sum("A rising line." in text for text in words) == 1
    assert sum("Passed" in text for text in words) == 1
    assert "A wave 1.0 high." in first["alt"]
    assert "A wave 1.0 high." in second["alt"]
    assert figure["alt"] == "A rising line."  # by the course's small extension of JupyterLab
    check_no_failure(page)


def check_no_failure(page):
    for words in FAILURES:
        assert page.get_by_text(words).count() == 0, words
    assert page.locator(".jp-Dialog").count() == 0


@pytest.fixture(scope="module")
def kernel(lab):
    """The id of a running kernel that knows nothing of any notebook: the next day's."""
    request = urllib.request.Request(lab.address("api/kernels"), method="POST", data=b"{}")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["id"]


@pytest.fixture(scope="module")
def every_cell(lab):
    """Every cell in the page, also those that are not on the screen."""
    lab.set("@jupyterlab/notebook-extension/tracker", windowingMode="none")
    yield
    lab.set("@jupyterlab/notebook-extension/tracker")
    lab.set("@jupyterlab/docmanager-extension/plugin")


class Saving:
    """Notebooks that are saved in one way, and a copy of the file for each state."""

    def __init__(self, page, lab, way):
        self.page, self.lab, self.way = page, lab, way
        lab.set("@jupyterlab/docmanager-extension/plugin", autosave=way == AUTOSAVE, autosaveInterval=1)
        documents.open_lab(page, lab)

    def open(self, start, kernel=None):
        """Opens a copy of the notebook ``start``."""
        self.name = f"open-{start}"
        shutil.copy(self.lab.folder / start, self.lab.folder / self.name)
        documents.open_tab(self.page, self.name, kernel)

    def run_all(self):
        documents.run_all_cells(self.page)
        self.page.locator(".dlcourse-canvas").nth(1).wait_for()

    def keep(self, state):
        """Edits a text, saves, keeps the file, and returns its text."""
        if self.way == AUTOSAVE:
            documents.wait_until_saved(self.page)  # an edit while JupyterLab is saving waits for the next time
        documents.edit(self.page, f"# {state}")
        if self.way == AUTOSAVE:
            documents.wait_until_saved(self.page)
        else:
            documents.save(self.page)
        check_no_failure(self.page)
        text = (self.lab.folder / self.name).read_text()
        assert f"# {state}" in text
        (self.lab.folder / file_name(state, self.way)).write_text(text)
        return text


def move(page, number=0):
    """Moves the slider of experiment ``number`` by its key, and waits for another picture."""
    experiment = page.locator(".dlcourse-experiment", has=page.locator(".dlcourse-canvas")).nth(number)
    # Until its first picture is there an experiment is locked, and a key that is pressed then is lost.
    slider = experiment.locator("input[type=range]:enabled").first
    slider.wait_for()
    before = canvas_hash(page, number)
    slider.press("ArrowRight")
    wait_for_change(page, before, number)


@pytest.fixture(scope="module")
def saved(browser, lab, kernel, every_cell):
    """Every state's and way's file in the lab's folder; of the way "save", the texts after one run and after many."""
    write_saved_work(lab.folder, "work.ipynb")
    texts = {}
    for way in WAYS:
        page = new_page(browser)
        saving = Saving(page, lab, way)
        texts[way] = list(save_while_running(saving))
        saving.open(file_name("run", way), kernel)
        saving.keep("not run")
        documents.close_tab(page)
        saving.open(file_name("not run", way))
        documents.run_code(page, "import saved_work")
        documents.run_cell(page, 2)
        page.locator(".dlcourse-canvas").wait_for()
        saving.keep("one of two run again")
        page.close()
    return texts[SAVE]


def save_while_running(saving):
    """Saves what is there while the kernel lives, is restarted, and dies; gives the texts after one run and many."""
    page = saving.page
    saving.open("work.ipynb")
    saving.run_all()
    move(page)
    yield saving.keep("run")
    move(page)  # the live page is as it was
    if saving.way == SAVE:
        for _ in range(RUNS_AGAIN):
            saving.run_all()
            documents.save(page)
        yield saving.keep("run")
    documents.restart_kernel(page)
    saving.keep("restarted")
    saving.run_all()
    documents.kill_kernel(page)
    saving.keep("killed")
    documents.close_tab(page)


@pytest.fixture(scope="module")
def next_day(browser, lab, saved):
    """A page that has not seen any of the notebooks."""
    lab.set("@jupyterlab/docmanager-extension/plugin", autosave=False)
    page = new_page(browser)
    documents.open_lab(page, lab)
    yield page
    page.close()


@pytest.mark.parametrize(("state", "way", "trusted"), by_day(BY_DAY, MATRIX))
def test_what_was_saved_shows_when_it_is_opened_again_and_once_more(next_day, lab, kernel, state, way, trusted):
    name = f"{trusted}-{file_name(state, way)}"
    copy_notebook(lab, file_name(state, way), name, trusted=trusted)
    for _ in range(2):
        documents.open_tab(next_day, name, kernel)
        check_shown(next_day)
        documents.edit(next_day, "Another word.")
        documents.save(next_day)
        documents.close_tab(next_day)
    assert "application/vnd.jupyter.widget" not in (lab.folder / name).read_text()


@pytest.mark.parametrize("trusted", by_day([False], TRUST), ids=TRUST.get)
def test_what_was_saved_shows_where_no_kernel_can_run_it(page, lab, saved, trusted):
    name = f"{trusted}-absent.ipynb"
    copy_notebook(lab, file_name("run", SAVE), name, trusted=trusted, language="absent")
    open_notebook(page, lab, name, kernel=False)
    page.locator(".jp-Dialog .jp-mod-reject").click()  # which kernel to take instead: none
    check_shown(page)


def test_the_file_does_not_grow_in_many_runs(saved):
    """Equal to the byte, but for the cells' counts."""
    first, last = (re.sub(r'"execution_count": \d+', "", text) for text in saved)
    assert len(last) == len(first)


def test_the_exported_page_shows_every_picture_and_the_verdict(lab, saved):
    name = file_name("one of two run again", SAVE)
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output", "exported.html", name]
    subprocess.run(command, cwd=lab.folder, check=True, capture_output=True, timeout=LONGEST)
    page = BeautifulSoup((lab.folder / "exported.html").read_text(), "html.parser")
    assert len(page.select(".jp-OutputArea-output img[src^='data:image/png']")) == 3
    assert any("Passed" in output.get_text() for output in page.select(".jp-RenderedHTMLCommon.jp-OutputArea-output"))
    assert not page.select("script[type='application/vnd.jupyter.widget-view+json']")


def test_a_notebook_opens_without_a_question_about_news(page, lab):
    open_notebook(page, lab, "playground.ipynb")
    settings = lab.address("lab/api/settings/@jupyterlab/apputils-extension:notification")
    with urllib.request.urlopen(settings) as answer:
        assert json.load(answer)["schema"]["properties"]["fetchNews"]["default"] == "false"
    assert page.get_by_text("Jupyter news").count() == 0
