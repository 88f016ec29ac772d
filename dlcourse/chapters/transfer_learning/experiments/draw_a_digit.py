"""The experiment in which the reader draws a digit and sees which printed ones a network of letters finds nearest."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse import drawings
from dlcourse.arrays import Array
from dlcourse.chapters.transfer_learning import glyph_neighbours
from dlcourse.chapters.transfer_learning.experiments.draw_a_digit_picture import DrawADigitPicture
from dlcourse.chapters.transfer_learning.glyph_neighbours import LAYERS, PIXELS, Nearest
from dlcourse.drawings import Strokes
from dlcourse.experiments.experiment import Drawing, Experiment, Menu, Prediction, Values
from dlcourse.numerals import fixed

SHOWN = 6  # neighbours each way
AMONG = {"digits": "200 printed digits", "letters": "digits and 520 capitals"}
WEIGHTS = {"learnt": "learnt from letters", "random": "random, nothing learnt"}


def compute_draw_a_digit(drawing: Strokes, layer: str, among: str, weights: str) -> Values:
    """The drawing as an image, and its nearest printed characters at the ``layer`` and by pixels.

    ``lines`` (m, 2, 2) of the drawing; ``image`` (28, 28). For "features" and "pixels": ``…_names`` a text of 6
    characters, ``…_cosines`` (6,), ``…_images`` (6, 28, 28), the nearest first; empty where nothing is drawn.
    ``numbers``: how many the layer gives for an image.
    """
    image, trained = drawings.rasterize(drawing), weights == "learnt"
    own = glyph_neighbours.seen(image[None], trained=trained)
    values: Values = {
        "lines": drawings.lines_of(drawing),
        "strokes": len(drawing),
        "image": image,
        "layer": layer,
        "numbers": own[layer].shape[1],
    }
    for name, chosen in (("features", layer), ("pixels", PIXELS)):
        found = Nearest(np.empty(0, np.int64), np.empty(0))
        if drawing:
            found = glyph_neighbours.nearest(own, chosen, SHOWN, only_digits=among == "digits", trained=trained)
        values |= {f"{name}_names": found.names, f"{name}_cosines": found.cosines}
        values[f"{name}_images"] = glyph_neighbours.printed()[found.places]
    return values


def describe_draw_a_digit(parameters: Mapping[str, Any], values: Values) -> str:
    """What is drawn, and the neighbours each way with their cosines."""
    if not values["strokes"]:
        return (
            f"0 strokes: nothing is drawn yet. The neighbours would be looked for among {AMONG[parameters['among']]}."
        )
    strokes = values["strokes"]
    features, pixels = (_listed(values[f"{name}_names"], values[f"{name}_cosines"]) for name in ("features", "pixels"))
    return (
        f"A drawing of {strokes} stroke{'s' if strokes > 1 else ''}, as 28 × 28 pixels with a mean of "
        f"{values['image'].mean():.2f}. Nearest of {AMONG[parameters['among']]} at {values['layer']}, weights "
        f"{WEIGHTS[parameters['weights']]}: {features}. By pixels: {pixels}."
    )


def _listed(names: str, cosines: Array) -> str:
    """Each neighbour with its cosine: "7 (0.93), T (0.90)"."""
    return ", ".join(f"{name} ({fixed(cosine)})" for name, cosine in zip(names, cosines, strict=True))


draw_a_digit = Experiment(
    name="draw_a_digit",
    title="Draw a digit",
    prediction=Prediction(
        question="The network has learnt to read printed letters and has never been shown a digit. For each of MNIST's "
        "2,000 handwritten test digits we look for the nearest of 200 printed digits, ten in 20 fonts, and count how "
        "often it is the right one. By which numbers is it right most often?",
        choices=(
            "By the pixels: what was learnt from letters is of no use for digits",
            "By the stem, the first layer: edges are common to all characters, later layers know letters only",
            "By block3, the last layer before the head",
            "By the head's 37 numbers: telling characters apart is what they were trained for",
        ),
        answer=2,
        explanation="By the pixels the nearest printed digit is the right one for 58 % of the handwritten ones, by the "
        "stem for 55 %, then 69 % and 81 % for the next two blocks, 85 % for block3, and 81 % for the head. A network "
        "that reads a letter in every font, turned and bent, gains by letting go of the width of a line and of its "
        "exact place, as long as it keeps which lines meet where; that serves digits too. The head has 37 numbers, one "
        "for each of its letters.\n\n"
        "Is it the learning, or the layers alone? Set the weights to random: with them the same layers are right for "
        "58 % at the stem, and for 41 % at block3. Look also at how it fails: among the capitals a 0 is near to O, a "
        "1 to I, as in print, and the ready 4, which is open at its top, to H.",
    ),
    controls=(
        Drawing("drawing", "Your drawing", "sheet", drawings.READY, value="4"),
        Menu("layer", "Layer", LAYERS, value="block3"),
        Menu("among", "Neighbours among", AMONG),
        Menu("weights", "The network's weights", WEIGHTS),
    ),
    compute=compute_draw_a_digit,
    picture=DrawADigitPicture,
    describe=describe_draw_a_digit,
    locked={"drawing": ""},
    size=(9.0, 3.8),
)
