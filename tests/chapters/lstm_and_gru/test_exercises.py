"""What readers of chapter 16 are told of answers that they write otherwise than the exercises do."""

import numpy as np
import pytest
import torch

from dlcourse.chapters.lstm_and_gru import exercises
from dlcourse.chapters.lstm_and_gru.exercises.lstm_parameters import FEATURES, HIDDEN
from dlcourse.chapters.lstm_and_gru.exercises.lstm_step import lstm_step


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))


def layer_with(cell, weights, states, biases, more_biases):
    """A cell of PyTorch's with weights and biases gate by gate."""
    arrays = {"weight_ih": weights, "weight_hh": states, "bias_ih": biases, "bias_hh": more_biases}
    cell.load_state_dict({name: torch.tensor(np.concatenate(each)) for name, each in arrays.items()})
    return cell


def lstm_of_pytorch(x, h, c, *p):
    features, hidden = x.shape[1], h.shape[1]
    cell = torch.nn.LSTMCell(features, hidden, dtype=torch.tensor(x).dtype)
    layer_with(cell, [w[:, :features] for w in p[:4]], [w[:, features:] for w in p[:4]], p[4:], [0 * b for b in p[4:]])
    with torch.no_grad():
        return tuple(each.numpy() for each in cell(torch.tensor(x), (torch.tensor(h), torch.tensor(c))))


def gru_of_pytorch(x, h, *p):
    cell = torch.nn.GRUCell(x.shape[1], h.shape[1], dtype=torch.tensor(x).dtype)
    layer_with(cell, p[:3], p[3:6], p[6:9], [0 * p[6], 0 * p[7], p[9]])
    with torch.no_grad():
        return cell(torch.tensor(x), torch.tensor(h)).numpy()


@pytest.mark.parametrize(
    ("exercise", "answer"), [(exercises.lstm_step, lstm_of_pytorch), (exercises.gru_step, gru_of_pytorch)]
)
def test_a_cell_of_pytorch_is_a_right_answer(exercise, answer):
    verdict = exercise.examine(answer)
    assert verdict.passed, verdict.text()


def test_matrices_in_another_order_are_recognized():
    """With f before i as in many texts, and with o before the candidate."""

    def f_first(x, h, c, w_f, w_i, w_g, w_o, b_f, b_i, b_g, b_o):
        return lstm_step.reference(x, h, c, w_i, w_f, w_g, w_o, b_i, b_f, b_g, b_o)

    def candidate_last(x, h, c, w_i, w_f, w_o, w_g, b_i, b_f, b_o, b_g):
        return lstm_step.reference(x, h, c, w_i, w_f, w_g, w_o, b_i, b_f, b_g, b_o)

    assert lstm_step.examine(f_first).mistake == "input_and_forget_gate_swapped"
    assert lstm_step.examine(candidate_last).mistake == "candidate_and_output_gate_swapped"


def test_the_right_numbers_of_parameters_are_those_that_pytorch_s_layers_have_with_one_bias():
    layers = torch.nn.LSTM(FEATURES, HIDDEN, num_layers=2)
    sizes = {name: weight.numel() for name, weight in layers.named_parameters()}
    assert exercises.lstm_parameters.examine(sum(sizes.values())).mistake == "two_biases"
    one_bias = sum(size for name, size in sizes.items() if not name.startswith("bias_hh"))
    assert exercises.lstm_parameters.examine(one_bias).passed


def test_the_bias_leaves_half_after_a_hundred_steps():
    gate = 1 / (1 + np.exp(-exercises.forget_bias.answer))
    assert gate**100 == pytest.approx(0.5)


def sampler(draw, numpy_s_own=False):
    """A function that draws row by row with ``choice``, from the probabilities that ``draw`` makes of a row."""

    def sample_with_temperature(logits, temperature, generator):
        source = np.random if numpy_s_own else generator
        if temperature == 0:
            return logits.argmax(axis=1)
        rows = logits.astype(float)
        return np.array([source.choice(len(row), p=draw(row - row.max(), temperature)) for row in rows])

    return sample_with_temperature


def shares(positive):
    return positive / positive.sum()


def right(row, temperature):
    return shares(np.exp(row / temperature))


def twice_normalized(row, temperature):
    return shares(shares(np.exp(row)) / temperature)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (sampler(right), None),
        (sampler(right, numpy_s_own=True), "numbers_of_numpy_s_own_generator"),
        (sampler(twice_normalized), "temperature_without_effect"),
        (sampler(lambda row, temperature: shares(np.exp(row * temperature))), "multiplied"),
    ],
)
def test_draws_by_numpy_s_choice_are_judged_alike(answer, mistake):
    verdict = exercises.sample_with_temperature.examine(answer)
    assert (verdict.passed, verdict.mistake) == (mistake is None, mistake), verdict.text()


def test_a_temperature_next_to_0_may_stand_for_0():
    def sample_with_temperature(logits, temperature, generator):
        return sampler(right)(logits, max(temperature, 1e-9), generator)

    assert exercises.sample_with_temperature.examine(sample_with_temperature).passed
