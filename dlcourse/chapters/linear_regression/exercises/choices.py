"""Questions with lettered answers: where one far point tilts a line, which schedules meet two conditions."""

from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise

CHAPTER = "04_linear_regression"

lever = ChoiceExercise(
    name="lever",
    chapter=CHAPTER,
    question=(
        "Eleven points lie exactly on the line y = 2x + 1, at x = 0, 1, …, 10. One of them is mistyped: its y is 55 "
        "too large. At which x does this leave the slope of the least-squares line at 2?"
    ),
    choices={
        "a": Choice(
            "At none: so large an error tilts the line wherever it is.",
            "An error pulls on the slope times a lever, its point's distance from the mean input. For which of the "
            "eleven is that distance 0?",
        ),
        "b": Choice(
            "At x = 0: in ∂J/∂w the error is multiplied by the input, which is 0 there.",
            "At the old line it has no pull on w, right. But it pulls on b, the line rises, and then all other points "
            "pull it down again, those with a large x most of all on w. In the end the slope is −0.5.",
        ),
        "c": Choice(
            "At x = 5: there the line moves up in parallel.",
            "5 is the mean input. With b free, the pull on the slope is the error times x − x̄, which is 0 there; "
            "the line rises by 55/11 = 5. At x = 10 the same mistake tilts it to 2 + 5 · 55 / 110 = 4.5, with "
            "110 = Σ (x − x̄)².",
        ),
        "d": Choice(
            "At x = 10: it is the end of the line, and the ten others hold it.",
            "The end has the longest lever, 10 − 5: there the slope becomes 2 + 5 · 55 / 110 = 4.5. Points whose "
            "error is 0 hold nothing until the line has moved away from them.",
        ),
    },
    answer="c",
    hints=[
        "At the old line all errors but one are 0. What do ∂J/∂w and ∂J/∂b say about that one?",
        "Both w and b may move. Think of the inputs as measured from their mean: then the two pulls do not mix.",
        "The slope of the least-squares line is Σ (x − x̄)(y − ȳ) / Σ (x − x̄)². When does adding 55 to one y leave the "
        "numerator as it is?",
    ],
)

annealing_conditions = ChoiceExercise(
    name="annealing_conditions",
    chapter=CHAPTER,
    question=(
        "Which of these schedules, for the steps k = 0, 1, 2, …, meets both conditions of Robbins and Monro, "
        "Σ εₖ = ∞ and Σ εₖ² < ∞?"
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
            "either. The noise of all steps together has no bound. (In the mean square this schedule arrives all the "
            "same: its rates fall to 0, and the two conditions are sufficient, not necessary.)",
        ),
        "d": Choice(
            "εₖ = 0.1 / (1 + k)^0.75",
            "The rates fall more slowly than 1/k, whose sum is already infinite: any distance can be covered. The "
            "squares fall like 1/k^1.5, whose sum is finite: so is the noise of all steps together.",
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
