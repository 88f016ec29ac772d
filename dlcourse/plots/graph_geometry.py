"""From the layout of a graph to lengths on paper: boxes, wires and folds, all in inches, origin at the lower left.

A column is three strips: its nodes; the level pieces of wire that leave them, with room for what is written above and
below; and the bends towards the next column. So no text meets another, a bend or a node. A graph wider than the paper
goes on in a further band below, as text does: the wires lead around.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.path import Path

from dlcourse.plots.graph_layout import GraphLayout
from dlcourse.plots.graph_ports import needs_numbers, order_from_above, rises

TRACK = 0.1  # between wires that run side by side around a fold
FOLD = 0.28  # between the last column of a band and the nearest wire that leads around
CORNER = 0.08  # radius
LEAST_LABEL = 0.34
Point = tuple[float, float]


@dataclass(frozen=True)
class Rooms:
    """What each node needs, in the order of the layout's nodes: (n,) each, in inches.

    ``widths`` and ``heights`` of its box; ``labels``, the width of the texts at its wire; ``above`` and ``below``,
    how far all of it reaches from the node's middle.
    """

    widths: Sequence[float]
    heights: Sequence[float]
    labels: Sequence[float]
    above: Sequence[float]
    below: Sequence[float]


@dataclass(frozen=True)
class Placement:
    """Where everything is drawn, in inches.

    ``middles`` (n) of the boxes; ``stubs`` (n), the two ends of the level piece of wire that leaves each node;
    ``paths``, from (child, argument) to the way from the parent's stub to the child's border; ``splits``, where
    wires part; ``numbered``, from nodes whose arguments arrive in another order than theirs, where that matters, to
    the arguments from above; ``size``, (width, height) of it all; ``bands``, how many stand below each other.
    """

    middles: list[Point]
    stubs: list[tuple[Point, Point]]
    paths: dict[tuple[int, int], Path]
    splits: list[Point]
    numbered: dict[int, list[int]]
    size: tuple[float, float]
    bands: int


def place(layout: GraphLayout, rooms: Rooms, widest: float) -> Placement:
    """Places the nodes and wires of ``layout``, folded where a band would be wider than ``widest`` inches."""
    return _Paper(layout, rooms, widest).placement()


class _Paper:
    """The strips and bands of one drawing."""

    def __init__(self, layout: GraphLayout, rooms: Rooms, widest: float) -> None:
        self.layout, self.rooms = layout, rooms
        self.count = max(layout.columns) + 1
        self.height = {(node, column): layout.ys[node] for node, column in enumerate(layout.columns)} | layout.bends
        self.wires = self._wires()
        arriving = self._arriving()
        self.rises = {child: rises(heights, rooms.heights[child] / 2) for child, heights in arriving.items()}
        operations = [node.operation for node in layout.nodes]
        self.numbered = {
            child: order_from_above(heights)
            for child, heights in arriving.items()
            if needs_numbers(operations[child], heights)
        }
        self.strips = self._strips()
        self.starts = self._folds(widest)
        self.lefts = self._lefts()
        self.shifts, self.total = self._shifts()

    def _wires(self) -> list[list[int]]:
        """For each column, the nodes whose wires leave it to the right, from the top."""
        last = dict.fromkeys(range(len(self.layout.nodes)), -1)
        for edge in self.layout.edges:
            last[edge.parent] = max(last[edge.parent], self.layout.columns[edge.child] - 1)
        found = [
            [n for n, column in enumerate(self.layout.columns) if column <= c <= last[n]] for c in range(self.count)
        ]
        return [sorted(row, key=lambda n, c=c: -self.height[n, c]) for c, row in enumerate(found)]  # type: ignore[misc]

    def _strips(self) -> np.ndarray:
        """Widths (columns, 3) of the strips: boxes, labels, bends."""
        strips = np.tile([0.2, LEAST_LABEL, 0.0], (self.count, 1))
        for node, column in enumerate(self.layout.columns):
            strips[column, 0] = max(strips[column, 0], self.rooms.widths[node])
            strips[column, 1] = max(strips[column, 1], self.rooms.labels[node])
        for edge in self.layout.edges:
            for column in range(self.layout.columns[edge.parent], self.layout.columns[edge.child]):
                start = self.height[edge.parent, column]
                end = self.height.get((edge.parent, column + 1), self.layout.ys[edge.child])
                strips[column, 2] = max(strips[column, 2], min(0.16 + 0.16 * abs(end - start), 0.55))
        return strips

    def _folds(self, widest: float) -> list[int]:
        """The first column of each band: as many columns as fit, a few less where fewer wires have to lead around."""
        widths, starts = self.strips.sum(axis=1), [0]
        while True:
            start = starts[-1]
            room = np.cumsum(widths[start:]) + 2 * self._around(start - 1) - self.strips[start:, 2]
            fits = start + max(1, int((room <= widest).sum()))
            if fits >= self.count:
                return starts
            candidates = range(max(start + 1, fits - 2), fits + 1)
            starts.append(min(candidates, key=lambda column: (len(self.wires[column - 1]), -column)))

    def _around(self, column: int) -> float:
        """The room beside a band that the wires out of ``column`` need to lead around."""
        return FOLD + TRACK * len(self.wires[column]) if column >= 0 else 0.0

    def _lefts(self) -> np.ndarray:
        """The left end (columns,) of each column."""
        margin = max(self._around(start - 1) for start in self.starts)
        lefts = np.zeros(self.count)
        for start, stop in pairwise([*self.starts, self.count]):
            widths = self.strips[start:stop].sum(axis=1)
            lefts[start:stop] = margin + np.cumsum(widths) - widths
        return lefts

    def _shifts(self) -> tuple[list[float], float]:
        """What is added to the layout's heights in each column, and the height of all bands together."""
        shifts, lower = [0.0] * self.count, 0.0
        for start, stop in pairwise([*self.starts, self.count]):
            nodes = [n for n, column in enumerate(self.layout.columns) if start <= column < stop]
            tops = [self.layout.ys[n] + self.rooms.above[n] for n in nodes]
            bottoms = [self.layout.ys[n] - self.rooms.below[n] for n in nodes]
            bends = [y for (_, column), y in self.height.items() if start <= column < stop]
            top, bottom = max([*tops, *bends]), min([*bottoms, *bends])
            if start > 0:
                bends_in = [self.height[n, start - 1] for n in self.wires[start - 1]]  # they enter at these heights
                top, bottom = max(top, *bends_in), min(bottom, *bends_in)
                lower += TRACK * (len(self.wires[start - 1]) + 1)
            shifts[start:stop] = [-lower - top] * (stop - start)
            lower += top - bottom
        return [shift + lower for shift in shifts], lower

    def _y(self, node: int, column: int) -> float:
        """The height at which the wire of ``node`` leaves ``column``."""
        return self.height[node, column] + self.shifts[column]

    def _end(self, column: int) -> float:
        """Where the level pieces of wire end in ``column``."""
        return float(self.lefts[column] + self.strips[column, :2].sum())

    def placement(self) -> Placement:
        columns, edges = self.layout.columns, self.layout.edges
        middles = [
            (float(self.lefts[column] + self.strips[column, 0] / 2), self._y(node, column))
            for node, column in enumerate(columns)
        ]
        stubs = [
            ((x + self.rooms.widths[node] / 2, y), (self._end(columns[node]), y)) for node, (x, y) in enumerate(middles)
        ]
        right = max(self._end(stop - 1) + self._around_right(stop) for stop in [*self.starts[1:], self.count])
        return Placement(
            middles=middles,
            stubs=stubs,
            paths={(e.child, e.argument): self._path(e.parent, e.child, e.argument, middles[e.child]) for e in edges},
            splits=self._splits(),
            numbered=self.numbered,
            size=(right, self.total),
            bands=len(self.starts),
        )

    def _around_right(self, stop: int) -> float:
        return self._around(stop - 1) if stop < self.count else 0.0

    def _splits(self) -> list[Point]:
        targets: dict[tuple[int, int], set[object]] = {}
        for edge in self.layout.edges:
            for column in range(self.layout.columns[edge.parent], self.layout.columns[edge.child]):
                passes = (edge.parent, column + 1) in self.layout.bends and column + 1 < self.layout.columns[edge.child]
                way: object = "on" if passes else (edge.child, edge.argument)
                targets.setdefault((edge.parent, column), set()).add(way)
        return [(self._end(c), self._y(node, c)) for (node, c), ways in targets.items() if len(ways) > 1]

    def _port(self, child: int, argument: int, middle: Point) -> Point:
        """Where an edge meets the round left end of its child."""
        radius = self.rooms.heights[child] / 2
        rise = self.rises[child][argument]
        left = middle[0] - self.rooms.widths[child] / 2
        return left + radius - float(np.sqrt(radius**2 - rise**2)), middle[1] + rise

    def _arriving(self) -> dict[int, list[float]]:
        """For each child, how far above its middle its edges come from, in the order of its arguments."""
        found: dict[int, list[float]] = {}
        for edge in self.layout.edges:
            before = self.height[edge.parent, self.layout.columns[edge.child] - 1]
            found.setdefault(edge.child, []).append(before - self.layout.ys[edge.child])
        return found

    def _path(self, parent: int, child: int, argument: int, middle: Point) -> Path:
        column, last = self.layout.columns[parent], self.layout.columns[child]
        pen = _Pen((self._end(column), self._y(parent, column)))
        for following in range(column + 1, last + 1):
            if following in self.starts:
                self._lead_around(pen, parent, following)
            if following < last:
                y = self._y(parent, following)
                pen.bend_to((float(self.lefts[following]), y))
                pen.line_to((self._end(following), y))
        port = self._port(child, argument, middle)
        pen.bend_to((float(self.lefts[last]), port[1]))
        pen.line_to(port)
        return pen.path()

    def _lead_around(self, pen: "_Pen", parent: int, start: int) -> None:
        """From the end of a band to the beginning of the next: the uppermost wire outside, so that none cross."""
        wires = self.wires[start - 1]
        place, count = wires.index(parent), len(wires)
        right = self._end(start - 1) + TRACK * (count - place)
        left = float(self.lefts[start]) - FOLD - TRACK * (place + 1)
        entries = [self.height[n, start - 1] + self.shifts[start] for n in wires]
        band = [n for n, column in enumerate(self.layout.columns) if self._band(column) == self._band(start)]
        top = max([*entries, *(self._y(n, self.layout.columns[n]) + self.rooms.above[n] for n in band)])
        track = top + TRACK * (place + 1)
        corners = [(right, pen.at[1]), (right, track), (left, track), (left, entries[place])]
        pen.round_corners([*corners, (float(self.lefts[start]) - FOLD / 2, entries[place])])

    def _band(self, column: int) -> int:
        return sum(start <= column for start in self.starts)


class _Pen:
    """Collects a path of level lines, smooth bends and rounded corners."""

    def __init__(self, start: Point) -> None:
        self.at = start
        self.points, self.codes = [start], [Path.MOVETO]

    def line_to(self, end: Point) -> None:
        if abs(end[0] - self.at[0]) + abs(end[1] - self.at[1]) > 1e-6:  # an arrow needs a last piece with a direction
            self._add([end], Path.LINETO)

    def bend_to(self, end: Point) -> None:
        """A curve that is level at both ends."""
        middle = (self.at[0] + end[0]) / 2
        self._add([(middle, self.at[1]), (middle, end[1]), end], Path.CURVE4)

    def round_corners(self, points: Sequence[Point]) -> None:
        """Straight lines through ``points``, each corner but the last point rounded."""
        for corner, following in pairwise(points):
            self.line_to(_towards(corner, self.at))
            self._add([corner, _towards(corner, following)], Path.CURVE3)
        self.line_to(points[-1])

    def _add(self, points: Sequence[Point], code: np.uint8) -> None:
        self.points += points
        self.codes += [code] * len(points)
        self.at = points[-1]

    def path(self) -> Path:
        return Path(self.points, self.codes)


def _towards(corner: Point, other: Point) -> Point:
    """The point ``CORNER`` away from ``corner`` on the way to ``other``, at most half of it."""
    way = np.subtract(other, corner)
    length = float(np.hypot(*way))
    return corner if length == 0 else tuple(np.add(corner, way * min(CORNER, length / 2) / length).tolist())


def rounded(middle: Point, width: float, height: float, radius: float) -> Path:
    """A box around ``middle`` whose corners are quarters of a circle; a circle when all sides are 2 ``radius``."""
    x, y = width / 2 - radius, height / 2 - radius  # from the middle to that of a corner's circle
    arm = 0.5523 * radius  # of the cubic curve that is nearest to a quarter of a circle
    quarter = np.array([radius, radius + 1j * arm, arm + 1j * radius, 1j * radius])
    corners = [x + 1j * y, -x + 1j * y, -x - 1j * y, x - 1j * y]
    points = np.concatenate([corner + quarter * 1j**turn for turn, corner in enumerate(corners)])
    points = complex(*middle) + np.append(points, points[0])
    codes = [Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4] * 4
    return Path(np.column_stack([points.real, points.imag]), [Path.MOVETO, *codes[1:], Path.CLOSEPOLY])
