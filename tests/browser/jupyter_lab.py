"""A real JupyterLab and a real browser for tests and benchmarks: started here, talked to on 127.0.0.1, ended here."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from dlcourse import server
from tests.limits import PATIENCE

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DARK = "JupyterLab Dark"
# Of an environment that was made before the package brought these settings along, they are taken from the source.
ENVIRONMENT = Path(server.__file__).parent / "environment"
ENVIRONMENT_IS_INSTALLED = Path(sys.prefix, "etc", "jupyter", "jupyter_server_config.d", "dlcourse.json").exists()


def browser_path() -> str | None:
    """The system's Chromium, or None."""
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class JupyterLab:
    """A running server on a course folder, with a home of its own. ``url(path)`` opens a notebook."""

    def __init__(self, folder: Path, home: Path, environment: dict[str, str] | None = None) -> None:
        self.folder, self.home = folder, home
        self.port, self.token = free_port(), secrets.token_hex(16)
        folder.mkdir(parents=True, exist_ok=True)
        self.set_theme("JupyterLab Light")
        self.set("@jupyterlab/apputils-extension/notification", checkForUpdates=False)
        self.log = (home / "server.log").open("wb")
        options = [f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}"]
        options += [f"--IdentityProvider.token={self.token}", "--ServerApp.ip=127.0.0.1", "--no-browser"]
        options.append("--LabApp.expose_app_in_browser=True")  # as `jupyterapp`, for tests that open many notebooks
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--allow-root")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=self._environment(environment or {}),
            cwd=folder,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self._wait()

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        home = str(self.home)
        own = {"HOME": home, "DLCOURSE_HOME": f"{home}/dlcourse", "IPYTHONDIR": f"{home}/ipython"}
        own |= {f"JUPYTER_{kind}_DIR": f"{home}/{kind.lower()}" for kind in ("CONFIG", "DATA", "RUNTIME")}
        own |= {"JUPYTER_PREFER_ENV_PATH": "1", "OMP_NUM_THREADS": "1", "JUPYTERLAB_SETTINGS_DIR": f"{home}/settings"}
        if not ENVIRONMENT_IS_INSTALLED:
            own["JUPYTER_CONFIG_PATH"] = str(ENVIRONMENT / "etc" / "jupyter")
            own["JUPYTER_PATH"] = str(ENVIRONMENT / "share" / "jupyter")
        return {**os.environ, **own, **more}

    def set_theme(self, theme: str) -> None:
        """For pages opened from now on."""
        self.set("@jupyterlab/apputils-extension/themes", theme=theme)

    def set(self, plugin: str, **values: object) -> None:
        """A user's settings of one plugin, for pages opened from now on."""
        path = self.home / "settings" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(self.address("api/status"), timeout=PATIENCE):
                    return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise RuntimeError("JupyterLab did not start:\n" + (self.home / "server.log").read_text()[-3000:])

    def address(self, path: str, port: int | None = None) -> str:
        return f"http://127.0.0.1:{port or self.port}/{path}?token={self.token}"

    def stop(self) -> None:
        """Ends this server; its kernels end with it."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


@contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), headless=True, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def open_notebook(page: Page, lab: JupyterLab, name: str, port: int | None = None, *, kernel: bool = True) -> None:
    """Opens a notebook alone on the page, and waits until its cells are there and its kernel, if any, is idle."""
    page.goto(lab.address(f"doc/tree/{name}", port))
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    if kernel:
        # Cells that are run before the kernel has answered are dropped without a word.
        page.locator("#jp-main-statusbar", has_text="| Idle").wait_for()


def run_all(page: Page) -> None:
    """Runs every cell by the menu and waits until none waits or runs."""
    page.locator(".lm-MenuBar-item", has_text="Run").first.click()
    page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
    wait_idle(page)


def run_cell(page: Page, number: int) -> None:
    """Starts code cell ``number``, and does not wait."""
    page.locator(".jp-CodeCell .cm-content").nth(number).click()
    page.keyboard.press("Control+Enter")


def wait_idle(page: Page) -> None:
    page.wait_for_function(
        """() => {
            const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map((p) => p.textContent);
            const idle = document.querySelector(".jp-Notebook-ExecutionIndicator")?.dataset.status === "idle";
            return idle && prompts.some((p) => /\\d/.test(p)) && !prompts.some((p) => p.includes("*"));
        }"""
    )


def new_page(browser, **options) -> Page:
    """A page in a context of its own, which waits as long as a busy machine needs."""
    page = browser.new_page(**options)
    page.set_default_timeout(1000 * PATIENCE)
    return page


def is_an_error(message) -> bool:
    """Whether a message of the console is one; what JupyterLab says of its own requests to an ended kernel is not."""
    return message.type == "error" and "Canceled future for" not in message.text


def is_the_splash(error) -> bool:
    """Whether JupyterLab removed its splash screen twice, as when themes change within a fifth of a second."""
    return "'removeChild'" in str(error) and "jlab_core" in (error.stack or "")


@contextmanager
def watched_page(browser, **options):
    """A page whose console must stay free of errors until the end."""
    options = {
        "viewport": {"width": 1280, "height": 1000},
        "permissions": ["clipboard-read", "clipboard-write"],
        **options,
    }
    page = new_page(browser, **options)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if is_an_error(message) else None)
    page.on("pageerror", lambda error: None if is_the_splash(error) else errors.append(str(error)))
    try:
        yield page
    finally:
        page.context.close()
    if errors:  # in words: asserts in a module that is not a test say nothing
        raise AssertionError("The page's console says:\n" + "\n".join(errors))


def canvas_hash(page: Page, index: int = 0) -> int:
    """A number that changes when the pixels of the page's canvas ``index`` change."""
    return page.evaluate(
        """(index) => {
            const canvas = document.querySelectorAll(".dlcourse-canvas")[index];
            const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            let hash = 7;
            for (let i = 0; i < pixels.length; i += 1) hash = (31 * hash + pixels[i]) | 0;
            return hash;
        }""",
        index,
    )


def wait_for_picture(page: Page, index: int = 0) -> None:
    """Waits until canvas ``index`` of the page shows its first picture: until then it has the browser's own size."""
    page.locator(".dlcourse-canvas").nth(index).wait_for()
    page.wait_for_function("(index) => document.querySelectorAll('.dlcourse-canvas')[index].width !== 300", arg=index)


def wait_until_it_stands(page: Page, index: int = 0) -> None:
    """Waits until experiment ``index`` is not played and the kernel has answered all that was asked of it."""
    page.wait_for_function(
        """(index) => {
            const part = document.querySelectorAll(".dlcourse-experiment:has(canvas)")[index];
            return part.dataset.waiting === "0" && !part.querySelector(".dlcourse-player [aria-label^=Pause]");
        }""",
        arg=index,
    )


def inside(page: Page, part: str, whole: str) -> bool:
    """Whether the element ``part`` (selectors) reaches no farther to the right than ``whole``."""
    box, room = (page.locator(selector).first.bounding_box() for selector in (part, whole))
    return bool(box and room and box["x"] + box["width"] <= room["x"] + room["width"])


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Waits until ``holds()``: for what only Python can say of a page."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"This did not come to hold in {PATIENCE:g} s.")
        page.wait_for_timeout(30)


def wait_for_change(page: Page, before: int, index: int = 0) -> int:
    """Waits until canvas ``index`` shows other pixels than ``before``; returns their number."""
    deadline = time.monotonic() + PATIENCE
    while (now := canvas_hash(page, index)) == before:
        if time.monotonic() > deadline:
            raise AssertionError(f"The canvas showed the same pixels for {PATIENCE:g} s.")
        page.wait_for_timeout(30)
    return now
