"""What a layer of a trained network sees in images: features, to be computed once and kept."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from dlcourse.images import check_images
from dlcourse.pytorch.layers import part_named
from dlcourse.pytorch.steps import device_of
from dlcourse.shapes import show_shape
from dlcourse.validation import check_count

Features = NDArray[np.float32]


class FeatureCache:
    """Features that were computed before, for ``features(..., cache=...)``: of the same images, weights and layer.

    What is looked up by is the content: a checksum over the images, over all parameters and statistics of the network
    and over the names of its parts. So a network that has learnt on gives new features. (What the cache cannot see is
    another ``forward`` of a class of the same name.) It holds the features of the last ``size`` calls; ``hits`` and
    ``misses`` count.
    """

    def __init__(self, size: int = 32) -> None:
        self.size = check_count(size, "size")
        self.hits = self.misses = 0
        self._found: OrderedDict[str, Features] = OrderedDict()

    def get(self, key: str) -> Features | None:
        """A copy of the features under a key, or None."""
        found = self._found.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._found.move_to_end(key)
        return found.copy()

    def put(self, key: str, found: Features) -> None:
        """Keeps a copy under a key; the oldest go."""
        self._found[key] = found.copy()
        while len(self._found) > self.size:
            self._found.popitem(last=False)


def features(
    network: nn.Module,
    images: Any,
    *,
    layer: str,
    batch_size: int = 500,
    pooled: bool = True,
    cache: FeatureCache | None = None,
) -> Features:
    """What the part ``layer`` of the network gives for images (n, channels, height, width): (n, f) float32.

    Of a convolution's results, (n, channels, height, width), f is the number of channels, and each feature the mean
    over the positions; with ``pooled=False`` they are flattened, as all others are. The network is in evaluation mode
    meanwhile, and afterwards as it was; no graph is kept. With a ``cache`` the same features are computed once.
    Raises ValueError for a layer that is not there, with those that are, and for images with channels other than the
    network's; TypeError for images of whole numbers.
    """
    part, batch_size = part_named(network, layer), check_count(batch_size, "batch_size")
    inputs = _as_tensor(_checked(images, network))
    key = "" if cache is None else _key(network, inputs, layer, pooled)
    found = None if cache is None else cache.get(key)
    if found is None:
        found = np.concatenate([each.cpu().numpy() for each in _given(network, part, inputs, batch_size, pooled)])
        if cache is not None:
            cache.put(key, found)
    return found


def _checked(images: Any, network: nn.Module) -> Any:
    """The images, if they are some, of floating-point numbers and with as many channels as the network takes."""
    if not hasattr(images, "dtype"):
        images = np.asarray(images)
    shape = tuple(images.shape)
    if len(shape) != 4 or shape[0] == 0:
        raise ValueError(
            f"images: expected (n, channels, height, width) with n at least 1, received {show_shape(shape)}."
            + _axes_hint(shape)
        )
    check_images(images, "images")
    first = next((part for part in network.modules() if isinstance(part, nn.Conv2d)), None)
    if first is not None and first.in_channels != shape[1]:
        raise ValueError(
            f"images: expected {first.in_channels} channels, as the network's first convolution takes, received "
            f"{show_shape(shape)}, {shape[1]} channels.{_channels_hint(shape[1], first.in_channels)}"
        )
    return images


def _as_tensor(images: Any) -> Tensor:
    """The images as a tensor; a copy of an array that must not be written to: no tensor can promise that."""
    if isinstance(images, np.ndarray) and not images.flags.writeable:
        images = images.copy()
    return torch.as_tensor(images)


@torch.no_grad()
def _given(network: nn.Module, part: nn.Module, inputs: Tensor, batch_size: int, pooled: bool) -> list[Tensor]:
    """What the part gives for each piece of the inputs, one row an image."""
    rows: list[Tensor] = []

    def keep(module: nn.Module, arguments: Any, outputs: Tensor) -> None:
        if pooled and outputs.ndim == 4:
            outputs = outputs.mean(dim=(2, 3))
        rows.append(outputs.flatten(1).float())

    first, modes = next(network.parameters()), [(each, each.training) for each in network.modules()]
    hook = part.register_forward_hook(keep)
    try:
        network.eval()
        for piece in inputs.split(batch_size):
            network(piece.to(device_of(network), first.dtype))
    finally:
        hook.remove()
        for each, mode in modes:
            each.training = mode
    return rows


def _key(network: nn.Module, inputs: Tensor, layer: str, pooled: bool) -> str:
    """A checksum over all that the features come from."""
    made = hashlib.sha256(f"{network} {layer} {pooled} {inputs.dtype} {tuple(inputs.shape)}".encode())
    for tensor in (inputs, *network.state_dict().values()):
        made.update(tensor.detach().cpu().contiguous().numpy().data)
    return made.hexdigest()


def check_target_images(images: Any, channels: int = 1, size: int = 28) -> Any:
    """``images`` as they are, if they look as those do that a network has learnt: arrays or tensors.

    Expected are floating-point numbers (n, channels, size, size) in [0, 1]. Raises TypeError for whole numbers,
    ValueError for another number of axes or channels, another size, and numbers that are not finite or out of range.
    """
    check_images(images, "images")
    shape, expected = tuple(images.shape), ("n", channels, size, size)
    told = f"images: expected {show_shape(expected)}, received {show_shape(shape)}"
    if len(shape) != 4:
        raise ValueError(f"{told}.{_axes_hint(shape)}")
    if shape[1] != channels:
        raise ValueError(f"{told}, {shape[1]} channels.{_channels_hint(shape[1], channels)}")
    if shape[2:] != (size, size):
        raise ValueError(
            f"{told}. What a layer has learnt depends on the size: bring the images to {size} × {size} pixels first, "
            "with strokes as wide and objects as large as those that the network knows."
        )
    if "float" not in str(images.dtype):
        raise TypeError(f"images: expected floating-point numbers in [0, 1], received dtype {images.dtype}.")
    low, high = (float(images.min()), float(images.max())) if shape[0] else (0.0, 0.0)
    if not (low >= 0 and high <= 1):
        raise ValueError(f"images: expected numbers in [0, 1], received {low:g} to {high:g}.{_range_hint(low, high)}")
    return images


def _axes_hint(shape: tuple[int, ...]) -> str:
    """What would make images of another number of axes."""
    if len(shape) == 3 and shape[0] in (1, 3):
        return " A single image becomes a batch of one by images[None]."
    if len(shape) == 3:
        return " Gray images get their channel by images[:, None]."
    if len(shape) == 2:
        return " Rows of pixels become images again by images.reshape(n, channels, height, width)."
    return ""


def _channels_hint(received: int, expected: int) -> str:
    """What would give images as many channels as are expected."""
    if (received, expected) == (3, 1):
        return " Colors become gray by images.mean(1, keepdims=True), if color does not matter."
    if (received, expected) == (1, 3):
        return " Gray images get three equal channels by np.repeat(images, 3, axis=1)."
    return ""


def _range_hint(low: float, high: float) -> str:
    """Where numbers out of range may come from."""
    if low != low or high != high:
        return " Some are not numbers (nan)."
    if low >= 0 and 1 < high <= 255:
        return " Gray values from 0 to 255 are divided by 255."
    if low < 0:
        return " Were they standardized? Give the network what it has learnt from."
    return ""
