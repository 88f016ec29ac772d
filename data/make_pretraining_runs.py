"""Run the trainings of ``pretraining_runs.npz`` anew: one deep network from many starts, which chapter 20 compares.

    python data/make_pretraining_runs.py FOLDER         writes the file into FOLDER, and a table

It takes the course's package, one thread and half an hour. For each case (hidden layers, labels) and method, five
learning rates are tried with the first seed; the one with the lowest validation error is taken for four more. Each seed
has a start and, where few are labelled, labelled images of its own, equally many of each class; all methods have the
same ones. Seeds are fixed, but another processor rounds sums otherwise, and a run may end elsewhere: the file that the
course was written with comes back by `git checkout -- data/pretraining_runs.npz`. No chapter needs this script.
"""

import hashlib
import os
import sys
from functools import cache
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one order of every sum

import numpy as np

from dlcourse import datasets
from dlcourse.chapters.autoencoders import pretraining_runs as runs
from dlcourse.data_parts import Part
from dlcourse.scratch import optimizers
from dlcourse.scratch.losses import cross_entropy
from dlcourse.scratch.steps import training_step

DIVERGED = 2.0**15  # stands for a loss that is no longer finite


@cache
def digits() -> dict[str, Part]:
    """The three parts, images as rows (n, 784)."""
    splits = datasets.load("mnist")
    parts = {"train": splits.train, "validation": splits.validation, "test": splits.test}
    return {name: Part(part.inputs.reshape(len(part), -1), part.labels) for name, part in parts.items()}


@cache
def labelled(labels: int, seed: int) -> Part:
    """So many training images with their labels, equally many of each class, drawn by the seed; or all."""
    train = digits()["train"]
    if labels == len(train):
        return train
    order = np.random.default_rng([20, seed]).permutation(len(train))
    chosen = np.concatenate([order[train.labels[order] == digit][: labels // 10] for digit in range(10)])
    return Part(train.inputs[chosen], train.labels[chosen])


@cache
def start(method: str, hidden: int, labels: int, seed: int) -> dict[str, np.ndarray]:
    """The state of a network when fine-tuning begins. ``labels``: 0 for methods that look at none before."""
    generator = np.random.default_rng(seed)
    network = runs.build(method, hidden, generator)
    if method in runs.PRETRAINED:
        part = labelled(labels, seed) if labels else digits()["train"]
        runs.pretrain(method, network, part.inputs, part.labels, generator)
    return network.state_dict()


def started(method: str, hidden: int, labels: int, seed: int) -> runs.Sequential:
    """A network with that state."""
    network = runs.build(method, hidden, np.random.default_rng(seed))
    network.load_state_dict(start(method, hidden, labels if method == "supervised" else 0, seed))
    return network


def check(network: runs.Sequential, parts: list[Part]) -> tuple[float, list[int]]:
    """The loss of the first part, and how many of each are read wrongly."""
    network.eval()
    logits = [network(part.inputs).data for part in parts]
    if not all(np.isfinite(each).all() for each in logits):
        return DIVERGED, [len(part) for part in parts]
    wrong = [int((each.argmax(axis=1) != part.labels).sum()) for each, part in zip(logits, parts, strict=True)]
    return min(cross_entropy(logits[0], parts[0].labels), DIVERGED), wrong


def train(method: str, hidden: int, labels: int, rate: float, seed: int) -> np.ndarray:
    """The loss, and the wrong answers on labelled, validation and test images, at each check: (4, checks + 1)."""
    network, part = started(method, hidden, labels, seed), labelled(labels, seed)
    make = optimizers.Adam if method == "adam" else optimizers.SGD
    step = training_step(network, make(network.parameters(), lr=rate / runs.SMALLER.get(method, 1)))
    updates = runs.UPDATES[labels] + (runs.pretraining_updates(hidden) if method == "longer" else 0)
    checks = {round(updates * k / runs.CHECKS): k for k in range(runs.CHECKS + 1)}
    parts = [Part(part.inputs[:1000], part.labels[:1000]), digits()["validation"], digits()["test"]]
    alone_is_no_batch = method == "normalized"  # the last of 7,001 images has no variance
    results, generator, done = np.empty((4, len(checks))), np.random.default_rng([seed, 1]), 0
    with np.errstate(all="ignore"):
        while done <= updates:
            for batch in datasets.batches(part, runs.BATCH_SIZE, generator, drop_last=alone_is_no_batch):
                if done in checks:
                    loss, wrong = check(network, parts)
                    results[:, checks[done]] = loss, *wrong
                    if loss == DIVERGED:
                        results[:, checks[done] :] = results[:, checks[done], None]
                        return results
                if done < updates:
                    step(batch.inputs, batch.labels)
                done += 1
                if done > updates:
                    break
    return results


def everything(path: Path) -> None:
    """Writes the file, anew after each case: what it holds of the cases to come is 0."""
    shape = len(runs.CASES), len(runs.METHODS)
    tried, chosen = np.zeros((*shape, len(runs.RATES)), np.uint16), np.zeros(shape, np.uint8)
    results = np.zeros((*shape, runs.SEEDS, 4, runs.CHECKS + 1))
    for case, (hidden, labels) in enumerate(runs.CASES):
        for number, method in enumerate(runs.METHODS):
            of_the_first = []
            if method == "longer":
                tried[case, number], chosen[case, number] = tried[case, 0], chosen[case, 0]
            else:
                of_the_first = [train(method, hidden, labels, rate, 0) for rate in runs.RATES]
                tried[case, number] = [each[2].min() for each in of_the_first]
                chosen[case, number] = tried[case, number].argmin()
            best = int(chosen[case, number])
            for seed in range(runs.SEEDS):
                known = seed == 0 and bool(of_the_first)
                results[case, number, seed] = (
                    of_the_first[best] if known else train(method, hidden, labels, runs.RATES[best], seed)
                )
            tell(
                hidden,
                labels,
                method,
                tried[case, number],
                runs.RATES[best] / runs.SMALLER.get(method, 1),
                results[case, number],
            )
        counts = {name: results[:, :, :, 1 + k].astype(np.uint16) for k, name in enumerate(("training", *runs.PARTS))}
        losses = results[:, :, :, 0].astype(np.float16)
        np.savez_compressed(path, losses=losses, **counts, tried=tried, chosen=chosen)


def tell(hidden: int, labels: int, method: str, tried: np.ndarray, rate: float, results: np.ndarray) -> None:
    """One line a method: what the rates gave, which one was taken, and the test errors of all seeds."""
    stop = results[:, 2].argmin(axis=1)
    test = [100 * each[3, k] / runs.PARTS["test"] for each, k in zip(results, stop, strict=True)]
    losses = results[:, 0, -1]
    print(
        f"{hidden} layers, {labels:4} labels, {method:11}: validation wrong {tried} -> rate {rate:4}; test error "
        f"{np.mean(test):5.2f} ± {np.std(test, ddof=1):4.2f} % {np.round(test, 2)}, stopped at check {stop}, "
        f"last training loss {np.array2string(losses, precision=4)}, training wrong {results[:, 1, -1].astype(int)}",
        flush=True,
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = Path(sys.argv[1]) / runs.FILE
    everything(path)
    print(f"{path}: {path.stat().st_size} bytes, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
