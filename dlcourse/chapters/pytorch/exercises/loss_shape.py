"""Question: what becomes of a loss whose predictions have shape (n, 1) and whose targets have shape (n,)."""

from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber

TARGETS = (1.0, 2.0, 6.0)


def mean_of_all_pairs() -> float:
    """The mean squared difference between every prediction and every target, where all predictions are right."""
    return sum((prediction - target) ** 2 for prediction in TARGETS for target in TARGETS) / len(TARGETS) ** 2


loss_shape = NumberExercise(
    name="loss_shape",
    chapter="11_pytorch",
    task=(
        "A network predicts three targets without any error. Its last layer is `nn.Linear(8, 1)`, so that its "
        "predictions are a column, shape (3, 1), while the targets have shape (3,):\n\n"
        "```python\n"
        "predictions = torch.tensor([[1.0], [2.0], [6.0]])\n"
        "targets = torch.tensor([1.0, 2.0, 6.0])\n"
        "loss = ((predictions - targets) ** 2).mean()\n"
        "```\n\n"
        "What is `loss`? Work it out on paper, to two decimals."
    ),
    answer=mean_of_all_pairs,
    tolerance=0.01,
    hints=[
        "Which shape has `predictions - targets`? Broadcasting compares shapes from the last axis on.",
        "(3, 1) and (3,) become (3, 3): row i and column j hold prediction i minus target j. Write the table down.",
        "The differences are 0 on the diagonal, and 1, 5 and 4 beside it, each twice, with either sign. Square them, "
        "add up all nine, and divide by 9.",
    ],
    explanation=(
        "The difference is a table of shape (3, 3), every prediction minus every target, and its squares sum to "
        "2 (1 + 25 + 16) = 84: 84/9 = 9.33, where the right loss is 0. Nothing is reported, and training goes on: "
        "it pulls each prediction towards all targets, that is, to their mean. `predictions.squeeze(1)` or "
        "`targets.unsqueeze(1)` makes the shapes equal."
    ),
    mistakes=[
        WrongNumber(
            "as_if_the_shapes_agreed",
            0.0,
            "It would be 0 if each prediction met its own target. Look at the shapes: (3, 1) minus (3,) is no column.",
        ),
        WrongNumber(
            "summed",
            9 * 9.333333,
            "84 is the sum of the squares. `.mean()` divides it by the number of entries: how many are there?",
        ),
        WrongNumber(
            "divided_by_the_examples",
            3 * 9.333333,
            "The sum of the squares, 84, is right, and you divide it by the 3 examples. `.mean()` does not know about "
            "examples: it divides by the number of entries of the table.",
        ),
        WrongNumber(
            "each_pair_once",
            4.666667,
            "You count each pair of different numbers once. The table holds it twice: 1 − 6 above the diagonal and "
            "6 − 1 below it.",
        ),
        WrongNumber(
            "without_the_diagonal",
            14.0,
            "You divide by 6, the entries that are not 0. The three zeros on the diagonal count in a mean too.",
        ),
        WrongNumber(
            "not_squared",
            20 / 9,
            "That is the mean of the differences without their signs. The loss squares them first.",
        ),
        WrongNumber(
            "first_row",
            26 / 3,
            "That is the first row alone: prediction 1 against all targets. The other two predictions meet all targets "
            "as well.",
        ),
        WrongNumber(
            "root",
            9.333333**0.5,
            "You took the root of the mean squared error. The code does not.",
        ),
    ],
)
