"""Question: how many parameters two layers of an LSTM have."""

from dlcourse.chapters.lstm_and_gru import CHAPTER
from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber

FEATURES, HIDDEN = 10, 30


def _layer(features: int, gates: int = 4, recurrent: int = HIDDEN, biases: int = 1) -> int:
    """Each unit of each gate has weights for the features and for the state, and so many biases."""
    return gates * HIDDEN * (features + recurrent + biases)


def _both(**how: int) -> int:
    return _layer(FEATURES, **how) + _layer(HIDDEN, **how)


lstm_parameters = NumberExercise(
    name="lstm_parameters",
    chapter=CHAPTER,
    task=(
        f"Two layers of an LSTM stand one on the other, each with {HIDDEN} units, and as in the six formulas with one "
        f"bias vector for each gate and for the candidate. Each step brings {FEATURES} numbers to the first layer, and "
        "the second gets the states of the first. How many parameters have the two layers together?"
    ),
    answer=_both(),
    tolerance=0.5,
    mistakes=[
        WrongNumber(
            "both_layers_alike",
            2 * _layer(FEATURES),
            f"You let both layers see {FEATURES} features. To the second one comes the state of the first, and that "
            f"has {HIDDEN} numbers.",
        ),
        WrongNumber(
            "first_layer_only",
            _layer(FEATURES),
            f"{_layer(FEATURES):,} is the first layer. The second has more: what comes to it is wider.",
        ),
        WrongNumber(
            "second_layer_only",
            _layer(HIDDEN),
            f"{_layer(HIDDEN):,} is the second layer alone. The first one is missing.",
        ),
        WrongNumber(
            "two_biases",
            _both(biases=2),
            f"That is what `torch.nn.LSTM({FEATURES}, {HIDDEN}, num_layers=2)` has: PyTorch adds two biases in each "
            "gate, one beside the inputs' weights and one beside the state's. Their sum is all that counts, and here "
            "a gate has one.",
        ),
        WrongNumber("no_biases", _both(biases=0), "Those are the weights. The biases are missing."),
        WrongNumber(
            "one_bias_a_unit",
            _both(biases=0) + 2 * HIDDEN,
            f"Your weights are right. Each of the four has a bias of its own: not {HIDDEN} biases a layer but four "
            "times as many.",
        ),
        WrongNumber(
            "one_bias_a_gate",
            _both(biases=0) + 8,
            f"Your weights are right. A bias is a vector, with a number for each unit: {HIDDEN} for each gate of a "
            "layer, not one.",
        ),
        WrongNumber(
            "one_matrix",
            _both(gates=1),
            "That would be two layers of a plain recurrent network: one matrix and one bias each. An LSTM has four of "
            "them: three gates and the candidate.",
        ),
        WrongNumber(
            "three_matrices",
            _both(gates=3),
            "You count three matrices a layer. The three gates have one each, and so has the candidate, which is no "
            "gate.",
        ),
        WrongNumber(
            "state_left_out",
            _both(recurrent=0),
            f"You count the weights of what arrives alone. Every gate sees the {HIDDEN} numbers of the layer's own "
            "state before the step as well.",
        ),
        WrongNumber(
            "cell_seen_too",
            _both(recurrent=2 * HIDDEN),
            "It looks as if you let the gates see the cell as well as the state. Some variants do (with peepholes); in "
            "the six formulas they see x and h.",
        ),
        WrongNumber(
            "inputs_to_the_second_layer_too",
            _layer(FEATURES) + _layer(FEATURES + HIDDEN),
            f"You let the second layer see the {FEATURES} inputs beside the first layer's states. It sees those states "
            "alone, and its own.",
        ),
    ],
    hints=[
        "Count one gate of one unit first. How many numbers does it see, and what does it add to their weighted sum?",
        "A gate of a unit has a weight for each number that comes to the layer, a weight for each entry of the layer's "
        "own state, and a bias. How many units are there, and how many such sums has each?",
        "A layer has 4 · hidden · (features + hidden + 1) parameters. For the second layer, features is the number of "
        "units of the first.",
    ],
    explanation=(
        f"A layer has 4 · hidden · (features + hidden + 1) parameters: 4 · {HIDDEN} · ({FEATURES} + {HIDDEN} + 1) = "
        f"{_layer(FEATURES):,} in the first layer and 4 · {HIDDEN} · ({HIDDEN} + {HIDDEN} + 1) = {_layer(HIDDEN):,} in "
        "the second. How long the sequence is plays no part: all steps share them."
    ),
)
