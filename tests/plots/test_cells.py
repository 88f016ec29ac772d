"""The diagrams of the LSTM's and the GRU's cell: every part is drawn inside the picture, stands out alone, is told."""

import itertools

import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, FancyBboxPatch

from dlcourse import plots
from dlcourse.plots import cells, style

DIAGRAMS = [(plots.lstm_cell, cells.LSTM_PARTS, cells.LSTM_TOLD), (plots.gru_cell, cells.GRU_PARTS, cells.GRU_TOLD)]
PARTS = [(drawn, part, told[part]) for drawn, parts, told in DIAGRAMS for part in parts]


def signs(ax):
    return sorted(text.get_text() for text in ax.texts)


def frames(ax):
    """The boxes and the circles that hold a sign."""
    return [
        patch
        for patch in ax.patches
        if isinstance(patch, FancyBboxPatch) or (isinstance(patch, Circle) and patch.radius > 0.1)
    ]


def test_an_lstm_has_three_gates_a_candidate_and_three_products():
    drawn = signs(plots.lstm_cell())
    assert [drawn.count(sign) for sign in ("σ", "tanh", "×", "+")] == [3, 2, 3, 1]
    assert {"$f_t$", "$i_t$", "$g_t$", "$o_t$", "$c_{t-1}$", "$c_t$", "$h_{t-1}$", "$h_t$", "$x_t$"} <= set(drawn)


def test_a_gru_has_two_gates_a_candidate_and_one_state():
    drawn = signs(plots.gru_cell())
    assert [drawn.count(sign) for sign in ("σ", "tanh", "×", "+", "1−")] == [2, 1, 3, 1, 1]
    assert not any("c_t" in sign or "c_{t-1}" in sign for sign in drawn)


@pytest.mark.parametrize("size", ["alone", "side by side"])
@pytest.mark.parametrize("draw", [plots.lstm_cell, plots.gru_cell])
def test_texts_lie_apart_and_signs_in_their_frames(draw, size):
    figure = None if size == "alone" else style.new_figure(2, 2, size=(9.2, 5.2))
    ax = draw(ax=figure.axes[0] if figure else None)
    ax.figure.canvas.draw()
    renderer = ax.figure.canvas.get_renderer()
    texts = {text: text.get_window_extent(renderer) for text in ax.texts}
    for (one, box), (other, box_of_other) in itertools.combinations(texts.items(), 2):
        assert not box.overlaps(box_of_other), (one.get_text(), other.get_text())
    held = {"σ", "tanh", "×", "+", "1−", "$U_n, c_n$"}
    places = [patch.get_window_extent(renderer) for patch in frames(ax)]
    for text, box in texts.items():
        if text.get_text() in held:
            assert any(place.x0 <= box.x0 and box.x1 <= place.x1 for place in places), text.get_text()
        assert 0 <= box.x0 <= box.x1 <= ax.figure.bbox.x1, text.get_text()


@pytest.mark.parametrize(("draw", "part", "told"), PARTS, ids=[f"{draw.__name__} {part}" for draw, part, _ in PARTS])
def test_one_part_stands_out_and_alone_is_told(draw, part, told):
    ax = draw(part, title="one part")
    bright = [line for line in ax.lines if line.get_color() == style.ORANGE]
    faint = [line for line in ax.lines if line.get_color() == style.GREY]
    assert bright
    assert faint
    assert all(line.get_alpha() == 1 for line in bright)
    assert all(line.get_alpha() == cells.FAINT for line in faint)
    assert any(to_rgb(frame.get_edgecolor()) == to_rgb(style.ORANGE) for frame in frames(ax))
    assert plots.alternative_text(ax.figure).endswith(f"cell, one part: {told}.")


def test_the_states_line_runs_straight_through():
    for draw in (plots.lstm_cell, plots.gru_cell):
        (state,) = (line for line in draw().lines if line.get_color() == style.BLUE)
        assert len(set(state.get_ydata())) == 1


def test_the_whole_cell_is_told():
    text = plots.alternative_text(plots.lstm_cell().figure)
    assert text.startswith("Diagram of the LSTM cell: the forget gate f_t (sigmoid) multiplies the old cell state")
    assert all(each in text for each in cells.LSTM_TOLD.values())


@pytest.mark.parametrize("draw", [plots.lstm_cell, plots.gru_cell])
def test_an_unknown_part_is_refused(draw):
    with pytest.raises(ValueError, match=r"highlight is one of .* Received 'peephole'"):
        draw("peephole")
