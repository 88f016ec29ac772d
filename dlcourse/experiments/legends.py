"""Legends that stand below their panel, where no curve ever comes."""

from matplotlib.axes import Axes
from matplotlib.legend import Legend

from dlcourse.experiments.panels import SMALL


def legend_below(ax: Axes, columns: int = 2) -> Legend:
    """The legend of ``ax``, in ``columns``, under the label of its x axis."""
    return ax.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.2),
        ncols=columns,
        fontsize=SMALL,
        frameon=False,
        borderaxespad=0,
        columnspacing=1.5,
        handletextpad=0.6,
    )
