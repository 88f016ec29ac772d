"""The experiment that walks through f = (x + y) z node by node, forward and backward, and asks for local gradients."""

from collections.abc import Mapping
from typing import Any

from dlcourse.experiments.backpropagation.judging import QUESTIONS, bracketed, judge, local_gradient, short
from dlcourse.experiments.backpropagation.stepper_picture import BACKWARD, FORWARD, LAST, NAMES, BackwardStepperPicture
from dlcourse.experiments.controls import Entry, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.scratch.value import Value

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

    ``numbers`` and ``gradients`` hold the values and the derivatives of f of x, y, z, q and f; ``local`` the right
    answers, ``kinds`` and ``remarks`` what is said about those typed; ``title`` and ``lines`` tell the step.
    """
    nodes = worked_example(x, y, z)
    answers = {"by_q": by_q, "by_z": by_z, "by_x": by_x, "by_y": by_y}
    verdicts = [judge(question, answers[question.entry], step, nodes) for question in QUESTIONS]
    return {
        "step": step,
        "numbers": tuple(nodes[name].data for name in NAMES),
        "gradients": tuple(nodes[name].grad for name in NAMES),
        "local": tuple(local_gradient(nodes[asked.result], nodes[asked.operand]) for asked in QUESTIONS),
        "typed": tuple("" if typed is None else short(typed) for typed in answers.values()),
        "kinds": tuple(verdict.kind for verdict in verdicts),
        "remarks": tuple(verdict.remark for verdict in verdicts),
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
            "Gradient of f by itself: ∂f/∂f = 1",
            "Next: ×. It knows its operands, q and z.",
            "Predict its local gradients ∂f/∂q and ∂f/∂z.",
        )
    if step == 4:
        ask = "Next: +. Predict ∂q/∂x and ∂q/∂y."
        return "Incoming gradient: ∂f/∂f = 1", _passed("f", "q", nodes), _passed("f", "z", nodes), ask
    incoming = f"Incoming gradient: ∂f/∂q = {short(nodes['q'].grad)}"
    return incoming, _passed("q", "x", nodes), _passed("q", "y", nodes), "Every input has its gradient."


def _passed(result: str, operand: str, nodes: dict[str, Value]) -> str:
    """Incoming times local is what is passed on."""
    node, by = nodes[result], nodes[operand]
    local = local_gradient(node, by)
    product = f"{short(node.grad)} · {bracketed(local)} = {short(by.grad)}"
    return f"∂f/∂{operand} = incoming × local ∂{result}/∂{operand} = {product}"


def describe_backward_stepper(parameters: Mapping[str, Any], values: Values) -> str:
    """The step, the values and gradients that stand in the graph, and how the typed local gradients were judged."""
    step = values["step"]
    numbers = [f"{name} = {short(n)}" for name, n in zip(NAMES, values["numbers"], strict=True)
               if step >= FORWARD.get(name, 0)]  # fmt: skip
    gradients = [f"∂f/∂{name} = {short(n)}" for name, n in zip(NAMES, values["gradients"], strict=True)
                 if step >= BACKWARD[name]]  # fmt: skip
    text = (
        f"The graph of f = (x + y) z, {values['title'][0].lower()}{values['title'][1:]}. Values: {', '.join(numbers)}."
    )
    if gradients:
        text += f" Gradients: {', '.join(gradients)}."
    return " ".join([text, *_judged(values)])


def _judged(values: Values) -> list[str]:
    """One sentence about each local gradient that is due or typed."""
    told = []
    for index, question in enumerate(QUESTIONS):
        kind, typed, remark = (values[name][index] for name in ("kinds", "typed", "remarks"))
        if kind == "kept":
            told.append(f"Your {question.symbol} = {typed} is judged at step {question.due}.")
        elif kind == "asked":
            told.append(f"Asked now: the local gradient {question.symbol}.")
        elif kind == "told":
            told.append(f"Local gradient {question.symbol}: {remark}.")
        elif kind:
            told.append(f"Your {question.symbol} = {typed} is {kind}: {remark}.")
        if kind == "wrong" and values["step"] > question.due:
            told.append(f"It is {short(values['local'][index])}.")
    return told


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
        "5 is y, which would count if + were a product. No node had to know the whole formula: each one knew its two "
        "operands and multiplied what came in.",
    ),
    controls=(
        Slider("step", "Step", 0, LAST, step=1, value=0),
        Slider("x", "x", -LARGEST, LARGEST, step=1, value=-2),
        Slider("y", "y", -LARGEST, LARGEST, step=1, value=5),
        Slider("z", "z", -LARGEST, LARGEST, step=1, value=-4),
        *(Entry(asked.entry, asked.symbol, -1000, 1000) for asked in QUESTIONS),
    ),
    play=Play("step", interval=2500, label="Next node"),
    compute=compute_backward_stepper,
    picture=BackwardStepperPicture,
    describe=describe_backward_stepper,
    still={"step": LAST},
    size=(9.0, 4.8),
)
