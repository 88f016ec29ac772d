"""Questions with lettered answers: why derivatives are taken backwards, and what becomes of units that start equal."""

from dlcourse.exercises.questions import Choice, ChoiceExercise

CHAPTER = "10_backpropagation"

reverse_mode = ChoiceExercise(
    name="reverse_mode",
    chapter=CHAPTER,
    question=(
        "The chain rule may be worked out in two directions. Forward mode starts at one input and carries the "
        "derivatives by it along with the values to the results. Reverse mode, backpropagation, starts at one result "
        "and carries its derivatives back to the inputs. One pass of either costs a small multiple of computing the "
        "values. A network has a million parameters and one loss: why is its gradient found backwards?"
    ),
    choices={
        "a": Choice(
            "Reverse mode is exact, while forward mode is an approximation.",
            "Both are exact up to rounding: they multiply the same local derivatives along the same ways. It is "
            "differences with a step h that approximate.",
        ),
        "b": Choice(
            "One pass backwards gives the derivatives by all parameters; forwards it would take one pass for each.",
            "A forward pass answers how all results change with one input, a backward pass how one result changes with "
            "all inputs. With a million inputs and one result that is one pass against a million. For a function of "
            "one input with many results it is the other way round.",
        ),
        "c": Choice(
            "Forward mode has to keep all intermediate values in memory, reverse mode needs none.",
            "It is reverse mode that has to keep them: the backward pass needs the values of the forward pass, layer "
            "by layer. That memory is its price. Forward mode carries its derivatives along and may forget.",
        ),
        "d": Choice(
            "Forward mode cannot handle a number that is used twice.",
            "It can: the derivatives that arrive along the two ways are added there too, at the operation where they "
            "meet. Both directions follow the same rule of sums and products.",
        ),
    },
    answer="b",
    hints=[
        "Look at f = (x + y) z. What do you know after a pass that began at x? And what after one that began at f?",
        "Count the passes: how many inputs have you to start from, and how many results?",
        "With n inputs and m results, forward mode takes n passes and reverse mode m. Put in the numbers of a network.",
    ],
)

equal_units = ChoiceExercise(
    name="equal_units",
    chapter=CHAPTER,
    question=(
        "The hidden units of a network all start with the same weights: each has the same weights from the inputs, the "
        "same bias, and the same weights to the outputs. It is trained by gradient descent, without dropout. What "
        "happens?"
    ),
    choices={
        "a": Choice(
            "They become different after some steps, since each sees other errors.",
            "Each sees the same: with equal activations and equal weights to the outputs, the errors that come back "
            "are equal too. Rounding may part them in the last digit, but nothing in the method does.",
        ),
        "b": Choice(
            "Nothing moves: their gradients are zero.",
            "With all weights and biases zero, and tanh or ReLU, only the biases of the outputs would move. Equal "
            "weights that are not zero have gradients that are not zero, and the loss falls: but the hidden units move "
            "together.",
        ),
        "c": Choice(
            "They stay equal: whatever their number, the network can do no more than one with a single hidden unit.",
            "Equal units have equal activations, equal errors and therefore equal gradients, at every step. A hundred "
            "copies of one unit are one unit with a larger weight to the outputs. Random initial weights break the "
            "symmetry, and that is what they are for.",
        ),
        "d": Choice(
            "They become different as soon as the examples differ, as in mini-batches.",
            "Every unit is given the same examples, whichever they are. A batch changes the gradient, and for all "
            "hidden units in the same way.",
        ),
    },
    answer="c",
    hints=[
        "Write down the gradient by the weights of hidden unit 1, and of hidden unit 2. In what could they differ?",
        "δ of a hidden unit is made of the errors of the outputs, its weights to them, and its own slope. Are any of "
        "these different for two equal units?",
        "Equal weights, equal gradients: and after one step of descent? And after the next?",
    ],
)
