"""500 full-batch steps of softmax regression on digits: ours, PyTorch, HIPS autograd and scikit-learn, in one run.

    python benchmarks/softmax_regression.py [--rounds 9] [--steps 500]

Needs the extra `benchmark`: python -m pip install -c constraints.txt -e ".[benchmark]".
Everything runs in float32 on one thread, on the training part of digits (1437 images, 64 inputs, 10 classes), by
gradient descent with learning rate 0.5 from zero weights and without a penalty. The candidates take turns in each
round, so that a busy machine slows all of them. PyTorch runs as nn.functional.cross_entropy with optim.SGD in its
three implementations and with an update written by hand: the fastest of the four counts. scikit-learn's lbfgs takes as
many iterations as it needs to come at least as low as 500 steps do. Prints medians in milliseconds, the ratios to ours,
and the final losses; exits with an error unless all descents end at the same loss to 1e-3 and lbfgs at least as low.
"""

import argparse
import os
import statistics
import time
import warnings
from collections.abc import Callable

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import autograd.numpy as anp  # before anything else may load NumPy: the number of threads is read then
import numpy as np
import torch
from autograd import value_and_grad
from autograd.scipy.special import logsumexp
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from dlcourse import datasets
from dlcourse.scratch import losses
from dlcourse.scratch.estimators import SoftmaxRegression

RATE = 0.5
OURS = "dlcourse"
Parameters = tuple[np.ndarray, np.ndarray | np.floating]  # weights (64, 10) and bias (10,)


def fit_ours(inputs: np.ndarray, labels: np.ndarray, steps: int) -> Parameters:
    model = SoftmaxRegression(learning_rate=RATE, steps=steps).fit(inputs, labels)
    return model.weights_, model.bias_


def fit_torch(inputs: np.ndarray, labels: np.ndarray, steps: int, **options: bool) -> Parameters:
    layer = torch.nn.Linear(inputs.shape[1], 10)
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(layer.parameters(), lr=RATE, **options)
    x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(layer(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return layer.weight.detach().numpy().T, layer.bias.detach().numpy()


def fit_torch_by_hand(inputs: np.ndarray, labels: np.ndarray, steps: int) -> Parameters:
    """Without an optimizer: two tensors, autograd for the gradients, and the update in place."""
    weights, bias = torch.zeros(10, inputs.shape[1], requires_grad=True), torch.zeros(10, requires_grad=True)
    x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(torch.nn.functional.linear(x, weights, bias), y)
        gradients = torch.autograd.grad(loss, (weights, bias))
        with torch.no_grad():
            for parameter, gradient in zip((weights, bias), gradients, strict=True):
                parameter.sub_(gradient, alpha=RATE)
    return weights.detach().numpy().T, bias.detach().numpy()


def fit_autograd(inputs: np.ndarray, labels: np.ndarray, steps: int) -> Parameters:
    """As autograd's own examples write it: logsumexp, one-hot labels, the gradient of a tuple of parameters."""
    right = losses.one_hot(labels, 10).astype(inputs.dtype)

    def loss(parameters: Parameters) -> float:
        logits = anp.dot(inputs, parameters[0]) + parameters[1]
        return anp.mean(logsumexp(logits, axis=1)) - anp.sum(logits * right) / len(inputs)

    step = value_and_grad(loss)
    weights, bias = np.zeros((inputs.shape[1], 10), inputs.dtype), np.zeros(10, inputs.dtype)
    for _ in range(steps):
        _, (by_weights, by_bias) = step((weights, bias))
        weights, bias = weights - RATE * by_weights, bias - RATE * by_bias
    return weights, bias


def fit_lbfgs(inputs: np.ndarray, labels: np.ndarray, iterations: int) -> Parameters:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped on purpose
        model = LogisticRegression(C=np.inf, tol=1e-12, max_iter=iterations).fit(inputs, labels)
    return model.coef_.T, model.intercept_


def loss_of(parameters: Parameters, inputs: np.ndarray, labels: np.ndarray) -> float:
    weights, bias = (values.astype(np.float64) for values in parameters)
    return losses.cross_entropy(inputs.astype(np.float64) @ weights + bias, labels)


def iterations_to(target: float, inputs: np.ndarray, labels: np.ndarray) -> int:
    """The fewest lbfgs iterations, found by trying, that come as low as ``target``."""
    for iterations in range(1, 1000):
        if loss_of(fit_lbfgs(inputs, labels, iterations), inputs, labels) <= target:
            return iterations
    raise SystemExit(f"lbfgs does not reach a loss of {target:.4f} in 1000 iterations.")


def candidates(inputs: np.ndarray, labels: np.ndarray, steps: int) -> dict[str, Callable[[], Parameters]]:
    iterations = iterations_to(loss_of(fit_ours(inputs, labels, steps), inputs, labels), inputs, labels)
    return {
        OURS: lambda: fit_ours(inputs, labels, steps),
        "PyTorch, SGD in a loop": lambda: fit_torch(inputs, labels, steps, foreach=False),
        "PyTorch, SGD foreach": lambda: fit_torch(inputs, labels, steps, foreach=True),
        "PyTorch, SGD fused": lambda: fit_torch(inputs, labels, steps, fused=True),
        "PyTorch, update by hand": lambda: fit_torch_by_hand(inputs, labels, steps),
        "autograd": lambda: fit_autograd(inputs, labels, steps),
        f"scikit-learn, lbfgs, {iterations} iterations": lambda: fit_lbfgs(inputs, labels, iterations),
    }


def measure(fits: dict[str, Callable[[], Parameters]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each candidate in each round, in turn, after one round that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in fits}
    for count in range(rounds + 1):
        for name, fit in fits.items():
            start = time.perf_counter()
            fit()
            if count:
                times[name].append(1000 * (time.perf_counter() - start))
    return times


def report(medians: dict[str, float], final: dict[str, float]) -> None:
    print(f"{'':36} median ms  / ours  final loss")
    for name, median in medians.items():
        print(f"{name:36} {median:9.1f} {median / medians[OURS]:7.2f} {final[name]:11.5f}")
    torch_best = min(median for name, median in medians.items() if name.startswith("PyTorch"))
    print(f"ours / PyTorch's fastest: {medians[OURS] / torch_best:.2f} (goal: at most 0.35)")
    print(f"autograd / ours: {medians['autograd'] / medians[OURS]:.1f} (goal: at least 4)")


def check_losses(final: dict[str, float]) -> None:
    ours = final[OURS]
    apart = {name: loss for name, loss in final.items() if "lbfgs" not in name and abs(loss - ours) > 1e-3}
    higher = {name: loss for name, loss in final.items() if "lbfgs" in name and loss > ours}
    if apart or higher:
        raise SystemExit(f"Not the same problem: our loss is {ours:.5f}, and others end at {apart | higher}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="rounds that are counted (default 9)")
    parser.add_argument("--steps", type=int, default=500, help="steps of gradient descent (default 500)")
    arguments = parser.parse_args()
    if min(arguments.rounds, arguments.steps) < 1:
        parser.error("--rounds and --steps are at least 1")
    torch.set_num_threads(1)
    train = datasets.load("digits").train
    inputs, labels = train.inputs.reshape(len(train), -1), train.labels
    fits = candidates(inputs, labels, arguments.steps)
    final = {name: loss_of(fit(), inputs, labels) for name, fit in fits.items()}
    check_losses(final)
    times = measure(fits, arguments.rounds)
    report({name: statistics.median(values) for name, values in times.items()}, final)


if __name__ == "__main__":
    main()
