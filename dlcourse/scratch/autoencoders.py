"""Autoencoders: networks that learn to give back their input through a narrow, a disturbed or a sparse middle.

z = f(x) is the *code* (n, k), x̂ = g(z) the *reconstruction* (n, d). Labels play no part. Source: Goodfellow, Bengio and
Courville (2016), "Deep Learning", chapter 14.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from dlcourse.arrays import Array
from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.layers import Linear, ReLU, Sequential, Sigmoid, Tanh
from dlcourse.scratch.modules import Module
from dlcourse.scratch.optimizing import Optimizer
from dlcourse.validation import check_count, check_generator

ACTIVATIONS: dict[str, Callable[[], Module] | None] = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "linear": None}


class Transposed(Module):
    """y = x W + b, with the weight W (out, in) of another layer, and a bias b (in,) of its own: *tied* weights.

    W is a parameter of the other layer alone; its gradient is the sum of what comes from both.
    """

    def __init__(self, linear: Linear) -> None:
        self.partner = (linear,)  # in a tuple, so that it is no part of this module: W is counted once
        self.bias = Tensor(np.zeros(linear.weight.shape[1], linear.weight.dtype), requires_grad=True)

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, out) -> (n, in)."""
        return functional.linear(inputs, self.partner[0].weight.T, self.bias)

    def description(self) -> str:
        """The sizes."""
        in_features, out_features = self.partner[0].weight.shape
        return f"in_features={in_features}, out_features={out_features}, tied"


class Autoencoder(Module):
    """An encoder of linear layers, each with its activation, and a decoder with the same sizes in reverse order.

    ``sizes``: that of the input, of the layers between, and of the code. ``activation``: "sigmoid", "tanh", "relu" or
    "linear" (none); ``code``: the code's, where it has another. ``output``: "sigmoid" for pixels in [0, 1], or
    "linear". ``tied``: the decoder's weights are the encoder's, transposed. A call takes (n, ...), flattened to (n, d),
    and gives x̂ (n, d). Raises ValueError for a name that is not listed, and fewer than two sizes.
    """

    def __init__(
        self,
        sizes: Sequence[int] = (784, 128, 32),
        *,
        activation: str = "sigmoid",
        code: str | None = None,
        output: str = "sigmoid",
        tied: bool = False,
        init: Callable[..., Array] | None = None,
        generator: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        draw: dict[str, Any] = {"generator": check_generator(generator), "init": init, "dtype": dtype}
        self.sizes, self.output = check_sizes(sizes), output
        names = [activation] * (len(sizes) - 2) + [activation if code is None else code]
        down = [Linear(before, after, **draw) for before, after in pairwise(self.sizes)]
        back: list[Module] = [
            Transposed(layer) if tied else Linear(layer.weight.shape[0], layer.weight.shape[1], **draw)
            for layer in reversed(down)
        ]
        between = [activation] * (len(back) - 1) + ["linear"]
        self.encoder = Sequential(*_with_activations(down, names))
        self.decoder = Sequential(*_with_activations(back, between))  # ends before the output's activation
        activation_of(output)

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, ...) -> x̂ (n, d)."""
        return self.decode(self.encode(inputs))

    def encode(self, inputs: Any) -> Tensor:
        """(n, ...) -> z (n, k)."""
        return self.encoder(flat(inputs, self.sizes[0]))

    def logits(self, codes: Any) -> Tensor:
        """z (n, k) -> what the output's activation makes x̂ of (n, d)."""
        return self.decoder(codes)

    def decode(self, codes: Any) -> Tensor:
        """z (n, k) -> x̂ (n, d)."""
        make = activation_of(self.output)
        return self.logits(codes) if make is None else make()(self.logits(codes))


def autoencoder_step(
    network: Autoencoder,
    optimizer: Optimizer,
    *,
    loss: str = "mse",
    corruption: Callable[[Array], Array] | None = None,
    sparsity: tuple[float, float] | None = None,
) -> Callable[[ArrayLike, ArrayLike], float]:
    """A function for ``training.fit``: one step on a mini-batch (inputs, labels), whose labels it does not look at.

    ``loss``: "mse", the mean squared error over all numbers, or "bce", the Bernoulli cross-entropy over all numbers
    (inputs in [0, 1], a network with a sigmoid as output). ``corruption`` spoils what the network reads, for example
    ``lambda x: corrupt(x, 0.3, generator)``; the target stays the clean input. ``sparsity``: (weight, ρ) adds weight ·
    Σ_j KL(ρ ‖ ρ̂_j), ρ̂_j the mean of the code's unit j over the mini-batch, for a code in (0, 1). The step returns the
    loss before it, all parts together. Raises ValueError for another loss.
    """
    if loss not in ("mse", "bce"):
        raise ValueError(f"loss: expected mse or bce, received {loss!r}.")
    if loss == "bce" and network.output != "sigmoid":
        raise ValueError(f'loss: "bce" takes outputs in (0, 1), from a sigmoid; this network has {network.output!r}.')

    def step(inputs: ArrayLike, labels: ArrayLike) -> float:
        clean = flat(inputs, network.sizes[0]).data
        network.train()
        optimizer.zero_grad()
        codes = network.encode(clean if corruption is None else corruption(clean))
        if loss == "mse":
            value = functional.mse_loss(network.decode(codes), clean)
        else:
            value = functional.binary_cross_entropy_with_logits(network.logits(codes), clean)
        if sparsity is not None:
            value = value + sparsity[0] * kl_penalty(codes, sparsity[1])
        value.backward()
        optimizer.step()
        return value.item()

    return step


def kl_penalty(codes: Tensor, rho: float) -> Tensor:
    """Σ_j KL(ρ ‖ ρ̂_j), as ``reconstruction.kl_sparsity`` says, of tensors: (n, k) in (0, 1) -> one number.

    Means are kept 10⁻⁶ away from 0 and 1, where the logarithm would be infinite.
    """
    mean = codes.mean(dim=0).clamp(1e-6, 1 - 1e-6)
    return (rho * (np.log(rho) - mean.log()) + (1 - rho) * (np.log(1 - rho) - (1 - mean).log())).sum()


def flat(inputs: Any, size: int) -> Tensor:
    """(n, ...) as a tensor (n, size). Raises ValueError where an example has another number of numbers."""
    tensor = inputs if isinstance(inputs, Tensor) else Tensor(inputs)
    if tensor.ndim < 2 or tensor.data.size != len(tensor) * size:
        raise ValueError(
            f"inputs: expected (n, {size}), or (n, ...) with {size} numbers each, received {tensor.shape}."
        )
    return tensor if tensor.ndim == 2 else tensor.reshape(len(tensor), size)


def check_sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    """``sizes`` as a tuple of at least two counts. Raises ValueError or TypeError."""
    if len(sizes) < 2:
        raise ValueError(f"sizes: expected at least two, the input's and one more, received {tuple(sizes)}.")
    return tuple(check_count(size, "a size in sizes") for size in sizes)


def activation_of(name: str) -> Callable[[], Module] | None:
    """The module of that activation; None for "linear". Raises ValueError for a name that is not listed."""
    if name not in ACTIVATIONS:
        raise ValueError(f"activation: expected one of {', '.join(ACTIVATIONS)}, received {name!r}.")
    return ACTIVATIONS[name]


def _with_activations(layers: Sequence[Module], names: Sequence[str]) -> list[Module]:
    """Each layer with its activation behind it."""
    modules: list[Module] = []
    for layer, name in zip(layers, names, strict=True):
        make = activation_of(name)
        modules += [layer] if make is None else [layer, make()]
    return modules
