"""The experiment that browses a map of the digits: the plane of an autoencoder's code, or that of two components."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.chapters.autoencoders import digit_autoencoders as own
from dlcourse.chapters.autoencoders.experiments.latent_picture import LIMITS, LatentPicture
from dlcourse.chapters.autoencoders.experiments.shown_digits import named, told
from dlcourse.experiments.controls import DragPoints, Menu
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed, percent

EACH = 60  # test digits of each class that are drawn
PLANES = {"network": "codes of the autoencoder", "pca": "first two principal components"}


@lru_cache(maxsize=len(PLANES))
def points(plane: str) -> Array:
    """Where all test digits lie on a plane, (2000, 2), in standard deviations of the training digits' coordinates."""
    if plane == "network":
        return own.map_points()
    found, x = own.components(), datasets.load("mnist").test.inputs.reshape(-1, own.PIXELS)
    made: Array = (x - found.mean) @ found.axes[:2].T / np.sqrt(found.variances[:2])
    made.flags.writeable = False
    return made


@lru_cache(maxsize=1)
def drawn() -> Array:
    """The places of the test digits that are drawn, (600,): the first of each class."""
    labels = datasets.load("mnist").test.labels
    places = np.concatenate([np.flatnonzero(labels == digit)[:EACH] for digit in range(own.CLASSES)])
    places.flags.writeable = False
    return places


@lru_cache(maxsize=len(PLANES))
def neighbours(plane: str) -> tuple[float, float]:
    """Of all test digits the share whose nearest other on the plane has their class, and the median distance to it."""
    spots, labels = points(plane).astype(np.float64), datasets.load("mnist").test.labels
    x, y = spots.T
    squares = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    np.fill_diagonal(squares, np.inf)
    same = labels[squares.argmin(axis=1)] == labels
    return float(same.mean()), float(np.median(np.sqrt(squares.min(axis=1))))


def image_at(plane: str, spots: Array) -> Array:
    """What the plane's decoder makes of its points (n, 2): (n, 784), cut off at 0 and 1."""
    if plane == "network":
        return own.decoded(spots)
    found = own.components()
    codes = spots * np.sqrt(found.variances[:2])
    return np.clip(codes @ found.axes[:2] + found.mean, 0, 1)


def compute_latent_map(plane: str, probe: Array) -> Values:
    """What is decoded at the ``probe`` (1, 2), and which of the 600 digits that are drawn is nearest.

    ``spots`` (600, 2) and ``labels`` (600,): the digits drawn; ``nearest``: the number of the one nearest on the map,
    ``distance`` how far it is, ``alike`` the one whose pixels differ least from the decoded image. ``decoded``,
    ``near_image``, ``alike_image`` (784,), ``errors`` (2,): the decoded image against these two. ``agreement`` and
    ``usual``: of all 2,000 test digits the share whose nearest other has their class, and the median distance to it.
    """
    test = datasets.load("mnist").test
    spots, labels = points(plane)[drawn()], test.labels[drawn()]
    pixels = test.inputs.reshape(-1, own.PIXELS)[drawn()]
    image = image_at(plane, probe)[0]
    distances = np.hypot(*(spots - probe[0]).T)
    nearest, differences = int(distances.argmin()), own.mean_squared(pixels, image[None])
    alike = int(differences.argmin())
    agreement, usual = neighbours(plane)
    return {
        "plane": plane,
        "probe": probe[0],
        "spots": spots,
        "labels": labels,
        "decoded": image,
        "nearest": nearest,
        "alike": alike,
        "near_image": pixels[nearest],
        "alike_image": pixels[alike],
        "distance": float(distances[nearest]),
        "errors": differences[[nearest, alike]],
        "agreement": agreement,
        "usual": usual,
    }


def describe_latent_map(parameters: Mapping[str, Any], values: Values) -> str:
    """Where the probe stands, what is near it, and how well classes lie together."""
    (x, y), labels = values["probe"], values["labels"]
    near, alike = labels[values["nearest"]], labels[values["alike"]]
    return (
        f"A map of {len(labels)} test digits by the {PLANES[values['plane']]}, in standard deviations. At "
        f"({fixed(x)}, {fixed(y)}) the nearest digit is {named(near)}, {fixed(values['distance'])} away; half of the "
        f"digits have another within {fixed(values['usual'], 3)}. What is decoded there differs from it by a mean "
        f"squared error of {told(values['errors'][0])}; the most similar digit, {named(alike)}, differs by "
        f"{told(values['errors'][1])}. {percent(values['agreement'])} of all test digits have a neighbour of their own "
        "class."
    )


latent_map = Experiment(
    name="latent_map",
    title="A map of the digits",
    prediction=Prediction(
        question="Every test digit is a point, its code of two numbers. Between the clouds, and outside of them, there "
        "are places where no digit lies: no code like that ever came out of the encoder. You put the probe there. What "
        "does the decoder draw?",
        choices=(
            "Empty paper: nothing belongs there",
            "Grey noise: it was never trained on such a code",
            "The digit whose point is nearest",
            "Strokes, as anywhere; they need not be a digit",
        ),
        answer=3,
        explanation="In 47 % of this frame no test digit lies within 0.3, while half of the digits have a neighbour "
        "within 0.03. At each such place the decoder draws: its darkest pixel is at 0.9 or more, and fewer pixels are "
        "grey, 10 %, than where digits lie, 21 %. A decoder is a continuous function of the code, defined everywhere; "
        "training asks something of it only where codes lie, and elsewhere it goes on as its layers do. Left of the "
        "zeros it draws zeros. But at (−1.6, 2.6) it draws what no digit looks like: the most similar of all 2,000 "
        "differs by 0.070, and whatever is decoded at a test digit's own point is within 0.055 of one.\n\n"
        "So a code drawn at random need not give a digit: nothing in the loss says which codes are in use. Chapter 24 "
        "makes a loss that does. On the way from one cloud to another images blend. Now choose the plane "
        "of two components: no labels were used for either map, and yet 55 % of the digits have a neighbour of "
        "their own class on the autoencoder's (55 to 60 % for three starts) and 38 % there; a guess has 10 %.",
    ),
    controls=(
        Menu("plane", "Map", PLANES),
        DragPoints("probe", [[1.437, -1.74]], axes="map", limits=LIMITS, label="probe"),
    ),
    compute=compute_latent_map,
    picture=LatentPicture,
    describe=describe_latent_map,
    size=(9.0, 5.6),
)
