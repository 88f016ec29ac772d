"""The course's look is its own: no reader's style sheet, rcParams or matplotlibrc gets into it or is changed."""

import subprocess
import sys
import threading
from io import BytesIO

import matplotlib as mpl
import matplotlib.style
import numpy as np
import pytest
from matplotlib.image import imread

from dlcourse import plots
from dlcourse.plots import style
from dlcourse.scratch.value import Value
from dlcourse.workshop.execute import kernel_environment
from tests.limits import LONGEST

READERS = {
    "dark background": ["dark_background"],
    "classic": ["classic"],
    "text set by LaTeX": [{"text.usetex": True}],  # which need not be installed
    "letters and paper": [
        {
            "font.size": 30,
            "font.family": "serif",
            "axes.facecolor": "red",
            "savefig.facecolor": "blue",
            "axes.grid": False,
        }
    ],
}
POINTS = np.linspace(0.1, 3, 40)


def two_curves():
    return plots.lines(POINTS, {"log": np.log(POINTS), "root": np.sqrt(POINTS)}, title="Curves", x="x", y="y")


def with_a_band():
    return plots.band(two_curves(), POINTS, np.log(POINTS) - 0.3, np.log(POINTS) + 0.3, "error")


def with_one_more_line():
    ax = plots.scatter(POINTS, np.sin(POINTS), title="Dots", x="x", y="y")
    return plots.line_over(ax, POINTS, np.sin(POINTS), "sine")


def a_table():
    return plots.table([[0.42, 0.21], [0.06, 0.31]], ["clear", "rain"], ["free", "jam"], title="Joint")


def images():
    return plots.images(np.linspace(-1, 1, 48).reshape(3, 4, 4), "abc", title="Weights")


def two_panels():
    figure = plots.new_figure(columns=2)
    plots.bars([0.2, 0.8], ["tails", "heads"], title="Coin", ax=figure.axes[0])
    plots.histogram(np.sin(10 * POINTS), x="height", ax=figure.axes[1])
    return figure


def a_graph():
    x, y = Value(-2.0), Value(5.0)
    root = (x + y) * x
    root.backward()
    return plots.computational_graph(root, {"x": x, "y": y})


def drawn_by_a_cell_itself():
    """What chapters draw with matplotlib's own methods, in its own default looks."""
    figure = plots.new_figure(columns=2)
    left, right = figure.axes
    left.plot(POINTS, np.exp(POINTS), "o", fillstyle="none", label="points")
    left.axhline(2.0)
    left.set_yscale("log")
    left.legend()
    right.scatter(POINTS, POINTS)
    right.annotate("here", (1.0, 1.0), (2.0, 0.5), arrowprops={})
    right.set(title="Title", xlabel="x")
    plots.describe(right, "Points, a line and an arrow.")
    return figure


KINDS = [drawn_by_a_cell_itself, two_curves, with_a_band, with_one_more_line, a_table, images, two_panels, a_graph]


def pixels(shown):
    data, _ = shown._repr_mimebundle_()
    return imread(BytesIO(data["image/png"]))


def looks():
    """All rcParams but the backend, which is chosen when it is asked for."""
    return {name: mpl.rcParams[name] for name in mpl.rcParams if name != "backend"}


@pytest.mark.parametrize("draw", KINDS)
@pytest.mark.parametrize("reader", READERS)
def test_a_figure_looks_the_same_whatever_the_reader_s_style(reader, draw):
    expected = pixels(plots.show(draw()))
    with mpl.style.context(READERS[reader]):
        theirs = looks()
        found = pixels(plots.show(draw()))
        assert looks() == theirs
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("reader", READERS)
def test_a_figure_may_be_drawn_under_one_style_and_shown_under_another(reader):
    expected = pixels(plots.show(two_curves()))
    ax = two_curves()
    with mpl.style.context(READERS[reader]):
        np.testing.assert_array_equal(pixels(plots.show(ax)), expected)


def test_a_figure_that_is_saved_without_being_shown_keeps_its_look_too(tmp_path):
    def saved(name):
        drawn_by_a_cell_itself().savefig(tmp_path / name)
        return imread(tmp_path / name)

    expected = saved("plain.png")
    with mpl.style.context("dark_background"):
        np.testing.assert_array_equal(saved("dark.png"), expected)


def test_rc_params_are_the_reader_s_again_after_an_error():
    with mpl.rc_context({"font.size": 30}):
        with pytest.raises(ValueError, match="3 heights"):
            plots.bars([1, 2, 3], ["a"])
        assert mpl.rcParams["font.size"] == 30


def test_one_thread_at_a_time_is_in_the_course_s_style():
    """Two that came and went crosswise would leave it behind for the reader: each restores what it found."""
    inside, leave, second_inside = threading.Event(), threading.Event(), threading.Event()

    def stay():
        with style.course_style():
            inside.set()
            leave.wait(LONGEST)

    def follow():
        with style.course_style():
            second_inside.set()

    with mpl.rc_context({"font.size": 30}):
        threads = [threading.Thread(target=stay), threading.Thread(target=follow)]
        threads[0].start()
        assert inside.wait(LONGEST)
        threads[1].start()
        assert not second_inside.wait(0.2)
        leave.set()
        for thread in threads:
            thread.join(LONGEST)
        assert second_inside.is_set()
        assert mpl.rcParams["font.size"] == 30


def test_drawing_and_showing_do_not_load_pyplot():
    code = (
        "import sys; from dlcourse import plots; plots.show(plots.bars([1, 2], 'ab'))._repr_mimebundle_(); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_a_person_s_matplotlibrc_does_not_reach_the_kernels_that_make_stored_outputs(tmp_path, monkeypatch):
    theirs = tmp_path / "theirs"
    theirs.write_text("font.size: 33\n")
    monkeypatch.setenv("MATPLOTLIBRC", str(theirs))
    code = "import matplotlib; print(matplotlib.rcParams['font.size'])"
    command = [sys.executable, "-c", code]
    home = tmp_path / "home"
    home.mkdir()
    sizes = [
        subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()
        for environment in (None, kernel_environment(str(home)))
    ]
    assert sizes == ["33.0", "10.0"]
