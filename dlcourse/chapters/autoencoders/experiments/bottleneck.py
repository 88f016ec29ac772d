"""The experiment that narrows the middle of an autoencoder, and compares it with as many principal components."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.chapters.autoencoders import digit_autoencoders as own
from dlcourse.chapters.autoencoders.experiments.bottleneck_picture import BottleneckPicture
from dlcourse.chapters.autoencoders.experiments.shown_digits import named, told
from dlcourse.experiments.controls import Menu, Play, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction

TRAINING, TEST, PRINTED = range(3)  # of the errors' second axis
SOURCES = {"digit": "a digit it was not trained on", "letter": "a printed letter"}


def compute_bottleneck(power: int, source: str, image: int, curves: bool) -> Values:
    """What a network of width k = 2 ** ``power`` and k principal components make of an image, and how well they do.

    ``image`` (784,), ``network`` and ``pca`` (784,) its reconstructions, ``own`` their errors. ``errors``: mean
    squared errors (4, widths), each a mean over the starts: on test digits, of the same network on training digits, on
    test digits without the layers beside the code, and of PCA; no widths without ``curves``. ``here`` (4,): at k.
    """
    kept, width = own.kept()["bottlenecks"], own.WIDTHS[power]
    place = image + (own.CLASSES if source == "letter" else 0)
    x = own.digits()[image] if source == "digit" else kept["letters"][image].astype(np.float32) / 255
    pair = kept["images"][power, place].astype(np.float32) / 255, own.projected(x[None], width)[0]
    means = {name: errors.astype(np.float64).mean(axis=2) for name, errors in kept["errors"].items()}
    rows = (("deep", TEST), ("deep", TRAINING), ("shallow", TEST), ("pca", TEST))
    lines = np.stack([means[name][:, part] for name, part in rows])
    return {
        "image": x,
        "network": pair[0],
        "pca": pair[1],
        "own": np.array([own.mean_squared(each[None], x[None])[0] for each in pair]),
        "power": power,
        "width": width,
        "here": lines[:, power],
        "errors": lines if curves else lines[:, :0],
    }


def describe_bottleneck(parameters: Mapping[str, Any], values: Values) -> str:
    """How well this image comes back, and how well digits do at this width."""
    (test, training, shallow, components), (network, pca) = values["here"], values["own"]
    which = parameters["image"]
    shown = named(which) if parameters["source"] == "digit" else f"the printed letter {own.LETTERS[which]}"
    return (
        f"A code of {values['width']} {'number' if values['width'] == 1 else 'numbers'} for the 784 pixels of {shown}: "
        f"the network gives it back with a mean squared error of {told(network)}; for PCA it is {told(pca)}. On all "
        f"2,000 test digits it is {told(test)} for the network ({told(training)} on training digits), {told(shallow)} "
        f"for the same without the layers beside the code, and {told(components)} for PCA."
    )


bottleneck = Experiment(
    name="bottleneck",
    title="How wide must the middle be?",
    prediction=Prediction(
        question="The network has layers of 256 units on both sides of its code of k numbers, and was trained on "
        "7,001 digits. PCA describes a digit by k numbers too. For which k does the network give test digits back "
        "with the smaller error?",
        choices=(
            "For each k: it could copy what PCA does, and has its hidden layers besides",
            "For small k only",
            "For large k only",
            "For none: it has far more parameters, and learns the training digits by heart",
        ),
        answer=1,
        explanation="For k up to 64. At k = 8 its error is 0.020 and PCA's 0.036, at 64 0.0067 and 0.0080, at 128 "
        "0.0062 and 0.0035. A network that could copy PCA need not come to do so by training. Learning by heart is not "
        "why it loses: at 128 it is worse on the training digits too, 0.0036 against 0.0033.\n\n"
        "Take its hidden layers away (dashed); only the sigmoid at the end then sets it apart from PCA. Up to k = 32 "
        "the hidden layers pay: a curved surface of k dimensions fits digits better than a flat one. From 64 on they "
        "are a burden to the training: without them the network does better, and beats PCA up to k = 128.\n\n"
        "Choose printed letters: what a narrow network has learnt are digits, and up to k = 8 it gives letters back "
        "worse than PCA. From k = 784 on there is no bottleneck. PCA copies every image exactly, letters too. The "
        "network of 1,024 does not find that: 0.0047 on digits, and 0.0012 on those that it was trained on; nothing "
        "makes it learn what a digit is.",
    ),
    controls=(
        Slider("power", "Width k of the code: 2 to the power", 0, len(own.WIDTHS) - 1, step=1, value=4),
        Menu("source", "Image", SOURCES),
        Slider("image", "Which of the ten", 0, own.CLASSES - 1, step=1, value=4),
        Toggle("curves", "Show the errors of all widths", value=True),
    ),
    play=Play("power", interval=900, label="Twice as wide"),
    compute=compute_bottleneck,
    picture=BottleneckPicture,
    describe=describe_bottleneck,
    size=(9.0, 3.7),
    locked={"power": 6, "curves": False},
)
