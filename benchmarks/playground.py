"""Updates a second that the playground shows while it trains, in a real JupyterLab in a headless Chromium.

    python benchmarks/playground.py [--windows 12] [--layers 2] [--units 16]

Opens the playground of chapter 9 (spirals, 200 points for training, tanh, Adam), presses Play, and counts the pictures
that the page has shown in windows of one second; each picture is five updates of the weights further. Prints the median
and the range over the windows. Goal for 2-16-16-1: at least 15 a second.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser.jupyter_lab import JupyterLab, chromium, open_notebook, run_all
from tests.browser.sample_notebooks import write_notebook

GOAL = 15
UPDATES_A_PICTURE = 5
COUNT = "() => parseInt(document.querySelector('.dlcourse-caption').textContent.match(/after (\\d+) upd/)[1])"


def shown_a_second(page, windows: int) -> list[float]:
    """Plays, and returns the pictures a second in each window; plays again from the start where the end is reached."""
    player = page.locator(".dlcourse-player")
    player.get_by_role("button", name="Play").click()
    page.wait_for_function(f"{COUNT[6:]} > 30")
    rates: list[float] = []
    while len(rates) < windows:
        before, began = page.evaluate(f"[({COUNT})(), performance.now()]")
        page.wait_for_timeout(1000)
        after, ended = page.evaluate(f"[({COUNT})(), performance.now()]")
        if after >= 2000 or after < before:  # the end of the slider: once more from the start
            player.get_by_role("button", name="Back to the start").click()
            player.get_by_role("button", name="Play").click()
            page.wait_for_timeout(500)
            continue
        rates.append(1000 * (after - before) / UPDATES_A_PICTURE / (ended - began))
    return rates


def measure(windows: int, layers: int, units: int) -> list[float]:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        root = Path(folder)
        (root / "course").mkdir()
        (root / "home").mkdir()
        write_notebook(
            root / "course" / "playground.ipynb",
            "from dlcourse.chapters.multilayer_perceptrons import experiments",
            f'experiments.playground(data="spirals", layers={layers}, units={units})',
        )
        lab = JupyterLab(root / "course", root / "home")
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 1100})
            open_notebook(page, lab, "playground.ipynb")
            run_all(page)
            page.get_by_role("button", name="Skip").click()
            page.locator(".dlcourse-state input:enabled").wait_for()
            return shown_a_second(page, windows)
        finally:
            lab.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--windows", type=int, default=12, help="windows of one second (default 12)")
    parser.add_argument("--layers", type=int, default=2, help="hidden layers (default 2)")
    parser.add_argument("--units", type=int, default=16, help="units in each (default 16)")
    arguments = parser.parse_args()
    rates = measure(arguments.windows, arguments.layers, arguments.units)
    print(f"shown a second: median {statistics.median(rates):.1f}, from {min(rates):.1f} to {max(rates):.1f}", end=" ")
    print(f"in {len(rates)} windows (goal for 2-16-16-1: at least {GOAL})")


if __name__ == "__main__":
    main()
