"""The picture of a quadratic form: its contours from above, and its surface seen at an angle."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dlcourse.arrays import Array
from dlcourse.chapters.linear_algebra_and_calculus.experiments.plane_picture import matrix_told
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.images import FieldImage
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import SMALL, label, readout, two_panels
from dlcourse.experiments.tints import between
from dlcourse.numerals import fixed
from dlcourse.plots import style

SHOWN = 2.0  # of the plane, to each side, and the radius of the disc over which the surface is drawn
SIDE = 41  # points of the shading, each way
FULL = 4.0  # the height at which the shading is full
RINGS, SECTORS = 5, 20  # of the surface
LEAN, UP = 0.42, 0.3  # how the view from above is flattened, and what a unit of height measures in it
TURN = np.deg2rad(20.0)  # of the viewer, so that the axes lie a little aslant
VIEW = np.array([[np.cos(TURN), np.sin(TURN)], [-np.sin(TURN), np.cos(TURN)]])
GRID = np.stack(np.meshgrid(*[np.linspace(-SHOWN, SHOWN, SIDE)] * 2), axis=-1)
ALONG = np.linspace(-SHOWN, SHOWN, 41)
RIM = SHOWN * np.column_stack([np.cos(np.linspace(0, 2 * np.pi, 73)), np.sin(np.linspace(0, 2 * np.pi, 73))])
LOOKS = ((style.GREEN, "-"), (style.PURPLE, "--"))


def seen(points: Array, heights: Array) -> Array:
    """Points (..., 2) of the plane with their heights (...), as the view from the front and above shows them."""
    across, behind = np.moveaxis(points @ VIEW, -1, 0)
    return np.stack([across, LEAN * behind + UP * heights], axis=-1)


def _cells() -> Array:
    """The disc in cells (rings * sectors, 4, 2), between rings and spokes."""
    radii, turns = np.linspace(0, SHOWN, RINGS + 1), np.linspace(0, 2 * np.pi, SECTORS + 1)
    corners = radii[:, None, None] * np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    around = (corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:])
    return np.stack(around, axis=2).reshape(-1, 4, 2)


CELLS = _cells()


class QuadraticFormPicture:
    """Left shading and contours from above with both eigenvectors and v, right the surface with the same."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"contours": left, "surface": right}
        self._draw_contours(label(left, "Contours of ½ vᵀA v", "x", "y"))
        self._draw_surface(label(right, "Its surface", "", ""))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.field, self.contours, self.zeros, *self.ways, self.point,
            self.cells, *self.curves, self.stem, self.top, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_contours(self, ax: Axes) -> None:
        ticks = range(-2, 3)
        ax.set(xlim=(-SHOWN, SHOWN), ylim=(-SHOWN, SHOWN), aspect="equal", xticks=ticks, yticks=ticks)
        ax.grid(False)
        self.field = FieldImage(ax, between(style.BLUE, style.ORANGE, 0.75))
        self.contours = LineCollection([], colors=style.GREY, linewidths=1.0)
        self.zeros = LineCollection([], colors=style.BLACK, linewidths=1.6, linestyles=":", label="where it is 0")
        for lines in (self.contours, self.zeros):
            ax.add_collection(lines, autolim=False)
        names = ("eigenvector u₁", "eigenvector u₂")
        self.ways = [_curve(ax, name, *look) for name, look in zip(names, LOOKS, strict=True)]
        (self.point,) = ax.plot([], [], "o", color=style.BLACK, markersize=11, label="v (drag)")
        self.point.set(markeredgecolor="white", zorder=5)
        legend_below(ax)

    def _draw_surface(self, ax: Axes) -> None:
        reach = 2.8
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        ax.set_axis_off()
        ax.plot(*seen(RIM, np.zeros(len(RIM))).T, color=style.GREY, linewidth=1)
        for name, way in (("x", (1.0, 0.0)), ("y", (0.0, 1.0))):
            ends = seen(np.outer([-SHOWN, SHOWN], way), np.zeros(2))
            ax.plot(*ends.T, color=style.GREY, linewidth=0.8)
            ax.text(1.12 * ends[1, 0], 1.12 * ends[1, 1], name, fontsize=SMALL, ha="center", va="center")
        self.cells = PolyCollection([], linewidths=0.6)
        ax.add_collection(self.cells, autolim=False)
        names = ("along u₁: ½ λ₁ t²", "along u₂: ½ λ₂ t²")
        self.curves = [_curve(ax, name, *look) for name, look in zip(names, LOOKS, strict=True)]
        (self.stem,) = ax.plot([], [], color=style.BLACK, linewidth=1.4, zorder=4)
        (self.top,) = ax.plot([], [], "o", color=style.BLACK, markersize=8, label="at v", zorder=5)
        self.top.set(markeredgecolor="white")
        legend_below(ax, gap=0.25)

    def update(self, values: Values) -> None:
        """Shows the form in ``values``."""
        matrix, point, vectors = values["matrix"], values["point"], values["eigenvectors"]
        self.field.set_data((0.5 + _heights(matrix, GRID) / (2 * FULL)).clip(0, 1))
        self.contours.set_segments(list(values["contours"]))
        self.zeros.set_segments(list(values["zeros"]))
        for way, curve, vector in zip(self.ways, self.curves, vectors, strict=True):
            along = ALONG[:, None] * vector
            way.set_data([0, vector[0]], [0, vector[1]])
            curve.set_data(*seen(along, _heights(matrix, along)).T)
        self.point.set_data(point[:1], point[1:])
        self._move_surface(matrix)
        foot, top = seen(np.stack([point, point]), np.array([0.0, values["form"] / 2]))
        self.stem.set_data([foot[0], top[0]], [foot[1], top[1]])
        self.top.set_data(top[:1], top[1:])
        kappa = f", κ = {fixed(values['kappa'])}" if values["kappa"] else ""
        quotient = f"; vᵀA v / vᵀv = {fixed(values['quotient'])}" if point.any() else ""
        self.numbers[0].set_text(f"A = {matrix_told(matrix)}; vᵀA v = {fixed(values['form'])}")
        self.numbers[1].set_text(f"{values['kind']}{kappa}{quotient}")

    def _move_surface(self, matrix: Array) -> None:
        """Cells above 0 and below in two colours; those of one colour come together, so that they travel as one."""
        heights = _heights(matrix, CELLS)
        above = heights.mean(axis=1) > 1e-9
        order = np.argsort(above, kind="stable")
        colors = np.where(above[order, None], to_rgba(style.ORANGE, 0.16), to_rgba(style.BLUE, 0.16))
        self.cells.set_verts(list(seen(CELLS, heights)[order]))
        self.cells.set(facecolors=colors, edgecolors=np.column_stack([colors[:, :3], np.full(len(colors), 0.5)]))


def _heights(matrix: Array, points: Array) -> Array:
    """½ vᵀA v at ``points`` (..., 2)."""
    return np.asarray((points @ matrix * points).sum(axis=-1) / 2)


def _curve(ax: Axes, name: str, color: str, line_style: str) -> Line2D:
    (line,) = ax.plot([], [], line_style, color=color, linewidth=2.6, label=name, zorder=3)
    return line
