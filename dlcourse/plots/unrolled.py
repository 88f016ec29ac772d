"""A recurrent network unrolled over time: a circle for each state, the same weights on every arrow of a kind."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch

from dlcourse.plots import style
from dlcourse.plots.showing import describe

APART, LEVEL = 1.7, 1.25  # between two steps; from a state to its input below and to its output above
RADIUS, LONGEST = 0.36, 5  # of a state's circle; the letters of a text that fits into it
CLEAR, LETTER = 0.2, 0.08  # what an arrow leaves free in front of a text; half a letter's width


@style.course_style()
def unrolled(
    inputs: Sequence[str],
    outputs: Sequence[str] = (),
    *,
    states: Sequence[str] = (),
    initial: str = "$h_0$",
    terms: Sequence[str] = (),
    weights: bool = True,
    feedback: bool = False,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """A step for each of ``inputs``, from left to right; below it stands the input, above it the output.

    An empty text among ``inputs`` or ``outputs`` is a step without one; no ``outputs`` at all are none anywhere.
    ``states`` are written in the circles, by default h_1, h_2, ...; ``initial`` in the one before the first step.
    Long texts stand below their circle. ``terms`` stand below the arrows from state to state: what each use of W_h
    adds to its gradient, say. ``weights``: whether the arrows are named. ``feedback``: dashed, each output goes on as
    the next step's input. Raises ValueError where the numbers of texts do not fit.
    """
    steps = len(inputs)
    outputs, terms = list(outputs) or [""] * steps, list(terms) or [""] * steps
    states = list(states) or [f"$h_{{{step}}}$" for step in range(1, steps + 1)]
    _check(steps, outputs=outputs, states=states, terms=terms)
    if ax is None:
        ax = style.new_figure(size=(min(1.2 * steps + 1.4, 10.0), 3.0)).axes[0]
    for step, state in enumerate([initial, *states]):
        _state(ax, step * APART, state, is_initial=step == 0)
    for step, (below, above, term) in enumerate(zip(inputs, outputs, terms, strict=True), start=1):
        x = step * APART
        _arrow(ax, (x - APART + RADIUS, 0), (x - RADIUS, 0), "W_h" if weights else "", style.ORANGE)
        ax.text(x - APART / 2, -0.1, term, ha="center", va="top", fontsize=9, color=style.BLACK)
        if below:
            ax.text(x, -LEVEL, below, ha="center", va="center", fontsize=11)
            _arrow(ax, (x, -LEVEL + CLEAR), (x, -RADIUS), "W_x" if weights else "", style.BLUE)
        if above:
            ax.text(x, LEVEL, above, ha="center", va="center", fontsize=11)
            _arrow(ax, (x, RADIUS), (x, LEVEL - CLEAR), "W_y" if weights else "", style.GREEN)
        if feedback and step < steps and above and inputs[step]:
            _back(ax, x, inputs[step])
    ax.set(xlim=(-0.6, steps * APART + 0.75), ylim=(-LEVEL - 0.4, LEVEL + 0.4), aspect="equal")
    ax.axis("off")
    ax.set_title(title, loc="left", fontweight="bold")
    return describe(ax, _told(inputs, outputs, states, initial, terms, weights, feedback, title))


def _check(steps: int, **texts: Sequence[str]) -> None:
    if not steps:
        raise ValueError("unrolled needs at least one step: inputs is empty.")
    for name, given in texts.items():
        if len(given) != steps:
            raise ValueError(f"unrolled needs one of {name} for each of {steps} steps, received {len(given)}.")


def _state(ax: Axes, x: float, text: str, *, is_initial: bool) -> None:
    """A circle with its text; the state before the first step, which nothing is computed for, is grey."""
    face, edge = ("0.93", style.GREY) if is_initial else ("white", style.ORANGE)
    ax.add_patch(Circle((x, 0), RADIUS, facecolor=face, edgecolor=edge, linewidth=1.5, zorder=3))
    fits = len(_plain(text)) <= LONGEST
    ax.text(
        x, 0 if fits else -RADIUS - 0.08, text, ha="center", va="center" if fits else "top", fontsize=10, zorder=4,
    )  # fmt: skip


def _arrow(ax: Axes, begin: tuple[float, float], end: tuple[float, float], name: str, color: str) -> None:
    """An arrow to the right or upwards, with its weights' name above it or to its right."""
    arrow = FancyArrowPatch(begin, end, arrowstyle="-|>", mutation_scale=11, shrinkA=0, shrinkB=0, color=color)
    arrow.set(linewidth=1.6)
    ax.add_patch(arrow)
    x, y = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2
    place: dict[str, Any] = {"ha": "center", "va": "bottom"} if begin[1] == end[1] else {"ha": "left", "va": "center"}
    if name:
        shift = (0.0, 0.06) if begin[1] == end[1] else (0.08, 0.0)
        ax.text(x + shift[0], y + shift[1], f"${name}$", color=color, fontsize=10, **place)


def _back(ax: Axes, x: float, below: str) -> None:
    """From the output at x down between two states to the next step's input, ``below``."""
    middle, end = x + APART / 2 + 0.1, x + APART - CLEAR - LETTER * (len(_plain(below)) - 1)
    ax.plot((x + CLEAR, middle, middle), (LEVEL, LEVEL, -LEVEL), "--", color=style.GREY, linewidth=1.0, zorder=0)
    arrow = FancyArrowPatch((middle, -LEVEL), (end, -LEVEL), arrowstyle="-|>", mutation_scale=9, shrinkA=0, shrinkB=0)
    arrow.set(color=style.GREY, linewidth=1.0)
    ax.add_patch(arrow)


def _plain(text: str) -> str:
    """A text without the marks of a formula."""
    return "".join(letter for letter in text if letter not in "${}")


def _told(
    inputs: Sequence[str],
    outputs: Sequence[str],
    states: Sequence[str],
    initial: str,
    terms: Sequence[str],
    weights: bool,
    feedback: bool,
    title: str,
) -> str:
    """The unrolled network in words."""
    told = [f"from the state {_plain(initial)} to {', '.join(map(_plain, states))}"]
    for name, texts in (("inputs", inputs), ("outputs", outputs), ("below the arrows from state to state", terms)):
        given = [f"{_plain(text)} at step {step}" for step, text in enumerate(texts, start=1) if text]
        if given:
            told.append(f"{name}: {', '.join(given)}")
    if weights:
        used = {"W_h": True, "W_x": any(inputs), "W_y": any(outputs)}
        told.append(f"the same {', '.join(name for name, has in used.items() if has)} wherever there is such an arrow")
    if feedback:
        told.append("each output is the next step's input")
    steps = f"{len(inputs)} step{'s' if len(inputs) > 1 else ''} in time"
    return f"Unrolled network{f', {title}' if title else ''}, {steps}: {'; '.join(filter(None, told))}."
