"""The numbers behind the pictures of chapter 16's experiments, against the textbook's steps and their own texts."""

import numpy as np
import pytest

from dlcourse.chapters.lstm_and_gru.experiments import gates_by_hand
from dlcourse.chapters.lstm_and_gru.experiments.gates_by_hand import GOALS, NUMBERS, START
from dlcourse.chapters.lstm_and_gru.experiments.gates_picture import HIGHEST, LOWEST, STEPS, places


def computed(experiment, **given):
    return experiment.compute(**experiment.parameters(**given))


def told(experiment, **given):
    parameters = experiment.parameters(**given)
    return experiment.told(parameters, experiment.compute(**parameters))


# --- gates_by_hand


def pulled(i, f, o, **given):
    """The experiment with gates as (8,) each, or as the steps at which they are open."""
    rows = [np.isin(np.arange(1, STEPS + 1), gate) if isinstance(gate, tuple) else gate for gate in (i, f, o)]
    return {"gates": np.column_stack([places(), np.ravel(np.array(rows, float))]), **given}


def test_the_cell_is_that_of_the_formulas():
    values, before = computed(gates_by_hand, highest=0.9), 0.0
    i, f, o = START * [[1], [0.9], [1]]
    for step in range(STEPS):
        before = f[step] * before + i[step] * NUMBERS[step]
        assert values["cells"][step] == pytest.approx(before)
        assert values["outputs"][step] == pytest.approx(o[step] * np.tanh(before))


@pytest.mark.parametrize(
    ("goal", "gates"),
    [
        ("later", ((2,), (3, 4, 5, 6, 7), (7,))),
        ("replace", ((2, 5), (3, 4, 6, 7, 8), (4, 8))),
        ("sum", ((2, 5), (3, 4, 5, 6, 7, 8), (8,))),
    ],
)
def test_every_goal_can_be_reached_and_not_with_the_gates_of_another(goal, gates):
    for other in GOALS:
        values = computed(gates_by_hand, **pulled(*gates, goal=other))
        assert values["reached"] == (other == goal)
    assert "goal reached" in told(gates_by_hand, **pulled(*gates, goal=goal))


def test_replacing_takes_a_forget_gate_that_shuts():
    always_open = computed(gates_by_hand, **pulled((2, 5), np.ones(STEPS), (4, 8), goal="replace"))
    assert always_open["worst"] == 8
    assert always_open["outputs"][7] == pytest.approx(np.tanh(NUMBERS[1] + NUMBERS[4]))


def test_at_the_start_no_goal_is_reached():
    assert not any(computed(gates_by_hand, goal=goal)["reached"] for goal in GOALS)
    assert "of step 2's number 100 % is written, and 30 % there at step 7" in told(gates_by_hand)


def test_a_trace_is_the_derivative_of_a_cell_state_by_a_number():
    values = computed(gates_by_hand, highest=0.8)
    assert values["traces"][1, 6] == pytest.approx(1.0 * 0.8**4 * (0.8 * 0.3))
    np.testing.assert_allclose(np.tril(values["traces"], -1), 0)


def test_what_the_prediction_says_of_twenty_steps():
    text = gates_by_hand.prediction.explanation
    assert round(0.9**20, 2) == 0.12
    assert "0.9^{20} = 0.12" in text
    assert round(0.9 ** (1 / 20), 3) == 0.995
    assert "20 steps of that leave 12.2 %" in told(gates_by_hand, highest=0.9)


def test_no_cell_state_leaves_the_panel():
    assert NUMBERS[NUMBERS < 0].sum() > LOWEST
    assert NUMBERS[NUMBERS > 0].sum() < HIGHEST
