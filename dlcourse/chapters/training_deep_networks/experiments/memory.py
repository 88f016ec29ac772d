"""What training a network keeps in memory, by kind: by architecture, mini-batch, optimizer, precision, checkpoints."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.chapters.training_deep_networks.experiments.kept_activations import MOST_SEGMENTS, NETWORKS, kept, sizes
from dlcourse.chapters.training_deep_networks.experiments.memory_picture import BATCHES, KINDS, MemoryPicture, told
from dlcourse.experiments.controls import Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import percent

DEVICES = (4, 8, 16, 24, 80)  # gigabytes, 10⁹ bytes
OPTIMIZERS = {"SGD": "SGD", "SGD with momentum": "SGD with momentum", "Adam": "Adam"}
PRECISIONS = {"float32": "float32", "mixed": "mixed (16 bits)"}


def compute_memory(network: str, batch: float, optimizer: str, precision: str, segments: int, device: str) -> Values:
    """The bytes that a step of training keeps, for photographs of 224 × 224 pixels.

    ``kinds`` (4,): weights, gradients, optimizer's memory, activations, at the mini-batch of ``batch`` images (rounded
    to a whole number). ``totals`` and ``activations`` (k,): along ``BATCHES``; ``fixed``: all that does not grow with
    the batch. ``largest``: the mini-batch that just fits into ``device``, 0 for none. ``numbers``: activations of one
    image that are there at once, ``all_numbers``: without checkpoints; ``weights``: how many there are.
    """
    from dlcourse.pytorch.training_memory import training_memory  # lazily: it comes with PyTorch

    weights, _ = sizes(network)
    numbers = kept(network, segments)
    images = round(batch)
    now = training_memory(weights, numbers, images, optimizer=optimizer, precision=precision)
    one = now.activations // images
    fixed = now.total - now.activations
    limit = int(device) * 10**9
    return {
        "kinds": np.array([getattr(now, kind) for kind in KINDS]),
        "activations": one * BATCHES,
        "totals": fixed + one * BATCHES,
        "fixed": fixed,
        "largest": max(0, (limit - fixed) // one),
        "limit": limit,
        "images": images,
        "numbers": numbers,
        "all_numbers": kept(network, 1),
        "weights": weights,
    }


def describe_memory(parameters: Mapping[str, Any], values: Values) -> str:
    """The bytes by kind, the sum, what fits into the device, and what checkpoints save."""
    kinds, total = values["kinds"], int(values["kinds"].sum())
    images, largest = values["images"], values["largest"]
    segments = parameters["segments"]
    fits = f"mini-batches of up to {largest:,} images fit" if largest else "not even one image fits"
    saved = (
        f" Cut into {segments} segments it has {values['numbers'] / 1e6:.1f} million activations an image at once "
        f"instead of {values['all_numbers'] / 1e6:.1f} million, for about one more pass forward."
        if segments > 1
        else ""
    )
    return (
        f"{NETWORKS[parameters['network']]} with {values['weights'] / 1e6:.1f} million weights and "
        f"{values['all_numbers'] / 1e6:.1f} million activations an image of 224 × 224 pixels, trained by "
        f"{parameters['optimizer']} in {PRECISIONS[parameters['precision']]}, {images:,} "
        f"{'image' if images == 1 else 'images'} a mini-batch. It keeps {told(total)}: weights {told(kinds[0])}, "
        f"gradients {told(kinds[1])}, the optimizer's memory {told(kinds[2])}, activations {told(kinds[3])}, which are "
        f"{percent(kinds[3] / total, 0)} of all.{saved} On a device with {parameters['device']} GB {fits}."
    )


memory = Experiment(
    name="memory",
    title="What training keeps in memory",
    prediction=Prediction(
        question="ResNet-50 is trained by Adam with one image a mini-batch: 26 million weights, 16 million activations "
        "an image, all of it in float32. Then in mixed precision: weights, gradients and activations in 16 bits, "
        "beside a master copy of each weight in float32, to which the steps are added; Adam's two averages stay in "
        "float32. How much memory does it take now?",
        choices=(
            "Half as much",
            "About three quarters",
            "Hardly less: above nine tenths",
            "More, because of the master copies",
        ),
        answer=2,
        explanation="It takes 441 MB instead of 473 MB: 93 %. A weight has 2 bytes and 4 in its master copy, its "
        "gradient 2, Adam's averages 8: 16 bytes, as many as before (4 + 4 + 8). Only the activations are halved, from "
        "64 MB to 32 MB. They are what grows with the mini-batch: at 64 images they are 91 % of all in float32, and "
        "mixed precision takes 55 % as much. (It was made for speed as much as for memory.)\n\n"
        "Now look for what takes most in each case. VGG-16 has five times the weights and fewer activations: up "
        "to 40 images they, their gradients and Adam's memory take more than the activations. Plain SGD remembers "
        "nothing. And cut ResNet-50 into segments: with 3 of them 39 % of the activations are there at once, with 6 of "
        "them 30 %, for about one more pass forward. More segments than that save nothing: each keeps one result "
        "more. (They are cut where it is best, but never within a residual block, where two results go on.)\n\n"
        "Counted are the results of convolutions, additions and dense layers, as the papers do. PyTorch keeps more "
        "for ResNet-50: 20 million numbers an image, and work space that depends on the machine.",
    ),
    controls=(
        Menu("network", "Network", NETWORKS, "resnet50"),
        Slider("batch", "Images a mini-batch", 1, 1000, step=0.05, value=32, logarithmic=True),
        Menu("optimizer", "Optimizer", OPTIMIZERS, "Adam"),
        Menu("precision", "Precision", PRECISIONS),
        Slider("segments", "Segments (checkpoints between)", 1, MOST_SEGMENTS, step=1, value=1),
        Menu("device", "Device", {str(size): f"{size} GB" for size in DEVICES}, "8"),
    ),
    compute=compute_memory,
    picture=MemoryPicture,
    describe=describe_memory,
    size=(9.0, 4.6),
)
