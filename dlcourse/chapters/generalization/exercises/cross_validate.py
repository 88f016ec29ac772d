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
from dlcourse.scratch.pipelines import Standardized, standardize

Folds = Sequence[Any]
Errors = Callable[[Any, Array, Array, Fold], Any]  # one number


def ridge_model() -> Standardized:
    """A model whose fit depends on how many examples there are, and on their spread."""
    return Standardized(LinearRegression(0.5))


class GoesOn:
    """A model that begins where its last fit ended, as a network does: a few steps of descent at each `fit`."""

    def __init__(self) -> None:
        self.weights = np.zeros(1)

    def fit(self, inputs: Array, targets: Array) -> "GoesOn":
        """Take five steps downhill from the present weights; the last is the bias."""
        rows = np.column_stack([inputs, np.ones(len(inputs))])
        self.weights = np.zeros(rows.shape[1]) + self.weights  # at first all 0
        for _ in range(5):
            self.weights = self.weights - 0.05 * rows.T @ (rows @ self.weights - targets) / len(rows)
        return self

    def predict(self, inputs: Array) -> Array:
        """What a linear model predicts."""
        return np.column_stack([inputs, np.ones(len(inputs))]) @ self.weights


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
        _case(generator, GoesOn, 30, 2, 3, "a model that goes on from its last fit, 3 folds of 30 examples"),
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
    one_form=lambda _, result: np.array(result, float) if isinstance(result, list | tuple) else result,
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
    "fitted_to_the_validation_part",
    _errors(lambda model, x, y, fold: np.mean(_residuals(model, x, y, fold.validation, fold.validation) ** 2)),
    "{at}It looks as if each model is fitted to the validation part and judged on it too. Fit it to the training part.",
)


@cross_validate.mistake
def one_model_for_all_folds(make_model: Any, inputs: Array, targets: Array, folds: Folds) -> Array:
    """{at}It looks as if one model serves all folds. This one goes on from its last fit, as a network does, and has by
    then seen the examples that it is judged on. Call `make_model()` anew in each fold."""
    model = make_model()
    return model_selection.cross_validate(lambda: model, inputs, targets, folds)


@cross_validate.mistake
def make_model_not_called(make_model: Any, inputs: Array, targets: Array, folds: Folds) -> Any:
    """On “{case}” your function asks `make_model` itself to be fitted. It is what makes a model: call it first, as in
    `model = make_model()`, and then `model.fit(...)`."""
    return make_model.fit(inputs, targets)


@cross_validate.mistake
def standardized_before(make_model: Any, inputs: Array, targets: Array, folds: Folds) -> Array:
    """{at}It looks as if you standardize all inputs first. Their means and deviations then come from the validation
    parts too, and the model gets other inputs than were given: what it needs of that, it does within its own `fit`."""
    return model_selection.cross_validate(make_model, standardize(inputs)[0], targets, folds)


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
    "sum_of_squares",
    _with(lambda residuals: np.sum(residuals**2)),
    "{at}Your errors are sums of squares. Folds may differ in size: take means.",
)
cross_validate.add_mistake(
    "their_mean_already",
    lambda *call: model_selection.cross_validate(*call).mean(),
    "On “{case}” you return one number, the mean of the {k} errors. That is what one reports in the end; return the "
    "{k} errors, so that their spread is seen too.",
)
