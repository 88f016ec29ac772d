"""What the page paints from marks is what matplotlib's Agg paints, for every experiment, at the scales of real screens.

Outside of writing (letters differ: Agg fits them to pixels) and of legends (whose places depend on the width of
letters), at most one pixel in 2,000 may differ by more than a quarter of the whole range from all nine pixels around
its place in the other picture.
"""

import base64
from pathlib import Path

import numpy as np
import pytest
from matplotlib.legend import Legend
from matplotlib.text import Text

from dlcourse.chapters import CHAPTERS, experiments_of
from dlcourse.experiments import state
from dlcourse.experiments.screen import Screen
from dlcourse.experiments.sender import Sender
from tests.browser.jupyter_lab import new_page
from tests.profiles import NIGHTLY, by_day

PAGE = Path(__file__).parents[2] / "dlcourse" / "experiments" / "page"
SCALES = (1.0, 1.5, 2.0)
DIFFERENT, SHARE = 64, 1 / 2000
# A line that runs 54 times over itself: Agg adds the shares of its edges up to black, the page paints it once.
RETRACED = {"coin_ascent": 1 / 1000}
EXPERIMENTS = [experiment for chapter in CHAPTERS for experiment in experiments_of(chapter)]
PAINT = """
    window.tones = { light: makeTones("light", {}), dark: makeTones("dark", {}) };
    window.drawing = new Drawing();
    window.show = ([message, blocks, theme]) => {
        const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
        if (message) drawing.apply(message, blocks.map(bytes));
        const canvas = document.querySelector("canvas");
        drawing.paint(canvas, tones[theme]);
        const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        return new Promise((resolve) => {
            const reader = new FileReader(); // text is what a test gets out of a page fastest
            reader.onload = () => resolve([canvas.width, canvas.height, reader.result]);
            reader.readAsDataURL(new Blob([pixels]));
        });
    };"""


@pytest.fixture(scope="module")
def painter(browser):
    page = new_page(browser)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    scripts = "".join((PAGE / name).read_text(encoding="utf-8") for name in ("theme.js", "marks.js"))
    page.set_content(f"<canvas></canvas><script>{scripts}{PAINT}</script>")
    yield page
    page.close()
    assert errors == []


def painted(page, message=None, blocks=(), theme="light"):
    """The canvas (height, width, 3) after a message."""
    arguments = [message, [base64.b64encode(block).decode() for block in blocks], theme]
    width, height, url = page.evaluate("show", arguments)
    pixels = np.frombuffer(base64.b64decode(url.partition(",")[2]), np.uint8)
    return pixels.reshape(height, width, 4)[:, :, :3].astype(int)


def around_writing(figure):
    """Where letters and legends are: True (height, width) in boxes a little larger than theirs."""
    height = int(figure.bbox.height)
    mask = np.zeros((height, int(figure.bbox.width)), dtype=bool)
    for artist in [*figure.findobj(Text), *figure.findobj(Legend)]:
        if isinstance(artist, Text) and not artist.get_text():
            continue
        box = artist.get_window_extent()
        if isinstance(artist, Text) and artist.get_bbox_patch() is not None:
            box = artist.get_bbox_patch().get_window_extent()
        wide = 4 + 0.05 * box.width
        rows = slice(max(0, int(height - box.y1) - 4), max(0, int(height - box.y0) + 4))
        mask[rows, max(0, int(box.x0 - wide)) : max(0, int(box.x1 + wide))] = True
    return mask


def displaced(ours, theirs, allowed):
    """How many pixels of ``ours`` are like none of the nine around their place in ``theirs``, where not ``allowed``."""
    rows, columns = np.nonzero((np.abs(ours - theirs).max(axis=2) > DIFFERENT) & ~allowed)
    around = np.pad(theirs, ((1, 1), (1, 1), (0, 0)), mode="edge")
    best = np.full(len(rows), 255)
    for down in range(3):
        for right in range(3):
            best = np.minimum(best, np.abs(ours[rows, columns] - around[rows + down, columns + right]).max(axis=1))
    return int((best > DIFFERENT).sum())


def states_of(experiment):
    """The start and random states; by night more of them, and both ends of every control."""
    start = state.defaults(experiment.controls)
    generator = np.random.default_rng(7)
    states = [start]
    if NIGHTLY:
        for control in experiment.controls:
            states += [{**start, control.name: value} for value in control.ends()]
    return states + [{c.name: c.random(generator) for c in experiment.controls} for _ in by_day("a", "abc")]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda experiment: experiment.name)
def test_the_page_paints_what_matplotlib_paints(painter, experiment):
    screen = Screen(experiment.picture, experiment.size, experiment.compute(**state.defaults(experiment.controls)))
    sender = Sender(lambda *_: None)
    states, number = states_of(experiment), EXPERIMENTS.index(experiment)
    for scale in by_day([SCALES[number % len(SCALES)]], SCALES):
        screen.fit(10_000, 10_000, scale)
        for parameters in by_day([states[number % 2]], states[SCALES.index(scale) :: len(SCALES)]):
            screen.show(experiment.compute(**parameters))
            ours = painted(painter, *sender.drawing(screen.write(), screen))
            theirs = screen.pixels()[:, :, :3].astype(int)
            allowed = around_writing(screen.figure)
            share = (displaced(ours, theirs, allowed) + displaced(theirs, ours, allowed)) / allowed.size
            assert share <= RETRACED.get(experiment.name, SHARE), f"{share:.2%} at {parameters}, scale {scale}"


def test_dark_paper_turns_the_lightness_and_keeps_what_stands_out(painter):
    experiment = next(experiment for experiment in EXPERIMENTS if experiment.name == "joint_and_conditional")
    screen = Screen(experiment.picture, experiment.size, experiment.compute(**state.defaults(experiment.controls)))
    screen.show(experiment.compute(**state.defaults(experiment.controls)))
    light = painted(painter, *Sender(lambda *_: None).drawing(screen.write(), screen))
    dark = painted(painter, theme="dark")
    assert (light[0, 0] == 255).all()
    assert (dark[0, 0] <= 20).all()
    assert dark.mean() < 60 < 200 < light.mean()
    assert np.array_equal(painted(painter), light)  # and back


def test_photographs_are_the_same_on_dark_paper(painter):
    experiment = next(experiment for experiment in EXPERIMENTS if experiment.name == "paint_a_kernel")
    values = experiment.compute(**state.defaults(experiment.controls))
    screen = Screen(experiment.picture, experiment.size, values)
    screen.show(values)
    light = painted(painter, *Sender(lambda *_: None).drawing(screen.write(), screen))
    dark = painted(painter, theme="dark")
    for name in ("photograph", "result"):
        left, lower, right, upper = (int(edge) for edge in screen.picture.axes[name].bbox.extents)
        inside = slice(len(light) - upper + 3, len(light) - lower - 3), slice(left + 3, right - 3)
        assert np.array_equal(light[inside], dark[inside])
    assert (dark[0, 0] <= 20).all()
