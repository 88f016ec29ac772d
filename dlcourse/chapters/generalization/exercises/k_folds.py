"""Exercise: dealing examples into k folds; any order will do."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.generalization import CHAPTER
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.wording import kind_of, plural
from dlcourse.scratch import folds

Pairs = list[tuple[Any, Any]]
ENOUGH_TO_SEE_AN_ORDER = 15  # among fewer examples, folds in the given order may come about by chance
UNUSED = "folds that do not depend on `generator`"


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
    if isinstance(received, str) and received == UNUSED:
        return Judgement("unused", "Your folds are right, and nothing is drawn from `generator`.")
    if not isinstance(received, list | tuple):
        return Judgement("no list", f"Your result is {kind_of(received)}; expected is a list of pairs.")
    if len(received) == 2 < k and all(isinstance(each, list | tuple) and len(each) == k for each in received):
        said = f"Your result is two lists of {k} parts; expected is one list of {k} pairs, as `zip` makes them."
        return Judgement("two lists", said)
    if len(received) != k:
        return Judgement("count", f"Your result has {plural(len(received), 'fold')}; {k} are asked for.")
    parts = []
    for number, pair in enumerate(received):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            said = f"Your fold {number} is {kind_of(pair)}; expected is a pair (training, validation)."
            return Judgement("no pair", said)
        for name, part in zip(("training", "validation"), pair, strict=True):
            if isinstance(part, list | tuple) and any(isinstance(each, list | tuple | np.ndarray) for each in part):
                return Judgement("pieces", f"The {name} part of your fold {number} is in pieces, {kind_of(part)}.")
            if fault := _no_numbers(part):
                said = f"The {name} part of your fold {number} {fault}; expected are the numbers of examples, whole "
                return Judgement("no numbers", f"{said}numbers in one row.")
        parts.append(tuple(map(np.asarray, pair)))
    return _fault(n, k, parts)


def _no_numbers(part: Any) -> str:
    """How a part of a fold is no row of whole numbers; "" where it is one."""
    array = np.asarray(part)
    if array.ndim != 1:
        return f"is {kind_of(part)}"
    if not len(array):
        return "is empty"
    kinds = {"b": "holds True and False (`np.flatnonzero` makes numbers of a mask)", "f": "holds floats"}
    return "" if array.dtype.kind in "iu" else kinds.get(array.dtype.kind, "holds no numbers")


def _fault(n: int, k: int, parts: Sequence[tuple[Any, ...]]) -> Judgement:
    """What is wrong with k pairs of numbers, first things first."""
    if any(part.min() < 0 or part.max() >= n for pair in parts for part in pair):
        return Judgement("outside", f"Your folds hold numbers that are not from 0 to {n - 1}.")
    validations = [np.sort(validation) for _, validation in parts]
    counts = np.bincount(np.concatenate(validations), minlength=n)
    if any(not np.diff(validation).all() for validation in validations):
        return Judgement("repeated", "One of your validation parts holds an example more than once.")
    if all(np.array_equal(validation, validations[0]) for validation in validations):
        return Judgement("same", "Your validation parts are all the same.")
    if counts.max() > 1:
        twice = int(counts.argmax())
        said = f"Example {twice} is in {counts.max()} of your validation parts; each may be in one only."
        return Judgement("swapped" if counts.min() == k - 1 > 1 else "twice", said)
    if counts.min() == 0:
        return Judgement("missing", f"{np.sum(counts == 0)} of {n} examples are in none of your validation parts.")
    sizes = [len(validation) for validation in validations]
    if max(sizes) - min(sizes) > 1:
        said = f"Your validation parts have from {min(sizes)} to {max(sizes)} examples; they may differ by 1."
        return Judgement("sizes", said)
    for number, (training, validation) in enumerate(parts):
        both, rest = np.intersect1d(training, validation), n - len(validation)
        whole = len(training) == len(np.unique(training)) == rest
        if len(both):
            said = f"In your fold {number}, example {both[0]} is both trained on and validated on."
            return Judgement("all" if len(training) == n else "places" if whole else "leak", said)
        if not whole:
            said = f"Your fold {number} trains on {len(training)} examples; those not validated on are {rest}."
            return Judgement("rest", said)
    if n >= ENOUGH_TO_SEE_AN_ORDER and _in_the_given_order(validations, k):
        return Judgement("order", f"Your first validation part is {', '.join(map(str, validations[0][:5]))}, …")
    return RIGHT


def _in_the_given_order(validations: Sequence[Any], k: int) -> bool:
    """Whether every part is a run of consecutive numbers, or every k-th number."""
    return any(all((np.diff(part) == step).all() for part in validations) for step in (1, k))


def drawn(n: int, k: int, generator: np.random.Generator) -> Callable[[Any], Any]:
    """Look at the generator before and after: the folds that a function returned, or ``UNUSED`` for right ones."""
    before = generator.bit_generator.state

    def look(result: Any) -> Any:
        unused = n >= ENOUGH_TO_SEE_AN_ORDER and generator.bit_generator.state == before
        return UNUSED if unused and judge((n, k), result) == RIGHT else result

    return look


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
    effect=drawn,
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
    },
)  # fmt: skip


def _shuffled(n: int, generator: np.random.Generator) -> Any:
    return generator.permutation(n)


def _folds(
    order: Callable[[int, np.random.Generator], Any] = _shuffled,
    cut: Callable[[Any, int], Sequence[Any]] = np.array_split,
    pair: Callable[[Any, Any], Any] = lambda rest, hand: (rest, hand),
) -> Callable[..., list[Any]]:
    def deal(n: int, k: int, generator: np.random.Generator) -> list[Any]:
        return [pair(np.setdiff1d(np.arange(n), hand), hand) for hand in cut(order(n, generator), k)]

    return deal


k_folds.add_mistake(
    "not_shuffled",
    _folds(order=lambda n, _: np.arange(n)),
    "{at}The examples stand in the folds as in the table. Tables are often sorted, by class or by date; then a fold "
    "holds what no training example is like. Shuffle first.",
)
k_folds.add_mistake(
    "another_generator",
    _folds(order=lambda n, _: np.random.default_rng(0).permutation(n)),
    "{at}Chance comes from elsewhere: from a generator of your own with a fixed seed, the folds are the same at every "
    "call; from `np.random`, nobody can repeat them. Draw with `generator.permutation(n)`.",
)
k_folds.add_mistake(
    "remainder_left_out",
    _folds(cut=lambda order, k: [order[i * (len(order) // k) : (i + 1) * (len(order) // k)] for i in range(k)]),
    "{at}It looks as if each fold gets n // k examples; where k does not divide n that leaves some out. Some folds get "
    "one more.",
)


@k_folds.mistake
def shuffled_for_each_fold(n: int, k: int, generator: np.random.Generator) -> Pairs:
    """{at}It looks as if each fold is drawn anew: then some examples are validated on several times, others never, and
    the errors are not those of k parts of one table. Shuffle once, then cut."""
    drawn = [np.array_split(generator.permutation(n), k)[i] for i in range(k)]
    return [(np.setdiff1d(np.arange(n), hand), hand) for hand in drawn]


@k_folds.mistake
def positions_for_numbers(n: int, k: int, generator: np.random.Generator) -> Pairs:
    """{at}It looks as if one part is made of examples' numbers, the other of their *positions* in the shuffled order.
    Take both from the same order."""
    order, places = generator.permutation(n), np.array_split(np.arange(n), k)
    return [(np.setdiff1d(np.arange(n), place), order[place]) for place in places]


k_folds.add_mistake(
    "trained_on_all",
    _folds(pair=lambda rest, hand: (np.concatenate([rest, hand]), hand)),
    "{at}Your training parts hold all {n} examples. What a model was fitted to says nothing about how it does on "
    "others: leave the validation part out.",
)
k_folds.add_mistake(
    "parts_swapped",
    _folds(pair=lambda rest, hand: (hand, rest)),
    "{at}The two parts look swapped: the small one is for validation, and comes second. Training on it would waste all "
    "the other examples.",
)
k_folds.add_mistake(
    "pieces_not_joined",
    _folds(pair=lambda rest, hand: ([rest[:2], rest[2:]], hand)),
    "{at}It looks like the other folds, each by itself. `inputs[training]` needs one row of numbers: join them with "
    "`np.concatenate`.",
)
