"""The experiment that spoils digits by more or less noise, and has them restored by networks of different training."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.chapters.autoencoders import digit_autoencoders as own
from dlcourse.chapters.autoencoders.experiments.noise_picture import NoisePicture
from dlcourse.chapters.autoencoders.experiments.shown_digits import named, told
from dlcourse.experiments.controls import Menu, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction

NETWORKS = {
    "plain": "no noise",
    "half": "half of the pixels erased",
    "every": "0 to 90 % erased, by chance",
    "gaussian": "normal noise of 0.5",
}
NOISES = {"mask": "pixels erased, a share ν of all", "gaussian": "normal noise of standard deviation ν"}


def compute_noise_level(digit: int, kind: str, level: float, network: str, scaled: bool, curves: bool) -> Values:
    """A test digit, spoilt at the ``level``, and what a network and PCA make of it.

    ``clean``, ``noisy``, ``network`` and ``pca`` (784,); ``own`` (3,): the errors of the last three. ``components``:
    how many restore validation digits best at this level. ``factor``: by which the network's input was multiplied,
    1 unless ``scaled``. ``errors`` (4, levels): on all test digits, means over the starts: of the noisy digits as they
    are, the plain network, PCA, and the network; no levels without ``curves``. ``here`` (4,): those at this level.
    """
    kept, clean = own.kept()["denoisers"], own.digits()[digit]
    row, column = own.KINDS.index(kind), round(10 * level)
    noisy = own.corrupt(clean[None], level, np.random.default_rng(digit), kind)
    factor = own.brightness(network, kind, level) if scaled else 1.0
    components = int(kept["components"][row, column])
    shown = {
        "noisy": noisy[0],
        "network": own.restored(network, (factor * noisy).astype(np.float32))[0],
        "pca": own.projected(own.kept_bright(noisy, kind, level), components)[0],
    }
    means = kept["errors"].astype(np.float64).mean(axis=-1)[:, row]  # (networks, scaled, levels)
    baselines, names = kept["baselines"], list(NETWORKS)
    lines = np.stack(
        [
            baselines["untouched"][row],
            means[names.index("plain"), 0],
            baselines["pca"][row],
            means[names.index(network), int(scaled)],
        ]
    ).astype(np.float64)
    return shown | {
        "clean": clean,
        "own": own.mean_squared(np.stack(list(shown.values())), clean[None]),
        "components": components,
        "factor": factor,
        "level": level,
        "kind": kind,
        "errors": lines if curves else lines[:, :0],
        "here": lines[:, column],
    }


def describe_noise_level(parameters: Mapping[str, Any], values: Values) -> str:
    """What was done to the digit, how well it was restored, and how well all test digits are."""
    spoilt = {
        "mask": f"with {100 * values['level']:.0f} % of its pixels erased by chance",
        "gaussian": f"with normal noise of standard deviation {values['level']:.1f}",
    }[values["kind"]]
    scaled = f", its input multiplied by {values['factor']:.2f}" if parameters["scaled"] else ""
    (noisy, network, pca), (untouched, plain, by_pca, restored) = values["own"], values["here"]
    return (
        f"{named(parameters['digit']).capitalize()} {spoilt}: its mean squared error is {told(noisy)}. The network, "
        f"trained with {NETWORKS[parameters['network']]}{scaled}, leaves {told(network)}; PCA with "
        f"{values['components']} components leaves {told(pca)}. On all 2,000 test digits at this level: "
        f"{told(restored)} for the network, {told(plain)} for one trained with no noise, {told(by_pca)} for PCA, "
        f"{told(untouched)} for the noisy digits as they are."
    )


noise_level = Experiment(
    name="noise_level",
    title="Noise that was not practised",
    prediction=Prediction(
        question="A network has learnt to restore digits of which half of the pixels, drawn by chance, are erased. Now "
        "it gets test digits of which nothing is erased. What is its error on them?",
        choices=(
            "Zero or nearly: it has nothing to restore, and copies",
            "Not zero, but smaller than on half-erased ones, of which it sees less",
            "As large as on half-erased ones: it has one way to restore, whatever it gets",
            "Larger than on half-erased ones, although it sees more",
        ),
        answer=3,
        explanation="It is 0.028 on whole digits and 0.022 on half-erased ones; the same network trained with no "
        "noise has 0.012 on whole ones. Strokes that have lost half of their ink are all that it knows, and it makes "
        "up for that, also where nothing is missing. Change the brightness alone: the tick multiplies whole digits by "
        "0.5 before the network reads them, and its error falls to 0.015; at 90 % erased, from 0.072 to 0.050. That "
        "was most of the harm.\n\n"
        "Two other ways out. Practise every share: then it is 0.017 on whole digits and 0.051 at 90 %, at the price "
        "of 0.023 at 50 %. Or practise noise that leaves the mean ink as it is: trained with normal noise of 0.5, the "
        "network has 0.011 on whole digits, less than the plain one. With doubled input it restores even half-erased "
        "digits, which it has never seen, as well as the one that was trained on them: 0.021.\n\n"
        "Be fair to PCA. Told the level, with the ink made up for and the best number of components, it does as well "
        "as the network at 50 %, 0.022, and better below; at 90 % it has 0.055 against 0.050 with scaled ink. On "
        "normal noise of 0.9 it has 0.036, and the network trained with normal noise 0.032.",
    ),
    controls=(
        Slider("digit", "Digit", 0, own.CLASSES - 1, step=1, value=3),
        Menu("kind", "Noise", NOISES),
        Slider("level", "Level ν", 0.0, own.LEVELS[-1], step=0.1, value=0.5),
        Menu("network", "Network trained with", NETWORKS, value="half"),
        Toggle("scaled", "Give it the mean ink of its training"),
        Toggle("curves", "Show the errors at all levels", value=True),
    ),
    compute=compute_noise_level,
    picture=NoisePicture,
    describe=describe_noise_level,
    size=(9.0, 4.8),
    locked={"network": "plain", "level": 0.3, "curves": False},
    main="level",
)
