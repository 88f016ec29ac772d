"""The picture of a plane and what a matrix makes of it: a letter in the unit square, the unit circle, and vectors."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from dlcourse.arrays import Array
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.numerals import fixed, number
from dlcourse.plots import style

REACH = 2.0  # how far the columns can be dragged, along x and along y
SHOWN = 2.5  # of both planes, to each side
FAR = 6  # lines of the grid to each side
SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
LETTER = np.array([
    [0.25, 0.12], [0.42, 0.12], [0.42, 0.44], [0.68, 0.44], [0.68, 0.58], [0.42, 0.58], [0.42, 0.74], [0.78, 0.74],
    [0.78, 0.88], [0.25, 0.88],
])  # fmt: skip
CIRCLE = np.column_stack([np.cos(np.linspace(0, 2 * np.pi, 121)), np.sin(np.linspace(0, 2 * np.pi, 121))])
LINES = np.array(
    [[[n, -FAR], [n, FAR]] for n in range(-FAR, FAR + 1)] + [[[-FAR, n], [FAR, n]] for n in range(-FAR, FAR + 1)], float
)
COLUMNS = ((style.BLUE, "o", 10, "-"), (style.ORANGE, "s", 9, "-"))
VECTORS = ((style.GREEN, "^", 9, "-"), (style.PURPLE, "D", 8, "--"))


class Plane:
    """One plane: the grid, the unit square with its letter, the circle, the two columns and two more vectors."""

    def __init__(self, ax: Axes, names: tuple[str, ...]) -> None:
        side = SHOWN + 0.1
        ax.set(xlim=(-side, side), ylim=(-side, side), aspect="equal", xticks=range(-2, 3), yticks=range(-2, 3))
        ax.grid(False)
        self.grid = LineCollection([], colors=style.SKY, linewidths=0.9, alpha=0.6)
        ax.add_collection(self.grid, autolim=False)
        self.square = Polygon(SQUARE, facecolor=style.YELLOW, alpha=0.3, edgecolor=style.YELLOW, zorder=1.2)
        self.letter = Polygon(LETTER, facecolor=style.BLACK, alpha=0.8, linewidth=0, zorder=1.3)
        for shape in (self.square, self.letter):
            ax.add_patch(shape)
        (self.circle,) = ax.plot([], [], color=style.GREY, linewidth=1.8, zorder=2)
        self.ways = [ax.plot([], [], ":", color=look[0], linewidth=1.6, zorder=2.1)[0] for look in VECTORS]
        self.columns = [_vector(ax, name, *look) for name, look in zip(names[:2], COLUMNS, strict=True)]
        self.vectors = [_vector(ax, name, *look) for name, look in zip(names[2:], VECTORS, strict=True)]
        self.moving: list[Artist] = [
            self.grid, self.square, self.letter, self.circle, *self.ways, *self.columns, *self.vectors
        ]  # fmt: skip

    def update(self, matrix: Array, vectors: Array, *, staying: bool) -> None:
        """Shows what ``matrix`` (2, 2) makes of everything; ``vectors`` (k, 2) are drawn as they are."""
        self.grid.set_segments(list(LINES @ matrix.T))
        self.square.set_xy(SQUARE @ matrix.T)
        self.letter.set_xy(LETTER @ matrix.T)
        self.circle.set_data(*(CIRCLE @ matrix.T).T)
        for line, column in zip(self.columns, matrix.T, strict=True):
            line.set_data([0, column[0]], [0, column[1]])
        for place, (line, way) in enumerate(zip(self.vectors, self.ways, strict=True)):
            there = place < len(vectors)
            x, y = vectors[place] if there else (0.0, 0.0)
            line.set_data([0, x], [0, y])
            line.set_visible(there)
            way.set_visible(there and staying)

    def lead(self, directions: Array) -> None:
        """Draws the lines through the origin along ``directions`` (k, 2)."""
        for way, (x, y) in zip(self.ways, directions, strict=False):
            way.set_data([-5 * x, 5 * x], [-5 * y, 5 * y])


def _vector(ax: Axes, name: str, color: str, marker: str, size: float, line_style: str) -> Line2D:
    """A line from the origin with a mark at its tip."""
    (line,) = ax.plot([], [], line_style, color=color, linewidth=2.4, marker=marker, markersize=size, label=name)
    line.set(markevery=[1], markeredgecolor="white", zorder=4, solid_capstyle="butt")
    return line


class PlanePicture:
    """Left the plane as it is, right after the matrix; the goal as a dashed outline."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"before": left, "after": right}
        self.before = Plane(label(left, "Before", "x", "y"), ("(1, 0)", "(0, 1)", "v₁", "v₂"))
        self.after = Plane(label(right, "After", "x", "y"), ("column 1 (drag)", "column 2 (drag)", "A v₁", "A v₂"))
        self.goal = [
            Polygon(SQUARE, facecolor="none", edgecolor=style.BLACK, linestyle="--", linewidth=1.4, zorder=5),
            Polygon(LETTER, facecolor=style.GREY, alpha=0.4, linewidth=0, zorder=1.1),
        ]
        for shape in self.goal:
            right.add_patch(shape)
        for ax in (left, right):
            legend_below(ax)
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [*self.before.moving, *self.after.moving, *self.goal, *self.numbers]
        self.update(values)

    def update(self, values: Values) -> None:
        """Shows the matrix in ``values``."""
        matrix, before = values["matrix"], values["before"]
        staying = values["show"] == "eigen"
        self.before.update(np.eye(2), before, staying=staying)
        self.after.update(matrix, before @ matrix.T, staying=staying)
        for plane in (self.before, self.after):
            plane.lead(before)
        for outline, shape in zip(self.goal, (SQUARE, LETTER), strict=True):
            outline.set_xy(shape @ values["target"].T)
            outline.set_visible(values["asked"])
        reached = "; goal reached" if values["reached"] else ""
        self.numbers[0].set_text(f"A = {matrix_told(values['matrix'])}{_factors_told(values)}")
        self.numbers[1].set_text(f"det A = {fixed(values['determinant'], 3)}: {side_told(values)}{reached}")


def matrix_told(matrix: Array) -> str:
    """A as it is typed, with two decimals at most: [[1, 0.5], [0, 1]]."""
    rows = ("[" + ", ".join(number(round(entry, 2)).replace("-", "−") for entry in row) + "]" for row in matrix)
    return f"[{', '.join(rows)}]"


def side_told(values: Values) -> str:
    """Which side of the plane is up."""
    determinant = values["determinant"]
    return "flat" if determinant == 0 else "mirrored" if determinant < 0 else "not mirrored"


def _factors_told(values: Values) -> str:
    """The eigenvalues or singular values, where they are shown."""
    factors = " and ".join(map(fixed, values["factors"]))
    if values["show"] == "neither":
        return ""
    if values["show"] == "singular":
        return f"; σ = {factors}"
    return f"; λ = {factors}" if factors else ("; all lines stay" if values["stay"] == 3 else "; none stays")
