"""What artists draw, read back from the message's numbers and compared with the artists' own data in pixels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from dlcourse.experiments.marks import UNIT, Message, positions, runs_of
from dlcourse.experiments.recorder import Glyphs, Recorder
from tests.experiments.page import Page, codes_of

CLOSE = 1 / 16  # of a pixel: half of what positions are rounded to
DPI = 96
PIXELS_A_POINT = DPI / 72


@dataclass
class Sheet:
    """A figure of 400 x 300 pixels whose axes reach from (0, 0) to (10, 10); ``read`` gives an artist's marks."""

    ax: Any
    recorder: Recorder

    def read(self, artist):
        page, message = Page(), Message()
        drawing = {"marks": [[0, message.written(self.recorder.record(artist))]], "order": [0]}
        page.apply({"glyphs": self.recorder.glyphs.news(), **drawing}, message.buffers())
        return page.marks[0]

    def read_one(self, artist):
        (mark,) = self.read(artist)
        return mark

    def pixels(self, points):
        """Data points (n, 2) in device pixels, y down."""
        return np.array([0, 300]) + self.ax.transData.transform(points) * (1, -1)

    def painted(self, artist):
        """What Agg paints of it: (300, 400, 4)."""
        agg = self.recorder.agg
        agg.clear()
        artist.draw(agg)
        return np.array(agg.buffer_rgba())


def make_sheet(dpi=DPI):
    figure = Figure(figsize=(400 / dpi, 300 / dpi), dpi=dpi)
    canvas = FigureCanvasAgg(figure)
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8), xlim=(0, 10), ylim=(0, 10))
    return Sheet(ax, Recorder(canvas.get_renderer(), Glyphs()))


@pytest.fixture
def sheet():
    return make_sheet()


def extent(mask):
    """Left, top, right, bottom of the pixels that are set."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]


def assert_close(vertices, expected, within=CLOSE):
    assert np.shape(vertices) == np.shape(expected)
    assert np.abs(np.subtract(vertices, expected)).max() <= within + 1e-9


# Lines and areas


def test_a_line_has_its_vertices_and_gaps_where_there_are_no_numbers(sheet):
    points = np.array([[1, 1], [2, 4.3], [3, np.nan], [4, 2], [5, 5.7], [6, 2.1]])
    mark = sheet.read_one(sheet.ax.plot(*points.T, color="#0072B2")[0])
    (outline,) = mark["outlines"]
    assert mark["kind"] == "path"
    assert outline.codes.tolist() == [1, 2, 1, 2, 2]
    assert_close(outline.vertices, sheet.pixels(points[[0, 1, 3, 4, 5]]))
    assert mark["stroke"] == ["#0072b2", 1.5 * PIXELS_A_POINT, "projecting", "round"]
    assert "fill" not in mark


def test_dashes_are_as_long_as_they_are_painted(sheet):
    (line,) = sheet.ax.plot([1, 9], [1, 8], dashes=(4, 1.5), linewidth=2, gapcolor=None)
    *_, dashes, offset = sheet.read_one(line)["stroke"]
    assert dashes == pytest.approx([length * 2 * PIXELS_A_POINT for length in (4, 1.5)], abs=1e-5)
    assert offset == 0


def test_the_last_dash_of_a_long_rough_line_stands_where_agg_puts_it(sheet):
    heights = 5 + 0.01 * (-1.0) ** np.arange(301)  # a third of a pixel up and down, which rounding makes longer
    (line,) = sheet.ax.plot(np.linspace(1, 9, 301), heights, dashes=(4, 1.5), snap=False)
    mark = sheet.read_one(line)
    (outline,) = mark["outlines"]
    exact = np.hypot(*np.diff(sheet.pixels(line.get_xydata()), axis=0).T).sum()
    written = np.hypot(*np.diff(outline.vertices, axis=0).T).sum()
    period = sum(mark["stroke"][4])
    assert abs(written - exact) > 0.5
    assert written / period == pytest.approx(exact / (5.5 * 1.5 * PIXELS_A_POINT), abs=0.05)


def test_alpha_is_in_the_colour(sheet):
    assert sheet.read_one(sheet.ax.plot([1, 9], [1, 8], color="red", alpha=0.5)[0])["stroke"][0] == "#ff000080"
    area = sheet.ax.add_patch(Polygon([(1, 1), (8, 2), (5, 9)], facecolor=(0, 0, 1, 0.2), edgecolor="none"))
    assert sheet.read_one(area)["fill"] == "#0000ff33"
    assert "stroke" not in sheet.read_one(area)


def test_an_upright_edge_lies_where_agg_puts_it(sheet):
    box = sheet.ax.add_patch(Rectangle((2.03, 2.03), 3, 4, facecolor="#102030", edgecolor="none"))
    (outline,) = sheet.read_one(box)["outlines"]
    assert outline.corners.tolist() == extent(sheet.painted(box)[:, :, 3] == 255)


def test_curves_stay_curves(sheet):
    circle = sheet.ax.add_patch(Circle((5, 5), 3))
    (outline,) = sheet.read_one(circle)["outlines"]
    assert set(outline.codes.tolist()) == {1, 4, 79}
    assert_close(outline.vertices[:-1], sheet.pixels(5 + 3 * Path.unit_circle().vertices[:-1]))


def test_a_hatch_is_a_tile_of_its_own_lines(sheet):
    area = sheet.ax.fill_between([1, 5, 9], [1, 2, 1], [6, 8, 7], hatch="//", facecolor="white", edgecolor="#0072B2")
    mark = sheet.read_one(area)
    tile, size, colour, width = mark["hatch"]
    assert (mark["fill"], size, colour) == ("#ffffff", DPI, "#0072b2")
    assert width == round(PIXELS_A_POINT, 3)
    assert_close(tile.vertices, Path.hatch("//", 6).vertices, 1 / 800)


def test_lines_of_one_look_share_a_mark_and_others_have_their_own(sheet):
    segments = [[(1, 1), (2, 3)], [(3, 1), (4, 4)], [(5, 1), (6, 6)]]
    lines = sheet.ax.add_collection(LineCollection(segments, colors=["red", "red", "blue"]))
    marks = sheet.read(lines)
    assert [(mark["stroke"][0], len(mark["outlines"])) for mark in marks] == [("#ff0000", 2), ("#0000ff", 1)]
    outlines = [outline for mark in marks for outline in mark["outlines"]]
    for outline, segment in zip(outlines, segments, strict=True):
        assert_close(outline.vertices, sheet.pixels(segment))


@given(data=st.data())
def test_many_straight_lines_are_one_mark_and_lie_where_each_alone_would(data):
    sheet, number = make_sheet(), data.draw(st.integers(8, 40))
    generator = np.random.default_rng(data.draw(st.integers(0, 99)))
    ends = generator.uniform(-1, 11, (number, 2, 2)).round(data.draw(st.sampled_from([0, 6])))  # 0: some stand upright
    shades = generator.uniform(size=(number, 4)).round(1)
    widths = generator.uniform(0, 3, number).round(1)
    mark = sheet.read_one(sheet.ax.add_collection(LineCollection(ends, colors=shades, linewidths=widths)))
    seen = (shades[:, 3] > 0) & (widths > 0)
    assert len(mark["at"]) == seen.sum()
    ours = zip(mark["at"], mark["widths"], mark["colours"], strict=True)
    for own, end, shade, width in zip(ours, ends[seen], shades[seen], widths[seen], strict=True):
        alone = sheet.read_one(sheet.ax.add_collection(LineCollection([end], colors=[shade], linewidths=[width])))
        assert_close(own[0], alone["outlines"][0].vertices)
        assert_close(own[1], alone["stroke"][1], 0.005)
        assert_close(own[2], to_rgba_array(alone["stroke"][0])[0] * 255, 0.5)
        assert (mark["clip"], mark["cap"]) == (alone["clip"], alone["stroke"][2])


def test_polygons_of_a_collection_have_their_colours(sheet):
    corners = [[(1, 1), (3, 1.5), (2, 4)], [(5, 5), (9, 6), (6, 9)]]
    areas = sheet.ax.add_collection(PolyCollection(corners, facecolors=["#111111", "#222222"], edgecolors="none"))
    marks = sheet.read(areas)
    assert [mark["fill"] for mark in marks] == ["#111111", "#222222"]
    assert_close(marks[1]["outlines"][0].vertices[:3], sheet.pixels(corners[1]))


def test_what_is_clipped_says_to_what(sheet):
    (line,) = sheet.ax.plot([-5, 15], [-4, 16])
    left, lower, right, upper = sheet.ax.bbox.extents
    assert sheet.read_one(line)["clip"] == [round(left), 300 - round(upper), round(right), 300 - round(lower)]
    line.set_clip_path(Circle((5, 5), 2, transform=sheet.ax.transData))
    clip = sheet.read_one(line)["clip_outline"]
    assert_close(clip.corners, np.ravel(sheet.pixels([(3, 7), (7, 3)])))


def test_nothing_comes_of_what_is_not_seen(sheet):
    line, text = sheet.ax.plot([1, 2], [1, 2])[0], sheet.ax.text(1, 1, "words")
    image = sheet.ax.imshow(np.eye(3), extent=(1, 9, 1, 9))
    for artist in (line, text, image):
        artist.set_visible(False)
        assert sheet.read(artist) == []


# What lies far away


def test_a_polygon_with_a_far_corner_keeps_the_part_that_is_seen(sheet):
    corners = np.array([(2.0, 1.0), (1e9, 4e8), (3.0, 8.0)])
    area = sheet.ax.add_patch(Polygon(corners, edgecolor="none"))
    (outline,) = sheet.read_one(area)["outlines"]
    places = np.stack(np.meshgrid(np.arange(0.5, 400, 3), np.arange(0.5, 300, 3)), axis=-1).reshape(-1, 2)
    near = Path(sheet.pixels(corners), closed=False)
    sure = near.contains_points(places, radius=0.2) == near.contains_points(places, radius=-0.2)
    seen = Path(outline.vertices, outline.codes).contains_points(places)
    assert 0.1 < seen.mean() < 0.9
    assert np.array_equal(seen[sure], near.contains_points(places)[sure])


def test_a_line_that_leaves_the_screen_keeps_its_slope(sheet):
    line = sheet.ax.axline((2, 3), slope=0.7)
    (outline,) = sheet.read_one(line)["outlines"]
    (x0, y0), (x1, y1) = outline.vertices[[0, -1]]
    expected = sheet.pixels([(2, 3), (8, 3 + 0.7 * 6)])
    along = y0 + (expected[:, 0] - x0) * (y1 - y0) / (x1 - x0)
    assert_close(along, expected[:, 1], 2 * CLOSE)


def test_positions_beyond_what_can_be_written_are_the_farthest():
    assert positions([0.06, 0.07, -1e9, 1e30]).tolist() == [0, 1, -32768, 32767]
    assert positions([4095.0]).tolist() == [4095 * UNIT]


# Markers


@pytest.mark.parametrize("marker", ["s", "o", "*", "+", "^", "D"])
def test_a_marker_lies_where_agg_paints_it(sheet, marker):
    (dot,) = sheet.ax.plot([3.17], [4.44], marker, markersize=12, color="black", markeredgewidth=1.5)
    mark = sheet.read_one(dot)
    edge = mark["stroke"][1] / 2
    left, top, right, bottom = mark["shape"].corners + np.tile(mark["at"][0], 2)
    pixels = sheet.painted(dot)[:, :, 3]
    middle = [np.average(np.arange(n) + 0.5, weights=pixels.sum(axis=axis)) for axis, n in ((0, 400), (1, 300))]
    if marker in "so+D":
        assert_close(middle, [(left + right) / 2, (top + bottom) / 2], 2 * CLOSE)
    assert_close(extent(pixels), [left - edge, top - edge, right + edge, bottom + edge], 3.0 if marker in "*^" else 1.1)


def test_markers_are_one_shape_at_many_points_and_none_where_there_are_no_numbers(sheet):
    points = np.array([(1, 1), (2.2, 7.1), (np.nan, 3), (1e7, 2), (8, 3.3)])
    (dots,) = sheet.ax.plot(*points.T, "o", color="#009E73", markeredgecolor="white")
    mark = sheet.read_one(dots)
    assert mark["kind"] == "markers"
    assert (mark["fill"], mark["stroke"][0]) == ("#009e73", "#ffffff")
    assert np.array_equal(mark["at"], np.floor(sheet.pixels(points[[0, 1, 4]]) + 0.5))


# Images and meshes


def test_a_mesh_of_equal_cells_is_a_small_image(sheet):
    values = np.arange(6).reshape(2, 3)
    mesh = sheet.ax.pcolormesh([1, 3, 5, 7], [2, 5, 8], values)
    mark = sheet.read_one(mesh)
    assert np.array_equal(mark["cells"], np.rint(255 * mesh.to_rgba(values))[::-1])
    assert_close(mark["box"], np.ravel(sheet.pixels([(1, 8), (7, 2)])))


def test_a_mesh_of_other_cells_is_written_cell_by_cell(sheet):
    values = np.arange(4).reshape(2, 2)
    mesh = sheet.ax.pcolormesh([1, 2, 5], [2, 3, 8], values)
    marks = sheet.read(mesh)
    colours = np.rint(mesh.to_rgba(values) * 255).astype(int).reshape(-1, 4)[:, :3]
    assert [mark["fill"] for mark in marks] == ["#{:02x}{:02x}{:02x}".format(*colour) for colour in colours]
    assert_close(marks[3]["outlines"][0].corners, np.ravel(sheet.pixels([(2, 8), (5, 3)])), 0.51)  # snapped by Agg


@pytest.mark.parametrize("origin", ["upper", "lower"])
def test_an_image_of_large_cells_travels_as_they_are(sheet, origin):
    values = np.arange(12.0).reshape(3, 4)
    image = sheet.ax.imshow(values, extent=(1, 9, 1, 7), origin=origin, alpha=0.5, aspect="auto", interpolation="none")
    mark = sheet.read_one(image)
    cells = image.to_rgba(values, bytes=True)
    assert np.array_equal(mark["cells"][:, :, :3], (cells if origin == "upper" else cells[::-1])[:, :, :3])
    assert mark["cells"][0, 0, 3] == 128
    assert_close(mark["box"], np.ravel(sheet.pixels([(1, 7), (9, 1)])))
    assert "smooth" not in mark


def test_many_cells_of_few_colours_travel_with_a_table(sheet):
    values = np.add.outer(np.arange(40), np.arange(40)) % 7
    image = sheet.ax.imshow(values, extent=(0, 10, 0, 10), interpolation="nearest")
    (mark,) = sheet.recorder.record(image)
    assert (len(mark.pixels), len(mark.colours)) == (1600, 7 * 4)
    assert np.array_equal(sheet.read_one(image)["cells"], image.to_rgba(values, bytes=True))


def test_an_image_of_fine_cells_is_smoothed_as_agg_does(sheet):
    values = np.random.default_rng(0).random((500, 600))
    sheet.ax.set_axis_off()
    image = sheet.ax.imshow(values, extent=(0, 10, 0, 10), aspect="auto")
    assert_painted_by_agg(sheet, image)


# Writing


def letters(mark):
    return [(outline.key, size, x, y) for outline, size, x, y in mark["at"]]


def test_writing_is_outlines_of_letters_sent_once(sheet):
    text = sheet.ax.text(2, 3, "noon", fontsize=12, color="#D55E00")
    mark = sheet.read_one(text)
    assert len(mark["at"]) == 4
    assert letters(mark)[0][0] == letters(mark)[3][0] != letters(mark)[1][0]
    assert (mark["fill"], mark["size"]) == ("#d55e00", round(12 * PIXELS_A_POINT * UNIT))
    assert_close(np.array(mark["origin"]) / UNIT, sheet.pixels([(2, 3)])[0], 1.0)  # text stands on whole pixels
    sheet.recorder.record(sheet.ax.text(1, 1, "on"))
    assert sheet.recorder.glyphs.news() == {}
    sheet.recorder.record(sheet.ax.text(1, 1, "one"))
    assert list(sheet.recorder.glyphs.news()) == [2]


def test_letters_are_as_wide_as_agg_s_to_a_few_per_cent(sheet):
    text = sheet.ax.text(2, 3, "Cross entropy 0.123", fontsize=14)
    mark = sheet.read_one(text)
    last, size, x, _ = mark["at"][-1]
    unit = mark["size"] / UNIT
    left, _, right, _ = extent(sheet.painted(text)[:, :, 3] > 0)
    assert x + last.vertices[:, 0].max() * size * unit == pytest.approx(right - mark["origin"][0] / UNIT, rel=0.04)
    assert left == pytest.approx(mark["origin"][0] / UNIT, abs=2.5)


def test_turned_writing_has_its_angle(sheet):
    assert sheet.read_one(sheet.ax.text(5, 5, "up", rotation=90))["angle"] == 90.0
    assert "angle" not in sheet.read_one(sheet.ax.text(5, 5, "level"))


def test_a_formula_is_letters_of_several_sizes_and_bars(sheet):
    glyphs, *bars = sheet.read(sheet.ax.text(2, 5, r"$\frac{\partial L}{\partial w_{ij}}$", fontsize=16))
    assert glyphs["kind"] == "glyphs"
    assert len({size for _, size, _, _ in glyphs["at"]}) > 1
    assert [bar["kind"] for bar in bars] == ["path"]
    left, top, right, bottom = bars[0]["outlines"][0].corners
    assert right - left > 5 * (bottom - top) > 0


def test_a_frame_around_writing_comes_before_it(sheet):
    marks = sheet.read(sheet.ax.text(2, 5, "framed", bbox={"facecolor": "white"}))
    assert [mark["kind"] for mark in marks] == ["path", "glyphs"]


# What has no mark


class Shaded(Artist):
    """An artist that no page knows."""

    def draw(self, renderer):
        context = renderer.new_gc()
        corners = np.array([[[50.0, 50.0], [350.0, 80.0], [200.0, 250.0]]])
        renderer.draw_gouraud_triangles(context, corners, to_rgba_array(["r", "g", "b"])[None], IdentityTransform())


def shaded(ax):
    return ax.add_artist(Shaded())


def tripcolor(ax):
    return ax.tripcolor([1, 9, 4], [1, 2, 8], [0.0, 0.5, 1.0], shading="gouraud")


def filtered(ax):
    (line,) = ax.plot([1, 9], [1, 8], linewidth=5)
    line.set_agg_filter(lambda image, dpi: (image * 0.5, 0, 0))
    return line


def rasterized(ax):
    return ax.plot([1, 9], [1, 8], linewidth=5, rasterized=True)[0]


def assert_painted_by_agg(sheet, artist):
    mark = sheet.read_one(artist)
    left, top, right, bottom = (round(edge) for edge in mark["box"])
    expected = sheet.painted(artist)
    seen = np.zeros_like(expected)
    seen[top:bottom, left:right] = mark["cells"]
    some = expected[:, :, 3] > 0
    assert mark["kind"] == "image"
    assert some.any()
    assert np.array_equal(seen[:, :, 3], expected[:, :, 3])
    assert np.array_equal(seen[some], expected[some])


@pytest.mark.parametrize("dpi", [DPI, 2 * DPI])
@pytest.mark.parametrize("make", [shaded, tripcolor, filtered, rasterized])
def test_an_artist_that_has_no_marks_comes_as_its_pixels(make, dpi):
    sheet = make_sheet(dpi)
    for _ in range(2):  # the first one leaves nothing behind that the next one could trip over
        assert_painted_by_agg(sheet, make(sheet.ax))
    assert sheet.read_one(sheet.ax.plot([1, 2], [1, 2])[0])["kind"] == "path"


# The format


@given(st.lists(st.sampled_from([1, 2, 3, 4, 79]), max_size=30))
def test_runs_say_each_code(codes):
    runs = runs_of(np.array(codes, np.uint8))
    if runs is None:
        assert codes == [1, 2, *[2] * len(codes)][: len(codes)]
    else:
        assert codes_of(runs, len(codes)).tolist() == codes
        assert all(first != second for first, second in zip(runs[::2], runs[2::2], strict=False))
