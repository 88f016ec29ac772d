"""A small exercise with a mistake or two, for the tests of the machinery."""

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise


def graded(task, answer, **more):
    """What an answer earns: its check hands it in, as it does in a student's kernel, and it is judged from that."""
    return task.points_for(task.check(answer, **more))


def softmax(logits):
    """Logits (batch, classes) -> probabilities, same shape."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def softmax_over_the_batch(logits):
    return softmax(logits.T).T


def softmax_that_overflows(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def softmax_cases(generator):
    return [
        Case((generator.normal(size=(4, 3)),), "four rows"),
        Case((generator.normal(size=(5, 2)),), "two classes"),
        Case((generator.normal(size=(2, 3)).astype(np.float32),), "float32"),
        Case((np.array([[1000.0, 1001.0], [0.0, 2.0]]),), "huge logits", edge=True),
        Case((generator.normal(size=(1, 3)),), "one row", edge=True),
    ]


def make_softmax(**changes):
    settings = {
        "name": "softmax",
        "chapter": "05_softmax_regression",
        "task": "Write the softmax of each row.",
        "reference": softmax,
        "cases": softmax_cases,
        "hints": ["Which numbers must sum to 1?", "Divide by `.sum(axis=1, keepdims=True)`."],
        "mistakes": [
            (
                "normalized_over_the_batch",
                softmax_over_the_batch,
                "Column 0 sums to {column_sum}: a row should.",
            ),
            ("overflow", softmax_that_overflows, "The exponential overflows: subtract each row's maximum first."),
        ],
        "fields": {"column_sum": lambda outcome: f"{outcome.received[:, 0].sum():.3g}"},
        "seconds": 2.0,
    }
    return made({**settings, **changes})


def made(settings):
    """An exercise of these settings; "mistakes" are its mistakes, each a name, a function and a feedback."""
    exercise = Exercise(**{name: value for name, value in settings.items() if name != "mistakes"})
    for mistake in settings["mistakes"]:
        exercise.add_mistake(*mistake)
    return exercise


def mean_log(values, scale):
    """Values (n,) > 0 -> scale times the mean of their logarithms."""
    return float(scale * np.log(values).mean())


def mean_log_cases(generator):
    cases = [Case((generator.uniform(1, 9, size=n), 2.0), f"{n} values") for n in (3, 4, 7)]
    return [*cases, Case((np.array([np.e]), 1.0), "one value", edge=True)]


def make_mean_log(**changes):
    settings = {
        "name": "mean_log",
        "chapter": "03_probability_and_mle",
        "task": "Write the mean of the logarithms, times `scale`.",
        "reference": mean_log,
        "cases": mean_log_cases,
        "hints": ["What comes first?", "Use `np.log`, then `.mean()`."],
        "mistakes": [("log_of_mean", lambda values, scale: scale * np.log(np.mean(values)), "Log first.")],
        "seconds": 1.0,
    }
    return made({**settings, **changes})
