"""Backpropagation of a multilayer perceptron by its layer equations, without a graph.

Examples are rows. a^0 are the inputs; layer l has weights W^l (units, units before) and bias b^l, pre-activations
z^l = a^(l-1) (W^l)ᵀ + b^l and activations a^l = f(z^l); L is the last layer. δ^l = ∂J/∂z^l, of the shape of z^l, is the
*error* of layer l. In the column form of most books, for one example: δ^L = (a^L − y) ∘ f'(z^L), δ^l = ((W^(l+1))ᵀ
δ^(l+1)) ∘ f'(z^l), ∂J/∂W^l = δ^l (a^(l-1))ᵀ, ∂J/∂b^l = δ^l. Source: Rumelhart, Hinton and Williams (1986); the notation
follows Nielsen (2015), "Neural networks and deep learning", chapter 2. The functions trust their arguments' shapes,
as given here, so that they stay as short as their formulas.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch.losses import sigmoid, softmax

Kind = Literal["regression", "classification"]


def forward(inputs: Array, weights: Sequence[Array], biases: Sequence[Array], kind: Kind = "regression") -> list[Array]:
    """The activations [a^0, a^1, ..., a^L] of a network whose units are sigmoids, inputs (n, features) included.

    weights[l]: (units, units before). biases[l]: (units,). For "classification" the last layer is a softmax instead.
    """
    activations = [inputs]
    for weight, bias in zip(weights, biases, strict=True):
        activations.append(sigmoid(activations[-1] @ weight.T + bias))
    if kind == "classification":
        activations[-1] = softmax(activations[-2] @ weights[-1].T + biases[-1])
    return activations


def cost(
    activations: Sequence[Array],
    targets: Array,
    weights: Sequence[Array],
    penalty: float = 0.0,
    kind: Kind = "regression",
) -> float:
    """The regularized cost J of a network's ``activations`` against ``targets``, both (n, outputs).

    Regression:      J = (1/n) Σ_i ½ ‖a_i^L − y_i‖² + (λ/2) Σ_l ‖W^l‖²
    Classification:  J = −(1/n) Σ_i Σ_k y_ik log a_ik^L + (λ/2) Σ_l ‖W^l‖², with one-hot rows y_i

    λ is ``penalty``, ‖W‖² the sum of all squared weights; biases are not penalized.
    """
    outputs, n = activations[-1], len(targets)
    if kind == "regression":
        misfit = 0.5 * ((outputs - targets) ** 2).sum() / n
    else:
        misfit = -(targets * np.log(outputs)).sum() / n
    return float(misfit + 0.5 * penalty * sum((weight**2).sum() for weight in weights))


def deltas(
    activations: Sequence[Array], targets: Array, weights: Sequence[Array], kind: Kind = "regression"
) -> list[Array]:
    """The errors [δ^1, ..., δ^L] of all layers, of the shapes of a^1, ..., a^L: from the last back to the first.

    δ^L = (a^L − y) ∘ f'(z^L) / n, and δ^l = (δ^(l+1) W^(l+1)) ∘ f'(z^l), with f'(z) = a (1 − a) for the sigmoid.
    For "classification", softmax with cross-entropy, δ^L = (a^L − y) / n: the derivative of the softmax cancels.
    """
    outputs, n = activations[-1], len(targets)
    delta: Array = (outputs - targets) / n
    if kind == "regression":
        delta = delta * outputs * (1 - outputs)
    errors: list[Array] = [delta]
    for layer in range(len(weights) - 1, 0, -1):
        activation = activations[layer]
        delta = (delta @ weights[layer]) * activation * (1 - activation)
        errors.insert(0, delta)
    return errors


def gradients(
    activations: Sequence[Array],
    targets: Array,
    weights: Sequence[Array],
    penalty: float = 0.0,
    kind: Kind = "regression",
) -> tuple[list[Array], list[Array]]:
    """∂J/∂W^l = (δ^l)ᵀ a^(l−1) + λ W^l and ∂J/∂b^l = Σ_i δ_i^l for every layer: lists like weights and biases."""
    errors = deltas(activations, targets, weights, kind)
    by_weights = [
        delta.T @ before + penalty * weight
        for delta, before, weight in zip(errors, activations[:-1], weights, strict=True)
    ]
    return by_weights, [delta.sum(axis=0) for delta in errors]
