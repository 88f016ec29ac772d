"""Figures: what the artists hold, what the alternative text says, and what a notebook stores of them."""

import nbformat
import numpy as np
import pytest
from matplotlib.axes import Axes

from dlcourse import plots
from dlcourse.workshop.execute import execute


def test_bars_draw_every_height_and_tell_the_extremes():
    ax = plots.bars([0.2, 0.5, 0.3], ["a", "b", "c"], title="Shares")
    assert [patch.get_height() for patch in ax.patches] == [0.2, 0.5, 0.3]
    assert "lowest 0.2 at a, highest 0.5 at b" in plots.alternative_text(ax.figure)


def test_bars_refuse_names_that_do_not_match():
    with pytest.raises(ValueError, match="3 heights, but 2 names"):
        plots.bars([1, 2, 3], ["a", "b"])


def test_lines_hold_the_data_and_differ_by_dashes_too():
    points = np.linspace(0, 1, 5)
    ax = plots.lines(points, {"up": points, "down": 1 - points}, x="t")
    for line, heights in zip(ax.lines, (points, 1 - points), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), heights)
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()
    assert "t from 0 to 1: up goes from 0 at the left to 1 at the right; down goes" in plots.alternative_text(ax.figure)


def test_histogram_has_area_one_and_tells_mean_and_spread():
    values = np.random.default_rng(0).normal(5, 2, size=500)
    ax = plots.histogram(values, x="length (cm)")
    assert sum(patch.get_height() * patch.get_width() for patch in ax.patches) == pytest.approx(1)
    assert f"mean {values.mean():.3g}" in plots.alternative_text(ax.figure)


def test_table_writes_every_entry_and_refuses_missing_names():
    ax = plots.table([[0.1, 0.2], [0.3, 0.4]], ["x0", "x1"], ["y0", "y1"])
    assert [text.get_text() for text in ax.texts] == ["0.1", "0.2", "0.3", "0.4"]
    assert "x1: y0 0.3, y1 0.4" in plots.alternative_text(ax.figure)
    with pytest.raises(ValueError, match="1 row names"):
        plots.table([[0.1, 0.2], [0.3, 0.4]], ["x0"], ["y0", "y1"])


def test_a_table_with_margins_writes_and_tells_the_sums_around_it():
    entries = np.array([[0.1, 0.2, 0.15], [0.3, 0.05, 0.2]])
    ax = plots.table(entries, ["x0", "x1"], ["y0", "y1", "y2"], margins=True)
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert [written[3, row] for row in range(2)] == ["0.45", "0.55"]
    assert [written[column, 2] for column in range(3)] == ["0.4", "0.25", "0.35"]
    assert written[3, 2] == "1"
    np.testing.assert_array_equal(ax.images[0].get_array(), entries)  # the sums are beside the colours, not among them
    assert [label.get_text() for label in ax.get_xticklabels()] == ["y0", "y1", "y2", "sum"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["x0", "x1", "sum"]
    assert (
        "x1: y0 0.3, y1 0.05, y2 0.2. Sums to the right: x0 0.45, x1 0.55; "
        "sums below: y0 0.4, y1 0.25, y2 0.35; sum of all 1." in plots.alternative_text(ax.figure)
    )


def test_scatter_tells_the_correlation():
    across = np.arange(10.0)
    ax = plots.scatter(across, -across, x="x", y="y")
    assert "correlation -1.00" in plots.alternative_text(ax.figure)
    np.testing.assert_array_equal(ax.collections[0].get_offsets()[:, 1], -across)


def test_a_curve_s_text_tells_a_top_and_a_bottom_in_between():
    ax = plots.lines([0, 1, 2, 3], {"wave": [0.0, 2500.0, -1.5, 1.0]})
    assert "from 0 at the left to 1 at the right, highest 2,500 at 1, lowest -1.5 at 2" in plots.alternative_text(
        ax.figure
    )


def test_on_a_logarithmic_scale_the_smallest_heights_are_told_in_full():
    heights = {"error": [100.0, 3e-7]}
    assert "to 0 at the right" in plots.alternative_text(plots.lines([0, 1], heights).figure)
    ax = plots.lines([0, 1], heights, log=True)
    assert ax.get_yscale() == "log"
    assert "from 100 at the left to 3e-07 at the right" in plots.alternative_text(ax.figure)


def test_a_band_lies_between_its_ends_and_tells_them():
    ax = plots.lines([0, 1], {"middle": [1.0, 1.0]})
    plots.band(ax, [0, 1], [0.0, 0.5], [2.0, 1.5], "spread")
    edges = ax.collections[0].get_paths()[0].vertices
    assert {tuple(point) for point in edges} >= {(0, 0), (0, 2), (1, 0.5), (1, 1.5)}
    assert "spread reaches from 0 to 2 at the left and from 0.5 to 1.5" in plots.alternative_text(ax.figure)


def test_images_share_one_scale_that_is_symmetric_when_some_are_negative():
    stack = np.array([[[0.0, 1.0], [0.5, 0.0]], [[-2.0, 0.0], [0.0, 0.0]]])
    ax = plots.images(stack, ["a", "b"], title="Weights")
    assert [image.get_clim() for image in ax.images] == [(-2.0, 2.0)] * 2
    np.testing.assert_array_equal(ax.images[1].get_array(), stack[1])
    assert "2 images, Weights: a, b; 2 by 2 pixels, from -2 (blue) to 1 (red)" in plots.alternative_text(ax.figure)
    assert plots.images(np.abs(stack), ["a", "b"]).images[0].get_clim() == (0.0, 2.0)


@pytest.mark.parametrize("count", [2, 10])
def test_the_title_of_images_stands_above_their_names(count):
    ax = plots.images(np.ones((count, 28, 28)), ["a digit"] * count, title="The same pixels, one by one")
    ax.figure.draw_without_rendering()
    names = [name.get_window_extent() for name in ax.texts]
    assert ax._left_title.get_window_extent().y0 >= max(name.y1 for name in names)


def test_images_without_names_are_told_without_empty_places():
    ax = plots.images(np.zeros((2, 3, 3)), ["", ""], title="maps")
    assert plots.alternative_text(ax.figure) == "2 images, maps; 3 by 3 pixels, grey."


def test_images_refuse_names_that_do_not_match():
    with pytest.raises(ValueError, match="1 names"):
        plots.images(np.zeros((2, 3, 3)), ["a"])


def test_every_function_draws_on_given_axes_and_returns_them():
    calls = {
        "bars": ([1, 2], ["a", "b"]),
        "lines": ([0, 1], {"one": [0, 1]}),
        "histogram": ([0.0, 1.0, 1.0],),
        "table": ([[0.5, 0.5]], ["r"], ["c", "d"]),
        "scatter": ([0, 1], [0, 1]),
    }
    for name, arguments in calls.items():
        ax = plots.new_axes()
        assert getattr(plots, name)(*arguments, ax=ax) is ax
        assert isinstance(getattr(plots, name)(*arguments), Axes)


def test_texts_of_several_drawings_are_joined_in_order():
    ax = plots.lines([0, 1], {"first": [0, 1]})
    plots.line_over(ax, [0, 1], [2, 3], "second")
    text = plots.alternative_text(ax.figure)
    assert text.index("first") < text.index("second")


def test_what_is_stored_is_a_picture_with_its_text_twice_and_the_same_bytes_each_time():
    ax = plots.bars([0.2, 0.8], ["tails", "heads"])
    (data, metadata), (again, _) = plots.show(ax)._repr_mimebundle_(), plots.show(ax)._repr_mimebundle_()
    assert data["image/png"] == again["image/png"]
    assert data["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] in data["text/plain"]
    assert "highest 0.8 at heads" in metadata["image/png"]["alt"]


def test_a_cell_shows_the_picture_and_below_it_its_text_as_html(tmp_path):
    """In a real kernel, stored as the course stores it: every front end shows the second where it hides the first."""
    path = tmp_path / "figure.ipynb"
    source = "from dlcourse import plots\nplots.show(plots.bars([0.2, 0.8], ['tails', 'a < b & c']))"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), path)
    execute(path, progress=False)
    picture, words = nbformat.read(path, as_version=4).cells[0].outputs
    assert set(picture.data) == {"image/png", "text/plain"}
    assert set(picture.metadata["image/png"]) == {"alt", "width", "height"}
    text = picture.metadata["image/png"]["alt"]
    assert picture.data["text/plain"] == f"Figure: {text}"
    assert "highest 0.8 at a < b & c" in text
    assert words.data == {"text/html": plots.words_as_html(text)}
    assert "highest 0.8 at a &lt; b &amp; c" in words.data["text/html"]


def test_a_figure_without_alternative_text_is_not_shown():
    with pytest.raises(ValueError, match="alternative text"):
        plots.show(plots.new_axes())


def test_show_says_what_it_takes():
    with pytest.raises(TypeError, match="Received str"):
        plots.show("figure")
