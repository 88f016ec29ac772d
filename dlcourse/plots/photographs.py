"""Photographs and what filters make of them, side by side."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from dlcourse.numerals import short
from dlcourse.plots import style
from dlcourse.plots.showing import describe

NEGATIVE = -1e-6  # what is above comes from rounding
WIDTH, WIDEST = 9.6, 3.2  # inches: of all pictures, and of one
BRIGHTEST = 99.5  # per cent of a signed picture's numbers lie within its colours; the rest is drawn as their end


@style.course_style()
def photographs(
    pictures: Sequence[ArrayLike], names: Sequence[str], *, title: str = "", ax: Axes | None = None
) -> Axes:
    """Pictures of one size side by side: grey (height, width), or in colour (3, height, width), of numbers in [0, 1].

    One with negative numbers is drawn blue to red around 0, on a scale of its own that leaves out its rare extremes.
    ``names``, one for each, stand above. Raises ValueError where the sizes differ or the names are not as many.
    """
    arrays = [np.asarray(picture, dtype=float) for picture in pictures]
    sizes = {array.shape[-2:] for array in arrays}
    if len(sizes) != 1 or len(names) != len(arrays):
        raise ValueError(f"photographs needs pictures of one size, each with a name: {sizes}, {len(names)} names.")
    height, width = sizes.pop()
    gap = 0.04 * width
    if ax is None:
        across = min(WIDTH, WIDEST * len(arrays))
        ax = style.new_figure(size=(across, 0.75 + across * height / (width * len(arrays)))).axes[0]
    told = []
    for index, (array, name) in enumerate(zip(arrays, names, strict=True)):
        left, signed = index * (width + gap), array.min() < NEGATIVE
        extent = (left, left + width, height, 0)
        if array.ndim == 3:
            ax.imshow(np.clip(array.transpose(1, 2, 0), 0, 1), extent=extent)
        elif signed:
            top = float(np.percentile(np.abs(array), BRIGHTEST))
            ax.imshow(array, cmap=style.DIVERGING, vmin=-top, vmax=top, extent=extent)
        else:
            ax.imshow(array, cmap="gray", vmin=0, vmax=1, extent=extent)
        ax.text(left + width / 2, -0.02 * height, name, ha="center", va="bottom", fontsize=10)
        low, high = short(array.min()), short(array.max())
        span = f"from {low} (blue) to {high} (red)" if signed else f"from {low} to {high}"
        told.append(f"{name}, {span}, mean {short(array.mean())}")
    ax.set(xlim=(0, len(arrays) * (width + gap) - gap), ylim=(height, -0.14 * height))
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")
    return describe(ax, f"{len(arrays)} pictures of {height} by {width} pixels, {title}: {'; '.join(told)}.")
