"""The diagrams of chapter 20: the hourglass, and pretraining by layers."""

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from dlcourse import plots
from dlcourse.plots import style


def test_the_hourglass_is_mirrored_and_narrowest_at_the_code():
    ax = plots.autoencoder([784, 128, 32], title="digits")
    heights = [patch.get_height() for patch in ax.patches if isinstance(patch, Rectangle)]
    assert heights == heights[::-1]
    assert min(heights) == heights[2]
    assert (heights[1] / heights[0]) ** 2 == pytest.approx(128 / 784)
    assert [text.get_text() for text in ax.texts[:5]] == ["784", "128", "32", "128", "784"]
    assert "from 784 to 128 to 32 numbers, the code z" in plots.alternative_text(ax.figure)


def test_in_each_stage_one_layer_and_its_decoder_learn_and_in_the_last_all():
    ax = plots.layer_by_layer(3)
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    learning = [arrow for arrow in arrows if to_hex(arrow.get_edgecolor()) == style.ORANGE.lower()]
    assert len(learning) == 3 * 2 + 4
    assert len(arrows) - len(learning) == 1 + 2  # what rests in stages 2 and 3
    assert sum(arrow.get_linestyle() == "--" for arrow in arrows) == 3
    assert sum(isinstance(patch, FancyBboxPatch) for patch in ax.patches) == 3 + 4 + 5 + 5
    text = plots.alternative_text(ax.figure)
    assert "stage 3 trains W3 and a decoder, which is thrown away, to rebuild h2, while W1 to W2 rest" in text
    assert text.endswith("trains W1 to W4 together.")


def test_sizes_that_make_no_autoencoder_are_refused():
    with pytest.raises(ValueError, match=r"not \[784\]"):
        plots.autoencoder([784])
    with pytest.raises(ValueError, match="not 0"):
        plots.layer_by_layer(0)
