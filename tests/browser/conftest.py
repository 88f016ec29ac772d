"""One JupyterLab and one Chromium for all browser tests; skipped in plain words where there is no browser."""

import os
import shutil
from pathlib import Path

import pytest

from dlcourse.progress import FILE_NAME
from tests.browser.jupyter_lab import JupyterLab, browser_path, chromium, watched_page
from tests.browser.sample_notebooks import write_playground

COURSE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def browser():
    if browser_path() is None:
        words = "No Chromium here: the browser tests need it (Debian: apt-get install chromium)."
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def lab(browser, tmp_path_factory):
    """A server on a copy of the course, with a home of its own."""
    home = tmp_path_factory.mktemp("home")
    folder = home / "course"
    for part in ("notebooks", "data"):
        shutil.copytree(COURSE / part, folder / part)
    write_playground(folder)
    lab = JupyterLab(folder, home)
    yield lab
    lab.stop()


def forget(request):
    """What an earlier test answered is remembered for the reader: each module and each test begins as a new one."""
    if "lab" in request.fixturenames:
        (request.getfixturevalue("lab").home / "dlcourse" / FILE_NAME).unlink(missing_ok=True)


@pytest.fixture(scope="module", autouse=True)
def _a_new_reader_in_each_module(request):
    forget(request)


@pytest.fixture(autouse=True)
def _a_new_reader_in_each_test(request):
    forget(request)


@pytest.fixture
def page(browser):
    """A page of 1280 x 1000 pixels; fails the test when its console reports an error."""
    with watched_page(browser) as page:
        yield page


class Screenshots:
    """Saves what a page shows: ``screenshot(page, "name")``; ``folder`` is where."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, page, name: str) -> None:
        page.screenshot(path=self.folder / f"{name}.png")


@pytest.fixture(scope="session")
def screenshot(tmp_path_factory):
    """Screenshots go to the folder in the variable DLCOURSE_SCREENSHOTS where that is set."""
    return Screenshots(Path(os.environ.get("DLCOURSE_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots")))
