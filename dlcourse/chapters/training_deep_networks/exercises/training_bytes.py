"""Question with several numbers: what training keeps in memory, and which batch fits."""

import math

from dlcourse.chapters.training_deep_networks import CHAPTER
from dlcourse.exercises.kinds.several_numbers import NumbersExercise, WrongNumbers

PARAMETERS, ACTIVATIONS, BATCH_SIZE, GIGABYTES = 60, 7, 32, 8  # in millions; a device of so many 10⁹ bytes


def _gigabytes(
    weight: float = 4,
    gradient: float = 4,
    remembered: float = 8,
    activation: float = 4,
    batch: int = BATCH_SIZE,
    scale: float = 1e-3,
) -> dict[str, float]:
    """What the four kinds take, from bytes a number; in millions of bytes times ``scale``."""
    return {
        "weights": PARAMETERS * weight * scale,
        "gradients": PARAMETERS * gradient * scale,
        "optimizer": PARAMETERS * remembered * scale,
        "activations": ACTIVATIONS * activation * batch * scale,
    }


def _largest(fixed: float, example: float, gigabytes: float = GIGABYTES) -> int:
    return math.floor((gigabytes - fixed) / example)


ONE = 4e-3 * ACTIVATIONS  # of one example, gigabytes
FIXED = 16e-3 * PARAMETERS
LARGEST = _largest(FIXED, ONE)
ANSWER = {**_gigabytes(), "largest_batch": LARGEST}

training_bytes = NumbersExercise(
    name="training_bytes",
    chapter=CHAPTER,
    task=(
        f"A network has {PARAMETERS} million parameters, and for each image {ACTIVATIONS} million activations that the "
        f"backward pass needs. It is trained by Adam with mini-batches of {BATCH_SIZE} images; all of it in float32. "
        "How many gigabytes (10⁹ bytes) do the `weights` take, their `gradients`, what the `optimizer` remembers, and "
        f"the `activations` of the mini-batch? And if a device has {GIGABYTES} GB for these four, how many images does "
        "the `largest_batch` have? The first four to three decimals."
    ),
    answer=ANSWER,
    tolerance=0.001,  # a largest batch of 251.43 is told to be no whole number
    hints=[
        "A float32 has 32 bits. Which of the four kinds exist once, and of which does each image of a batch have its "
        "own?",
        "The gradient of the mean loss has one number for each parameter, however many images it is the mean of. Adam "
        "keeps two moving averages for each parameter, m and v.",
        "What does not depend on the batch comes off the device first; what is left is shared out in pieces of one "
        "image's activations, and a part of an image is no use.",
    ],
    explanation=(
        f"{PARAMETERS} million · 4 bytes = {ANSWER['weights']:g} GB for the weights, as much for the gradients, twice "
        f"as much for Adam's m and v; {ACTIVATIONS} million · 4 bytes · {BATCH_SIZE} = {ANSWER['activations']:g} GB of "
        f"activations. The first three, {FIXED:g} GB, are there at any batch size; ({GIGABYTES} − {FIXED:g}) / "
        f"{ONE:g} = {(GIGABYTES - FIXED) / ONE:.1f}, so {LARGEST} images. Real programs need some memory beside these "
        "four."
    ),
    mistakes=[
        WrongNumbers(
            "two_bytes_a_number",
            {**_gigabytes(2, 2, 4, 2), "largest_batch": _largest(FIXED / 2, ONE / 2)},
            "You reckon with 2 bytes a number, which is float16. A float32 has 32 bits: 4 bytes.",
        ),
        WrongNumbers(
            "eight_bytes_a_number",
            {**_gigabytes(8, 8, 16, 8), "largest_batch": _largest(FIXED * 2, ONE * 2)},
            "You reckon with 8 bytes a number: float64, NumPy's usual. A float32 has 4.",
        ),
        WrongNumbers(
            "one_moving_average",
            {**_gigabytes(remembered=4), "largest_batch": _largest(FIXED * 3 / 4, ONE)},
            "You give the optimizer one number a parameter, as momentum has. Adam keeps two: m and v.",
        ),
        WrongNumbers(
            "nothing_remembered",
            {**_gigabytes(remembered=0), "largest_batch": _largest(FIXED / 2, ONE)},
            "Plain SGD remembers nothing. Adam keeps two numbers for each parameter from step to step: m and v.",
        ),
        WrongNumbers(
            "activations_of_one_image",
            {**_gigabytes(batch=1), "largest_batch": LARGEST},
            f"Those are the activations of *one* image. The backward pass comes when all {BATCH_SIZE} went through, "
            "and needs those of each.",
        ),
        WrongNumbers(
            "a_gradient_for_each_image",
            {**_gigabytes(gradient=4 * BATCH_SIZE), "largest_batch": _largest(FIXED * 3 / 4, ONE + 4e-3 * PARAMETERS)},
            "You keep a gradient for each image. What arrives from the images is added up as it comes: one number a "
            "parameter.",
        ),
        WrongNumbers(
            "the_whole_device_for_activations",
            {**_gigabytes(), "largest_batch": _largest(0, ONE)},
            "You share out the whole device among activations. Weights, gradients and the optimizer's memory have to "
            "stay in it as well.",
        ),
        WrongNumbers(
            "rounded_up",
            {**_gigabytes(), "largest_batch": LARGEST + 1},
            "With one image more it does not fit: round down.",
        ),
        WrongNumbers(
            "a_part_of_an_image",
            {**_gigabytes(), "largest_batch": round((GIGABYTES - FIXED) / ONE, 3)},
            "A part of an image is no use: the whole ones that fit count.",
        ),
        WrongNumbers(
            "numbers_counted",
            {**_gigabytes(1, 1, 2, 1), "largest_batch": _largest(FIXED / 4, ONE / 4)},
            "You count numbers. Asked for are bytes, of which each float32 takes 4.",
        ),
        WrongNumbers(
            "binary_gigabytes",
            {**_gigabytes(scale=1e6 / 2**30), "largest_batch": _largest(FIXED, ONE, GIGABYTES * 2**30 / 1e9)},
            "You divide by 2³⁰ = 1.07 · 10⁹: those are gibibytes, GiB. Here a gigabyte is 10⁹ bytes.",
        ),
    ],
    points=2,
)
