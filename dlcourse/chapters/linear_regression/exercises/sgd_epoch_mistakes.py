"""What people really write for an epoch of mini-batches, and what each of them needs to hear."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Mistake
from dlcourse.exercises.teaching.feedback import with_numbers

Array = NDArray[np.floating]
Indices = NDArray[np.integer]


def _residuals(inputs: Array, targets: Array, weights: Array, bias: float) -> Array:
    return inputs @ weights + bias - targets


class _Epoch:
    """One epoch, right as it stands: each subclass is wrong in one of its steps."""

    def __call__(
        self, inputs: Array, targets: Array, weights: Array, bias: float, rate: float, size: int, order: Indices
    ) -> tuple[Array, float]:
        first = (weights, bias)
        for start in self.starts(len(order), size):
            x, y = self.batch(inputs, targets, order, start, size)
            at = self.point(first, (weights, bias))
            errors = _residuals(x, y, *at)
            step = rate / self.divisor(len(x), size, len(order))
            weights = weights - step * (x.T @ errors)
            bias = bias - step * self.bias_errors(x, y, weights, bias, errors).sum()
        return weights, float(bias)

    def starts(self, examples: int, size: int) -> range:
        return range(0, examples, size)

    def batch(self, inputs: Array, targets: Array, order: Indices, start: int, size: int) -> tuple[Array, Array]:
        rows = order[start : start + size]
        return inputs[rows], targets[rows]

    def point(self, first: Any, current: Any) -> Any:
        return current

    def divisor(self, length: int, size: int, examples: int) -> float:
        return length

    def bias_errors(self, x: Array, y: Array, weights: Array, bias: float, errors: Array) -> Array:
        return errors


class _AtTheFirstWeights(_Epoch):
    def point(self, first: Any, current: Any) -> Any:
        return first


class _OrderIgnored(_Epoch):
    def batch(self, inputs: Array, targets: Array, order: Indices, start: int, size: int) -> tuple[Array, Array]:
        return inputs[start : start + size], targets[start : start + size]


class _TargetsNotReordered(_Epoch):
    def batch(self, inputs: Array, targets: Array, order: Indices, start: int, size: int) -> tuple[Array, Array]:
        return inputs[order[start : start + size]], targets[start : start + size]


class _AllExamplesEachTime(_Epoch):
    def batch(self, inputs: Array, targets: Array, order: Indices, start: int, size: int) -> tuple[Array, Array]:
        return inputs, targets


class _LastBatchDropped(_Epoch):
    def starts(self, examples: int, size: int) -> range:
        return range(0, examples // size * size, size)


class _OneStep(_Epoch):
    def starts(self, examples: int, size: int) -> range:
        return range(1)


class _DividedByBatchSize(_Epoch):
    def divisor(self, length: int, size: int, examples: int) -> float:
        return size


class _DividedByAll(_Epoch):
    def divisor(self, length: int, size: int, examples: int) -> float:
        return examples


class _Summed(_Epoch):
    def divisor(self, length: int, size: int, examples: int) -> float:
        return 1


class _Uphill(_Epoch):
    def divisor(self, length: int, size: int, examples: int) -> float:
        return -length


class _BiasAfterWeights(_Epoch):
    def bias_errors(self, x: Array, y: Array, weights: Array, bias: float, errors: Array) -> Array:
        return _residuals(x, y, weights, bias)


class _BiasKept(_Epoch):
    def bias_errors(self, x: Array, y: Array, weights: Array, bias: float, errors: Array) -> Array:
        return np.zeros(1)


def _examples(*arguments: Any) -> int:
    return len(arguments[0])


def _batch_size(*arguments: Any) -> int:
    return int(arguments[5])


def _steps(*arguments: Any) -> int:
    return -(-_examples(*arguments) // _batch_size(*arguments))


def _last_batch(*arguments: Any) -> int:
    return _examples(*arguments) - (_steps(*arguments) - 1) * _batch_size(*arguments)


def _first_batch(*arguments: Any) -> str:
    return ", ".join(str(int(i)) for i in arguments[6][: _batch_size(*arguments)])


SIZES = {"n": _examples, "size": _batch_size, "steps": _steps, "last": _last_batch, "batch": _first_batch}
WEIGHT = "On {case} the new weight [{where}] should be {expected}, and you return {received}. "

MISTAKES = [
    Mistake(
        "all_gradients_at_the_first_weights",
        _AtTheFirstWeights(),
        with_numbers(
            WEIGHT + "Your {steps} gradients are all taken at the weights with which the epoch began. Together they "
            "make one large step of full gradient descent. Each mini-batch should profit from the steps before it: "
            "take its gradient at the weights that they have left.",
            **SIZES,
        ),
    ),
    Mistake(
        "order_ignored",
        _OrderIgnored(),
        with_numbers(
            WEIGHT + "You take the examples as they stand in the table. The first mini-batch holds the examples "
            "{batch}, the first {size} entries of `order`. The order matters: each step moves the weights for the next "
            "one, and in a sorted table every batch would be one-sided.",
            **SIZES,
        ),
    ),
    Mistake(
        "targets_not_reordered",
        _TargetsNotReordered(),
        with_numbers(
            WEIGHT + "The inputs are picked by `order`, the targets are not, so that an example meets the target of "
            "another one. The first mini-batch needs both inputs and targets of the examples {batch}.",
            **SIZES,
        ),
    ),
    Mistake(
        "all_examples_in_each_step",
        _AllExamplesEachTime(),
        with_numbers(
            WEIGHT + "You make {steps} steps, and each uses all {n} examples: that is {steps} steps of full gradient "
            "descent. A mini-batch step looks at its own {size} examples only, which is why it costs less.",
            **SIZES,
        ),
    ),
    Mistake(
        "last_batch_dropped",
        _LastBatchDropped(),
        with_numbers(
            WEIGHT + "Of {n} examples, batches of {size} leave {last} for the last batch, and your epoch ends "
            "before it. In an epoch each example is used once; count the batches rounding up.",
            **SIZES,
        ),
    ),
    Mistake(
        "one_step_only",
        _OneStep(),
        with_numbers(
            WEIGHT + "Your weights are those after the first of {steps} mini-batches. Does the `return` stand inside "
            "the loop?",
            **SIZES,
        ),
    ),
    Mistake(
        "divided_by_the_batch_size",
        _DividedByBatchSize(),
        with_numbers(
            WEIGHT + "Full batches are right. The last batch holds only {last} of the {n} examples, and you divide its "
            "sums by the batch size {size}, so that its step comes out too small. Divide by the number of examples "
            "that the batch really has.",
            **SIZES,
        ),
    ),
    Mistake(
        "divided_by_all_examples",
        _DividedByAll(),
        with_numbers(
            WEIGHT + "Each of your gradients is divided by n = {n}, the size of the data set. A mini-batch's loss is a "
            "mean over its own {size} examples, an estimate of the loss over all of them: divide by the batch's length."
            "",
            **SIZES,
        ),
    ),
    Mistake(
        "sum_over_the_batch",
        _Summed(),
        with_numbers(
            WEIGHT + "Your gradient sums over the {size} examples of a batch. With a mean, a step's size does not "
            "depend on the batch size, and the learning rate can stay when the batch size changes.",
            **SIZES,
        ),
    ),
    Mistake(
        "uphill",
        _Uphill(),
        with_numbers(
            WEIGHT + "Each step goes the opposite way. The gradient points to where the loss grows: subtract it (or "
            "look at the sign of the residual, prediction minus target)."
        ),
    ),
    Mistake(
        "bias_after_the_weights",
        _BiasAfterWeights(),
        with_numbers(
            "On {case} you return the bias {bias_received}, and it should be {bias_expected}. You changed the weights "
            "first and then computed the bias's gradient with the new weights. Both gradients belong to the same "
            "point: compute the pair, then change both.",
            bias_received=lambda *arguments: _BiasAfterWeights()(*arguments)[1],
            bias_expected=lambda *arguments: _Epoch()(*arguments)[1],
        ),
    ),
    Mistake(
        "bias_kept",
        _BiasKept(),
        with_numbers(
            "On {case} your bias is {bias} after the epoch, as it was before. It is a parameter like the weights: each "
            "step changes it by the learning rate times its own gradient.",
            "inputs",
            "targets",
            "weights",
            "bias",
        ),
    ),
]
