"""A whole network on one picture: the sizes of its maps, and below them where its costs sit."""

from collections.abc import Sequence
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlcourse.plots import style
from dlcourse.plots.showing import describe

COSTS = {"parameters": style.BLUE, "multiply_adds": style.ORANGE, "activations": style.GREEN}
LOWEST, HIGHEST = 0.12, 1.3  # the height of a map of 1 × 1 and of the largest
ABOVE = 1.25  # where the maps begin: below 1 stand the bars, 1 is 100 %
SHEETS = 5  # the most that stand behind each other


class Stage(Protocol):
    """What is drawn of a part of a network, for one input; such as ``counting.LayerCount``."""

    @property
    def name(self) -> str:
        """The stage's name."""

    @property
    def output_shape(self) -> tuple[int, ...]:
        """(channels, height, width), or (features,)."""

    @property
    def parameters(self) -> int:
        """Learnt numbers."""

    @property
    def multiply_adds(self) -> int:
        """Products that are summed."""

    @property
    def activations(self) -> int:
        """Numbers that the stage computes."""


@style.course_style()
def architecture(stages: Sequence[Stage], *, title: str = "", ax: Axes | None = None) -> Axes:
    """The stages of a network from left to right, and the share of each in parameters, multiply-adds and activations.

    Above, a stage's result: as high as the square root of its maps' height, with more sheets for more channels.
    """
    if not stages:
        raise ValueError("architecture needs at least one stage.")
    ax = style.new_figure(size=(9.0, 3.9)).axes[0] if ax is None else ax
    largest = max(_side(stage) for stage in stages)
    for number, stage in enumerate(stages):
        _sheets(ax, number, stage, largest)
    sums = {cost: sum(getattr(stage, cost) for stage in stages) for cost in COSTS}
    for offset, (cost, color) in zip((-0.26, 0.0, 0.26), COSTS.items(), strict=True):
        shares = [getattr(stage, cost) / max(sums[cost], 1) for stage in stages]
        places = [number + offset for number in range(len(stages))]
        ax.bar(places, shares, width=0.24, color=color, label=cost.replace("_", "-"))
    ax.set_xticks(range(len(stages)), [f"{stage.name}\n{_size(stage)}" for stage in stages], fontsize=9)
    ax.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    ax.set(xlim=(-0.7, len(stages) - 0.3), ylim=(0, ABOVE + HIGHEST + 0.6))
    ax.set_ylabel("share of all", loc="bottom")
    ax.grid(False, axis="x")
    ax.legend(loc="upper right", fontsize=9, ncols=3, frameon=False)
    ax.set_title(title, loc="left", fontweight="bold")
    return describe(ax, _told(stages, sums, title))


def _side(stage: Stage) -> int:
    return stage.output_shape[1] if len(stage.output_shape) == 3 else 1


def _size(stage: Stage) -> str:
    """The result's size on two lines: "28 × 28" and the channels."""
    if len(stage.output_shape) == 3:
        channels, height, width = stage.output_shape
        return f"{height}×{width}\n{channels:,}"
    return f"{stage.output_shape[0]:,}"


def _sheets(ax: Axes, number: int, stage: Stage, largest: int) -> None:
    """The maps that a stage gives, as sheets behind each other: one more for every fourfold number of channels."""
    height = LOWEST + (HIGHEST - LOWEST) * (_side(stage) / largest) ** 0.5
    sheets = min(1 + (stage.output_shape[0].bit_length() - 1) // 2, SHEETS)
    for sheet in reversed(range(sheets)):
        shift = 0.045 * sheet
        corner = (number - 0.25 + shift, ABOVE + (HIGHEST - height) / 2 + shift)
        ax.add_patch(Rectangle(corner, 0.32, height, facecolor="white", edgecolor=style.GREY, linewidth=1.1))


def _told(stages: Sequence[Stage], sums: dict[str, int], title: str) -> str:
    """Sizes from first to last, the sums, and the stage that has most of each cost."""
    sizes = ", ".join(f"{stage.name} {'×'.join(map(str, stage.output_shape))}" for stage in stages)
    most = []
    for cost, whole in sums.items():
        top = max(stages, key=lambda stage: getattr(stage, cost))
        share = getattr(top, cost) / max(whole, 1)
        most.append(f"{cost.replace('_', '-')} {whole:,}, most of them in {top.name}, {share:.0%}")
    head = f"A network, {title}: " if title else "A network: "
    return f"{head}{len(stages)} stages with results of {sizes} (channels first). In all: {'; '.join(most)}."
