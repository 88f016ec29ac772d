"""A diagram: over which numbers each normalization takes a mean and a variance."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dlcourse.plots import style
from dlcourse.plots.showing import describe

# Of examples, channels and groups: how many examples and neighbouring channels share a mean.
SHARING: Mapping[str, Callable[[int, int, int], tuple[int, int]]] = MappingProxyType(
    {
        "batch": lambda examples, channels, groups: (examples, 1),
        "layer": lambda examples, channels, groups: (1, channels),
        "group": lambda examples, channels, groups: (1, channels // groups),
        "instance": lambda examples, channels, groups: (1, 1),
    }
)


@style.course_style()
def normalizations(examples: int = 4, channels: int = 6, groups: int = 2) -> Figure:
    """A panel for each normalization: a row an example, a column a channel, frames around what shares a mean.

    A cell stands for all places of a channel of an example; one set is filled. Raises ValueError for ``groups`` that do
    not divide ``channels``.
    """
    if channels % groups:
        raise ValueError(f"normalizations: {channels} channels cannot be cut into {groups} equal groups.")
    figure = style.new_figure(1, len(SHARING), size=(10.4, 0.55 * examples + 0.9))
    for (name, sharing), ax in zip(SHARING.items(), figure.axes, strict=True):
        _panel(ax, name, (examples, channels), sharing(examples, channels, groups))
    return figure


def _panel(ax: Axes, name: str, sizes: tuple[int, int], shared: tuple[int, int]) -> None:
    (rows, columns), (high, wide) = sizes, shared
    for row in range(rows):
        for column in range(columns):
            ax.add_patch(Rectangle((column, row), 1, 1, facecolor="none", edgecolor=style.GRID, linewidth=0.8))
    for row in range(0, rows, high):
        for column in range(0, columns, wide):
            frame = Rectangle((column + 0.06, row + 0.06), wide - 0.12, high - 0.12, linewidth=1.8)
            frame.set(edgecolor=style.BLUE, facecolor=style.SKY if row == column == 0 else "none")
            ax.add_patch(frame)
    means = (rows // high) * (columns // wide)
    ax.set(xlim=(-0.1, columns + 0.1), ylim=(rows + 0.1, -0.1), aspect="equal", xticks=[], yticks=[])
    ax.set(xlabel="channels", ylabel="examples" if name == "batch" else "")
    ax.grid(False)
    ax.set_title(f"{name}: {means} means", loc="left", fontweight="bold")
    describe(
        ax,
        f"Diagram, {name} normalization of {rows} examples with {columns} channels: {means} means, each over all "
        f"places of {_counted(high, 'example')} and {_counted(wide, 'channel')}.",
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''}"
