"""Questions with lettered answers: what four pairs of learning curves tell, and which report can be believed."""

from dlcourse.chapters.generalization import CHAPTER
from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise

# Medians over the runs in tests/chapters/generalization/test_exercises.py: training | validation error.
TABLE = """
| | 40 examples | 160 | 640 |
|---|---|---|---|
| **P** | 0.71 and 0.81 | 0.73 and 0.75 | 0.74 and 0.75 |
| **Q** | 0.16 and 0.66 | 0.23 and 0.27 | 0.24 and 0.25 |
| **R** | 0.22 and 0.30 | 0.25 and 0.27 | 0.25 and 0.25 |
| **S** | 0.11 and 0.11 | 0.22 and 0.22 | 0.24 and 0.24 |
"""

diagnose_curves = ChoiceExercise(
    name="diagnose_curves",
    chapter=CHAPTER,
    question=(
        "Four models learn the same curve from examples whose targets have noise of variance 0.25. The table has their "
        "mean squared errors on the examples that they were trained on, and on others for validation, at three sizes "
        f"of the training set. Which remedy fits which?\n{TABLE}"
    ),
    choices={
        "a": Choice(
            "P: more examples. Q: a larger penalty, or more examples. R: nothing to mend. S: nothing to mend, it is "
            "the best.",
            "From 160 to 640 examples P gains nothing: its two errors have met at 0.75, far above 0.25. Examples do "
            "not help a model that cannot bend. And S is too good: no model predicts the noise of targets that it has "
            "not seen, so that a validation error well below 0.25 is a reason to look for a leak.",
        ),
        "b": Choice(
            "P: a more flexible model. Q: a larger penalty, or more examples. R: nothing to mend. S: look for a leak.",
            "P underfits: both errors meet, above the noise. Q overfits: little error in training, much in validation, "
            "and a gap that examples close. R is as low as the noise lets it be. S's validation error is far "
            "below the variance of the noise at 40 examples, which no honest one can be on average: here it was "
            "validated on examples that it had been trained on.",
        ),
        "c": Choice(
            "P: a larger penalty. Q: a more flexible model. R: nothing to mend. S: look for a leak.",
            "The two are the other way round. P's errors are nearly equal and both large: there is no gap that a "
            "penalty could close. Q's training error, 0.16, is below the noise: it has followed the noise already.",
        ),
        "d": Choice(
            "P: a more flexible model. Q: nothing to mend, its training error is small. R: a more flexible model, its "
            "training error is larger than Q's. S: look for a leak.",
            "A training error below the variance of the noise is no virtue: what is fitted beyond 0.25 is noise, and "
            "the validation error pays for it. R's 0.22 and 0.30 at 40 examples are on both sides of 0.25, as they "
            "have to be.",
        ),
        "e": Choice(
            "P: a more flexible model. Q: a larger penalty, or more examples. R: look for a leak, its validation error "
            "falls to 0.25. S: nothing to mend.",
            "0.25 is what the best model has, and R comes to it from above, as an honest one does. S's validation "
            "error comes from below: at 40 examples it is 0.11.",
        ),
    },
    answer="b",
    hints=[
        "What is the smallest error that any model can have, on average, on examples that it has not seen?",
        "Two numbers tell: how far the two errors are from each other, and how far the validation error is from 0.25. "
        "Which of them can more examples change?",
        "A large gap is variance, both errors high is bias. What is it when the validation error is too *small*?",
    ],
)

find_the_leak = ChoiceExercise(
    name="find_the_leak",
    chapter=CHAPTER,
    question=(
        "Five reports, each with an error on examples that were held out. Which one estimates the error for new "
        "patients of the same clinic without having been helped?"
    ),
    choices={
        "a": Choice(
            "Each of 200 patients has 5 images. The 1,000 images are shuffled and dealt into folds.",
            "Nearly every patient then stands in both parts. A model can recognize the patient, and need not see the "
            "illness. Deal out patients, not images.",
        ),
        "b": Choice(
            "The sick are rare, so their rows are copied until the classes are equal; then the table is split.",
            "Copies of one row come into both parts: the model is judged on rows that it was fitted to. Split first, "
            "copy within the training part.",
        ),
        "c": Choice(
            "Missing values are filled by a regression of each feature on all others and on the diagnosis, over the "
            "whole table; then the table is split.",
            "The diagnosis of a validation patient has then gone into that patient's own inputs, and for a new patient "
            "it is not known. Fit the filling in to the training part, without the diagnosis.",
        ),
        "d": Choice(
            "For 100 values of the penalty the test error is measured; reported is the smallest of them.",
            "The smallest of 100 noisy numbers is, on average, below what its model has on new patients: the test part "
            "has become a validation part. Choose by validation, and use the test part once.",
        ),
        "e": Choice(
            "In each fold, dealt by patient, means, chosen features and penalty (by folds within) come from the "
            "training part. The 5 errors are averaged.",
            "Whatever is learned, down to the penalty, is learned without the patients on whom it is judged: nested "
            "cross-validation. It estimates the procedure, trained on four fifths of the patients; if anything, that "
            "is a little too pessimistic.",
        ),
    },
    answer="e",
    hints=[
        "For each report: could anything that was learned have been different, had a validation patient's row been "
        "another one?",
        "Three of them let rows, or what was computed from them, into both parts. A fourth uses the examples for "
        "choosing that it then uses for judging.",
    ],
)
