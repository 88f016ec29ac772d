"""Legends that stand below their panel, where no curve ever comes."""

from typing import Any

from matplotlib.legend import Legend
from matplotlib.transforms import ScaledTranslation

from dlcourse.experiments.panels import SMALL

GAP = 0.5  # inches from the axis to the legend: its tick labels and its label stand between


def legend_below(ax: Any, columns: int = 2, gap: float = GAP) -> Legend:
    """The legend of ``ax``, in ``columns``, ``gap`` inches under its x axis."""
    legend: Legend = ax.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        bbox_transform=ax.transAxes + ScaledTranslation(0, -gap, ax.get_figure(root=True).dpi_scale_trans),
        ncols=columns,
        fontsize=SMALL,
        frameon=False,
        borderaxespad=0,
        columnspacing=1.5,
        handletextpad=0.6,
    )
    return legend
