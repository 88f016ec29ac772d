"""Questions with lettered answers: XOR and one line, and ReLU's corner."""

from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise

CHAPTER = "09_multilayer_perceptrons"

xor_choice = ChoiceExercise(
    name="xor_choice",
    chapter=CHAPTER,
    question=(
        "A perceptron gives 1 where w₁x₁ + w₂x₂ + b ≥ 0, and 0 elsewhere. To compute XOR it has to meet four "
        "conditions, one for each corner: b < 0 at (0, 0), w₁ + b ≥ 0 at (1, 0), w₂ + b ≥ 0 at (0, 1), and "
        "w₁ + w₂ + b < 0 at (1, 1). Why does no choice of w₁, w₂ and b meet all four?"
    ),
    choices={
        "a": Choice(
            "There are four conditions, and only three numbers to choose.",
            "Counting like this decides about equations. AND also makes four conditions on three numbers, and "
            "w₁ = w₂ = 1, b = −1.5 meets them all: an inequality leaves room.",
        ),
        "b": Choice(
            "The first one makes b negative, and a perceptron with a negative bias never gives 1.",
            "A negative bias is a threshold that the weighted sum has to reach, and it can: OR, with w₁ = w₂ = 1 and "
            "b = −0.5, gives 1 at three corners. The first three conditions agree very well with each other.",
        ),
        "c": Choice(
            "The second and the third add up to w₁ + w₂ + 2b ≥ 0, the first and the fourth to w₁ + w₂ + 2b < 0.",
            "The same number would have to be at least 0 and below 0. In the picture: both diagonals have the same "
            "middle, (½, ½), and it would have to lie on both sides of the line.",
        ),
        "d": Choice(
            "They can be met, but only by weights larger than those that training reaches.",
            "Multiply w₁, w₂ and b by 1000: every left side is 1000 times as large, and has the same sign as before. "
            "Size does not decide anything here, so training is not to blame.",
        ),
    },
    answer="c",
    hints=[
        "Try it: choose b = −1. What do the second and the third condition then ask of w₁ and w₂? What does that make "
        "of the fourth?",
        "Two of the conditions are about the corners where XOR is 1, two about those where it is 0. Combine each pair "
        "into one condition.",
        "Add the two left sides with ≥ 0, and the two with < 0, and compare the sums.",
    ],
)

relu_corner = ChoiceExercise(
    name="relu_corner",
    chapter=CHAPTER,
    question=(
        "ReLU, max(z, 0), has no derivative at z = 0: its slope is 0 on the left and 1 on the right. Why can networks "
        "be trained with it by gradients all the same?"
    ),
    choices={
        "a": Choice(
            "A pre-activation is never exactly 0.",
            "It can be: a unit whose weights and bias are 0, as at a start with zeros, has z = 0 for every input, and "
            "so has every unit without bias at the input 0. Whatever the library does there, it has to do something.",
        ),
        "b": Choice(
            "Libraries round the corner off a little, so that there is a derivative everywhere.",
            "They compute max(z, 0) exactly. Smooth relatives exist, such as softplus, log(1 + eᶻ), and GELU, but "
            "they are other activations, and ReLU works without them.",
        ),
        "c": Choice(
            "The library reports an error at z = 0, and the training loop leaves that example out.",
            "Nothing is reported and nothing is left out. Ask PyTorch for the gradient of `relu` at 0: it answers with "
            "a number.",
        ),
        "d": Choice(
            "A fixed slope between 0 and 1, usually 0, is used at z = 0, and few examples ever lie there.",
            "A small step to either side the derivative is right. Any slope between 0 and 1 describes a line "
            "that touches the curve at the corner and stays below it (a subgradient). A step of descent uses the mean "
            "over many examples, so the choice hardly shows.",
        ),
    },
    answer="d",
    hints=[
        "Must a gradient be right at every single point to lead downhill, or at almost every one?",
        "What does the library's `perceptrons.relu_derivative` return at 0? And what would change in training if it "
        "returned another number there?",
        "Two of the answers speak of something that libraries do not do: run `torch.relu` at 0 and look. A third one "
        "is refuted by a network whose weights are all 0.",
    ],
)
