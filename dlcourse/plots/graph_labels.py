"""The texts of a computational graph's nodes, and the room that they need, in inches."""

from matplotlib.cbook import is_math_text
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from dlcourse.plots import style
from dlcourse.plots.graph_layout import GraphNode
from dlcourse.plots.graph_text import constant_text, value_text

SIGN, WORD, LABEL = 13.0, 9.5, 9.0  # points: signs of one letter, longer ones, numbers and names at wires
LEADING = 1.25 * LABEL / 72  # inches from one line of a label to the next
RADIUS = 0.19  # of a circle; inches, as what follows
LIFT = 0.04  # between a wire and its labels
PAD = 0.06  # beside a label and within a box
APART = 0.06  # above and below each node, between it and its neighbours


class Label:
    """The texts of one node and the room that they take, in inches.

    ``sign`` stands in the box; ``name`` (of an intermediate), ``value`` and ``gradient`` at the wire, empty where
    nothing is written: a leaf's name stands in its box, and a leaf without one holds its value there.
    """

    def __init__(self, node: GraphNode, name: str, gradients: bool, decimals: int) -> None:
        self.node, self.leaf = node, not node.parents
        value = value_text(node.data, decimals)
        self.named = bool(name)
        self.sign = (name or constant_text(node.data, decimals)) if self.leaf else sign_text(node.operation)
        self.name = "" if self.leaf else name
        self.value = "" if self.leaf and not name else value
        self.gradient = value_text(node.grad, decimals) if gradients and node.grad is not None else ""
        self.sign_size = SIGN if not self.leaf and len(self.sign) == 1 else WORD
        self.width, self.height = self._box()
        self.labels = max(text_width(text, LABEL) for text in (self.name, self.value, self.gradient)) + 2 * PAD

    def _box(self) -> tuple[float, float]:
        width = text_width(self.sign, self.sign_size)
        height = 2 * RADIUS + (self.sign.count("\n")) * 1.2 * self.sign_size / 72
        if not self.leaf and width < 1.5 * RADIUS:
            return height, height  # a circle
        return max(width + 2 * PAD + (0 if self.leaf else 0.08), height), height

    @property
    def reach(self) -> tuple[float, float]:
        """How far box and texts reach above and below the middle, with half the room between rows."""
        upper = sum(text.count("\n") + 1 for text in (self.name, self.value) if text)
        lower = self.gradient.count("\n") + 1 if self.gradient else 0
        half = self.height / 2
        return max(half, LIFT + upper * LEADING) + APART, max(half, LIFT + lower * LEADING) + APART


def sign_text(operation: str) -> str:
    """An operation as its node shows it: a whole power as x², a long name in two lines."""
    base, _, power = operation.partition("^")
    if not base and power.removeprefix("-").isdigit():
        return "x" + power.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    breaks = [place for place, letter in enumerate(operation) if letter in "_ -"]
    if len(operation) < 10 or not breaks:
        return operation
    middle = min(breaks, key=lambda place: max(place, len(operation) - place - 1))
    return f"{operation[:middle]}{operation[middle].strip(' _')}\n{operation[middle + 1 :]}"


def text_width(text: str, size: float) -> float:
    """The width in inches of ``text`` (its widest line) in the course's font at ``size`` points."""
    font = FontProperties(family=style.SETTINGS["font.family"], size=size)
    ruler = TextToPath()
    widths = [ruler.get_text_width_height_descent(line, font, is_math_text(line))[0] for line in text.split("\n")]
    return max(widths) / 72
