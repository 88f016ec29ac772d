"""A notebook that is opened and not run shows its pictures: trusted or not, with a kernel or without."""

import json
import urllib.request

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from tests.browser.jupyter_lab import canvas_hash, open_notebook, run_all, wait_for_change


def trust(lab, name):
    """As `jupyter trust` does, in the server's own data folder."""
    notary = NotebookNotary(data_dir=str(lab.home / "data"))
    notary.sign(nbformat.read(lab.folder / name, as_version=4))
    notary.store.close()


def end_kernels(lab):
    """Shuts down every kernel of this server."""
    with urllib.request.urlopen(lab.address("api/sessions")) as answer:
        sessions = json.load(answer)
    for session in sessions:
        request = urllib.request.Request(lab.address(f"api/sessions/{session['id']}"), method="DELETE")
        urllib.request.urlopen(request).close()


def copy_notebook(lab, name, new_name, *, kernel="python3"):
    notebook = json.loads((lab.folder / name).read_text())
    notebook["metadata"]["kernelspec"]["name"] = kernel
    notebook["metadata"]["title"] = new_name  # other content: trust in one copy is not trust in the other
    (lab.folder / new_name).write_text(json.dumps(notebook))


def open_without_running(page, lab, name, *, kernel):
    open_notebook(page, lab, name, kernel=kernel)
    if not kernel:
        page.wait_for_timeout(700)
        refuse = page.locator(".jp-Dialog-button.jp-mod-reject")  # JupyterLab asks which kernel to take instead
        if refuse.count():
            refuse.click()
    page.wait_for_timeout(1500)  # until JupyterLab has given up looking for widgets
    assert page.get_by_text("model not found").count() == 0
    assert page.get_by_text("Loading widget").count() == 0


@pytest.mark.parametrize(("trusted", "kernel"), [(True, "python3"), (True, "absent"), (False, "python3")])
def test_a_stored_notebook_shows_its_picture(page, lab, trusted, kernel):
    name = f"stored-{trusted}-{kernel}.ipynb"
    copy_notebook(lab, "stored.ipynb", name, kernel=kernel)
    if trusted:
        trust(lab, name)
    open_without_running(page, lab, name, kernel=kernel == "python3")
    picture = page.locator(".jp-OutputArea-output img")
    assert picture.bounding_box()["width"] == 320


@pytest.fixture(scope="module")
def saved(browser, lab):
    """A notebook that was run, moved and saved in JupyterLab, whose kernel has ended; and what its canvas showed."""
    copy_notebook(lab, "playground.ipynb", "saved.ipynb")
    page = browser.new_page()
    open_notebook(page, lab, "saved.ipynb")
    run_all(page)
    page.get_by_role("button", name="Skip").click()
    page.locator(".dlcourse-state input:enabled").wait_for()
    before = canvas_hash(page)
    page.locator(".dlcourse-controls [role=slider]").first.focus()
    page.keyboard.press("ArrowRight")
    shown = wait_for_change(page, before)
    page.wait_for_timeout(1200)  # the picture is kept when nothing has moved for a moment
    page.keyboard.press("Control+s")
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    page.wait_for_timeout(800)
    page.close()
    end_kernels(lab)
    return shown


def test_a_saved_notebook_shows_the_last_picture_when_it_is_opened_again(page, lab, saved):
    open_without_running(page, lab, "saved.ipynb", kernel=True)
    assert canvas_hash(page) == saved
    assert "a wave of 3 periods" in page.locator(".dlcourse-caption").inner_text()
    page.get_by_text("Run the cell to make it move.").wait_for()
    run_all(page)
    page.locator(".dlcourse-button:disabled").first.wait_for()


@pytest.mark.parametrize("trusted", [True, False])
def test_a_saved_notebook_shows_its_picture_without_a_kernel(page, lab, saved, trusted):
    copy_notebook(lab, "saved.ipynb", f"saved-{trusted}.ipynb", kernel="absent")
    if trusted:
        trust(lab, f"saved-{trusted}.ipynb")
    open_without_running(page, lab, f"saved-{trusted}.ipynb", kernel=False)
    if trusted:
        assert canvas_hash(page) == saved
    else:  # nothing of the widget may run: the picture of the output is there instead
        assert page.locator(".jp-OutputArea-output img").bounding_box()["width"] > 300
