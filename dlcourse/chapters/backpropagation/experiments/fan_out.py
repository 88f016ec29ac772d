"""The experiment on fan-out: x enters f = x + x y twice, and what comes back along both ways adds up."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from dlcourse import plots
from dlcourse.chapters.backpropagation.experiments.judging import (
    Key,
    Question,
    bracketed,
    judge,
    numbers_told,
    short,
    told,
)
from dlcourse.chapters.backpropagation.experiments.stepping import ROOM, Place, SteppingPicture, wire_ends
from dlcourse.experiments.controls import Entry, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.scratch.value import Value

NAMES = ("x", "y", "p", "f")
LAST = 5  # step
FORWARD = {"p": 1, "f": 2}  # at which step a value appears; those of the inputs stand from the start
BACKWARD = {"f": 3, "x": 4, "p": 4, "y": 5}  # at which step a gradient appears
LARGEST = 9  # of the inputs, either sign
NUDGE = 0.001
TITLES = (
    "The inputs",
    "Forward through ×",
    "Forward through +",
    "Backward begins",
    "Backward through +",
    "Backward through ×",
)
AT_NODE = ("", "p", "f", "f", "f", "p")  # the node that a step stands at
QUESTIONS = (
    Question("from_sum", "from +", "what x receives from +", due=3),
    Question("from_product", "from ×", "what x receives from ×", due=4),
    Question("total", "∂f/∂x", "the gradient ∂f/∂x", due=4),
)


class FanOutPicture(SteppingPicture):
    """x + x y; the two branches of x's wire carry what comes back along them."""

    nodes: ClassVar = NAMES
    questions: ClassVar = tuple(question.symbol for question in QUESTIONS)
    heading = "Your gradients"
    key = "sent back to x"

    def places(self) -> dict[str, Place]:
        """Four nodes; x is an operand of two."""
        x, y = Place(-1234.0, grad=np.zeros(3)), Place(1e4 * ROOM)  # a gradient of two lines: room for a badge below
        p = Place(ROOM, (x, y), "×")
        return {"x": x, "y": y, "p": p, "f": Place(-1234.0, (x, p), "+")}

    def label_place(self, name: str) -> float:
        """In the middle of the wire of p; farther left where badges are near."""
        return 0.5 if name == "p" else 0.3

    def badge_places(self, graph: plots.GraphPicture, places: dict[str, Place]) -> Sequence[tuple[float, float]]:
        """On the upper branch, left of the lower one, and on the wire of x before it parts."""
        (left, right, height), (start, end, _) = (wire_ends(graph, places[name]) for name in ("x", "p"))
        branch = float(np.max(graph.paths[graph.layout.index(places["f"]), 0].vertices, axis=0)[1])
        place = left + 0.76 * (right - left)
        return [((start + end) / 2, branch), (place, (height + wire_ends(graph, places["y"])[2]) / 2), (place, height)]


def compute_fan_out(
    step: int, x: int, y: int, from_sum: float | None, from_product: float | None, total: float | None
) -> Values:
    """The graph of f = x + x y at ``step``, and a verdict on each typed number (None: not typed).

    ``numbers`` and ``gradients`` hold the values and the derivatives of f of x, y, p = x y and f; ``keys`` the right
    answers; the rest is what ``SteppingPicture`` shows. The gradient of x is shown as the sum so far.
    """
    nodes = {"x": Value(x), "y": Value(y)}
    nodes["p"] = nodes["x"] * nodes["y"]
    nodes["f"] = nodes["x"] + nodes["p"]
    nodes["f"].backward()
    keys = tuple(_keys(nodes))
    typed = (from_sum, from_product, total)
    gradients = {name: short(node.grad) for name, node in nodes.items()}
    gradients["x"] = "1" if step == 4 else f"1 + {bracketed(keys[1].right)} = {short(nodes['x'].grad)}"
    return {
        "step": step,
        "numbers": tuple(nodes[name].data for name in NAMES),
        "gradients": tuple(nodes[name].grad for name in NAMES),
        "value_texts": tuple(short(nodes[name].data) if step >= FORWARD.get(name, 0) else "" for name in NAMES),
        "gradient_texts": tuple(gradients[name] if step >= BACKWARD[name] else "" for name in NAMES),
        "keys": keys,
        "answers": tuple(judge(*asked, step) for asked in zip(QUESTIONS, keys, typed, strict=True)),
        "node": AT_NODE[step],
        "title": f"Step {step} of {LAST}: {TITLES[step]}",
        "lines": _lines(step, nodes),
    }


def _keys(nodes: dict[str, Value]) -> list[Key]:
    """What each node sends to x, from the engine's local gradients, and their sum; and what is said of mistakes."""
    x, y, p, f = (nodes[name] for name in NAMES)
    by_sum, by_product = f.grad * f.by_left, p.grad * p.by_left
    sent_by_sum = (
        (x.grad, "both ways together; + sends its part"),
        (y.data, "that is y, which × will send"),
        (x.data, "x itself; + passes on what comes in"),
        (-1.0, "wrong sign: x rises, and f rises with it"),
        (0.0, "0 would mean that + ignores x"),
    )
    sent_by_product = (
        (x.grad, "both ways together; × sends its part"),
        (x.data, "swapped: x is what × sends to y"),
        (1.0, "1 came from +; × multiplies by y"),
        (-y.data, "right size, wrong sign: look at y again"),
        (p.data, "that is p's value, not how fast it moves"),
    )
    together = (
        (by_product, "only ×: but it adds to what is there"),
        (by_sum, "only +: the other way counts too"),
        ((by_sum + by_product) / 2, "a mean; but both ways count in full"),
        (x.data * y.data, "that is p's value"),
    )
    return [
        Key(by_sum, "+ passes on what comes in", sent_by_sum, "watch x + p as x alone rises by 1"),
        Key(by_product, "incoming 1 times y", sent_by_product, f"watch x · {bracketed(y.data)} as x rises by 1"),
        Key(x.grad, "what both ways bring, added", together, "add what + and × send"),
    ]


def _lines(step: int, nodes: dict[str, Value]) -> tuple[str, ...]:
    """What happens at ``step``, in formulas."""
    x, y, p, f = (nodes[name].data for name in NAMES)
    if step == 0:
        return f"x = {short(x)},  y = {short(y)}", "x goes two ways: straight into +, and into ×."
    if step == 1:
        return f"p = x y = {short(x)} · {bracketed(y)} = {short(p)}", "The node passes p on to +."
    if step == 2:
        return f"f = x + p = {short(x)} + {bracketed(p)} = {short(f)}", "The forward pass is done."
    if step == 3:
        return "Gradient of f itself: ∂f/∂f = 1", "Next: +. Predict what it sends back to x."
    if step == 4:
        return (
            "+ sends 1 · 1 = 1 to p, and 1 · 1 = 1 to x.",
            "Gradient of x so far: 0 + 1 = 1",
            "Next: ×. Predict what it sends back to x,",
            "and the whole gradient ∂f/∂x.",
        )
    sent = short(y)
    return (
        f"× sends 1 · {bracketed(y)} = {sent} to x, 1 · {bracketed(x)} = {short(x)} to y.",
        f"Gradient of x: 1 + {bracketed(y)} = {short(nodes['x'].grad)}",
        f"Check: raise x by {NUDGE}, and f changes by {short(NUDGE * (1 + y))}.",
    )


def describe_fan_out(parameters: Mapping[str, Any], values: Values) -> str:
    """The step, the values and gradients that stand in the graph, and how the typed numbers were judged."""
    numbers = (dict(zip(NAMES, values[name], strict=True)) for name in ("value_texts", "gradient_texts"))
    title = values["title"][0].lower() + values["title"][1:]
    text = numbers_told(f"The graph of f = x + x y, {title}", *numbers)
    if values["step"] == 4:
        text += " That of x is the part from + alone."
    return " ".join([text, *told(QUESTIONS, values["keys"], values["answers"], values["step"])])


fan_out = Experiment(
    name="fan_out",
    title="One number, two ways",
    prediction=Prediction(
        question="In f = x + x y, at x = 5 and y = −3, x goes two ways: straight into +, and into ×. On the way back "
        "it receives 1 from + and y = −3 from ×. What is ∂f/∂x?",
        choices=(
            "−3: what comes last counts",
            "−2: both are added",
            "−3: gradients are multiplied along the ways",
            "−1: the mean of both",
        ),
        answer=1,
        explanation="Raise x by a little. Through + alone f rises by as much; through × alone it falls by three times "
        "as much; both happen, so f changes by $1 + (-3) = -2$ times as much. Check it: f = x (1 + y), so its "
        "derivative with respect to x is 1 + y. Gradients are multiplied along one way, and added over all ways: that "
        "is the chain rule for several variables. So an engine writes `+=` when a gradient arrives. With `=` it would "
        "keep −3, the one that came last. And a node that passed on its gradient before all of it had arrived would "
        "pass on too little: hence the order of the backward pass.",
    ),
    controls=(
        Slider("step", "Step", 0, LAST, step=1, value=0),
        Slider("x", "x", -LARGEST, LARGEST, step=1, value=5),
        Slider("y", "y", -LARGEST, LARGEST, step=1, value=-3),
        *(Entry(asked.entry, asked.symbol, -200, 200) for asked in QUESTIONS),
    ),
    play=Play("step", interval=2500, label="Next node"),
    compute=compute_fan_out,
    picture=FanOutPicture,
    describe=describe_fan_out,
    size=(9.0, 4.8),
)
