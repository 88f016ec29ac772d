"""Question: how many runs of a network its gradient by central differences takes."""

from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber

INPUTS, HIDDEN, OUTPUTS = 64, 24, 10
WEIGHTS = INPUTS * HIDDEN + HIDDEN * OUTPUTS
PARAMETERS = WEIGHTS + HIDDEN + OUTPUTS

count_the_runs = NumberExercise(
    name="count_the_runs",
    chapter="10_backpropagation",
    task=(
        f"A network for the digits has {INPUTS} inputs, {HIDDEN} hidden units and {OUTPUTS} outputs, with a bias for "
        "every unit. You find the gradient of its loss by central differences, (L(p + h) − L(p − h)) / 2h for each "
        "parameter p. How many forward passes does that take?"
    ),
    answer=2 * PARAMETERS,
    tolerance=0.5,
    hints=[
        "How many forward passes does one derivative take? And how many derivatives are there?",
        "The parameters are all weights and biases: a layer of k units behind m others has k · m weights and k biases.",
        f"{HIDDEN} · {INPUTS} + {HIDDEN} for the hidden layer, {OUTPUTS} · {HIDDEN} + {OUTPUTS} for the outputs; two "
        "passes for each of them.",
    ],
    explanation=(
        f"Two passes for each of the {PARAMETERS:,} parameters. Backpropagation takes one forward and one backward "
        "pass. The backward pass has about two products of matrices where the forward pass has one, so that all of it "
        f"costs about as much as three forward passes: {2 * PARAMETERS:,} / 3 is about 1,200 times less, and with a "
        "million parameters it is about 700,000 times less."
    ),
    mistakes=[
        WrongNumber(
            "one_for_each_parameter",
            PARAMETERS,
            f"{PARAMETERS:,} is the number of parameters. A central difference needs the loss on both sides of each: "
            "two forward passes.",
        ),
        WrongNumber(
            "one_sided",
            PARAMETERS + 1,
            f"{PARAMETERS + 1:,} belongs to one-sided differences, (L(p + h) − L(p)) / h, which share the pass at p. "
            "Central differences share none, and are much more exact for it.",
        ),
        WrongNumber(
            "with_the_middle",
            2 * PARAMETERS + 1,
            f"{2 * PARAMETERS + 1:,} counts the pass at p itself as well. A central difference does not use it.",
        ),
        WrongNumber(
            "without_biases",
            2 * WEIGHTS,
            f"{2 * WEIGHTS:,} counts the weights only. The {HIDDEN + OUTPUTS} biases are parameters too.",
        ),
        WrongNumber(
            "units",
            2 * (INPUTS + HIDDEN + OUTPUTS),
            f"{2 * (INPUTS + HIDDEN + OUTPUTS)} is twice the number of units. What is moved by h is a parameter: there "
            "is a weight for every connection.",
        ),
        WrongNumber(
            "all_sizes_multiplied",
            2 * INPUTS * HIDDEN * OUTPUTS,
            f"{2 * INPUTS * HIDDEN * OUTPUTS:,} multiplies all three sizes. Only neighbouring layers are connected: "
            f"{INPUTS} · {HIDDEN} weights, and then {HIDDEN} · {OUTPUTS}.",
        ),
        WrongNumber(
            "backpropagation",
            2,
            "2 is what backpropagation takes: one pass forward and one back, for all parameters together. Differences "
            "start anew for each of them.",
        ),
    ],
)
