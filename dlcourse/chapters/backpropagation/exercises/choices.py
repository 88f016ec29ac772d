"""Questions with lettered answers: why derivatives are taken backwards, and what becomes of units that start equal."""

from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise

CHAPTER = "10_backpropagation"

reverse_mode = ChoiceExercise(
    name="reverse_mode",
    chapter=CHAPTER,
    question=(
        "Forward mode starts at one input and carries the derivatives with respect to it along with the values. "
        "Reverse mode, backpropagation, starts at one result and carries its derivatives back to the inputs. One pass "
        "of either costs a small multiple of computing the values. A network has a million parameters and one loss: "
        "why is its gradient found backwards?"
    ),
    choices={
        "a": Choice(
            "Reverse mode is exact, while forward mode is an approximation.",
            "Both are exact up to rounding: they multiply the same local derivatives along the same ways. It is "
            "differences with a step h that approximate.",
        ),
        "b": Choice(
            "One pass backwards gives the derivatives with respect to all parameters; forwards it would take one for "
            "each.",
            "A pass of forward mode answers how all results change with one input, a pass of reverse mode how one "
            "result changes with all inputs. With a million inputs and one result that is one pass against a million. "
            "For a function of one input with many results it is the other way round.",
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
        "All hidden weights and biases of a network start at 0, and only the output weights are random. The hidden "
        "units are tanh. The network is trained by gradient descent. What do the hidden units do?"
    ),
    choices={
        "a": Choice(
            "They stay equal for ever, since they start equal and follow the same rule.",
            "They would if the same came back to each. But what comes back to unit j is the error of the output times "
            "its *own* weight to the output, and these weights are random. Only units that are equal on both "
            "sides stay equal.",
        ),
        "b": Choice(
            "They become different, since different errors come back to them.",
            "δ of a hidden unit is the output's error, times the unit's own output weight, times the slope of tanh at "
            "0, which is 1. The output weights differ, so the first step moves every unit's weights by another "
            "amount. The output weights themselves wait for one step, since the hidden values start at tanh 0 = 0. To "
            "break the symmetry, random weights on one side are enough.",
        ),
        "c": Choice(
            "They never move, since an error that goes back through weights of 0 is 0.",
            "So it is when the output weights are 0 as well: then nothing comes back. Here it is the *output* weights "
            "that do not move at the first step, since the hidden values start at tanh 0 = 0. To a hidden unit comes "
            "the output's error times the unit's output weight, which is not 0, and the slope of tanh at 0 is 1.",
        ),
        "d": Choice(
            "Only their biases move, since every activation at the start is 0.",
            "The biases do move. But a weight's gradient is error above times activation below, and below the hidden "
            "layer are the inputs, which are not 0. It is the output layer whose activations below are 0 at the start: "
            "there only the bias moves at the first step.",
        ),
    },
    answer="b",
    hints=[
        "Write down what each layer computes at the start, and then δ of hidden unit 1 and of hidden unit 2. Is there "
        "anything in which they differ?",
        "δ of a hidden unit is made of the errors of the outputs, its weights to them, and its own slope. Which of "
        "these are the same for all hidden units here?",
        "The slope of tanh at 0 is 1, so δ of unit j is the output's error times the random output weight of unit j. "
        "And what is the activation below, which δ is multiplied with?",
    ],
)
