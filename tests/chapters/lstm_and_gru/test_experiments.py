"""The numbers behind the pictures of chapter 16's experiments, against the textbook's steps and their own texts."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.chapters.lstm_and_gru import delay_runs, name_network
from dlcourse.chapters.lstm_and_gru.delay_runs import BIASES, DELAYS, EVERY, HIDDEN, RACERS, RATES, TESTS, UPDATES
from dlcourse.chapters.lstm_and_gru.experiments import delay_race, gates_by_hand, reading_gates
from dlcourse.chapters.lstm_and_gru.experiments.gates_by_hand import GOALS, NUMBERS, START
from dlcourse.chapters.lstm_and_gru.experiments.gates_picture import HIGHEST, LOWEST, STEPS, places
from dlcourse.chapters.lstm_and_gru.experiments.reading_gates import TYPED, VALIDATION
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.recurrent_steps import lstm_step
from dlcourse.scratch.sequence_networks import evaluate
from dlcourse.sequences import Alphabet, lengths_of, pad

DATA = Path(__file__).resolve().parents[3] / "data"


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
    assert "the forget gates 1, 1, 1, 1, 1, 0.3, 1, 1;" in told(gates_by_hand)


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


# --- reading_gates


@pytest.fixture(scope="module")
def names():
    return datasets.load("names")


@pytest.fixture(scope="module")
def network():
    """The trained network, made of the library's layers."""
    made = name_network.build(np.random.default_rng(0))
    made.load_state_dict({name: array.astype(np.float32) for name, array in name_network.weights().items()})
    return made


def encoded(name):
    return Alphabet(name_network.CHARACTERS).encode(name)[None]


def test_the_room_knows_the_data_set_as_it_is(names):
    assert tuple(name_network.CHARACTERS) == names.alphabet.characters
    assert names.class_names == name_network.LANGUAGES
    assert names.train.inputs.shape[1] == name_network.LONGEST
    assert len(names.validation) == VALIDATION
    assert sorted(TYPED) == sorted(name_network.CHARACTERS)


def test_the_network_reads_as_well_as_the_data_s_readme_says(names, network):
    text = (datasets.data_files.settings.data_folder() / "README.md").read_text(encoding="utf-8")
    for part, told_there in ((names.validation, "77.0 % of the 482"), (names.test, "74.7 % of the 959")):
        assert f"{100 * evaluate(network, part)['accuracy']:.1f} % of the {len(part)}" == told_there
        assert told_there in text
    assert f"holds {sum(array.size for array in network.state_dict().values()):,} parameters" in text


def test_opinions_are_the_library_s_at_every_letter(network):
    reading = name_network.read(encoded("o'brien"))
    for letters in range(1, 8):
        logits = network(encoded("o'brien"[:letters])).data[0].astype(float)
        expected = np.exp(logits - logits.max())
        np.testing.assert_allclose(reading.probabilities[0, letters - 1], expected / expected.sum(), atol=1e-5)


def test_gates_are_those_of_the_textbook_s_step(network):
    weight = name_network.weights()
    rows = np.split(np.hstack([weight["recurrent.weight_ih_l0"], weight["recurrent.weight_hh_l0"]]), 4)
    biases = np.split(weight["recurrent.bias_ih_l0"] + weight["recurrent.bias_hh_l0"], 4)
    tokens, h = encoded("nkosi"), np.zeros((1, name_network.HIDDEN))
    c, reading = h, name_network.read(tokens)
    for step, number in enumerate(tokens[0]):
        x, before = weight["embedding.weight"][[number]], np.array([h, c])
        h, c = lstm_step(x, h, c, *rows, *biases)
        forgotten = 1 / (1 + np.exp(-(np.hstack([x, before[0]]) @ rows[1].T + biases[1])))
        np.testing.assert_allclose(reading.gates[1, :, step], forgotten)
        np.testing.assert_allclose((reading.cells[:, step], reading.states[:, step]), (c, h))


def test_arguments_add_up_to_the_difference_of_the_logits():
    values = computed(reading_gates, name="lindqvist", letters=4)
    first, second = (name_network.LANGUAGES.index(values[which]) for which in ("first", "second"))
    last, bias = values["probabilities"][-1], name_network.weights()["output.bias"]
    assert values["lead"] == pytest.approx(np.log(last[first] / last[second]))
    argued = name_network.arguments(name_network.read(encoded("lind")), first, second)[0, -1]
    assert argued.sum() + bias[first] - bias[second] == pytest.approx(values["lead"])
    assert values["arguments"].sum() + values["rest"] == pytest.approx(values["lead"])


def test_the_units_shown_argue_most_at_the_name_s_end():
    whole = computed(reading_gates, name="salonen")
    every = name_network.arguments(name_network.read(encoded("salonen")), 2, 7)[0, -1]
    assert (whole["first"], whole["second"]) == ("Finnish", "Spanish")
    np.testing.assert_array_equal(np.sort(np.abs(every))[:-6:-1], np.abs(whole["arguments"]))
    np.testing.assert_array_equal(whole["units"], computed(reading_gates, name="salonen", letters=2)["units"])


def test_letters_beyond_those_read_change_nothing():
    long, short = (computed(reading_gates, name=name, letters=3)["probabilities"] for name in ("virtanen", "vir"))
    np.testing.assert_allclose(long, short)


def test_what_the_prediction_says_of_held_gates_and_of_ends_of_names(names):
    text, part = reading_gates.prediction.explanation, names.validation
    lengths = lengths_of(part.inputs)
    real = np.arange(part.inputs.shape[1]) < lengths[:, None]
    mean = name_network.read(part.inputs).gates[1][real].mean()
    assert f"{mean:.2f}, which leaves {mean**3:.0%}".replace("%", " %") in text
    for held, told_there in ((1.0, "57 % with all forget gates held at 1"), (0.0, "it is 46 %")):
        assert f"{100 * name_network.accuracy(held):.0f} %" in told_there
        assert told_there in text
    assert "reads 77 %" in reading_gates.prediction.question
    for cut, told_there in ((slice(-3, None), "last three letters alone it reads 51 %"), (slice(3), "alone 27 %")):
        tokens, kept = pad([row[:length][cut] for row, length in zip(part.inputs, lengths, strict=True)])
        opinion = name_network.read(tokens).probabilities[np.arange(len(part)), kept - 1]
        assert f"{100 * (opinion.argmax(axis=1) == part.labels).mean():.0f} %" in told_there
        assert told_there in text


def test_virtanen_is_no_name_for_training_and_is_read_as_the_prediction_says(names):
    assert "virtanen" in [names.text(names.test, row) for row in range(len(names.test))]
    said = [computed(reading_gates, letters=letters)["probabilities"][-1].argmax() for letters in range(1, 9)]
    assert len(set(said)) >= 4
    assert name_network.LANGUAGES[said[-1]] == "Finnish"
    assert 2 not in said[:-1]
    held = computed(reading_gates, forget="open")["probabilities"][-1].argmax()
    assert name_network.LANGUAGES[held] == "Croatian"


# --- delay_race


def test_sequences_are_those_of_the_recall_task():
    part = delay_runs.sequences(50, 7, np.random.default_rng(0))
    assert part.inputs.shape == (50, 8, 8)
    symbols = part.inputs.argmax(axis=2)
    np.testing.assert_array_equal(symbols[:, 0], part.labels)
    assert (symbols[:, 1:] >= delay_runs.SYMBOLS).all()


@pytest.mark.parametrize("racer", RACERS)
def test_networks_start_as_the_experiment_says(racer):
    layer = delay_runs.build(racer, 2, np.random.default_rng(0)).recurrent
    biases = (layer.bias_ih_l0.data + layer.bias_hh_l0.data).reshape(-1, HIDDEN)
    kept = 1 if racer in delay_runs.GATED else None
    assert [set(row.tolist()) for row in biases] == [{2.0} if k == kept else {0.0} for k in range(len(biases))]
    identity = np.array_equal(layer.weight_hh_l0.data, np.eye(HIDDEN))
    assert identity == (racer == "identity")


def test_the_script_makes_what_is_stored(monkeypatch):
    """The first 100 updates of one run; another processor rounds otherwise, so that later ones may differ."""
    stored = delay_runs.accuracies()[RATES.index(0.003), RACERS.index("lstm"), BIASES.index(4), DELAYS.index(5), 0]
    train = runpy.run_path(str(DATA / "make_delay_runs.py"), run_name="make_delay_runs")["train"]
    monkeypatch.setattr(delay_runs, "UPDATES", 2 * EVERY)
    np.testing.assert_allclose(train(0.003, "lstm", 4, 5, 0), TESTS * stored[:3], atol=10)


def test_runs_are_of_the_shape_that_is_said_and_begin_as_a_guess():
    shares = delay_runs.accuracies()
    shape = tuple(map(len, (RATES, RACERS, BIASES, DELAYS)))
    assert shares.shape == (*shape, delay_runs.SEEDS, UPDATES // EVERY + 1)
    assert shares[..., 0].mean() == pytest.approx(1 / delay_runs.SYMBOLS, abs=0.02)
    for racer in ("rnn", "identity"):
        plain = shares[:, RACERS.index(racer)]
        np.testing.assert_array_equal(plain, np.repeat(plain[:, :1], len(BIASES), axis=1))


def test_each_racer_has_the_better_of_the_learning_rates_at_each_delay():
    final = delay_runs.accuracies()[..., -1].mean(axis=-1)
    for bias in BIASES:
        shares = computed(delay_race, bias=str(bias))["shares"].mean(axis=-1)
        np.testing.assert_allclose(shares, final[:, :, BIASES.index(bias)].max(axis=0))


def test_courses_end_where_the_panel_of_delays_is():
    values = computed(delay_race, delay=20.0, updates=250)
    assert values["delay"] == 20
    assert values["courses"].shape == (len(RACERS), delay_runs.SEEDS, 6)
    np.testing.assert_array_equal(values["courses"][..., -1], values["shares"][:, values["place"]])


def share(racer, delay, bias=0):
    """The shares of right answers of the five starts after all updates, the worst first."""
    values = computed(delay_race, delay=float(delay), bias=str(bias))
    return np.sort(values["shares"][RACERS.index(racer), values["place"]])


def first_to_last(racer, delay, seed):
    """The gradient by the first symbol before training, all biases 0, relative to that by the last."""
    network = delay_runs.build(racer, 0, np.random.default_rng(seed))
    part = delay_runs.sequences(200, delay, np.random.default_rng(9))
    inputs = Tensor(part.inputs, requires_grad=True)
    network.loss(inputs, part.labels).backward()
    sizes = np.linalg.norm(inputs.grad, axis=(0, 2))
    return sizes[0] / sizes[-1]


def test_what_the_prediction_says_of_the_lstm_that_starts_with_bias_0():
    text = delay_race.prediction.explanation
    low, *_, high = 100 * share("lstm", 20)
    assert f"right in {low:g} % to {high:g} %" in text
    assert f"{0.5**20:.1e}" == "9.5e-07"
    assert all(f"${size:.0f} \\cdot 10^{{-5}}$" in text for size in (4, 2))
    for racer, size in (("lstm", 4e-5), ("rnn", 2e-5)):
        assert np.median([first_to_last(racer, 20, seed) for seed in range(5)]) == pytest.approx(size, abs=6e-6)
    assert [round(1 / (1 + np.exp(-bias)), 2) for bias in (0, 2, 4)] == [0.5, 0.88, 0.98]


@pytest.mark.parametrize(
    ("racer", "delay", "bias", "succeed"),
    [
        ("lstm", 40, 1, 1), ("lstm", 40, 2, 4), ("lstm", 40, 4, 5), ("lstm", 80, 4, 5), ("lstm", 160, 4, 1),
        ("gru", 160, 4, 5), ("rnn", 20, 0, 4), ("lstm", 20, 0, 0),
    ],
)  # fmt: skip
def test_as_many_runs_succeed_as_the_prediction_says(racer, delay, bias, succeed):
    assert (share(racer, delay, bias) > 0.99).sum() == succeed


def test_an_lstm_has_four_times_the_weights_of_an_rnn():
    weights = {name: delay_runs.build(name, 0, np.random.default_rng(0)).recurrent for name in ("rnn", "lstm")}
    assert weights["lstm"].weight_hh_l0.data.size == 4 * weights["rnn"].weight_hh_l0.data.size


def test_the_race_is_told_with_spread_learning_rates_and_where_the_gates_start():
    text = told(delay_race, delay=20.0)
    assert "RNN from identity 70 % to 100 % (learning rate 0.003)" in text
    assert "at 0.50: before training 9.5 × 10⁻⁷ of a number is left" in text
