"""The experiment that runs a training loop line by line: the graph, the shapes, every parameter and its gradient."""

from collections.abc import Mapping
from typing import Any

from dlcourse.arrays import Array
from dlcourse.chapters.pytorch.experiments.loop_picture import LoopPicture
from dlcourse.chapters.pytorch.experiments.loop_runs import LEARNING_RATE, STEPS, Run, trained
from dlcourse.experiments.controls import Menu, Play, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed

ZERO, FORWARD, LOSS, BACKWARD, STEP = range(5)  # the lines of the loop
LINES = 5
SHAPES = {"(4, 1)": (4, 1), "(4,)": (4,)}
TOLD = ("zero_grad", "the forward pass", "the loss", "backward", "step")
BEFORE = -1  # the line at position 0


def compute_training_loop(position: int, zero_grad: bool, targets: str) -> Values:
    """The loop after ``position`` lines, five for each of the twelve steps.

    ``line`` (-1 before the first) and ``step``, from 1, say where it stands; ``parameters`` and ``gradients`` hold the
    four arrays of each (``gradients`` is empty where every ``.grad`` is None), ``losses`` (12,) all losses of the run,
    of which ``known`` have been computed by now; ``recorded`` is how many boxes of the graph there are at present.
    """
    run = trained(zero_grad, SHAPES[targets])
    step, line = divmod(position - 1, LINES) if position else (0, BEFORE)
    filled = step if line < BACKWARD else step + 1  # steps whose backward is over
    emptied = not filled or (zero_grad and ZERO <= line < BACKWARD)
    return {
        "line": line,
        "step": step + 1,
        "zero_grad": zero_grad,
        "target_shape": targets,
        "error_shape": "(4, 1)" if targets == "(4, 1)" else "(4, 4)",
        "parameters": run.parameters[step + 1 if line == STEP else step],
        "gradients": () if emptied else run.gradients[filled - 1],
        "recorded": {FORWARD: 4, LOSS: 6, BACKWARD: 6}.get(line, 0),
        "losses": run.losses,
        "known": step + (line >= LOSS),
        "title": f"Step {step + 1} of {STEPS}: {TOLD[line]}" if position else "Before the loop",
        "lines": _lines(run, step, line, zero_grad, targets),
    }


def _lines(run: Run, step: int, line: int, zero_grad: bool, targets: str) -> tuple[str, ...]:
    """What the line has done, with the numbers of the first weight, at [0, 0] of the first layer."""
    if line == BEFORE:
        return "Nothing has run: every .grad is None.", "Below each layer: its parameters, and their .grad."
    if line == ZERO and not zero_grad:
        return "Left out: what stands in .grad stays.", ""
    if line == ZERO:
        return "Every .grad is None" + (" again." if step else "; it was None before, too."), ""
    if line == FORWARD:
        return "The graph is recorded, box by box,", "and ends in one output for each example."
    if line == LOSS:
        meets = "each output meets its own target." if targets == "(4, 1)" else "each output meets every target."
        return f"loss holds one number, {fixed(run.losses[step], 3)}. In the error", meets
    entry = fixed(_first(run.gradients[step]), 3)
    if line == BACKWARD:
        change = entry
        if step and not zero_grad:
            stood, came = (fixed(_first(each), 3) for each in (run.gradients[step - 1], run.fresh[step]))
            change = f"{stood} + ({came}) ≈ {entry}"
        return "Every .grad is filled, and the graph let go.", f"The first weight's: {change}"
    before, after = (fixed(_first(run.parameters[at]), 3) for at in (step, step + 1))
    return (
        "Each parameter has moved; .grad stays.",
        f"The first weight: {before} − {LEARNING_RATE} · ({entry}) ≈ {after}",
    )


def _first(arrays: tuple[Array, ...]) -> float:
    return float(arrays[0][0, 0])


def describe_training_loop(parameters: Mapping[str, Any], values: Values) -> str:
    """Where the loop stands, the first weight with its gradient, and the losses so far."""
    known, losses = values["known"], values["losses"]
    title = values["title"][0].lower() + values["title"][1:]
    gradient = f"its .grad {fixed(_first(values['gradients']))}" if values["gradients"] else "its .grad is None"
    calls = "with" if parameters["zero_grad"] else "without"
    told = f"The loss, of targets of shape {values['target_shape']}, is not computed yet."
    if known:
        told = (
            f"With targets of shape {values['target_shape']} the error has shape {values['error_shape']}; the "
            f"losses so far: {', '.join(fixed(loss) for loss in losses[:known])}."
        )
    return (
        f"A training loop {calls} zero_grad, {title}. The first weight is {fixed(_first(values['parameters']))}, "
        f"{gradient}. {told}"
    )


training_loop = Experiment(
    name="training_loop",
    title="A training loop, line by line",
    prediction=Prediction(
        question="The loop trains a small network on the same four examples in each step. Somebody forgets "
        "`optimizer.zero_grad()`. What does the loss do in the twelve steps, compared with the loop as it should be?",
        choices=(
            "The same: backward puts the new gradient in the place of the old one",
            "It falls too, but more slowly",
            "It falls faster at first, and then swings up and down",
            "Nothing: the second backward stops with an error",
        ),
        answer=2,
        explanation="`backward` adds to what stands in `.grad`, so step k moves the parameters by the sum of all k "
        "gradients so far. The first step is the same, the second goes almost twice as far: the third loss is 0.23 "
        "where it should be 0.52. But the old gradients still push when the new ones point back, and the loss rises to "
        "0.80, falls to 0.15 and rises again: momentum that nothing damps. Adding is meant all the same: where a "
        "parameter is used twice, its contributions have to be added, as in chapter 10, and whoever wants may sum the "
        "gradients of several mini-batches before a step.",
    ),
    controls=(
        Slider("position", "Lines that have run", 0, LINES * STEPS, step=1, value=4),
        Toggle("zero_grad", "optimizer.zero_grad() is called", True),
        Menu("targets", "Shape of the targets", tuple(SHAPES)),
    ),
    play=Play("position", interval=700, label="Next line"),
    compute=compute_training_loop,
    picture=LoopPicture,
    describe=describe_training_loop,
    size=(9.0, 5.2),
)
