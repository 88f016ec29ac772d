"""A JupyterLab on an empty folder for the widgets of these tests."""

import pytest

from tests.browser.conftest import browser, page, screenshot
from tests.browser.jupyter_lab import JupyterLab

__all__ = ["browser", "lab", "page", "screenshot"]


@pytest.fixture(scope="session")
def lab(browser, tmp_path_factory):
    """A server on an empty folder, with a home of its own; a page shows every cell of a notebook."""
    home = tmp_path_factory.mktemp("home")
    lab = JupyterLab(home / "folder", home)
    lab.set("@jupyterlab/notebook-extension/tracker", windowingMode="none")
    yield lab
    lab.stop()
