"""The experiment that walks through f = (x + y) z node by node, forward and backward, and asks for local gradients."""

from collections.abc import Mapping
from typing import Any

from dlcourse.chapters.backpropagation.experiments.judging import bracketed, judge, numbers_told, short, told
from dlcourse.chapters.backpropagation.experiments.local_gradients import QUESTIONS, key_to, local_gradient
from dlcourse.chapters.backpropagation.experiments.stepper_picture import BackwardStepperPicture
from dlcourse.experiments.controls import Entry, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.scratch.value import Value

NAMES = BackwardStepperPicture.nodes
LAST = 5  # step
FORWARD = {"q": 1, "f": 2}  # at which step a value appears; those of the inputs stand from the start
BACKWARD = {"f": 3, "q": 4, "z": 4, "x": 5, "y": 5}  # at which step a gradient appears
LARGEST = 9  # of the inputs, either sign
TITLES = (
    "The inputs",
    "Forward through +",
    "Forward through ×",
    "Backward begins",
    "Backward through ×",
    "Backward through +",
)
AT_NODE = ("", "q", "f", "f", "f", "q")  # the node that a step stands at


def worked_example(x: float, y: float, z: float) -> dict[str, Value]:
    """The nodes of f = (x + y) z by name, after ``backward``."""
    nodes = {"x": Value(x), "y": Value(y), "z": Value(z)}
    nodes["q"] = nodes["x"] + nodes["y"]
    nodes["f"] = nodes["q"] * nodes["z"]
    nodes["f"].backward()
    return nodes


def compute_backward_stepper(
    step: int,
    x: int,
    y: int,
    z: int,
    by_q: float | None,
    by_z: float | None,
    by_x: float | None,
    by_y: float | None,
) -> Values:
    """The graph at ``step`` and a verdict on each typed local gradient (None: not typed).

    ``numbers`` and ``gradients`` hold the values and the derivatives of f of x, y, z, q and f; ``keys`` the right
    answers and what is said about others; the rest is what ``SteppingPicture`` shows.
    """
    nodes = worked_example(x, y, z)
    typed = {"by_q": by_q, "by_z": by_z, "by_x": by_x, "by_y": by_y}
    keys = tuple(key_to(question, nodes) for question in QUESTIONS)
    return {
        "step": step,
        "numbers": tuple(nodes[name].data for name in NAMES),
        "gradients": tuple(nodes[name].grad for name in NAMES),
        "value_texts": tuple(short(nodes[name].data) if step >= FORWARD.get(name, 0) else "" for name in NAMES),
        "gradient_texts": tuple(short(nodes[name].grad) if step >= BACKWARD[name] else "" for name in NAMES),
        "keys": keys,
        "answers": tuple(
            judge(asked, key, typed[asked.entry], step) for asked, key in zip(QUESTIONS, keys, strict=True)
        ),
        "node": AT_NODE[step],
        "title": f"Step {step} of {LAST}: {TITLES[step]}",
        "lines": _lines(step, nodes),
    }


def _lines(step: int, nodes: dict[str, Value]) -> tuple[str, ...]:
    """What happens at ``step``, in formulas."""
    x, y, z, q, f = (nodes[name].data for name in NAMES)
    if step == 0:
        return (
            f"x = {short(x)},  y = {short(y)},  z = {short(z)}",
            "Next: each node computes its value and passes it on.",
        )
    if step == 1:
        return f"q = x + y = {short(x)} + {bracketed(y)} = {short(q)}", "The node passes q on to ×."
    if step == 2:
        return f"f = q z = {short(q)} · {bracketed(z)} = {short(f)}", "The forward pass is done."
    if step == 3:
        return (
            "Gradient of f itself: ∂f/∂f = 1",
            "Next: ×. It knows its operands, q and z.",
            "Predict its local gradients ∂f/∂q and ∂f/∂z.",
        )
    if step == 4:
        ask = "Next: +. Predict ∂q/∂x and ∂q/∂y."
        return "Incoming: the gradient of f, 1", _passed("f", "q", nodes), _passed("f", "z", nodes), ask
    incoming = f"Incoming: the gradient of q, {short(nodes['q'].grad)}"
    return incoming, _passed("q", "x", nodes), _passed("q", "y", nodes), "Every input has its gradient."


def _passed(result: str, operand: str, nodes: dict[str, Value]) -> str:
    """Incoming times local is what is passed on."""
    node, by = nodes[result], nodes[operand]
    local = local_gradient(node, by)
    product = f"{short(node.grad)} · {bracketed(local)} = {short(by.grad)}"
    return f"Gradient of {operand} = incoming × local ∂{result}/∂{operand} = {product}"


def describe_backward_stepper(parameters: Mapping[str, Any], values: Values) -> str:
    """The step, the values and gradients that stand in the graph, and how the typed local gradients were judged."""
    numbers = (dict(zip(NAMES, values[name], strict=True)) for name in ("value_texts", "gradient_texts"))
    title = values["title"][0].lower() + values["title"][1:]
    text = numbers_told(f"The graph of f = (x + y) z, {title}", *numbers)
    return " ".join([text, *told(QUESTIONS, values["keys"], values["answers"], values["step"])])


backward_stepper = Experiment(
    name="backward_stepper",
    title="Backpropagation, node by node",
    prediction=Prediction(
        question="The graph computes f = (x + y) z at x = −2, y = 5, z = −4. What is ∂f/∂x?",
        choices=("1: x only enters a sum", "−4", "3", "5"),
        answer=1,
        explanation="Two nodes lie between x and f, and their local gradients are multiplied. The node + passes on "
        "changes of x unchanged: $\\partial q/\\partial x = 1$. The node × multiplies changes of q by the other "
        "operand: $\\partial f/\\partial q = z = -4$. So $\\partial f/\\partial x = -4 \\cdot 1 = -4$. 1 is only the "
        "local gradient at +, before the rest of the way is counted; 3 is q, and so $\\partial f/\\partial z$; "
        "5 is y, the local gradient if + were a product. No node had to know the whole formula: each one knew its two "
        "operands and multiplied what came in.",
    ),
    controls=(
        Slider("step", "Step", 0, LAST, step=1, value=0),
        Slider("x", "x", -LARGEST, LARGEST, step=1, value=-2),
        Slider("y", "y", -LARGEST, LARGEST, step=1, value=5),
        Slider("z", "z", -LARGEST, LARGEST, step=1, value=-4),
        *(Entry(asked.entry, asked.symbol, -200, 200) for asked in QUESTIONS),
    ),
    play=Play("step", interval=2500, label="Next node"),
    compute=compute_backward_stepper,
    picture=BackwardStepperPicture,
    describe=describe_backward_stepper,
    size=(9.0, 4.8),
)
