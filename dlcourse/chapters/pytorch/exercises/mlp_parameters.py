"""Question: how many numbers the parameters of a network of `torch.nn` hold."""

from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber

INPUTS, FIRST, SECOND, CLASSES = 28 * 28, 128, 64, 10
WEIGHTS = INPUTS * FIRST + FIRST * SECOND + SECOND * CLASSES
ANSWER = WEIGHTS + FIRST + CLASSES

mlp_parameters = NumberExercise(
    name="mlp_parameters",
    chapter="11_pytorch",
    task=(
        "What does `sum(each.numel() for each in network.parameters())` give for this network? Count on paper; "
        "`numel` is the number of entries of a tensor.\n\n"
        "```python\n"
        "network = nn.Sequential(\n"
        "    nn.Flatten(),  # (n, 1, 28, 28) -> (n, 784)\n"
        "    nn.Linear(784, 128),\n"
        "    nn.ReLU(),\n"
        "    nn.Linear(128, 64, bias=False),\n"
        "    nn.ReLU(),\n"
        "    nn.Linear(64, 10),\n"
        ")\n"
        "```"
    ),
    answer=ANSWER,
    tolerance=0.5,
    hints=[
        "Which of the six modules have something to learn? `Flatten` and `ReLU` compute, and remember nothing.",
        "`nn.Linear(inputs, outputs)` holds a weight of shape (outputs, inputs) and, unless it is told otherwise, a "
        "bias of shape (outputs,).",
        "784 · 128 + 128 for the first, 128 · 64 for the second, whose bias is switched off, and for the last one the "
        "same rule as for the first.",
    ],
    explanation=(
        "(784 · 128 + 128) + 128 · 64 + (64 · 10 + 10) = 100,480 + 8,192 + 650 = 109,322, in five tensors: three "
        "weights and two biases. Nine of ten stand in the first layer."
    ),
    mistakes=[
        WrongNumber(
            "bias_of_the_second",
            ANSWER + SECOND,
            "You give each of the three layers a bias. The second one says `bias=False`: it has its weight alone.",
        ),
        WrongNumber(
            "weights_alone",
            WEIGHTS,
            "These are the weights. `parameters()` gives the biases as well: two of the layers have one.",
        ),
        WrongNumber(
            "biases_of_the_inputs",
            WEIGHTS + INPUTS + SECOND,
            "Your weights are right, but you count a bias for each *input* of a layer. A bias is added to what a unit "
            "computes: there are as many as outputs.",
        ),
        WrongNumber(
            "one_bias_a_layer",
            WEIGHTS + 2,
            "You count one bias for a layer. Its bias is a vector, shape (outputs,): a number for every unit.",
        ),
        WrongNumber(
            "without_the_last_layer",
            ANSWER - SECOND * CLASSES - CLASSES,
            "The last layer is missing, the one from 64 units to the ten logits.",
        ),
        WrongNumber(
            "image_not_flattened",
            ANSWER - (INPUTS - 28) * FIRST,
            "You reckon with 28 inputs, one side of the image. `Flatten` makes a row of all 28 · 28 = 784 pixels, and "
            "every unit of the first layer has a weight for each.",
        ),
        WrongNumber(
            "parameters_of_the_activations",
            ANSWER + FIRST + SECOND,
            "You count something for the two `ReLU`. max(0, z) has nothing to learn: a module may have no parameters.",
        ),
        WrongNumber(
            "tensors_counted",
            5,
            "5 is the number of tensors that `parameters()` goes through. `numel` counts the entries of each, and they "
            "are summed.",
        ),
        WrongNumber(
            "bytes",
            4 * ANSWER,
            "That is what they take in memory: 4 bytes for each number in float32. Asked for is how many there are.",
        ),
    ],
)
