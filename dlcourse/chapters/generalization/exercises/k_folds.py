"""Exercise: dealing examples into k folds; any order will do."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.generalization import CHAPTER
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.wording import kind_of
from dlcourse.scratch import folds

Pairs = list[tuple[Any, Any]]
ENOUGH_TO_SEE_AN_ORDER = 15  # among fewer examples, folds in the given order may come about by chance


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def case(n: int, k: int, label: str, edge: bool = False) -> Case:
        return Case((n, k, np.random.default_rng(int(generator.integers(2**32)))), label, edge=edge)

    return [
        case(20, 5, "20 examples in 5 folds"),
        case(23, 4, "23 examples in 4 folds"),
        case(10 * int(generator.integers(3, 8)), 10, "10 folds of the same size"),
        case(9 * int(generator.integers(3, 8)) + 2, 9, "9 folds, 2 of them larger by 1"),
        case(31, 2, "31 examples in 2 folds"),
        case(6, 6, "6 examples in 6 folds", edge=True),
    ]


def judge(arguments: tuple[Any, ...], received: Any) -> Judgement:
    """Say what folds are not like; the kind of fault does not depend on the order of the examples."""
    n, k = arguments[:2]
    if not isinstance(received, list | tuple):
        return Judgement("no list", f"Your result is {kind_of(received)}; expected is a list of pairs.")
    if len(received) != k:
        return Judgement("count", f"Your result has {len(received)} folds; {k} are asked for.")
    parts = []
    for number, pair in enumerate(received):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            said = f"Your fold {number} is {kind_of(pair)}; expected is a pair (training, validation)."
            return Judgement("no pair", said)
        fold = tuple(np.asarray(part) for part in pair)
        if any(part.ndim != 1 or not len(part) or part.dtype.kind not in "iu" for part in fold):
            said = f"The parts of your fold {number} are {kind_of(fold[0])} and {kind_of(fold[1])}; expected are the "
            return Judgement("no numbers", f"{said}numbers of examples, whole numbers in one row.")
        parts.append(fold)
    return _fault(n, k, parts)


def _fault(n: int, k: int, parts: Sequence[tuple[Any, ...]]) -> Judgement:
    """What is wrong with k pairs of numbers, first things first."""
    validations = [np.sort(validation) for _, validation in parts]
    counts = np.bincount(np.clip(np.concatenate(validations), -1, n) + 1, minlength=n + 2)
    if counts[0] or counts[-1]:
        return Judgement("outside", f"Your folds hold numbers that are not from 0 to {n - 1}.")
    if counts.max() > 1:
        twice = int(counts.argmax()) - 1
        said = f"Example {twice} is in {counts.max()} of your validation parts; each may be in one only."
        return Judgement("swapped" if counts[1:-1].min() == k - 1 > 1 else "twice", said)
    if counts[1:-1].min() == 0:
        missing = np.flatnonzero(counts[1:-1] == 0)
        return Judgement("missing", f"{len(missing)} of {n} examples are in none of your validation parts.")
    sizes = [len(validation) for validation in validations]
    if max(sizes) - min(sizes) > 1:
        return Judgement("sizes", f"Your validation parts have from {min(sizes)} to {max(sizes)} examples.")
    for number, (training, validation) in enumerate(parts):
        both = np.intersect1d(training, validation)
        if len(both):
            said = f"In your fold {number}, example {both[0]} is both trained on and validated on."
            return Judgement("all" if len(training) == n else "leak", said)
        if len(np.unique(training)) != n - len(validation) or len(training) != n - len(validation):
            rest = n - len(validation)
            said = f"Your fold {number} trains on {len(training)} examples; those not validated on are {rest}."
            return Judgement("rest", said)
    if n >= ENOUGH_TO_SEE_AN_ORDER and _in_the_given_order(validations, k):
        return Judgement("order", f"Your first validation part is {', '.join(map(str, validations[0][:5]))}, …")
    return RIGHT


def _in_the_given_order(validations: Sequence[Any], k: int) -> bool:
    """Whether every part is a run of consecutive numbers, or every k-th number."""
    return any(all((np.diff(part) == step).all() for part in validations) for step in (1, k))


k_folds = Exercise(
    folds.k_folds,
    chapter=CHAPTER,
    task=(
        "Deal the examples 0, 1, …, n − 1 at random into `k` folds, and return a list of k pairs (training, "
        "validation), each an array of whole numbers: the validation part is one of the folds, the training part all "
        "other examples. Every example is validated on exactly once, and the sizes of the validation parts differ by "
        "at most 1, also where k does not divide n. Chance comes from `generator`, `generator.permutation(n)` for "
        "one; any random dealing is right. (The library's function can also keep classes in proportion.)"
    ),
    cases=_cases,
    judge=judge,
    hints=[
        "Think of a pack of n cards and k players. What do you do first, and how do you give everybody the same "
        "number, as far as it goes?",
        "One shuffle serves all folds: `order = generator.permutation(n)`. Player i gets every k-th card, from card i "
        "on; `np.array_split` cuts the pack in runs instead, which is as good.",
        "With `hand = order[i::k]` for the validation part, the training part is what `np.setdiff1d` leaves of the "
        "order.",
        "`hands = [order[i::k] for i in range(k)]`, then `[(np.setdiff1d(order, hand), hand) for hand in hands]`.",
    ],
    fields={
        "at": lambda outcome: f"On “{outcome.case.label}”: {judge(outcome.case.arguments, outcome.received).message} ",
        "n": lambda n, *_: n,
        "k": lambda n, k, _: k,
        "rest": lambda n, k, _: n % k,
    },
)  # fmt: skip


def _folds(order: Callable[[int, np.random.Generator], Any], cut: Callable[[Any, int], Sequence[Any]]) -> Callable:
    def deal(n: int, k: int, generator: np.random.Generator) -> Pairs:
        shuffled = order(n, generator)
        return [(np.setdiff1d(np.arange(n), hand), hand) for hand in cut(shuffled, k)]

    return deal


def _shuffled(n: int, generator: np.random.Generator) -> Any:
    return generator.permutation(n)


k_folds.add_mistake(
    "not_shuffled",
    _folds(lambda n, _: np.arange(n), np.array_split),
    "{at}The examples stand in the folds as in the table. Tables are often sorted, by class or by date; then a fold "
    "holds what no training example is like. Shuffle first.",
)
k_folds.add_mistake(
    "remainder_left_out",
    _folds(_shuffled, lambda order, k: [order[i * (len(order) // k) : (i + 1) * (len(order) // k)] for i in range(k)]),
    "{at}It looks as if each fold gets n // k examples; where k does not divide n that leaves some out. Some folds get "
    "one more.",
)
k_folds.add_mistake(
    "remainder_in_the_last_fold",
    _folds(_shuffled, lambda order, k: np.split(order, [i * (len(order) // k) for i in range(1, k)])),
    "{at}The last fold looks like one that takes all that is left over, here {rest} more than the others. Deal the "
    "remainder out, one to a fold: sizes may differ by 1.",
)


@k_folds.mistake
def shuffled_for_each_fold(n: int, k: int, generator: np.random.Generator) -> Pairs:
    """{at}It looks as if each fold is drawn anew: then some examples are validated on several times, others never, and
    the errors are not those of k parts of one table. Shuffle once, then cut."""
    drawn = [np.array_split(generator.permutation(n), k)[i] for i in range(k)]
    return [(np.setdiff1d(np.arange(n), hand), hand) for hand in drawn]


@k_folds.mistake
def trained_on_all(n: int, k: int, generator: np.random.Generator) -> Pairs:
    """{at}Your training parts hold all {n} examples. What a model was fitted to says nothing about how it does on
    others: leave the validation part out."""
    order = generator.permutation(n)
    return [(order, order[i::k]) for i in range(k)]


@k_folds.mistake
def positions_for_numbers(n: int, k: int, generator: np.random.Generator) -> Pairs:
    """{at}It looks as if one part is made of examples' numbers, the other of their *positions* in the shuffled order.
    Take both from the same order."""
    order, places = generator.permutation(n), np.array_split(np.arange(n), k)
    return [(np.setdiff1d(np.arange(n), place), order[place]) for place in places]


@k_folds.mistake
def parts_swapped(n: int, k: int, generator: np.random.Generator) -> Pairs:
    """{at}The two parts look swapped: the small one is for validation, and comes second. Training on it would waste all
    the other examples."""
    order = generator.permutation(n)
    return [(order[i::k], np.setdiff1d(order, order[i::k])) for i in range(k)]


@k_folds.mistake
def validation_parts_alone(n: int, k: int, generator: np.random.Generator) -> list[Any]:
    """{at}You return the {k} folds alone. Give with each the examples to train on: all those of the other folds."""
    order = generator.permutation(n)
    return [order[i::k] for i in range(k)]
