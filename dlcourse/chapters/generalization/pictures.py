"""A diagram of nested cross-validation: which examples choose, which train, and which judge."""

import numpy as np
from matplotlib.axes import Axes

from dlcourse.plots import describe, new_figure, style
from dlcourse.validation import check_count

HEIGHT = 0.7  # of a row
LOOKS = {
    "trained on": (style.SKY, ""),
    "chooses the setting": (style.GREEN, "//"),
    "judges": (style.ORANGE, "xx"),
    "not looked at": ("white", ""),
}


@style.course_style()
def nested_folds(outer: int, inner: int, ax: Axes | None = None) -> Axes:
    """The first of ``outer`` folds: a row for each of its ``inner`` fits, and one for the fit that is judged.

    Examples lie from left to right, in ``outer`` blocks, of which the last one judges. Raises ValueError for fewer than
    2 folds of either kind.
    """
    k, m = check_count(outer, "outer", low=2), check_count(inner, "inner", low=2)
    ax = new_figure(size=(7.0, 0.4 * m + 1.6)).axes[0] if ax is None else ax
    ends = np.linspace(0, k - 1, m + 1)
    for row in range(m):
        parts = ["chooses the setting" if part == row else "trained on" for part in range(m)]
        for part, left, right in zip(parts, ends, ends[1:], strict=False):
            _block(ax, row, left, right, part)
        _block(ax, row, k - 1, k, "not looked at")
    _block(ax, m, 0, k - 1, "trained on")
    _block(ax, m, k - 1, k, "judges")
    names = [*(f"inner fold {row + 1}" for row in range(m)), "outer fold 1"]
    ax.set(xlim=(0, k), ylim=(m + 0.5, -0.5), xticks=[], yticks=range(m + 1), xlabel="examples")
    ax.set_yticklabels(names)
    ax.grid(False)
    ax.set_title("Nested cross-validation", loc="left", fontweight="bold")
    for name, (colour, hatch) in LOOKS.items():
        ax.bar(0, 0, color=colour, hatch=hatch, edgecolor=style.GREY, label=name)
    ax.legend(frameon=False, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.12), fontsize="small")
    return describe(
        ax,
        f"Diagram of nested cross-validation, the first of {k} outer folds: {m} rows for its inner folds. In each, "
        f"1/{m} of the outer training part chooses the setting and the rest is trained on; the last 1/{k} of all "
        f"examples is not looked at. In the row below, the whole outer training part is trained on, and the last 1/{k} "
        "judges.",
    )


def _block(ax: Axes, row: int, left: float, right: float, name: str) -> None:
    colour, hatch = LOOKS[name]
    ax.barh(row, right - left, HEIGHT, left, color=colour, hatch=hatch, edgecolor=style.GREY, linewidth=0.8)
