"""Exercise: what a denoising autoencoder is asked for."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.autoencoders import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import reconstruction


class Blur:
    """Stands for an autoencoder: gives each number of an example the mean of it and the one before, less a bit."""

    def __call__(self, x: Array) -> Array:
        """(n, d) -> (n, d)."""
        return np.asarray(0.45 * (x + np.roll(x, 1, axis=1)) + 0.05, x.dtype)

    def __repr__(self) -> str:
        return "an autoencoder"


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def case(n: int, d: int, level: float, label: str, dtype: Any = np.float64, edge: bool = False) -> Case:
        x = generator.uniform(0.2, 1, size=(n, d)).astype(dtype)
        return Case((x, level, np.random.default_rng(int(generator.integers(2**32))), Blur()), label, edge=edge)

    return [
        case(4, 6, 0.5, "4 examples of 6 numbers, half of them masked"),
        case(8, 20, 0.25, "8 examples, a quarter masked"),
        case(5, 12, 0.8, "5 examples, 80 % masked"),
        case(6, 6, 0.3, "as many examples as numbers"),
        case(3, 16, 0.4, "dtype float32", np.float32),
        case(3, 8, 0.0, "level 0: nothing is masked", edge=True),
        case(1, 5, 1.0, "level 1: everything is masked", edge=True),
    ]


denoising_loss = Exercise(
    reconstruction.denoising_loss,
    chapter=CHAPTER,
    task=(
        "Return the loss that a denoising autoencoder is trained with, one number: spoil `x` (n, d), let `reconstruct` "
        "make x̂ (n, d) of what is left, and take the mean squared error over all numbers. Spoiling sets each number to "
        "0 with probability `level`. So that your numbers can be compared, draw `generator.random(x.shape)` once: a "
        "number stays where the draw is at least `level`. `x` itself stays as it is."
    ),
    cases=_cases,
    points=2,
    hints=[
        "There are three arrays: x, what is left of it, and what `reconstruct` makes of that. Which two of them does "
        "the loss compare?",
        "An autoencoder that gave back the spoilt image would have learnt nothing of use. What is it to give back?",
        "`generator.random(x.shape) >= level` is True where a number stays; a product with it sets the others to 0.",
        "`x_hat = reconstruct(x * kept)`; the loss compares `x_hat` with the clean `x`.",
    ],
    fields={"at": "On “{case}” the loss should be {expected}, and you return {received}. "},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(reconstruction.denoising_loss, *replacements)


KEPT, LOSS = "generator.random(x.shape) >= level", "((x_hat - x) ** 2).mean()"

denoising_loss.add_mistake(
    "target_is_the_spoilt_one",
    _with((LOSS, "((x_hat - x * kept) ** 2).mean()")),
    "{at}You compare the reconstruction with the *spoilt* image: whoever copies the holes would be best. The target is "
    "the clean x, and that is the whole idea.",
)


@denoising_loss.mistake
def spoilt_in_place(x: Array, level: float, generator: np.random.Generator, reconstruct: Blur) -> float:
    """{at}You write the zeros into x itself, so that no clean image is left to compare with, neither for you nor for
    whoever called. Make a new array: `x * kept`, or a copy."""
    x[generator.random(x.shape) < level] = 0
    return float(((reconstruct(x) - x) ** 2).mean())


denoising_loss.add_mistake(
    "input_and_target_exchanged",
    _with(("reconstruct(x * kept)", "reconstruct(x)"), (LOSS, "((x_hat - x * kept) ** 2).mean()")),
    "{at}The autoencoder reads the clean image, and you ask for the spoilt one. It is the other way round.",
)
denoising_loss.add_mistake(
    "nothing_spoilt",
    _with(("reconstruct(x * kept)", "reconstruct(x)")),
    "Where nothing is masked you are right. {at}The autoencoder gets the clean image, and there is nothing to mend: it "
    "reads the spoilt one.",
)
denoising_loss.add_mistake(
    "share_kept_exchanged",
    _with((KEPT, "generator.random(x.shape) < level")),
    "{at}You keep the share `level` and mask the others. `level` is the share that is set to 0.",
)
denoising_loss.add_mistake(
    "spoilt_afterwards",
    _with(("reconstruct(x * kept)", "reconstruct(x) * kept")),
    "{at}You mask what comes out of the autoencoder. It is what goes in that is spoilt.",
)
denoising_loss.add_mistake(
    "without_the_autoencoder",
    _with(("reconstruct(x * kept)", "x * kept")),
    "{at}You compare the spoilt image with the clean one: how much was lost, before anybody mended it. x̂ is what "
    "`reconstruct` makes of the spoilt image.",
)
denoising_loss.add_mistake(
    "whole_columns",
    _with((KEPT, "generator.random(x.shape[1]) >= level")),
    "{at}You draw one number for each column, so that all examples lose the same ones. Each number of each example "
    "is drawn by itself: `generator.random(x.shape)`.",
)
denoising_loss.add_mistake(
    "scaled_as_dropout",
    _with(("reconstruct(x * kept)", "reconstruct(x * kept / max(1 - level, 1e-9))")),
    "{at}You divide what stays by 1 − level, as dropout does. Here a pixel that stays keeps its grey value.",
)
denoising_loss.add_mistake(
    "masked_places_alone",
    _with((LOSS, "((x_hat - x) ** 2)[~kept].sum() / max((~kept).sum(), 1)")),
    "{at}You take the mean over the masked numbers alone. Some variants do; here the whole image is to be given back.",
)
denoising_loss.add_mistake(
    "sum_over_the_numbers",
    _with((LOSS, "((x_hat - x) ** 2).sum() / len(x)")),
    "{at}Your loss is a sum over an example's numbers, and a mean over the examples. Here it is the mean over all "
    "numbers: `.mean()`.",
)
denoising_loss.add_mistake(
    "a_generator_of_its_own",
    _with((KEPT, "np.random.default_rng(0).random(x.shape) >= level")),
    "{at}Your numbers come from a generator of your own. Use the `generator` that is given: otherwise every call masks "
    "the same places.",
)
