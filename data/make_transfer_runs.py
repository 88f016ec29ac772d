"""Run the trainings of ``transfer_runs.npz`` anew: what a network of printed letters brings to other images.

    python data/make_transfer_runs.py FOLDER             writes the file into FOLDER
    python data/make_transfer_runs.py FOLDER SECTION     only one section, as FOLDER/SECTION.npz

It takes the course's package, one thread and 20 minutes. Seeds are fixed, but another processor rounds sums otherwise,
and a run may end elsewhere: the file that the course was written with comes back by
`git checkout -- data/transfer_runs.npz`. No chapter needs this script.

Learning rate and number of updates are chosen on the validation part, for each method alike: three learning rates and
three numbers of updates, by the mean of two seeds. The test part is looked at with these alone.
"""

import copy
import hashlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one order of every sum

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from dlcourse import datasets
from dlcourse.chapters.transfer_learning import target_tasks, tuning, tuning_map
from dlcourse.chapters.transfer_learning import transfer_runs as runs
from dlcourse.chapters.transfer_learning.tuning import DEPTH, Tuning, few, outputs, right, start
from dlcourse.data_parts import Part, Splits
from dlcourse.pytorch import pretrained, transfer

Arrays = dict[str, np.ndarray]


class Run:
    """One training: the share of validation examples that were right at each stop, and the states to go back to."""

    def __init__(self, tuned: Tuning, splits: Splits, stops: Sequence[int], key: str | None = None) -> None:
        self.tuned, self.splits, self.key, self.states, validation = tuned, splits, key, [], []
        before = self.before("validation")
        for stop in stops:
            tuned.train(stop)
            validation.append(share(tuned, before, splits.validation))
            self.states.append(copy.deepcopy(tuned.tail.state_dict()))
        self.validation = np.array(validation)

    def before(self, part: str) -> torch.Tensor:
        """What the frozen layers give for a part; kept under ``key``, where they are those of other runs too."""
        if self.key is None:
            return self.tuned.before(getattr(self.splits, part).inputs)
        place = f"{self.splits.name} {part} {self.key}"
        if place not in KEPT:
            KEPT[place] = self.tuned.before(getattr(self.splits, part).inputs)
        return KEPT[place]

    def test(self, stop: int) -> float:
        """The share of test examples that are right at the stop of that number."""
        self.tuned.tail.load_state_dict(self.states[stop])
        return share(self.tuned, self.before("test"), self.splits.test)


KEPT: dict[str, torch.Tensor] = {}


def share(tuned: Tuning, before: torch.Tensor, part: Part) -> float:
    """The share of a part that is right."""
    return right(tuned.logits(before), part.labels) / len(part)


def chosen(make: Callable[[float, int], Run], rates: Sequence[float], seeds: int, told: str) -> tuple[Any, ...]:
    """Test shares (seeds,) of the rate and the stop that are best on validation, in the mean of trials; these two."""
    trials = min(runs.TRIALS, seeds)
    made = [[make(rate, seed) for seed in range(trials)] for rate in rates]
    means = np.array([[run.validation for run in row] for row in made]).mean(axis=1)  # (rates, stops)
    best, stop = (int(place) for place in np.unravel_index(means.argmax(), means.shape))
    made[best] += [make(rates[best], seed) for seed in range(trials, seeds)]
    tests = np.array([run.test(stop) for run in made[best]])
    say(f"{told}: {tests.mean():.3f} ± {tests.std(ddof=1):.3f}, rate {rates[best]}, stop {stop}; validation", means)
    return tests, rates[best], stop


def say(text: str, numbers: Any = "") -> None:
    """A line of progress."""
    print(f"{time.process_time():6.0f} s  {text}", np.round(numbers, 3).tolist() if len(numbers) else "", flush=True)


@cache
def digits() -> Splits:
    """MNIST's digits."""
    return datasets.load("mnist")


# --- 1. methods


def train(splits: Splits, labels: int, copied: int, frozen: int, stops: Sequence[int], source: Any = None) -> Any:
    """A function of rate and seed that trains on so many labels a class."""
    classes = len(splits.class_names)

    def make(rate: float, seed: int) -> Run:
        network = start(classes, copied, seed, source)
        part = few(splits.train, labels, seed)
        tuned = Tuning(network, part, copied=copied, frozen=frozen, rate=rate, seed=seed)
        return Run(tuned, splits, stops, f"letters {frozen}" if frozen else None)

    return make


def train_head(splits: Splits, labels: int, body: Callable[[int], nn.Module], features: int, key: str) -> Any:
    """The same for a softmax head alone on what ``body(seed)`` gives; the body is the same at every rate."""
    bodies = [body(seed) for seed in range(runs.SEEDS)]

    def make(rate: float, seed: int) -> Run:
        torch.manual_seed(seed)
        network = nn.Sequential()
        network.add_module("body", bodies[seed])
        network.add_module("head", nn.Linear(features, len(splits.class_names)))
        part = few(splits.train, labels, seed)
        tuned = Tuning(network, part, copied=DEPTH, frozen=DEPTH, rate=rate, seed=seed)
        return Run(tuned, splits, runs.HEAD_UPDATES, f"{key} {seed}")

    return make


def random_body(seed: int) -> nn.Module:
    """The network's body with random weights; its batch statistics are those of 1,000 training digits."""
    body = start(10, 0, seed)[:-1]
    for module in body.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # the plain mean over all batches
    with torch.no_grad():
        for some in torch.as_tensor(digits().train.inputs[:1000]).split(100):
            body(some)
    return body


def svm(splits: Splits, labels: int) -> tuple[np.ndarray, float]:
    """Test shares of a linear support vector machine on frozen features; the penalty is chosen on validation."""
    from sklearn.svm import LinearSVC

    body = start(10, DEPTH, 0)[:-1]
    given = {name: outputs(body, getattr(splits, name).inputs).numpy() for name in ("validation", "test")}
    shares = np.zeros((2, len(runs.PENALTIES), runs.SEEDS))
    for seed in range(runs.SEEDS):
        part = few(splits.train, labels, seed)
        inputs = outputs(body, part.inputs).numpy()
        for row, penalty in enumerate(runs.PENALTIES):
            machine = LinearSVC(C=penalty, random_state=0, max_iter=100_000).fit(inputs, part.labels)
            for column, name in enumerate(given):
                labels_there = getattr(splits, name).labels
                shares[column, row, seed] = (machine.predict(given[name]) == labels_there).mean()
    best = int(shares[0].mean(axis=1).argmax())
    say(f"svm {labels}: {shares[1, best].mean():.3f}, C {runs.PENALTIES[best]}", shares[0].mean(axis=1))
    return shares[1, best], runs.PENALTIES[best]


def methods() -> Arrays:
    """Test shares (methods, labels, seeds), and what was chosen (methods, labels): rate or C, and updates."""
    shares = np.zeros((len(runs.METHODS), len(runs.LABELS), runs.SEEDS))
    rates, updates = np.zeros(shares.shape[:2]), np.zeros(shares.shape[:2], np.int64)
    splits = digits()
    for column, labels in enumerate(runs.LABELS):
        stops = runs.stops(labels)
        makers = {
            "frozen softmax": train(splits, labels, DEPTH, DEPTH, runs.HEAD_UPDATES),
            "fine-tuned": train(splits, labels, DEPTH, 0, stops),
            "scratch": train(splits, labels, 0, 0, stops),
            "random softmax": train_head(splits, labels, random_body, 64, "random"),
            "pixels softmax": train_head(splits, labels, lambda _: nn.Flatten(), 784, "pixels"),
        }
        for row, method in enumerate(runs.METHODS):
            if method == "frozen svm":
                shares[row, column], rates[row, column] = svm(splits, labels)
                continue
            found = chosen(makers[method], runs.RATES, runs.SEEDS, f"{method} {labels}")
            shares[row, column], rates[row, column], stop = found
            updates[row, column] = (runs.HEAD_UPDATES if "softmax" in method else stops)[stop]
        KEPT.clear()
    return {"methods": shares, "methods_rates": rates, "methods_updates": updates}


def head_first() -> Arrays:
    """Test shares (labels, seeds) where the head is trained on the frozen features before all layers are tuned."""
    shares, splits = np.zeros((len(runs.HEAD_FIRST), runs.SEEDS)), digits()
    for row, labels in enumerate(runs.HEAD_FIRST):

        def make(rate: float, seed: int, labels: int = labels) -> Run:
            network, part = start(10, DEPTH, seed), few(splits.train, labels, seed)
            Tuning(network, part, copied=DEPTH, frozen=DEPTH, rate=0.03, seed=seed).train(200)
            tuned = Tuning(network, part, copied=DEPTH + 1, frozen=0, rate=rate, seed=seed)
            return Run(tuned, splits, runs.stops(labels))

        shares[row] = chosen(make, runs.RATES, runs.SEEDS, f"head first {labels}")[0]
    return {"head_first": shares}


# --- 2. layers


def layers() -> Arrays:
    """Test shares (labels, curves, depths, seeds) with the first k layers copied and those above drawn anew."""
    shape = len(runs.CURVE_LABELS), len(runs.CURVES), len(runs.DEPTHS), runs.CURVE_SEEDS
    shares, splits, stop = np.zeros(shape), digits(), runs.CURVE_UPDATES
    letters = pretrained("glyph-resnet")
    for row, labels in enumerate(runs.CURVE_LABELS):
        for seed in range(runs.CURVE_SEEDS):
            part = few(splits.train, labels, seed)
            base = start(10, 0, seed)
            scratch = Tuning(base, part, copied=0, frozen=0, rate=runs.CURVE_RATE, seed=seed)
            scratch.train(stop)
            shares[row, :, 0, seed] = share(scratch, splits_before(scratch), splits.test)
            for column, curve in enumerate(runs.CURVES):
                for depth in runs.DEPTHS[1:]:
                    network = start(10, depth, 100 + seed, base if "own" in curve else letters)
                    frozen = depth if "frozen" in curve else 0
                    tuned = Tuning(network, part, copied=depth, frozen=frozen, rate=runs.CURVE_RATE, seed=seed)
                    tuned.train(stop)
                    shares[row, column, depth, seed] = share(tuned, splits_before(tuned), splits.test)
            say(f"layers {labels}, seed {seed}", shares[row, :, :, seed])
    return {"layers": shares}


def splits_before(tuned: Tuning) -> torch.Tensor:
    """What the frozen layers give for the test digits."""
    return tuned.before(digits().test.inputs)


# --- 3. cases


def cases() -> Arrays:
    """Test shares (targets, sizes, methods, seeds), labels a class and updates of the four cases."""
    shape = len(runs.TARGETS), len(runs.SIZES), len(runs.CASE_METHODS), runs.CASE_SEEDS
    shares, examples = np.zeros(shape), np.zeros(shape[:2], np.int64)
    for row, splits in enumerate((digits(), datasets.load("textures"))):
        for column, size in enumerate(runs.SIZES):
            labels, stops = runs.CASE_LABELS[size], runs.CASE_UPDATES[size]
            examples[row, column] = len(few(splits.train, labels, 0))
            makers = (
                train(splits, labels, DEPTH, DEPTH, runs.HEAD_UPDATES),
                train(splits, labels, DEPTH, 0, stops),
                train(splits, labels, 0, 0, stops),
            )
            for place, make in enumerate(makers):
                told = f"{splits.name} {size} {runs.CASE_METHODS[place]}"
                shares[row, column, place] = chosen(make, runs.RATES, runs.CASE_SEEDS, told)[0]
        KEPT.clear()
    return {"cases": shares, "cases_examples": examples}


# --- 4. learning rates


def learning_rates() -> Arrays:
    """Test shares (rates, tests, seeds) of fine-tuning; how well letters are told by its features."""
    shares = np.zeros((len(runs.TUNING_RATES), len(runs.TUNING_TESTS), runs.TUNING_SEEDS))
    letters = np.zeros((len(runs.TUNING_RATES) + 2, runs.TUNING_SEEDS))
    splits = digits()
    for row, rate in enumerate(runs.TUNING_RATES):
        for seed in range(runs.TUNING_SEEDS):
            part = few(splits.train, 10, seed)
            network = start(10, DEPTH, seed)
            tuned = Tuning(network, part, copied=DEPTH, frozen=0, rate=0.01, copied_rate=rate, seed=seed)
            for column, stop in enumerate(runs.TUNING_TESTS):
                tuned.train(stop)
                shares[row, column, seed] = share(tuned, splits_before(tuned), splits.test)
            letters[row, seed] = letters_told(tuned.tail[:-1])
        say(f"rate {rate}: letters {letters[row].mean():.3f}", shares[row].mean(axis=1))
    for seed in range(runs.TUNING_SEEDS):
        letters[-2, seed] = letters_told(start(10, DEPTH, seed)[:-1])
        letters[-1, seed] = letters_told(random_body(seed))
    say("letters: as pretrained, by a random body", letters[-2:].mean(axis=1))
    return {"rates": shares, "rates_letters": letters}


@cache
def glyphs() -> Splits:
    """Letters that the network has learnt to read, printed plainly."""
    from dlcourse.pytorch.glyph_networks import LETTERS

    return datasets.load("glyphs", examples=40 * len(LETTERS), characters=LETTERS, seed=7, proportions=(0.5, 0.0, 0.5))


def letters_told(body: nn.Module) -> float:
    """How many of 740 new letters a softmax names right by what ``body`` gives, trained on 740 others."""
    torch.manual_seed(0)
    network = nn.Sequential()
    network.add_module("body", body)
    network.add_module("head", nn.Linear(64, len(glyphs().class_names)))
    tuned = Tuning(network, glyphs().train, copied=DEPTH, frozen=DEPTH, rate=0.03, seed=0)
    tuned.train(600)
    return share(tuned, tuned.before(glyphs().test.inputs), glyphs().test)


# --- 5. the experiment's grid


def grid() -> Arrays:
    """Test shares (depths, labels, rates, tests, draws) on the way, and the map before and after."""
    shape = tuple(map(len, (runs.DEPTHS, runs.GRID_LABELS, runs.GRID_RATES)))
    shares = np.zeros((*shape, len(runs.GRID_TESTS), runs.GRID_DRAWS))
    after, own = np.zeros((*shape, runs.POINTS, 2)), np.zeros(shape)
    watched, mapped = tuning_map.watched()
    untouched = outputs(start(10, DEPTH, 0)[:-1], mapped.inputs).numpy()
    basis = tuning_map.basis_of(untouched)
    for place in np.ndindex(shape):
        depth, labels, rate = place
        if depth == DEPTH and rate:  # no copied layer learns: the same at every rate
            shares[place], after[place], own[place] = (kept[depth, labels, 0] for kept in (shares, after, own))
            continue
        for draw in range(runs.GRID_DRAWS):
            tuned = tuning_map.training(depth, runs.GRID_LABELS[labels], runs.GRID_RATES[rate], draw)
            before = tuned.before(watched.inputs)
            for column, stop in enumerate(runs.GRID_TESTS):
                tuned.train(stop)
                shares[(*place, column, draw)] = share(tuned, before, watched)
            if draw == 0:
                features = tuned.features(tuned.before(mapped.inputs))
                after[place] = tuning_map.places(features, basis)
                own[place] = tuning_map.among_own(features, mapped.labels)
        say(f"grid {place}: among own {own[place]:.3f}", shares[(*place, -1)])
    before_any = tuning_map.among_own(untouched, mapped.labels)
    say(f"grid: before {before_any:.3f}; map", [after.min(), after.max()])
    clipped = np.rint(after.clip(-runs.REACH, runs.REACH) * 127 / runs.REACH).astype(np.int8)
    first = np.rint(tuning_map.places(untouched, basis).clip(-runs.REACH, runs.REACH) * 127 / runs.REACH)
    return {
        "grid": shares,
        "grid_after": clipped,
        "grid_before": first.astype(np.int8),
        "grid_basis": basis,
        "grid_own": own,
        "grid_own_before": np.array(before_any),
    }


# --- 6. statistics of batch normalization


def statistics() -> Arrays:
    """Test shares (kinds, digits or letters, seeds): a new head on frozen weights, by what becomes of statistics.

    Letters: the network's old head, put back on the body after the training.
    """
    shares = np.zeros((len(runs.STATISTICS), 2, runs.SEEDS))
    for row, kind in enumerate(runs.STATISTICS):
        for seed in range(runs.SEEDS):
            shares[row, :, seed] = head_alone(few(digits().train, 10, seed), kind == "kept", seed)
        say(f"statistics {kind}: digits, letters", shares[row].mean(axis=1))
    return {"statistics": shares}


def head_alone(part: Part, kept: bool, seed: int) -> tuple[float, float]:
    """The shares of digits and of letters that are right."""
    network = pretrained("glyph-resnet")
    old = network.head
    transfer.replace_head(network, 10, generator=torch.Generator().manual_seed(seed))
    transfer.freeze(network, upto="block3", statistics=kept)
    optimizer = torch.optim.Adam(network.head.parameters(), lr=0.01)
    generator, labels = np.random.default_rng(seed), torch.as_tensor(part.labels)
    network.train()
    for _ in range(200 * tuning.BATCH_SIZE // len(part)):
        for rows in generator.permutation(len(part)).reshape(-1, tuning.BATCH_SIZE):
            optimizer.zero_grad()
            cross_entropy(network(torch.as_tensor(part.inputs[rows])), labels[rows]).backward()
            optimizer.step()
    test, letters = digits().test, glyphs().test
    of_digits = right(outputs(network, test.inputs), test.labels) / len(test)
    network.head = old
    return of_digits, right(outputs(network, letters.inputs), letters.labels) / len(letters)


# --- 7. other targets


def others() -> Arrays:
    """Test shares (targets, methods, seeds) on other targets made of the digits, in search of negative transfer."""
    shares = np.zeros((len(runs.OTHERS), len(runs.OTHER_METHODS), runs.CASE_SEEDS))
    labels, stops = runs.OTHER_LABELS, runs.stops(runs.OTHER_LABELS)
    for row, name in enumerate(runs.OTHERS):
        splits = target_tasks.made_of_digits(name)
        tuned, usual, fast = train(splits, labels, DEPTH, 0, stops), runs.OTHER_RATES[:2], runs.OTHER_RATES[2:]
        tried = (
            (train(splits, labels, DEPTH, DEPTH, runs.HEAD_UPDATES), runs.OTHER_RATES),
            (train_head(splits, labels, random_body, 64, "random"), runs.OTHER_RATES),
            (tuned, usual),
            (tuned, fast),
            (train(splits, labels, 0, 0, stops), runs.OTHER_RATES),
        )
        for column, (make, rates) in enumerate(tried):
            told = f"{name} {runs.OTHER_METHODS[column]}"
            shares[row, column] = chosen(make, rates, runs.CASE_SEEDS, told)[0]
        KEPT.clear()
    return {"others": shares, "others_taught": taught_to_see_slant()}


def taught_to_see_slant() -> np.ndarray:
    """Test shares (seeds) of slanted digits, fine-tuned from a network that has learnt how letters lean, not which."""
    source = start(3, 0, 0)
    learning = Tuning(source, target_tasks.leaning_letters(), copied=0, frozen=0, rate=0.003, seed=0)
    learning.train(1000)
    splits = target_tasks.made_of_digits("slant")
    make = train(splits, runs.OTHER_LABELS, DEPTH, 0, runs.stops(runs.OTHER_LABELS), source)
    shares: np.ndarray = chosen(make, runs.OTHER_RATES[:2], runs.CASE_SEEDS, "slant, taught to see it")[0]
    return shares


SECTIONS: tuple[Callable[[], Arrays], ...] = (
    methods,
    head_first,
    layers,
    cases,
    learning_rates,
    grid,
    statistics,
    others,
)


def main(folder: Path, wanted: str = "") -> None:
    """Writes one section, or all."""
    torch.set_num_threads(1)
    arrays: Arrays = {}
    for section in SECTIONS:
        if section.__name__ == wanted or not wanted:
            arrays |= section()
    smaller = {name: array.astype(np.float32) if array.dtype == np.float64 else array for name, array in arrays.items()}
    path = folder / (f"{wanted}.npz" if wanted else runs.FILE)
    np.savez_compressed(path, **smaller)
    print(f"{path}: {path.stat().st_size} bytes, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), *sys.argv[2:])
