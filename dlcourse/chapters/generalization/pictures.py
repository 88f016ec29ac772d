"""Diagrams of folds: which examples train, which validate or choose, and which judge."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from dlcourse.plots import describe, new_figure, style
from dlcourse.validation import check_count

HEIGHT = 0.7  # of a row
LOOKS = {
    "trained on": (style.SKY, ""),
    "validated on": (style.GREEN, "//"),
    "chooses the setting": (style.GREEN, "//"),
    "judges": (style.ORANGE, "xx"),
    "not looked at": ("white", ""),
}
Row = list[tuple[float, float, str]]  # blocks: left end, right end, a name among LOOKS


@style.course_style()
def folds(k: int, ax: Axes | None = None) -> Axes:
    """Cross-validation: a row for each of its ``k`` fits. Raises ValueError for fewer than 2."""
    count = check_count(k, "k", low=2)
    ends = np.arange(count + 1.0)
    rows = [_split(ends, row, "validated on") for row in range(count)]
    text = (
        f"Diagram of cross-validation in {count} folds: the examples lie in {count} blocks, and each of {count} rows "
        "is a fit. In row j the j-th block is validated on, and all others are trained on."
    )
    return _diagram(ax, rows, [f"fit {row + 1}" for row in range(count)], "Cross-validation", text)


@style.course_style()
def nested_folds(outer: int, inner: int, ax: Axes | None = None) -> Axes:
    """The first of ``outer`` folds: a row for each of its ``inner`` fits, and one for the fit that is judged.

    Examples lie from left to right, in ``outer`` blocks, of which the last one judges. Raises ValueError for fewer than
    2 folds of either kind.
    """
    k, m = check_count(outer, "outer", low=2), check_count(inner, "inner", low=2)
    ends = np.linspace(0, k - 1, m + 1)
    rows = [[*_split(ends, row, "chooses the setting"), (k - 1.0, float(k), "not looked at")] for row in range(m)]
    rows.append([(0.0, k - 1.0, "trained on"), (k - 1.0, float(k), "judges")])
    text = (
        f"Diagram of nested cross-validation, the first of {k} outer folds: {m} rows for its inner folds. In each, "
        f"1/{m} of the outer training part chooses the setting and the rest is trained on; the last 1/{k} of all "
        f"examples is not looked at. In the row below, the whole outer training part is trained on, and the last 1/{k} "
        "judges."
    )
    names = [*(f"inner fold {row + 1}" for row in range(m)), "outer fold 1"]
    return _diagram(ax, rows, names, "Nested cross-validation", text)


def _split(ends: np.ndarray, held_out: int, name: str) -> Row:
    """Blocks between ``ends``, of which one has a ``name`` of its own and the others are trained on."""
    pairs = zip(ends.tolist(), ends[1:].tolist(), strict=False)
    return [(left, right, name if part == held_out else "trained on") for part, (left, right) in enumerate(pairs)]


def _diagram(ax: Axes | None, rows: list[Row], names: list[str], title: str, text: str) -> Axes:
    ax = new_figure(size=(7.0, 0.4 * len(rows) + 1.2)).axes[0] if ax is None else ax
    for row, blocks in enumerate(rows):
        for left, right, name in blocks:
            colour, hatch = LOOKS[name]
            bar = ax.barh(
                row, right - left, HEIGHT, left, color=colour, hatch=hatch, edgecolor=style.GREY, linewidth=0.8
            )
            bar[0].set_clip_on(False)  # its edge lies on that of the picture
    ax.set(xlim=(0, rows[0][-1][1]), ylim=(len(rows) - 0.5, -0.5), xticks=[], xlabel="examples")
    ax.set_yticks(range(len(rows)), names)
    ax.grid(False)
    ax.set_title(title, loc="left", fontweight="bold")
    there = [name for name in LOOKS if any(name == block[2] for blocks in rows for block in blocks)]
    handles = [
        Patch(facecolor=LOOKS[name][0], hatch=LOOKS[name][1], edgecolor=style.GREY, label=name) for name in there
    ]
    ax.legend(
        handles=handles, frameon=False, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.12), fontsize="small"
    )
    return describe(ax, text)
