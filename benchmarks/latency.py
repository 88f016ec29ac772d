"""From a key press to new pixels: an experiment of the course and `interact` with a new figure, in one JupyterLab.

    python benchmarks/latency.py [--rounds 5] [--keys 12] [--scale 1]

Starts a JupyterLab and a headless Chromium, shows the same two-panel picture (a curve with 200 points, and an image)
both ways, and presses arrow keys on the two sliders in turn, round by round, so that a busy machine slows both.
Measured in the page: from the key event's own time stamp to the first animation frame after the picture changed.
Prints the median and the 90th percentile of both in milliseconds, their ratio, and how many pictures were seen in a
burst of 20 keys, 30 ms apart. ``--scale 2`` is a screen of double pixel density. Then every slider of the heaviest
experiments, the playground of chapter 9 and the loss surface of chapter 4, each on its own.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser.jupyter_lab import JupyterLab, chromium, open_notebook, run_all, wait_for_picture
from tests.browser.sample_notebooks import write_notebook

PICTURE = """
import numpy as np
from dlcourse.experiments.experiment import Experiment, Slider

GRID = np.linspace(-3, 3, 60)
POINTS = np.random.default_rng(0).normal(size=(200, 2))

def compute(angle):
    turn = np.deg2rad(angle)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    curve = np.sin(3 * GRID + turn) * np.exp(-GRID**2 / 8)
    field = np.sin(GRID[None, :] * np.cos(turn) + GRID[:, None] * np.sin(turn))
    return {"curve": curve, "points": POINTS @ rotation, "field": field}

def make_artists(figure, values):
    left, right = figure.subplots(1, 2)
    left.set(xlim=(-3, 3), ylim=(-3, 3), xlabel="x", ylabel="y", title="A curve and points")
    right.set(xlabel="weight 1", ylabel="weight 2", title="A field")
    curve, = left.plot(GRID, values["curve"])
    points = left.scatter(*values["points"].T, s=12)
    field = right.imshow(values["field"], extent=(-3, 3, -3, 3), aspect="auto", vmin=-1, vmax=1)
    return left, curve, points, field

class Picture:
    def __init__(self, figure, values):
        left, self.curve, self.points, self.field = make_artists(figure, values)
        self.moving, self.axes = [self.field, self.curve, self.points], {"left": left}

    def update(self, values):
        self.curve.set_ydata(values["curve"])
        self.points.set_offsets(values["points"])
        self.field.set_data(values["field"])

experiment = Experiment(
    name="turning", title="Turning", controls=(Slider("angle", "Angle", 0, 360, step=1, value=100, unit="degrees"),),
    compute=compute, picture=Picture, describe=lambda parameters, values: f"Turned by {parameters['angle']} degrees.",
    size=(9.0, 3.6))
"""

SHOW_OURS = "from picture import *\nexperiment()"
SHOW_INTERACT = """
import matplotlib.pyplot as plt
from ipywidgets import IntSlider, interact
def show(angle):
    figure = plt.figure(figsize=(9.0, 3.6), dpi=96, layout="constrained")
    make_artists(figure, compute(angle))
    plt.show()
interact(show, angle=IntSlider(100, 0, 360));
"""

HEAVY = {"playground": "multilayer_perceptrons", "loss_surface": "linear_regression"}

# Notes every change of a canvas or of an output's picture, and the frame after it.
PROBE = """
window.probe = { changes: [], waiting: null };
(() => {
  let frame = 0;
  function changed() {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      const now = performance.now();
      window.probe.changes.push(now);
      if (window.probe.waiting) { window.probe.waiting(now); window.probe.waiting = null; }
    });
  }
  for (const name of ["putImageData", "drawImage"]) {
    const original = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...args) { changed(); return original.apply(this, args); };
  }
  new MutationObserver((records) => {
    for (const record of records) for (const node of record.addedNodes) {
      const image = node.nodeName === "IMG" ? node : node.querySelector?.("img");
      if (image) image.complete ? changed() : image.addEventListener("load", changed);
    }
  }).observe(document, { childList: true, subtree: true });
  document.addEventListener("keydown", (event) => { window.probe.pressed = event.timeStamp; }, true);
})();
"""
NEXT_CHANGE = """() => new Promise((resolve, reject) => {
  window.probe.result = new Promise((done) => { window.probe.waiting = (now) => done(now - window.probe.pressed); });
  resolve();
})"""


def press_once(page, slider, key: str) -> float:
    """Milliseconds from one key press on ``slider`` to the first frame with new pixels."""
    slider.focus()
    page.wait_for_timeout(250)  # quiet before, so that each press is alone
    page.evaluate(NEXT_CHANGE)
    page.keyboard.press(key)
    return page.evaluate(
        "Promise.race([window.probe.result, new Promise((_, no) => setTimeout(() => no('no new pixels'), 5000))])"
    )


def burst(page, slider) -> int:
    """How many pictures are seen while 20 keys come 30 ms apart, and until the last one is shown."""
    slider.focus()
    page.wait_for_timeout(500)
    page.evaluate("window.probe.changes = []")
    for _ in range(20):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(30)
    page.wait_for_timeout(1500)
    return page.evaluate("window.probe.changes.length")


def measure(page, rounds: int, keys: int) -> dict[str, tuple[list[float], list[int]]]:
    sliders = dict(zip(("experiment", "interact"), page.get_by_role("slider").all()[:2], strict=True))
    results: dict[str, tuple[list[float], list[int]]] = {name: ([], []) for name in sliders}
    for _ in range(rounds):
        for name, slider in sliders.items():
            slider.scroll_into_view_if_needed()
            for key in range(keys):
                took = press_once(page, slider, "ArrowRight" if key % 2 else "ArrowLeft")
                if key >= 2:  # the first ones after a change of place warm up
                    results[name][0].append(took)
            results[name][1].append(burst(page, slider))
    return results


def measure_sliders(page, presses: int) -> dict[str, list[float]]:
    """Milliseconds of some presses on each slider of the page, one after the other, by its name."""
    results = {}
    for slider in page.get_by_role("slider").all():
        name = slider.evaluate("(slider) => slider.labels[0].textContent")
        slider.scroll_into_view_if_needed()
        keys = ("ArrowRight", "ArrowLeft")
        if slider.input_value() == slider.get_attribute("max"):
            keys = keys[::-1]
        results[name] = [press_once(page, slider, keys[press % 2]) for press in range(presses + 2)][2:]
    return results


def report_sliders(name: str, results: dict[str, list[float]]) -> None:
    medians = {slider: statistics.median(times) for slider, times in results.items()}
    words = ", ".join(f"{slider} {median:.0f}" for slider, median in medians.items())
    print(f"{name}: slowest {max(medians.values()):.0f} ms at the median ({words})")


def report(results: dict[str, tuple[list[float], list[int]]]) -> None:
    for name, (times, bursts) in results.items():
        ninety = statistics.quantiles(times, n=10)[-1]
        print(
            f"{name:<11} median {statistics.median(times):5.0f} ms   90th percentile {ninety:5.0f} ms   "
            f"{statistics.median(bursts):4.0f} pictures in a burst of 20 keys   ({len(times)} presses)"
        )
    ratio = statistics.median(results["interact"][0]) / statistics.median(results["experiment"][0])
    print(f"interact takes {ratio:.1f} times as long as the experiment")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keys", type=int, default=12)
    parser.add_argument("--scale", type=float, default=1.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dlcourse-latency-") as folder:
        lab = JupyterLab(Path(folder) / "course", Path(folder), {"DLCOURSE_PREDICTIONS": "off"})
        try:
            (lab.folder / "picture.py").write_text(PICTURE)
            write_notebook(lab.folder / "latency.ipynb", SHOW_OURS, SHOW_INTERACT)
            with chromium() as browser:
                page = browser.new_page(viewport={"width": 1280, "height": 1500}, device_scale_factor=arguments.scale)
                page.add_init_script(PROBE)
                open_notebook(page, lab, "latency.ipynb")
                run_all(page)
                wait_for_picture(page)
                page.wait_for_timeout(1500)
                report(measure(page, arguments.rounds, arguments.keys))
                for name, room in HEAVY.items():
                    write_notebook(
                        lab.folder / f"{name}.ipynb", f"from dlcourse.experiments.{room} import {name}", f"{name}()"
                    )
                    open_notebook(page, lab, f"{name}.ipynb")
                    run_all(page)
                    wait_for_picture(page)
                    report_sliders(name, measure_sliders(page, arguments.keys))
        finally:
            lab.stop()


if __name__ == "__main__":
    main()
