"""The cells of an LSTM and of a GRU as diagrams: what is multiplied, what is added, and the state's straight line.

Each wire, box and circle belongs to a part of the cell, so that one gate can stand out with all that it touches.
"""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from dlcourse.plots import style
from dlcourse.plots.showing import describe

LSTM_PARTS = ("forget", "input", "candidate", "output", "cell")
GRU_PARTS = ("reset", "update", "candidate", "state")

Point = tuple[float, float]

BOX = (1.05, 0.62)  # width and height
RADIUS = 0.26  # of a circle in which two wires meet
TOP, GATES, BUS = 4.9, 2.2, 1.0  # heights: the state's line, the gates, what the gates read
READERS = " ".join(LSTM_PARTS[:4])  # the parts of an LSTM that read the bus
FAINT = 0.25  # how opaque that is which does not stand out

LSTM_TOLD = {
    "forget": "the forget gate f_t (sigmoid) multiplies the old cell state c_{t−1}",
    "input": "the input gate i_t (sigmoid) multiplies the candidate",
    "candidate": "the candidate g_t (tanh) is what may be written",
    "cell": "c_{t−1} runs straight through to c_t, is multiplied by f_t, and i_t ∘ g_t is added to it",
    "output": "the output gate o_t (sigmoid) multiplies tanh(c_t), which gives h_t",
}
GRU_TOLD = {
    "reset": "the reset gate r_t (sigmoid) multiplies what the candidate hears of the old state",
    "update": "the update gate z_t (sigmoid) multiplies the old state, and 1 − z_t the candidate",
    "candidate": "the candidate n_t (tanh) is made of x_t and of the old state behind the reset gate",
    "state": "h_{t−1} runs straight through to h_t, is multiplied by z_t, and (1 − z_t) ∘ n_t is added to it",
}


class _Cell:
    """Draws parts of a cell on ``ax``: those of the one that is highlighted in full, the others faintly."""

    def __init__(self, ax: Axes | None, highlight: str | None) -> None:
        self.scale = 1.0 if ax is None else 0.8  # of the letters: panels side by side are smaller
        self.ax = style.new_figure(size=(7.6, 3.9)).axes[0] if ax is None else ax
        self.highlight = highlight

    def look(self, parts: str) -> tuple[str, float]:
        """The colour and opacity of what belongs to ``parts`` (names with blanks between them)."""
        if self.highlight is None:
            return (style.BLUE if {"cell", "state"} & set(parts.split()) else style.GREY), 1.0
        return (style.ORANGE, 1.0) if self.highlight in parts.split() else (style.GREY, FAINT)

    def wire(self, parts: str, *points: Point, arrow: bool = True, thick: bool = False) -> None:
        """A line through ``points``, with an arrowhead at the last."""
        color, alpha = self.look(parts)
        width = 2.8 if thick else 1.4
        across, up = zip(*points, strict=True)
        self.ax.plot(across, up, color=color, alpha=alpha, linewidth=width, solid_joinstyle="round", zorder=1)
        if arrow:
            head = FancyArrowPatch(points[-2], points[-1], arrowstyle="-|>", mutation_scale=11, shrinkA=0, shrinkB=0)
            head.set(color=color, alpha=alpha, linewidth=width, zorder=1)
            self.ax.add_patch(head)

    def box(self, parts: str, x: float, text: str, *, color: str = style.BLUE) -> None:
        """A layer with weights: ``text`` is its activation function."""
        chosen, alpha = self.look(parts)
        width, height = BOX
        frame = FancyBboxPatch(
            (x - width / 2, GATES - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.1",
            facecolor="white", edgecolor=to_rgba(color if self.highlight is None else chosen, alpha),
            linewidth=1.6, zorder=3,
        )  # fmt: skip
        self.ax.add_patch(frame)
        self.text(parts, x, GATES, text, size=11)

    def circle(self, parts: str, x: float, y: float, sign: str) -> None:
        """Where wires meet, entry by entry, or a function without weights."""
        color, alpha = self.look(parts)
        edge = to_rgba(style.BLACK if self.highlight is None else color, alpha)
        long = len(sign) > 2
        disc = Circle((x, y), RADIUS * (1.5 if long else 1.0), facecolor="white", edgecolor=edge)
        disc.set(linewidth=1.5, zorder=3)
        self.ax.add_patch(disc)
        self.text(parts, x, y, sign, size=8 if long else 10)

    def dots(self, parts: str, *points: Point) -> None:
        """Where a wire branches; wires that cross without a dot do not touch."""
        color, alpha = self.look(parts)
        for point in points:
            self.ax.add_patch(Circle(point, 0.07, facecolor=color, edgecolor="none", alpha=alpha, zorder=2))

    def text(self, parts: str, x: float, y: float, text: str, *, size: float = 10, align: str = "center") -> None:
        """Words or a formula."""
        _, alpha = self.look(parts)
        size *= self.scale
        self.ax.text(x, y, text, ha=align, va="center", fontsize=size, alpha=max(alpha, 0.5), zorder=4)

    def finish(self, title: str) -> None:
        self.ax.set(xlim=(-1.0, 11.0), ylim=(-0.15, 5.65), aspect="equal")
        self.ax.axis("off")
        self.ax.set_title(title, loc="left", fontweight="bold")


@style.course_style()
def lstm_cell(highlight: str | None = None, *, title: str = "", ax: Axes | None = None) -> Axes:
    """One step of an LSTM: the cell state's straight line above, the three gates and the candidate below it.

    ``highlight``, one of ``LSTM_PARTS``, draws all but this part faintly. Raises ValueError for another name.
    """
    cell = _cell(highlight, LSTM_PARTS, ax)
    cell.wire("cell", (-0.3, TOP), (10.3, TOP), thick=True)
    _gates_of_lstm(cell)
    _output_of_lstm(cell)
    for x, y, part, text, align in (
        (-0.4, TOP, "cell", "$c_{t-1}$", "right"),
        (10.4, TOP, "cell", "$c_t$", "left"),
        (-0.4, BUS, READERS, "$h_{t-1}$", "right"),
        (10.4, BUS, "output", "$h_t$", "left"),
        (0.6, 0.0, READERS, "$x_t$", "center"),
    ):
        cell.text(part, x, y, text, size=12, align=align)
    cell.finish(title)
    return describe(cell.ax, _told("LSTM", LSTM_TOLD, highlight, title))


def _gates_of_lstm(cell: _Cell) -> None:
    """What the four layers read, and the way of the first three to the cell state."""
    cell.wire(READERS, (-0.3, BUS), (7.0, BUS), arrow=False)
    cell.wire(READERS, (0.6, 0.2), (0.6, BUS), arrow=False)
    cell.dots(READERS, (0.6, BUS), *((x, BUS) for x in (1.9, 3.6, 5.3)))
    layers = (("forget", 1.9, "σ", "$f_t$"), ("input", 3.6, "σ", "$i_t$"))
    for part, x, sign, name in (*layers, ("candidate", 5.3, "tanh", "$g_t$"), ("output", 7.0, "σ", "$o_t$")):
        cell.wire(part, (x, BUS), (x, GATES - BOX[1] / 2))
        cell.box(part, x, sign, color=style.GREEN if part == "candidate" else style.BLUE)
        cell.text(part, x + 0.28, GATES + 0.6, name, size=12)
        cell.text(part, x + 0.12, BUS + 0.42, part, size=8, align="left")
    up = GATES + BOX[1] / 2
    cell.wire("forget", (1.9, up), (1.9, TOP - RADIUS))
    cell.circle("forget cell", 1.9, TOP, "×")
    cell.wire("input", (3.6, up), (3.6, 3.75), (5.3 - RADIUS, 3.75))
    cell.wire("candidate", (5.3, up), (5.3, 3.75 - RADIUS))
    cell.circle("input candidate", 5.3, 3.75, "×")
    cell.wire("input candidate", (5.3, 3.75 + RADIUS), (5.3, TOP - RADIUS))
    cell.circle("input candidate cell", 5.3, TOP, "+")


def _output_of_lstm(cell: _Cell) -> None:
    """From the cell state through tanh and the output gate to the hidden state."""
    cell.wire("output", (8.4, TOP), (8.4, 4.3))
    cell.dots("output", (8.4, TOP))
    cell.circle("output", 8.4, 3.93, "tanh")
    cell.wire("output", (8.4, 3.57), (8.4, 3.05 + RADIUS))
    cell.wire("output", (7.0, GATES + BOX[1] / 2), (7.0, 3.05), (8.4 - RADIUS, 3.05))
    cell.circle("output", 8.4, 3.05, "×")
    cell.wire("output", (8.4, 3.05 - RADIUS), (8.4, BUS), (10.3, BUS))


@style.course_style()
def gru_cell(highlight: str | None = None, *, title: str = "", ax: Axes | None = None) -> Axes:
    """One step of a GRU as PyTorch has it: the state's straight line above, two gates and the candidate below it.

    ``highlight``, one of ``GRU_PARTS``, draws all but this part faintly. Raises ValueError for another name.
    """
    cell = _cell(highlight, GRU_PARTS, ax)
    cell.wire("state", (-0.3, TOP), (10.3, TOP), thick=True)
    every, upper, lower = " ".join(GRU_PARTS[:3]), BUS + 0.25, BUS - 0.3
    cell.wire(every, (0.4, TOP), (0.4, upper), (4.95, upper), arrow=False)
    cell.wire(every, (0.4, 0.2), (0.4, lower), (8.6, lower), arrow=False)
    cell.dots(every, (0.4, TOP), *((x, upper) for x in (1.35, 3.3)), *((x, lower) for x in (1.65, 5.25)))
    _gates_of_gru(cell, upper, lower)
    _candidate_of_gru(cell, upper, lower)
    for x, y, part, text, align in (
        (-0.4, TOP, "state", "$h_{t-1}$", "right"),
        (10.4, TOP, "state", "$h_t$", "left"),
        (0.4, 0.0, every, "$x_t$", "center"),
    ):
        cell.text(part, x, y, text, size=12, align=align)
    cell.finish(title)
    return describe(cell.ax, _told("GRU", GRU_TOLD, highlight, title))


def _gates_of_gru(cell: _Cell, upper: float, lower: float) -> None:
    """Reset and update gate, which read the input and the state, and the way of the update gate."""
    up, under = GATES + BOX[1] / 2, GATES - BOX[1] / 2
    for part, x, name in (("reset", 1.5, "$r_t$"), ("update", 5.1, "$z_t$")):
        cell.wire(part, (x - 0.15, upper), (x - 0.15, under))
        cell.wire(part, (x + 0.15, lower), (x + 0.15, under))
        cell.box(part, x, "σ")
        cell.text(part, x + 0.28, GATES + 0.55, name, size=12)
        cell.text(part, x + 0.22, BUS + 0.55, part, size=8, align="left")
    cell.wire("reset", (1.5, up), (1.5, 3.3), (3.3 - RADIUS, 3.3))
    cell.wire("update", (5.1, up), (5.1, TOP - RADIUS))
    cell.dots("update", (5.1, 4.05))
    cell.circle("update state", 5.1, TOP, "×")
    cell.wire("update", (5.1, 4.05), (6.7 - RADIUS, 4.05))
    cell.circle("update", 6.7, 4.05, "1−")
    cell.wire("update", (6.7 + RADIUS, 4.05), (8.6 - RADIUS, 4.05))


def _candidate_of_gru(cell: _Cell, upper: float, lower: float) -> None:
    """The candidate, of the input and of the old state behind the reset gate, and its way to the new state."""
    up, under = GATES + BOX[1] / 2, GATES - BOX[1] / 2
    cell.wire("candidate", (3.3, upper), (3.3, under))
    cell.box("candidate", 3.3, "$U_n, c_n$", color=style.GREEN)
    cell.wire("candidate", (3.3, up), (3.3, 3.3 - RADIUS))
    cell.circle("reset candidate", 3.3, 3.3, "×")
    cell.wire("reset candidate", (3.3 + RADIUS, 3.3), (7.0, 3.3), (7.0, GATES), (8.6 - BOX[0] / 2, GATES))
    cell.wire("candidate", (8.6, lower), (8.6, under))
    cell.box("candidate", 8.6, "tanh", color=style.GREEN)
    cell.text("candidate", 8.72, BUS + 0.42, "candidate", size=8, align="left")
    cell.text("candidate", 8.92, GATES + 0.6, "$n_t$", size=12)
    cell.wire("candidate", (8.6, up), (8.6, 4.05 - RADIUS))
    cell.circle("update candidate", 8.6, 4.05, "×")
    cell.wire("update candidate", (8.6, 4.05 + RADIUS), (8.6, TOP - RADIUS))
    cell.circle("update candidate state", 8.6, TOP, "+")


def _cell(highlight: str | None, parts: Sequence[str], ax: Axes | None) -> _Cell:
    if highlight is not None and highlight not in parts:
        raise ValueError(f"highlight is one of {', '.join(parts)}, or None for all of them. Received {highlight!r}.")
    return _Cell(ax, highlight)


def _told(kind: str, parts: dict[str, str], highlight: str | None, title: str) -> str:
    """The cell in words: every part, or the one that stands out."""
    head = f"Diagram of the {kind} cell{f', {title}' if title else ''}: "
    return head + ("; ".join(parts.values()) if highlight is None else parts[highlight]) + "."
