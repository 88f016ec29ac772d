"""Diagrams of transfer: what becomes of each layer, how far the gradient goes, and four fields with their names."""

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcourse import plots
from dlcourse.plots import style

LAYERS = ["stem", "block1", "block2", "head"]


def gradient_ends(ax):
    """Where the gradient's arrow ends, and the left sides of the layers' boxes."""
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    back = [each._posA_posB[1][0] for each in arrows if to_hex(each.get_edgecolor()) == style.ORANGE.lower()]
    return back, [patch.get_x() for patch in ax.patches if isinstance(patch, FancyBboxPatch)]


@pytest.mark.parametrize("depth", range(4))
def test_the_gradient_goes_back_to_the_first_layer_that_trains(depth):
    back, boxes = gradient_ends(plots.frozen_layers(LAYERS, LAYERS[:depth], ["head"]))
    assert back == [boxes[depth]]


def test_nothing_trains_and_no_gradient_is_drawn():
    ax = plots.frozen_layers(LAYERS, LAYERS)
    assert gradient_ends(ax)[0] == []
    assert plots.alternative_text(ax.figure).endswith("No layer trains, and no gradient is needed.")


def test_each_layer_s_fate_is_written_and_told():
    ax = plots.frozen_layers(LAYERS, ["stem"], ["head"], title="partly")
    assert [text.get_text() for text in ax.texts][:8:2] == LAYERS
    assert plots.alternative_text(ax.figure) == (
        "Diagram, partly: 4 layers from input to output: stem frozen, block1 tuned, block2 tuned, head new. "
        "The gradient goes back to block1."
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([],), r"\(none\); these"),
        ((LAYERS, ["steam"]), "do not fit: steam"),
        ((LAYERS, ["stem"], ["stem"]), "do not fit: stem"),
    ],
)
def test_layers_that_do_not_fit_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        plots.frozen_layers(*arguments)


def test_four_fields_are_told_with_their_names():
    ax = plots.four_fields([["a", "b"], ["c", "d\ne"]], ("few\nlabels", "many"), ("like", "unlike"), title="Advice")
    assert plots.alternative_text(ax.figure) == (
        "Four fields, Advice, in 2 rows and 2 columns: few labels, like: a; few labels, unlike: b; many, like: c; "
        "many, unlike: d e."
    )
    with pytest.raises(ValueError, match=r"received \[2, 1\]"):
        plots.four_fields([["a", "b"], ["c"]], ("few", "many"), ("like", "unlike"))
