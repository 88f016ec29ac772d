"""The order of nodes and wires within the columns of a graph, with few crossings, and their heights."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np

SWEEPS = 12  # left to right and back; the best order seen is kept
ROUNDS = 60  # of the heights: they have settled to a thousandth of a row long before
STRAIGHT = 8.0  # how much more a wire wants to be level while it passes columns than an edge between two nodes
SLACK = 1e-3  # how much less an edge does from a leaf that hangs beside the way


@dataclass(frozen=True)
class Wiring:
    """Vertices by column, from the top, and the links from each column to the next.

    Vertices below ``nodes`` are the graph's nodes, the others are places where a wire passes. A link is (vertex,
    vertex, port): the port, in (0, 1), is the height at which it arrives, from the top of its target.
    """

    places: list[list[int]]
    links: list[list[tuple[int, int, float]]]
    nodes: int


def ordered(wiring: Wiring) -> Wiring:
    """``wiring`` with the columns in an order of few crossings: barycentre sweeps, then exchanges of neighbours."""
    places = [list(column) for column in wiring.places]
    best, fewest = [list(column) for column in places], crossings(wiring)
    for sweep in range(2 * SWEEPS):
        if fewest == 0:
            break
        rightwards = sweep % 2 == 0
        for column in range(len(places)) if rightwards else reversed(range(len(places))):
            keys = _barycentres(places, wiring.links, column, rightwards)
            places[column].sort(key=keys.__getitem__)
        _exchange(places, wiring.links)
        count = crossings(Wiring(places, wiring.links, wiring.nodes))
        if count < fewest:
            best, fewest = [list(column) for column in places], count
    return Wiring(best, wiring.links, wiring.nodes)


def crossings(wiring: Wiring) -> int:
    """How often links cross, those included that cross on the way into one node because of its arguments' order."""
    return sum(
        _crossings(links, wiring.places[column], wiring.places[column + 1]) for column, links in enumerate(wiring.links)
    )


def _crossings(links: Sequence[tuple[int, int, float]], left: Sequence[int], right: Sequence[int]) -> int:
    starts = {vertex: place for place, vertex in enumerate(left)}
    ends = {vertex: place for place, vertex in enumerate(right)}
    start = np.array([starts[a] for a, _, _ in links])
    end = np.array([ends[b] + port for _, b, port in links])
    return int(((start[:, None] - start) * (end[:, None] - end) < 0).sum()) // 2


def _barycentres(
    places: list[list[int]], links: list[list[tuple[int, int, float]]], column: int, rightwards: bool
) -> dict[int, float]:
    """For each vertex of a column, the mean height (0 top, 1 bottom) of what it is linked to on the settled side."""
    sides: list[dict[int, list[float]]] = [{}, {}]
    if column > 0:
        height = _fractions(places[column - 1])
        for a, b, _ in links[column - 1]:
            sides[0].setdefault(b, []).append(height[a])
    if column < len(links):
        height, share = _fractions(places[column + 1]), 1 / len(places[column + 1])
        for a, b, port in links[column]:
            sides[1].setdefault(a, []).append(height[b] + (port - 0.5) * share)
    near, far = sides if rightwards else reversed(sides)
    own = _fractions(places[column])
    return {v: float(np.mean(near.get(v) or far.get(v) or [own[v]])) for v in places[column]}


def _fractions(column: Sequence[int]) -> dict[int, float]:
    return {vertex: (place + 0.5) / len(column) for place, vertex in enumerate(column)}


def _exchange(places: list[list[int]], links: list[list[tuple[int, int, float]]]) -> None:
    """Exchanges neighbours in place, as long as that takes crossings away."""

    def around(column: int) -> int:
        gaps = [gap for gap in (column - 1, column) if 0 <= gap < len(links)]
        return sum(_crossings(links[gap], places[gap], places[gap + 1]) for gap in gaps)

    better = True
    while better:
        better = False
        for index, column in enumerate(places):
            for upper in range(len(column) - 1):
                before = around(index)
                column[upper], column[upper + 1] = column[upper + 1], column[upper]
                if around(index) < before:
                    better = True
                else:
                    column[upper], column[upper + 1] = column[upper + 1], column[upper]


def heights(wiring: Wiring, reach: Sequence[tuple[float, float]], wire: float, hanging: set[int]) -> list[float]:
    """The height (upwards) of each vertex: links as level as the order and the room of each vertex allow.

    Least squares of the links' rises, one column at a time: its unconstrained best, then the nearest heights that
    keep the distances.
    """
    rooms = {v: reach[v] if v < wiring.nodes else (wire, wire) for column in wiring.places for v in column}
    gaps = [_gaps(column, rooms) for column in wiring.places]
    depth = [0.0] * len(rooms)
    neighbours = _neighbours(wiring, hanging)
    for column, gap in zip(wiring.places, gaps, strict=True):
        for vertex, place in zip(column, gap - gap.mean(), strict=True):
            depth[vertex] = float(place)
    count = len(wiring.places)
    for turn in range(ROUNDS):
        # First each side in turn, which carries a shift through the whole graph at once; then both sides.
        side = (0, 1, None)[turn % 3] if turn < ROUNDS // 2 else None
        for index in range(count) if turn % 2 == 0 else reversed(range(count)):
            _settle(wiring.places[index], gaps[index], depth, neighbours, side)
    _level(wiring, gaps, depth)
    return [-value for value in depth]


def _level(wiring: Wiring, gaps: Sequence[np.ndarray], depth: list[float]) -> None:
    """Gives the places of each wire one height for as many columns at a time as what stands there leaves room for."""
    column_of = {vertex: index for index, column in enumerate(wiring.places) for vertex in column}
    following = {a: b for links in wiring.links for a, b, _ in links if b >= wiring.nodes}
    for first in [b for a, b in following.items() if a < wiring.nodes]:
        run: list[int] = []
        low, high, vertex = -inf, inf, first
        while True:
            least, most = _play(wiring.places[column_of[vertex]], gaps[column_of[vertex]], depth, vertex)
            if max(low, least) > min(high, most):
                _lay(run, low, high, depth)
                run, low, high = [], -inf, inf
            run, low, high = [*run, vertex], max(low, least), min(high, most)
            if vertex not in following:
                break
            vertex = following[vertex]
        _lay(run, low, high, depth)


def _play(column: Sequence[int], gaps: np.ndarray, depth: Sequence[float], vertex: int) -> tuple[float, float]:
    """The least and the greatest depth that a vertex may have between its neighbours in the column."""
    at = column.index(vertex)
    low = depth[column[at - 1]] + gaps[at] - gaps[at - 1] if at > 0 else -inf
    high = depth[column[at + 1]] - gaps[at + 1] + gaps[at] if at + 1 < len(column) else inf
    return min(low, depth[vertex]), max(high, depth[vertex])


def _lay(run: Sequence[int], low: float, high: float, depth: list[float]) -> None:
    level = min(max(float(np.mean([depth[vertex] for vertex in run])), low), high)
    for vertex in run:
        depth[vertex] = level


def _gaps(column: Sequence[int], rooms: dict[int, tuple[float, float]]) -> np.ndarray:
    """The depth of each vertex of a column when all stand as close as their rooms allow, the first at 0."""
    steps = [rooms[upper][1] + rooms[lower][0] for upper, lower in pairwise(column)]
    return np.cumsum([0.0, *steps])


def _neighbours(wiring: Wiring, hanging: set[int]) -> list[list[tuple[int, float, int]]]:
    """For each vertex its linked ones, as (vertex, weight, side): side 0 is the left, 1 the right."""
    found: list[list[tuple[int, float, int]]] = [[] for column in wiring.places for _ in column]
    for links in wiring.links:
        for a, b, _ in links:
            passing = (a >= wiring.nodes) + (b >= wiring.nodes)
            weight = STRAIGHT if passing == 2 else SLACK if a in hanging else 1.0 + passing
            found[a].append((b, weight, 1))
            found[b].append((a, weight, 0))
    return found


def _settle(
    column: Sequence[int],
    gaps: np.ndarray,
    depth: list[float],
    neighbours: list[list[tuple[int, float, int]]],
    side: int | None,
) -> None:
    """Moves the vertices of one column to where their neighbours want them."""
    wanted, weights = [], []
    for vertex in column:
        pulls = [(other, weight) for other, weight, where in neighbours[vertex] if side is None or where == side]
        pull = sum(weight for _, weight in pulls)
        wanted.append(sum(weight * depth[other] for other, weight in pulls) / pull if pull else depth[vertex])
        weights.append(pull or 1e-3)
    for vertex, place in zip(column, nearest_rising(np.array(wanted) - gaps, np.array(weights)) + gaps, strict=True):
        depth[vertex] = float(place)


def nearest_rising(wanted: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The numbers (n,) that never fall and are nearest to ``wanted`` in weighted least squares.

    Pool adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman, 1955).
    """
    blocks: list[tuple[float, float, int]] = []  # mean, weight, length
    for value, weight in zip(wanted, weights, strict=True):
        mean, total, length = float(value), float(weight), 1
        while blocks and blocks[-1][0] > mean:
            earlier, its_weight, its_length = blocks.pop()
            mean = (mean * total + earlier * its_weight) / (total + its_weight)
            total, length = total + its_weight, length + its_length
        blocks.append((mean, total, length))
    return np.repeat([mean for mean, _, _ in blocks], [length for _, _, length in blocks])
