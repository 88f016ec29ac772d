"""Why depth helps: layers of two ReLU units fold a line once each, and the pieces double with every layer."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dlcourse.experiments.controls import Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.plots import style
from dlcourse.scratch.perceptrons import sawtooth

MOST_LAYERS = 8
DEPTHS = np.arange(1, MOST_LAYERS + 1)
TENT = np.array([0.0, 0.5, 1.0])


def compute_folding(layers: int, x: float) -> Values:
    """The zigzag of ``layers`` layers and the one before it, by their corners, and where ``x`` goes through them.

    ``corners`` (2^layers + 1, 2) and ``before`` (2^(layers - 1) + 1, 2) are x and y; without layers both are the
    line y = x. ``way`` (layers + 1,) is x after 0, 1, ... layers. ``units`` are the hidden units of the network; how
    many one hidden layer needs for as many pieces is an exercise of the chapter.
    """
    pieces = 2**layers
    return {
        "layers": layers,
        "pieces": pieces,
        "corners": corners(layers),
        "before": corners(max(layers - 1, 0)),
        "way": np.array([float(sawtooth(x, depth)) for depth in range(layers + 1)]),
        "units": 2 * layers,
    }


def corners(layers: int) -> NDArray[np.float64]:
    """The corners (2^layers + 1, 2) of the zigzag: multiples of 2^-layers, at which it is exact."""
    places = np.arange(2**layers + 1) / 2**layers
    return np.column_stack([places, sawtooth(places, layers)])


class FoldingPicture:
    """Above the zigzag and the one before its last fold; below the fold, and how units and pieces grow."""

    def __init__(self, figure: Figure, values: Values) -> None:
        panels = figure.subplot_mosaic([["zigzag", "zigzag"], ["fold", "counts"]])
        self.axes = panels
        self._draw_zigzag(label(panels["zigzag"], "What the network computes", "x", "output"))
        self._draw_fold(label(panels["fold"], "What each layer does", "u: what comes in", "t(u)"))
        self._draw_counts(label(panels["counts"], "Units and pieces", "layers", "how many (log scale)"))
        self.numbers = [readout(panels[name]) for name in ("zigzag", "fold", "counts")]
        self.moving: list[Artist] = [
            self.before, self.zigzag, self.upright, self.place, self.path, self.folded,
            self.units_so_far, self.pieces_so_far, self.units, self.pieces, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_zigzag(self, ax: Axes) -> None:
        ax.set(xlim=(-0.02, 1.02), ylim=(-0.04, 1.08), yticks=(0, 0.5, 1), xticks=(0, 0.25, 0.5, 0.75, 1))
        (self.before,) = ax.plot([], [], "--", color=style.ORANGE, linewidth=1.8, label="before the last layer, u")
        (self.zigzag,) = ax.plot([], [], color=style.BLUE, linewidth=2, label="after it, t(u)")
        self.upright = ax.axvline(0, color=style.BLACK, linewidth=1, linestyle=":")
        (self.place,) = ax.plot([], [], "o", color=style.BLACK, markersize=9, markeredgecolor="white", zorder=3)
        legend_below(ax, columns=3)

    def _draw_fold(self, ax: Axes) -> None:
        ax.set(xlim=(-0.05, 1.05), ylim=(-0.04, 1.08), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
        ax.plot(TENT, sawtooth(TENT, 1), color=style.BLUE, linewidth=2, label="t(u)")
        (self.path,) = ax.plot([], [], color=style.BLACK, linewidth=1, linestyle=":")
        (self.folded,) = ax.plot([], [], "o", color=style.BLACK, markersize=9, markeredgecolor="white", zorder=3)
        self.folded.set_label("your point")
        legend_below(ax)

    def _draw_counts(self, ax: Axes) -> None:
        ax.set(xlim=(0.4, MOST_LAYERS + 0.6), ylim=(0.7, 1500), yscale="log", xticks=range(1, MOST_LAYERS + 1))
        ax.set_yticks([1, 8, 64, 512], ["1", "8", "64", "512"])
        ax.minorticks_off()
        (self.pieces_so_far,) = ax.plot([], [], "^--", color=style.ORANGE, markersize=6, label="straight pieces")
        (self.units_so_far,) = ax.plot([], [], "o-", color=style.BLUE, markersize=6, label="hidden units")
        big: dict[str, Any] = {"markersize": 12, "markeredgecolor": "white", "zorder": 3}
        (self.pieces,) = ax.plot([], [], "^", color=style.ORANGE, **big)
        (self.units,) = ax.plot([], [], "o", color=style.BLUE, **big)
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shows the zigzag, the fold and the counts for the layers in ``values``."""
        layers, way = values["layers"], values["way"]
        self.zigzag.set_data(*values["corners"].T)
        self.zigzag.set_linewidth(2 if layers < 6 else 1)
        self.before.set_data(*values["before"].T)
        self.before.set_visible(0 < layers < 7)  # beyond, it would fill the gaps
        self.upright.set_xdata([way[0]] * 2)
        self.place.set_data(way[:1], way[-1:])
        going = layers > 0
        self.folded.set_data(way[-2:-1], way[-1:] if going else [])
        self.path.set_data([way[-2], way[-2], -0.05] if going else [], [-0.04, way[-1], way[-1]] if going else [])
        depths = DEPTHS[:layers]  # only so far: what further layers bring is for the reader to find out
        self.units_so_far.set_data(depths, 2 * depths)
        self.pieces_so_far.set_data(depths, 2**depths)
        self.units.set_data([layers] if going else [], [values["units"]] if going else [])
        self.pieces.set_data([layers] if going else [], [values["pieces"]] if going else [])
        for text, told in zip(self.numbers, _tell(values), strict=True):
            text.set_text(told)


def _tell(values: Values) -> tuple[str, str, str]:
    layers, way, pieces = values["layers"], values["way"], values["pieces"]
    left = f"{_many(layers, 'layer')}, {_many(pieces, 'piece')}; at x = {fixed(way[0])}: {fixed(way[-1], 3)}"
    if not layers:
        return left, "no layer yet", "no units yet"
    return (
        left,
        f"t({fixed(way[-2], 3)}) = {fixed(way[-1], 3)}",
        f"{values['units']} units, {_many(pieces, 'piece')}",
    )


def _many(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def describe_folding(parameters: Mapping[str, Any], values: Values) -> str:
    """Pieces and units, and the way of the reader's point through the layers."""
    layers, way, pieces = values["layers"], values["way"], values["pieces"]
    if not layers:
        return f"Without layers the output is the input, a line of 1 piece: {fixed(way[0])} stays {fixed(way[0])}."
    return (
        f"{_many(layers, 'layer')} of two ReLU units, {values['units']} units together, "
        f"{'makes' if layers == 1 else 'make'} a zigzag of "
        f"{pieces} straight pieces between 0 and 1. "
        f"The point x = {fixed(way[0])} goes through the layers as {', '.join(fixed(place, 3) for place in way)}."
    )


folding = Experiment(
    name="folding",
    title="Folding a line",
    prediction=Prediction(
        question="A layer of two ReLU units computes t, which rises from 0 to 1 and falls back to 0: two straight "
        "pieces. Two such layers, one after the other, make four. Eight of them follow each other. Of how many "
        "straight pieces is the graph of the whole network?",
        choices=("10: every further layer adds a piece", "16: two from each of eight layers", "64", "256"),
        answer=3,
        explanation="Each layer doubles its input and folds what goes beyond 1 back down, so what was one rise from 0 "
        "to 1 becomes a rise and a fall: every piece becomes two, and eight layers make $2^8 = 256$. Pieces multiply, "
        "because a layer folds all that the layers before it have made at once; 10 and 16 would be right if they "
        "added, and 64 is $8^2$, but nothing here is squared. The network has 16 hidden units. Think of a strip of "
        "paper: fold it in half "
        "eight times, and one punch makes 256 holes (but paper gets shorter, where the "
        "network stretches it back each time). Not every function is made of folds: the zigzag shows that depth can "
        "help this much, not that it always does.",
    ),
    controls=(
        Slider("layers", "Layers", 0, MOST_LAYERS, step=1, value=1),
        Slider("x", "Your point x", 0.0, 1.0, step=0.01, value=0.3),
    ),
    play=Play("layers", interval=900, label="Next layer"),
    compute=compute_folding,
    picture=FoldingPicture,
    describe=describe_folding,
    size=(9.0, 6.2),
)
