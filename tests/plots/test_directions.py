"""The diagram of a bidirectional network: two rows of states, passed on in opposite directions."""

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, FancyArrowPatch

from dlcourse import plots
from dlcourse.plots import style


def arrows(ax, color):
    """From where to where along the time axis, of each arrow of a colour."""
    drawn = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    return [patch._posA_posB for patch in drawn if to_hex(patch.get_edgecolor()) == color.lower()]


def test_two_states_a_step_and_arrows_both_ways():
    ax = plots.two_directions(["a", "b", "c"])
    assert sum(isinstance(patch, Circle) for patch in ax.patches) == 6
    ahead, back = arrows(ax, style.BLUE), arrows(ax, style.ORANGE)
    assert len(ahead) == len(back) == 2
    assert all(start[0] < end[0] for start, end in ahead)
    assert all(start[0] > end[0] for start, end in back)


def test_inputs_and_outputs_are_written_and_told():
    ax = plots.two_directions(["l", "i"], ["one", "two"], title="reading")
    assert {"l", "i", "one", "two"} <= {text.get_text() for text in ax.texts}
    text = plots.alternative_text(ax.figure)
    assert text.startswith("Diagram, reading: 2 steps with the inputs l, i.")
    assert "from right to left" in text


@pytest.mark.parametrize(("inputs", "outputs"), [([], []), (["a", "b"], ["one"])])
def test_no_inputs_or_too_few_outputs_are_refused(inputs, outputs):
    with pytest.raises(ValueError, match=f"received {len(inputs)} inputs and {len(outputs)} outputs"):
        plots.two_directions(inputs, outputs)
