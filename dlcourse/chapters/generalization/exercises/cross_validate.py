"""Exercise on cross-validation: on each fold, a new model and its error on what it has not seen."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.generalization import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.scratch import model_selection
from dlcourse.scratch.estimators import LinearRegression
from dlcourse.scratch.folds import Fold, k_folds
from dlcourse.scratch.pipelines import Standardized

Folds = Sequence[Any]
Errors = Callable[[Any, Array, Array, Fold], Any]  # one number


def ridge_model() -> Standardized:
    """A model whose fit depends on how many examples there are, and on their spread."""
    return Standardized(LinearRegression(0.5))


def _case(generator: np.random.Generator, model: Any, n: int, d: int, k: int, label: str, edge: bool = False) -> Case:
    inputs = generator.normal(1, 2, size=(n, d))
    targets = inputs @ generator.uniform(1, 2, size=d) + generator.normal(3, 2, size=n)
    folds = [Fold(*map(np.array, fold)) for fold in k_folds(n, k, generator)]
    return Case((model, inputs, targets, folds), label, edge=edge)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    some = _case(generator, LinearRegression, 24, 2, 6, "the first two of six folds")
    return [
        _case(generator, LinearRegression, 20, 2, 4, "linear regression, 4 folds of 20 examples"),
        _case(generator, ridge_model, 23, 3, 5, "ridge regression, 5 folds of 23 examples"),
        _case(generator, ridge_model, 30, 4, 3, "ridge regression, 3 folds of 30 examples"),
        Case((*some.arguments[:3], some.arguments[3][:2]), some.label),
        _case(generator, LinearRegression, 9, 1, 9, "linear regression, one example left out at a time", edge=True),
    ]


cross_validate = Exercise(
    model_selection.cross_validate,
    chapter=CHAPTER,
    task=(
        "Return the errors of cross-validation, an array of shape (k,): for each of the k `folds`, pairs (training, "
        "validation) of arrays of examples' numbers, the mean squared error on its validation part of a model fitted "
        "to its training part. `make_model()` gives a new model; it has `fit(inputs, targets)` and `predict(inputs)`. "
        "`inputs` has shape (n, d), `targets` (n,). (The library's function takes another error too.)"
    ),
    cases=_cases,
    rtol=1e-6,
    hints=[
        "One fold first. Which rows may the model see, and on which is it judged?",
        "`inputs[training]` are the rows with these numbers. A new model for each fold: `make_model()`.",
        "After `model.fit(inputs[training], targets[training])`, `model.predict(inputs[validation])` gives the "
        "predictions; the error is the mean of the squared differences from `targets[validation]`.",
        "A loop `for training, validation in folds:` that appends `np.mean((predictions - targets[validation]) ** 2)` "
        "to a list, and `np.array(errors)` at the end.",
    ],
    fields={
        "at": "On “{case}” the error [{where}] should be {expected}, and you return {received}. ",
        "k": lambda make_model, inputs, targets, folds: len(folds),
        "n": lambda make_model, inputs, *_: len(inputs),
    },
)


def _errors(of_fold: Errors) -> Callable[..., Array]:
    """A cross-validation that finds the error of each fold in its own way."""

    def validate(make_model: Any, inputs: Array, targets: Array, folds: Folds) -> Array:
        return np.array([of_fold(make_model(), inputs, targets, Fold(*fold)) for fold in folds])

    return validate


def _residuals(model: Any, inputs: Array, targets: Array, seen: Any, judged: Any) -> Array:
    return np.asarray(model.fit(inputs[seen], targets[seen]).predict(inputs[judged]) - targets[judged])


def _with(reduce: Callable[[Array], Any]) -> Callable[..., Array]:
    return _errors(lambda model, x, y, fold: reduce(_residuals(model, x, y, fold.training, fold.validation)))


cross_validate.add_mistake(
    "training_error",
    _errors(lambda model, x, y, fold: np.mean(_residuals(model, x, y, fold.training, fold.training) ** 2)),
    "{at}That is the error on the training part, which the model was fitted to. Predict for the validation part.",
)
cross_validate.add_mistake(
    "fitted_to_all",
    _errors(lambda model, x, y, fold: np.mean(_residuals(model, x, y, slice(None), fold.validation) ** 2)),
    "{at}It looks as if the model is fitted to all {n} examples, the validation part among them: it has seen what it "
    "is judged on. Fit a new one to each training part.",
)
cross_validate.add_mistake(
    "parts_swapped",
    _errors(lambda model, x, y, fold: np.mean(_residuals(model, x, y, fold.validation, fold.training) ** 2)),
    "{at}It looks as if the two parts are swapped: fitted to the validation part, and judged on the training part.",
)
cross_validate.add_mistake(
    "judged_on_all",
    _errors(lambda model, x, y, fold: np.mean(_residuals(model, x, y, fold.training, slice(None)) ** 2)),
    "{at}It looks as if you predict for all {n} examples. Most of them were in the training part, which makes the "
    "error too small on average. Judge on the validation part alone.",
)
cross_validate.add_mistake(
    "not_squared",
    _with(np.mean),
    "{at}Your errors are means of residuals, in which too high and too low cancel. Square them first.",
)
cross_validate.add_mistake(
    "absolute_errors",
    _with(lambda residuals: np.mean(np.abs(residuals))),
    "{at}Your errors are means of absolute values. The mean *squared* error is asked for.",
)
cross_validate.add_mistake(
    "sum_of_squares",
    _with(lambda residuals: np.sum(residuals**2)),
    "{at}Your errors are sums of squares. Folds may differ in size: take means.",
)
cross_validate.add_mistake(
    "root_of_the_mean",
    _with(lambda residuals: np.sqrt(np.mean(residuals**2))),
    "{at}That is the root of the mean squared error: in the targets' own unit, and useful in a report. Here the mean "
    "squared error itself is asked for.",
)
cross_validate.add_mistake(
    "half_the_mean",
    _with(lambda residuals: np.mean(residuals**2) / 2),
    "{at}Your errors are halves of the right ones: the 1/2 of the loss, there for its derivative, does not belong to "
    "the mean squared error.",
)
cross_validate.add_mistake(
    "their_mean_already",
    lambda *call: model_selection.cross_validate(*call).mean(),
    "On “{case}” you return one number, the mean of the {k} errors. That is what one reports in the end; return the "
    "{k} errors, so that their spread is seen too.",
)
