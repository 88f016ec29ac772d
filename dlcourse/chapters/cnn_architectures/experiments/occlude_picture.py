"""The picture of occlusion: the covered image, the classes' probabilities, and the drop for every place."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dlcourse.experiments import tints
from dlcourse.experiments.experiment import Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.numerals import fixed
from dlcourse.plots import style

SIDE, CLASSES = 28, 10
INK, DROP = tints.onto(style.BLACK), tints.between(style.BLUE, style.ORANGE)
BLANK = np.zeros((2, 2, 4), np.uint8)


class OccludePicture:
    """Left the image with the square, in the middle the ten classes, right the map of drops."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic([["image", "scores", "map"]])
        self.axes = dict(axes)
        extent = (0, SIDE, SIDE, 0)
        for name, title in (("image", "Covered image"), ("map", "Drop for each place")):
            ax = label(axes[name], title, "", "")
            ax.set_axis_off()
            ax.add_patch(Rectangle((0, 0), SIDE, SIDE, fill=False, edgecolor=style.GRID, linewidth=1))
        self.image, self.map = (
            axes[name].imshow(BLANK, extent=extent, aspect="equal", interpolation="nearest")
            for name in ("image", "map")
        )
        for name in ("image", "map"):
            axes[name].set(xlim=(-0.5, SIDE + 0.5), ylim=(SIDE + 0.5, -0.5), anchor="N")
        self.frame = Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.ORANGE, linewidth=2)
        axes["image"].add_patch(self.frame)
        (self.point,) = axes["image"].plot([], [], "o", color=style.ORANGE, markersize=8, markeredgecolor="white")
        (self.middle,) = axes["map"].plot([], [], "o", color=style.BLACK, markersize=8, markeredgecolor="white")
        scores = label(axes["scores"], "Probability", "", "class")
        scores.set(xlim=(0, 1.02), ylim=(CLASSES - 0.4, -0.6), yticks=range(CLASSES), xticks=(0, 0.5, 1))
        scores.grid(visible=False, axis="y")
        self.bars = scores.barh(np.arange(CLASSES), np.zeros(CLASSES), height=0.62, color=style.ORANGE, label="covered")
        (self.whole,) = scores.plot([], [], "D", color=style.BLACK, markersize=5, label="whole", zorder=3)
        legend_below(scores)
        self.numbers = {name: readout(axes[name]) for name in axes}
        self.moving: list[Artist] = [self.image, self.map, self.frame, self.point, self.middle, *self.bars]
        self.moving += [self.whole, *self.numbers.values()]
        self.update(values)

    def update(self, values: Values) -> None:
        """Moves the square, the bars and the map to ``values``."""
        (row, column), size, drops, name = values["corner"], values["size"], values["drops"], values["class"]
        self.image.set_data(INK(values["image"], bytes=True))
        self.frame.set_bounds(column, row, size, size)
        middle = [column + size / 2], [row + size / 2]
        self.point.set_data(*middle)
        self.middle.set_data(*(middle if drops.size else ([], [])))
        for bar, share in zip(self.bars, values["covered"], strict=True):
            bar.set_width(float(share))
        self.whole.set_data(values["whole"], np.arange(CLASSES))
        low, high = (size - 1) / 2, SIDE - (size - 1) / 2
        self.map.set_extent((low, high, high, low))
        self.map.set_data(DROP((drops + 1) / 2, bytes=True) if drops.size else BLANK)
        self.axes["map"].set(xlim=(-0.5, SIDE + 0.5), ylim=(SIDE + 0.5, -0.5))
        self.numbers["image"].set_text(f"covered ink: {values['ink']:.2f} a pixel")
        self.numbers["scores"].set_text(f"{name}: {fixed(values['whole'][name])} → {fixed(values['covered'][name])}")
        self.numbers["map"].set_text(
            f"mean {fixed(drops.mean())}, most {fixed(drops.max())} (orange)" if drops.size else "not shown"
        )
