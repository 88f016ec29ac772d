"""A question with lettered answers: what went wrong in four runs."""

from dlcourse.chapters.optimization import CHAPTER
from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise

# Of the runs in tests/chapters/optimization/test_exercises.py: the loss, and the length of the gradient that was used.
TABLE = """
| after … steps | 0 | 40 | 80 | 120 | 160 | cosine |
|---|---|---|---|---|---|---|
| **P**: loss | 0.75 | 0.25 | 0.23 | 0.00 | 0.00 | 1.0 |
| P: gradient | 1.0 | 0.02 | 0.19 | 0.01 | 0.00 | |
| **Q**: loss | 0.50 | 0.01 | 0.06 | 0.60 | 6.41 | −1.0 |
| Q: gradient | 1.0 | 0.33 | 1.06 | 3.47 | 11.32 | |
| **R**: loss | 9.50 | 0.33 | 0.22 | 0.15 | 0.10 | 1.0 |
| R: gradient | 60.0 | 0.82 | 0.67 | 0.55 | 0.45 | |
| **S**: loss | 4.00 | 0.06 | 0.08 | 0.24 | 0.02 | −0.1 |
| S: gradient | 2.8 | 0.77 | 0.87 | 1.98 | 0.62 | |
"""

diagnose_runs = ChoiceExercise(
    name="diagnose_runs",
    chapter=CHAPTER,
    question=(
        "Four runs, each with a constant learning rate. The table has the loss, the length of the gradient that the "
        "next step used, and the mean cosine of the angle between a gradient and the one before, over the last 80 "
        "steps: 1 where they point the same way, −1 where they are opposite. What happens in P, Q, R and S?\n"
        f"{TABLE}"
    ),
    choices={
        "a": Choice(
            "P: a narrow valley. Q: the rate is too large. R: a saddle on the way. S: the noise of mini-batches.",
            "Look at the gradient's length. In a valley it falls and falls, as in R: the steep direction is done, the "
            "flat one creeps. In P it has fallen to 0.02 and then grows tenfold before the loss drops: the run has "
            "passed a place where the gradient is nearly 0, and left it downhill.",
        ),
        "b": Choice(
            "P: a saddle on the way. Q: the noise of mini-batches. R: a narrow valley. S: the rate is too large.",
            "Too large a rate jumps over the minimum and lands farther off on the other side: gradients of opposite "
            "sign that grow by the same factor at each step, as in Q. Noise has no such order: in S a gradient tells "
            "nearly nothing of the next one, and the loss goes up and down around a level without leaving it.",
        ),
        "c": Choice(
            "P: a local minimum, which it leaves. Q: the rate is too large. R: a narrow valley. S: the noise of "
            "mini-batches.",
            "Three are right. But out of a local minimum every way leads up, and small steps along the negative "
            "gradient do not climb. P's loss falls all the time, slowly where the gradient is small: a saddle. From "
            "there one direction leads on downhill, and gradient descent finds it, unless it starts exactly on the "
            "line that ends in the saddle.",
        ),
        "d": Choice(
            "P: a saddle on the way. Q: the rate is too large. R: a narrow valley. S: the noise of mini-batches.",
            "P needs patience, or a push. Q needs a rate below 2/λ_max. R has gradients that all point the same way "
            "and a loss that falls by 1 % a step: momentum, better scaled inputs, or Newton's method. S has arrived as "
            "far as its rate lets it: a rate that falls, or larger batches. No remedy fits all: a smaller rate mends Q "
            "and lowers S's level, and makes P and R slower.",
        ),
        "e": Choice(
            "P: a saddle on the way. Q: the rate is too large. R: the rate is too small. S: a narrow valley, which it "
            "crosses to and fro.",
            "R's gradient falls from 60 to 0.8 in 40 steps, and then nearly by half in 120: a steep direction that is "
            "done, and a flat one. The steep one limits the rate, here to twice what it is; the flat one takes the "
            "time. That is conditioning. And to and fro across a valley successive gradients are opposite; in S they "
            "have nearly nothing to do with each other: noise.",
        ),
    },
    answer="d",
    hints=[
        "Which of the rows goes on and on in one direction, which turns round at each step, and which has no order?",
        "Where a gradient gets small and *then grows again while the loss falls*, what kind of place was that?",
        "With too large a rate the error along the steepest direction is multiplied by a number below −1 at each "
        "step. What does that do to the loss, and to the sign of the gradient?",
    ],
)
