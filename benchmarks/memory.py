"""What an experiment costs the kernel when its cell is run again and again, and how large its messages are.

    python benchmarks/memory.py [--runs 10]

In a real JupyterLab: shows an experiment, runs its cell five times to warm up, then ``--runs`` times more, and prints
by how much the kernel's resident memory grew. Then, without a browser, the median bytes of a message over the controls
of all experiments, each set five times at random.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dlcourse.chapters import CHAPTERS, experiments_of
from dlcourse.experiments import state
from dlcourse.experiments.live import Live
from tests.browser.jupyter_lab import JupyterLab, chromium, open_notebook, run_cell, wait_for_picture, wait_idle
from tests.browser.sample_notebooks import write_notebook

RESIDENT = """import gc, re; gc.collect()
print("resident", re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1], "kB")"""


def resident(page) -> float:
    """The kernel's memory in MB."""
    run_cell(page, 2)
    wait_idle(page)
    return int(page.locator(".jp-CodeCell").nth(2).locator(".jp-OutputArea-output").inner_text().split()[1]) / 1024


def growth(runs: int) -> float:
    """MB by which ``runs`` further showings of one experiment make the kernel grow."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        lab = JupyterLab(Path(folder) / "course", Path(folder))
        try:
            show = (
                "from dlcourse.chapters.linear_regression.experiments import loss_surface",
                "loss_surface()",
                RESIDENT,
            )
            write_notebook(lab.folder / "again.ipynb", *show)
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            open_notebook(page, lab, "again.ipynb")
            run_cell(page, 0)
            wait_idle(page)
            before = 0.0
            for run in range(5 + runs):
                if run == 5:
                    before = resident(page)
                run_cell(page, 1)
                wait_idle(page)
                wait_for_picture(page)
                page.wait_for_timeout(500)
            return resident(page) - before
        finally:
            lab.stop()


def message_sizes() -> list[int]:
    """Bytes of each message that follows a random setting of one control, over all experiments."""
    sizes: list[int] = []
    generator = np.random.default_rng(0)
    for chapter in CHAPTERS:
        for experiment in experiments_of(chapter):
            start = state.defaults(experiment.controls)
            sent: list[int] = []
            live = Live(experiment, start, lambda content, blocks, sent=sent: sent.append(_size(content, blocks)), None)
            live.receive({"type": "ready", "room": 900, "scale": 1})
            for control in experiment.controls:
                for _ in range(5):
                    live.receive({"type": "painted", "number": 10**6})
                    before = len(sent)
                    live.set_all({**start, control.name: control.random(generator)})
                    sizes += sent[before:]
            live.close()
    return sizes


def _size(content: dict, blocks: list[bytes]) -> int:
    return len(json.dumps(content)) + sum(map(len, blocks))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    arguments = parser.parse_args()
    print(f"{arguments.runs} more showings of one experiment: {growth(arguments.runs):+.1f} MB")
    sizes = message_sizes()
    tenths = statistics.quantiles(sizes, n=10)
    print(f"a message: median {statistics.median(sizes):.0f} bytes, 90th percentile {tenths[-1]:.0f}", end=" ")
    print(f"({len(sizes)} messages)")


if __name__ == "__main__":
    main()
