"""Train ``digit_autoencoders.safetensors`` anew: the autoencoders of MNIST's digits that chapter 20 looks into.

    python data/make_digit_autoencoders.py FOLDER         writes the file into FOLDER and says what was measured

It takes the course's package, one thread and a quarter of an hour. Seeds and data are fixed, but another processor
rounds sums otherwise, and after thousands of steps the weights differ: the file that the course was written with comes
back by `git checkout -- data/digit_autoencoders.safetensors`. No chapter needs this script.
"""

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one order of every sum

import numpy as np

from dlcourse import checkpoints, datasets, glyphs
from dlcourse.arrays import Array
from dlcourse.chapters.autoencoders import digit_autoencoders as own
from dlcourse.scratch import optimizers
from dlcourse.scratch.autoencoders import Autoencoder, autoencoder_step
from dlcourse.scratch.reconstruction import corrupt

SEED = 20
EPOCHS, DENOISER_EPOCHS, BATCH_SIZE = 40, 20, 64
RATES = {"deep": 6e-3, "shallow": 1e-2}  # the best of 0.003, 0.006, 0.01 and 0.03 in short runs of 32 and 128 units
LEARNING_RATE, LAST_RATE = 3e-3, 1e-4  # it falls by the same factor in each epoch
PCA_CHOICES = (4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 784)

SPLITS = datasets.load("mnist")
TRAIN, VALIDATION, TEST = (
    getattr(SPLITS, name).inputs.reshape(-1, own.PIXELS) for name in ("train", "validation", "test")
)


def train(
    network: Autoencoder,
    generator: np.random.Generator,
    epochs: int,
    rate: float = LEARNING_RATE,
    corruption: Any = None,
) -> Autoencoder:
    """The network after ``epochs`` of Adam on the cross-entropy, with a rate that falls from ``rate``."""
    optimizer = optimizers.Adam(network.parameters(), lr=rate)
    step = autoencoder_step(network, optimizer, loss="bce", corruption=corruption)
    for epoch in range(epochs):
        optimizer.lr = rate * (LAST_RATE / rate) ** (epoch / (epochs - 1))
        for batch in datasets.batches(SPLITS.train, BATCH_SIZE, generator):
            step(batch.inputs, batch.labels)
    return network


def reconstructed(network: Autoencoder, x: Array) -> Array:
    """x̂ (n, 784), cut off at 0 and 1."""
    return np.concatenate([network(part).data for part in np.array_split(x, 20)]).clip(0, 1)


def error(x_hat: Array, x: Array) -> float:
    """The mean squared error."""
    return float(own.mean_squared(x_hat, x).mean())


def bottlenecks() -> dict[str, Any]:
    """Errors (widths, parts, starts) of each family on training digits, test digits and letters; and what deep networks
    make of ten test digits and ten letters (widths, 20, 784). A width has one start where it has fewer than all."""
    drawn = glyphs.draw(
        np.arange(len(own.LETTERS)), own.LETTERS, np.random.default_rng(SEED), shift=0, rotation=0, strokes=0, noise=0
    ).reshape(-1, own.PIXELS)
    parts, shown = (TRAIN, TEST, drawn), np.concatenate([own.digits(), drawn])
    errors = {name: np.zeros((len(own.WIDTHS), len(parts), own.SEEDS), np.float32) for name in own.FAMILIES}
    errors["pca"] = np.zeros((len(own.WIDTHS), len(parts), 1), np.float32)
    images = np.zeros((len(own.WIDTHS), len(shown), own.PIXELS), np.uint8)
    for place, width in enumerate(own.WIDTHS):
        errors["pca"][place, :, 0] = [error(own.projected(part, width), part) for part in parts]
        for name, build in own.FAMILIES.items():
            for seed in range(own.starts(width)):
                generator = np.random.default_rng([SEED, width, seed])
                network = train(build(width, generator), generator, EPOCHS, first_rate(name, width))
                errors[name][place, :, seed:] = [[error(reconstructed(network, part), part)] for part in parts]
                if name == "deep" and seed == 0:
                    images[place] = np.rint(255 * reconstructed(network, shown))
            print(width, name, errors[name][place].tolist(), "pca", errors["pca"][place, :, 0], flush=True)
    return {"errors": errors, "images": images, "letters": np.rint(255 * drawn).astype(np.uint8)}


def first_rate(name: str, width: int) -> float:
    """The first learning rate of that family: hidden layers that grow with the code take smaller steps."""
    return RATES[name] * (min(1.0, own.HIDDEN / width) if name == "deep" else 1.0)


def map_of_digits() -> dict[str, Any]:
    """The decoder from the first start, the test digits' codes, and errors and agreement of all starts."""
    kept, errors, agreements = {}, [], []
    for seed in range(own.SEEDS):
        generator = np.random.default_rng([SEED, seed])
        network = train(own.map_network(generator), generator, EPOCHS)
        errors.append([error(reconstructed(network, part), part) for part in (TRAIN, TEST)])
        codes, learnt = network.encode(TEST).data, network.encode(TRAIN).data
        agreements.append(agreement(codes, SPLITS.test.labels))
        if seed == 0:
            kept = {
                "decoder": halved(network.decoder.state_dict()),
                "center": learnt.mean(axis=0),
                "scale": learnt.std(axis=0),
                "codes": codes.astype(np.float16),
            }
        print("map", seed, errors[-1], agreements[-1], flush=True)
    return kept | {"errors": np.array(errors), "agreements": np.array(agreements)}


def agreement(points: Array, labels: Array) -> float:
    """The share of points (n, 2) whose nearest other point has their label."""
    distances = ((points[:, None].astype(np.float64) - points) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    return float((labels[distances.argmin(axis=1)] == labels).mean())


def denoisers() -> dict[str, Any]:
    """The weights from the first start, and the errors (networks, kinds, as it is or rescaled, levels, seeds)."""
    weights = {}
    errors = np.zeros((len(own.DENOISERS), len(own.KINDS), 2, len(own.LEVELS), own.SEEDS), np.float32)
    for place, name in enumerate(own.DENOISERS):
        for seed in range(own.SEEDS):
            generator = np.random.default_rng([SEED, place, seed])
            network = train(
                own.denoiser(generator), generator, DENOISER_EPOCHS, corruption=own.corruption(name, generator)
            )
            if seed == 0:
                weights[name] = halved(network.state_dict())
            for (k, kind), (level, value) in settings():
                noisy = corrupt(TEST, value, np.random.default_rng([SEED, seed]), kind)
                for scaled, factor in enumerate((1.0, own.brightness(name, kind, value))):
                    x_hat = reconstructed(network, (noisy * factor).astype(np.float32))
                    errors[place, k, scaled, level, seed] = error(x_hat, TEST)
        print("denoiser", name, errors[place].mean(axis=-1), flush=True)
    return {"weights": weights, "errors": errors} | baselines()


def settings() -> list[tuple[tuple[int, str], tuple[int, float]]]:
    """Kind and level of every noise, each with its number."""
    return [(kind, level) for kind in enumerate(own.KINDS) for level in enumerate(own.LEVELS)]


def baselines() -> dict[str, Any]:
    """How many components restore validation digits best at each level (kinds, levels), and the errors on test digits:
    of PCA with so many, and of the noisy digits as they are."""
    best = np.zeros((len(own.KINDS), len(own.LEVELS)), np.int64)
    errors = {name: np.zeros(best.shape, np.float32) for name in ("pca", "untouched")}
    for (k, kind), (level, value) in settings():
        noisy = own.kept_bright(corrupt(VALIDATION, value, np.random.default_rng(SEED), kind), kind, value)
        scores = [error(own.projected(noisy, width), VALIDATION) for width in PCA_CHOICES]
        best[k, level] = PCA_CHOICES[int(np.argmin(scores))]
        noisy = corrupt(TEST, value, np.random.default_rng([SEED, 0]), kind)
        errors["untouched"][k, level] = error(noisy, TEST)
        errors["pca"][k, level] = error(own.projected(own.kept_bright(noisy, kind, value), best[k, level]), TEST)
    print("baselines", best, errors, flush=True)
    return {"components": best, "baselines": errors}


def halved(state: dict[str, Array]) -> dict[str, Array]:
    """In float16: half the bytes."""
    return {name: values.astype(np.float16) for name, values in state.items()}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = Path(sys.argv[1]) / own.FILE
    checkpoints.save(path, {"denoisers": denoisers(), "map": map_of_digits(), "bottlenecks": bottlenecks()})
    print(f"{path}: {path.stat().st_size} bytes, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
