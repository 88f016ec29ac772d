"""Train ``glyph_resnet.safetensors`` and ``glyph_autoencoder.safetensors`` anew, with which chapter 21 begins.

    python data/make_glyph_networks.py FOLDER         writes both files into FOLDER and says how good they are

It takes the course's package, one thread and about ten minutes. Both networks see the same images: glyph letters, drawn
and warped anew for each epoch. Seed and images are fixed, but another processor rounds sums otherwise, and after
thousands of steps the weights differ: the files that the course was written with come back by `git checkout -- data`.
No chapter needs this script.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one order of every sum

import numpy as np
import torch
from torch import Tensor, nn

from dlcourse import glyphs
from dlcourse.data_parts import Part
from dlcourse.pytorch.blocks import initialize
from dlcourse.pytorch.glyph_networks import LETTERS, glyph_autoencoder, glyph_resnet
from dlcourse.pytorch.pretrained_networks import FILES, save_weights
from dlcourse.pytorch.steps import evaluate
from dlcourse.warping import warp

SEED, TEST_SEED = 21, 2021
EPOCHS, EXAMPLES, BATCH_SIZE = 40, 10_000, 100
RATE, DECAY = 4e-3, 1e-2
TEST_EXAMPLES = 5_000


def letters(count: int, generator: np.random.Generator, *, warped: bool = True) -> Part:
    """So many letters, distorted as ``datasets.load("glyphs")`` does it, and warped."""
    labels = generator.integers(len(LETTERS), size=count)
    images = glyphs.draw(labels, LETTERS, generator)
    return Part(warp(images, generator) if warped else images, labels)


def train(network: nn.Module, loss: Callable[[nn.Module, Tensor, Tensor], Tensor], name: str) -> nn.Module:
    """The network after ``EPOCHS`` epochs of AdamW, whose rate rises for a fifth of the steps, then falls to 0."""
    generator = np.random.default_rng(SEED)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, EPOCHS * EXAMPLES // BATCH_SIZE, pct_start=0.2)
    network.train()
    for epoch in range(1, EPOCHS + 1):
        part, total = letters(EXAMPLES, generator), 0.0
        images, labels = torch.from_numpy(part.inputs), torch.from_numpy(part.labels)
        for x, y in zip(images.split(BATCH_SIZE), labels.split(BATCH_SIZE), strict=True):
            optimizer.zero_grad()
            value = loss(network, x, y)
            value.backward()
            optimizer.step()
            schedule.step()
            total += value.item() * len(y)
        print(f"{name}, epoch {epoch}: loss {total / EXAMPLES:.4f}", flush=True)
    return network.eval()


def names_loss(network: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """The mean cross-entropy of the letters' names."""
    return nn.functional.cross_entropy(network(images), labels)


def pixels_loss(network: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """The mean squared reconstruction error; the labels are not looked at."""
    return nn.functional.mse_loss(network(images), images)


@torch.no_grad()
def reconstruction(network: nn.Module, part: Part) -> tuple[float, float]:
    """The mean squared error of the reconstructions, and that of the mean image in their place."""
    images = torch.from_numpy(part.inputs)
    errors = [nn.functional.mse_loss(network(x), x).item() for x in images.split(500)]
    return float(np.mean(errors)), ((images - images.mean(dim=0)) ** 2).mean().item()


def main(folder: Path) -> None:
    """Trains, writes and measures both networks."""
    plain = letters(TEST_EXAMPLES, np.random.default_rng(TEST_SEED), warped=False)
    warped = letters(TEST_EXAMPLES, np.random.default_rng(TEST_SEED + 1))
    resnet = train(initialize(glyph_resnet(), SEED), names_loss, "glyph-resnet")
    about = {"architecture": "glyph-resnet", "classes": len(LETTERS), "letters": LETTERS}
    save_weights(resnet, folder / FILES["glyph-resnet"], **about)
    for name, part in (("plain", plain), ("warped", warped)):
        print(f"glyph-resnet: {evaluate(resnet, part)['accuracy']:.4f} of {TEST_EXAMPLES} {name} letters read right")
    torch.manual_seed(SEED)  # the decoder starts as PyTorch draws it
    autoencoder = glyph_autoencoder()
    initialize(autoencoder.encoder, SEED)
    train(autoencoder, pixels_loss, "glyph-autoencoder")
    save_weights(
        autoencoder, folder / FILES["glyph-autoencoder"], architecture="glyph-autoencoder", width=autoencoder.width
    )
    error, baseline = reconstruction(autoencoder, warped)
    print(f"glyph-autoencoder: mean squared error {error:.4f}, of the mean image {baseline:.4f}")
    for name in FILES.values():
        content = (folder / name).read_bytes()
        print(f"{folder / name}: {len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.set_num_threads(1)
    main(Path(sys.argv[1]))
