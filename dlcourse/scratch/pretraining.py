"""Greedy layer-wise pretraining: a deep network begins where its layers, learnt one after the other, have come to.

Each hidden layer learns alone, from the outputs of the layers below it, which stay as they are; then the whole network
is trained as usual (*fine-tuning*). Sources: Hinton, Osindero and Teh (2006), "A fast learning algorithm for deep
belief nets"; Bengio, Lamblin, Popovici and Larochelle (2007), "Greedy layer-wise training of deep networks".
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.data_parts import Part
from dlcourse.datasets import batches
from dlcourse.scratch import initializers
from dlcourse.scratch.autoencoders import Autoencoder, activation_of, autoencoder_step, check_sizes
from dlcourse.scratch.boltzmann import RBM
from dlcourse.scratch.layers import BatchNorm, Linear, Sequential, Sigmoid
from dlcourse.scratch.losses import sigmoid
from dlcourse.scratch.modules import Module
from dlcourse.scratch.optimizers import SGD
from dlcourse.scratch.reconstruction import corrupt
from dlcourse.scratch.steps import training_step
from dlcourse.validation import check_floats, check_generator, check_labels, check_same_length, check_shape

KINDS = ("autoencoder", "denoising", "boltzmann", "supervised")
STARTS: dict[str, Callable[..., Array] | None] = {
    "standard": None,  # evenly from ±1/√fan_in, as was usual: Glorot and Bengio (2010), equation 1
    "xavier": initializers.xavier_uniform,
    "kaiming": initializers.kaiming_uniform,
}
Layer = tuple[Array, Array]  # a weight (out, in) and a bias (out,)
TrainLayer = Callable[[Array, int], Layer]


def deep_network(
    sizes: Sequence[int],
    *,
    activation: str = "sigmoid",
    start: str = "standard",
    gain: float = 1.0,
    normalized: bool = False,
    generator: np.random.Generator,
) -> Sequential:
    """Linear layers of those sizes, each but the last followed by its activation: (n, sizes[0]) -> logits.

    ``start``: "standard", ±1/√fan_in as was usual before 2010; "xavier", ``gain`` times Glorot's; "kaiming".
    ``normalized``: batch normalization between each hidden layer and its activation. Raises ValueError for a name that
    is not listed.
    """
    if start not in STARTS:
        raise ValueError(f"start: expected one of {', '.join(STARTS)}, received {start!r}.")
    init, make, sizes = STARTS[start], activation_of(activation), check_sizes(sizes)
    modules: list[Module] = []
    for number, (before, after) in enumerate(pairwise(sizes)):
        linear = Linear(before, after, init=init, generator=generator)
        linear.weight.data *= np.float32(gain)
        hidden = number < len(sizes) - 2
        modules += [linear, *([BatchNorm(after)] if hidden and normalized else [])]
        modules += [make()] if hidden and make is not None else []
    return Sequential(*modules)


def greedy_layers(x: ArrayLike, widths: Sequence[int], train_layer: TrainLayer) -> list[Layer]:
    """Hidden layers of these ``widths``, learnt one after the other: a list of (W, b), W (width, in) and b (width,).

    ``train_layer(inputs, width)`` learns one of them from its inputs (n, in) and returns its W and b. The first sees x
    (n, d), each further one what the layers before it make of x: σ(inputs Wᵀ + b). What is learnt stays as it is.
    """
    inputs, layers = check_floats(x, "x"), []
    for width in widths:
        weight, bias = train_layer(inputs, width)
        layers.append((weight, bias))
        inputs = sigmoid(inputs @ weight.T + bias)
    return layers


def pretrain_greedily(
    network: Sequential,
    inputs: ArrayLike,
    *,
    kind: str = "autoencoder",
    labels: ArrayLike | None = None,
    epochs: int = 10,
    rate: float = 0.1,
    batch_size: int = 20,
    level: float = 0.25,
    generator: np.random.Generator,
) -> Sequential:
    """Gives the hidden layers of a sigmoid ``network`` weights that were learnt layer by layer; returns the network.

    ``inputs`` (n, d) in [0, 1]. ``kind``: what each layer is while it learns, by ``epochs`` of SGD at ``rate``:
    "autoencoder", the encoder of one with tied weights; "denoising", the same whose inputs are masked at ``level``;
    "boltzmann", the hidden units of a restricted Boltzmann machine (CD-1), so that a deep belief network results;
    "supervised", the hidden layer of a network for ``labels`` (n,), whose output layer is thrown away. The last layer
    of ``network`` keeps its start. Raises ValueError for another kind, and labels that are missing.
    """
    x = check_floats(check_shape(inputs, ("n", "d"), "inputs"), "inputs")
    how: dict[str, Any] = {"epochs": epochs, "rate": rate, "batch_size": batch_size, "generator": generator}
    check_generator(generator)
    hidden: list[Any] = [module for module in network if isinstance(module, Linear)][:-1]
    layers = greedy_layers(x, [len(layer.weight) for layer in hidden], _trainer(kind, labels, level, how))
    for layer, (weight, bias) in zip(hidden, layers, strict=True):
        layer.weight.data, layer.bias.data = np.asfortranarray(weight), np.array(bias)
    return network


def _trainer(kind: str, labels: ArrayLike | None, level: float, how: dict[str, Any]) -> TrainLayer:
    """The function that learns one layer of that kind."""
    if kind == "supervised":
        if labels is None:
            raise ValueError('labels: kind="supervised" learns each layer from labels, (n,) integers; received none.')
        y = check_labels(labels)
        return lambda x, width: supervised_layer(x, width, y, **how)
    if kind == "boltzmann":
        return lambda x, width: boltzmann_layer(x, width, **how)
    if kind in ("autoencoder", "denoising"):
        return lambda x, width: autoencoder_layer(x, width, level=level if kind == "denoising" else 0.0, **how)
    raise ValueError(f"kind: expected one of {', '.join(KINDS)}, received {kind!r}.")


def autoencoder_layer(
    x: Array, width: int, *, epochs: int, rate: float, batch_size: int, level: float = 0.0, generator: Any
) -> Layer:
    """The encoder (W, b) of an autoencoder with tied weights and the cross-entropy, on x (n, in) in [0, 1].

    The loss that is followed is the sum over an example's numbers, as in the papers, not the mean.
    """
    network = Autoencoder((x.shape[1], width), tied=True, generator=generator)
    spoil = (lambda clean: corrupt(clean, level, generator)) if level else None
    optimizer = SGD(network.parameters(), lr=rate * x.shape[1])
    _train(autoencoder_step(network, optimizer, loss="bce", corruption=spoil), x, None, epochs, batch_size, generator)
    encoder: Any = network.encoder[0]
    return encoder.weight.data, encoder.bias.data


def boltzmann_layer(x: Array, width: int, *, epochs: int, rate: float, batch_size: int, generator: Any) -> Layer:
    """The hidden units (W, c) of a restricted Boltzmann machine, on x (n, in): numbers in [0, 1] as probabilities."""
    machine = RBM(x.shape[1], width, generator=generator)
    _train(lambda v, _: machine.cd_step(v, rate, generator), x, None, epochs, batch_size, generator)
    return machine.W, machine.c


def supervised_layer(
    x: Array, width: int, labels: Array, *, epochs: int, rate: float, batch_size: int, generator: Any
) -> Layer:
    """The hidden layer (W, b) of a network with one, trained to classify x (n, in) by ``labels`` (n,)."""
    check_same_length(inputs=x, labels=labels)
    hidden = Linear(x.shape[1], width, generator=generator)
    network = Sequential(hidden, Sigmoid(), Linear(width, int(labels.max()) + 1, generator=generator))
    step = training_step(network, SGD(network.parameters(), lr=rate))
    _train(step, x, labels, epochs, batch_size, generator)
    return hidden.weight.data, hidden.bias.data  # type: ignore[union-attr]


def _train(step: Any, x: Array, labels: Any, epochs: int, batch_size: int, generator: np.random.Generator) -> None:
    """``epochs`` passes of ``step`` over x and its labels (zeros where there are none)."""
    part = Part(x, np.zeros(len(x), np.int64) if labels is None else labels)
    for _ in range(epochs):
        for batch in batches(part, batch_size, generator):
            step(batch.inputs, batch.labels)
