"""A recurrent network unrolled: every step is drawn, in order, with the weights that all share, and told."""

import itertools

import pytest

from dlcourse import plots

MANY_TO_ONE = {"inputs": list("rossi"), "outputs": ["", "", "", "", "Italian"], "title": "a name"}
ONE_TO_MANY = {"inputs": ["start", *"ross"], "outputs": list("rossi"), "initial": "Italian", "feedback": True}
TERMS = {"inputs": ["1", "0", "0"], "terms": ["0", "−0.18", "0.41"], "states": ["0.46", "−0.12", "0.3"], "initial": "0"}


def texts(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(("given", "states", "arrows"), [(MANY_TO_ONE, 6, 11), (ONE_TO_MANY, 6, 19), (TERMS, 4, 6)])
def test_every_state_and_every_arrow_is_drawn(given, states, arrows):
    patches = [type(patch).__name__ for patch in plots.unrolled(**given).patches]
    assert (patches.count("Circle"), patches.count("FancyArrowPatch")) == (states, arrows)


def test_arrows_of_one_kind_carry_the_same_weights():
    written = texts(plots.unrolled(**MANY_TO_ONE))
    assert [written.count(name) for name in ("$W_h$", "$W_x$", "$W_y$")] == [5, 5, 1]
    assert not any(text.startswith("$W") for text in texts(plots.unrolled(**MANY_TO_ONE, weights=False)))


@pytest.mark.parametrize("given", [MANY_TO_ONE, ONE_TO_MANY, TERMS])
def test_no_text_lies_on_another_or_outside(given):
    ax = plots.unrolled(**given)
    ax.figure.canvas.draw()
    renderer, frame = ax.figure.canvas.get_renderer(), ax.figure.bbox
    boxes = [text.get_window_extent(renderer) for text in ax.texts if text.get_text()]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 for box in boxes)


def test_the_network_is_told():
    assert plots.alternative_text(plots.unrolled(**MANY_TO_ONE).figure) == (
        "Unrolled network, a name, 5 steps in time: from the state h_0 to h_1, h_2, h_3, h_4, h_5; inputs: r at step "
        "1, o at step 2, s at step 3, s at step 4, i at step 5; outputs: Italian at step 5; the same W_h, W_x, W_y "
        "wherever there is such an arrow."
    )
    told = plots.alternative_text(plots.unrolled(**TERMS).figure)
    assert "below the arrows from state to state: 0 at step 1, −0.18 at step 2, 0.41 at step 3" in told
    assert "each output is the next step's input" in plots.alternative_text(plots.unrolled(**ONE_TO_MANY).figure)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"inputs": []}, "at least one step"),
        ({"inputs": ["a", "b"], "outputs": ["c"]}, "one of outputs for each of 2 steps, received 1"),
        ({"inputs": ["a"], "states": ["h", "h"]}, "one of states for each of 1 steps, received 2"),
        ({"inputs": ["a"], "terms": ["0", "0"]}, "one of terms"),
    ],
)
def test_what_does_not_fit_is_named(given, words):
    with pytest.raises(ValueError, match=words):
        plots.unrolled(**given)
