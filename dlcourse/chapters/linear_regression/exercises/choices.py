"""Questions with lettered answers: what an outlier does to least squares, which schedules let the noise die out."""

from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise

CHAPTER = "04_linear_regression"

outlier = ChoiceExercise(
    name="outlier",
    chapter=CHAPTER,
    question=(
        "Ten points lie exactly on the line y = 2x + 1, at x = 0, 1, …, 9. The last one, at x = 9, is mistyped: its y "
        "is 109 instead of 19. What happens to the least-squares line?"
    ),
    choices={
        "a": Choice(
            "Little: nine of ten points still agree on the old line, and they outvote the tenth.",
            "Points do not vote; each pulls with a force proportional to its residual. Nine residuals of 0 pull with "
            "nothing at all, until the line has moved away from them. A median would behave as you say, a mean of "
            "squares does not.",
        ),
        "b": Choice(
            "It moves up in parallel by 9, a tenth of the error, and keeps its slope.",
            "That is what the error would do in the middle, at x = 4.5. At the end, the point has a lever: its pull on "
            "the slope is its residual times its distance from the mean input, 9 − 4.5.",
        ),
        "c": Choice(
            "It tilts strongly: its slope grows from 2 to 6.9, because a point's pull is proportional to its residual.",
            "The gradient of r²/2 is r times the input: no residual is too large to count, and at the end of the "
            "inputs it has a long lever. The slope grows by 4.5 × 90 / 82.5 = 4.9, with 82.5 = Σ (x − x̄)², and the "
            "line then misses the nine right points by up to 26.",
        ),
        "d": Choice(
            "It goes through the mistyped point, since that point dominates the loss.",
            "It comes closer, but not all the way: the residual shrinks from 90 to 59. The closer the line comes to "
            "it, the weaker this point pulls, and the stronger the nine others pull back. At the minimum the pulls "
            "balance.",
        ),
    },
    answer="c",
    hints=[
        "What does the gradient of the loss say about the influence of one point: how does it depend on its residual, "
        "and how on its input?",
        "At the old line nine residuals are 0. Which way does the gradient point, in the slope and in the bias?",
        "The slope of the least-squares line is Σ (x − x̄)(y − ȳ) / Σ (x − x̄)². By how much does the numerator grow "
        "when 90 is added to y at x = 9?",
    ],
)

annealing_conditions = ChoiceExercise(
    name="annealing_conditions",
    chapter=CHAPTER,
    question=(
        "Stochastic gradient descent arrives at the minimum if Σ εₖ = ∞ and Σ εₖ² < ∞, summed over the steps "
        "k = 0, 1, 2, … (Robbins and Monro, 1951). Which of these schedules meets both conditions?"
    ),
    choices={
        "a": Choice(
            "εₖ = 0.1",
            "Its sum is infinite, and so is the sum of its squares, 0.01 + 0.01 + … Descent reaches the neighbourhood "
            "of the minimum and then jumps about in it: the noise of each batch moves the weights as far as ever.",
        ),
        "b": Choice(
            "εₖ = 0.1 · 0.99ᵏ",
            "The squares have a finite sum, but so have the rates themselves: 0.1 / (1 − 0.99) = 10. A start from "
            "which the way is longer than that allows never arrives: the steps die out too soon.",
        ),
        "c": Choice(
            "εₖ = 0.1 / √(1 + k)",
            "The sum is infinite, but the squares are 0.01 / (1 + k), and the harmonic series has no finite sum "
            "either. The noise dies out more slowly than the theorem asks for.",
        ),
        "d": Choice(
            "εₖ = 0.1 / (1 + k)^0.75",
            "The rates fall more slowly than 1/k, whose sum is already infinite: any distance can be covered. The "
            "squares fall like 1/k^1.5, whose sum is finite: the noise dies out.",
        ),
        "e": Choice(
            "εₖ = 0.1 / (1 + k)²",
            "The squares are no problem, but the rates fall too fast: Σ 1/(1 + k)² = π²/6, so all steps together add "
            "up to 0.16. Descent stops where it happens to be.",
        ),
    },
    answer="d",
    hints=[
        "The first condition says that the steps can reach any distance. The second says that the noise of all steps "
        "together stays finite. Test each schedule against both.",
        "Which of the rates fall faster than 1/k? Which of the squares do? And a geometric series Σ qᵏ with q < 1 is "
        "1/(1 − q).",
        "A rate that falls like 1/kᵖ has an infinite sum if p ≤ 1, and its squares a finite one if 2p > 1. So p must "
        "lie above 1/2 and at most at 1.",
    ],
)
