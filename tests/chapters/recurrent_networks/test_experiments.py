"""The numbers behind the pictures of chapter 15's experiments, against PyTorch, closed forms and new trainings."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from dlcourse.chapters.recurrent_networks.experiments import (
    delays,
    delays_trained,
    flow,
    gradient_over_time,
    names_network,
    truncation_window,
    unrolled_name,
)
from dlcourse.errors import CourseError
from dlcourse.experiments.screen import Screen
from dlcourse.scratch.recurrent_steps import backpropagate_through_time
from dlcourse.sequence_tasks import delayed_copy
from dlcourse.sequences import IGNORED, one_hot
from tests.profiles import by_day

WORDS = ("costa", "lindberg", "nnnn", "a", "zzzzzzzz")


def computed(experiment, **given):
    return experiment.compute(**experiment.parameters(**given))


def picture_of(experiment, values):
    return Screen(experiment.picture, experiment.size, values).picture


def tensors(arrays):
    return [torch.tensor(np.asarray(array), requires_grad=True) for array in arrays]


# --- unrolled_name


def read_in_pytorch(word, language):
    """Loss, ∂L/∂h_t of each state, and the gradient of W_h where each step has a copy of its own."""
    w_x, w_h, b, w_out, b_out = (torch.tensor(array) for array in names_network.trained())
    copies = [w_h.clone().requires_grad_() for _ in word]
    states = [torch.zeros(1, 2, dtype=torch.float64, requires_grad=True)]
    for x, copy in zip(torch.tensor(names_network.one_hot_of(word)), copies, strict=True):
        states.append(torch.tanh(x @ w_x.T + states[-1] @ copy.T + b))
        states[-1].retain_grad()
    label = torch.tensor([names_network.LANGUAGES.index(language)])
    loss = torch.nn.functional.cross_entropy(states[-1] @ w_out.T + b_out, label)
    loss.backward()
    return loss.item(), [state.grad[0].numpy() for state in states], [copy.grad.numpy() for copy in copies]


@pytest.mark.parametrize("word", WORDS)
def test_each_term_is_the_gradient_of_a_matrix_that_its_step_has_for_itself(word):
    for language in names_network.LANGUAGES:
        found = names_network.read(word, language)
        loss, by_states, by_copies = read_in_pytorch(word, language)
        assert found.loss == pytest.approx(loss)
        np.testing.assert_allclose(found.by_states, by_states, atol=1e-12)
        np.testing.assert_allclose(found.terms, by_copies, atol=1e-12)


def test_the_sum_of_the_terms_is_the_gradient_that_training_uses():
    inputs = np.zeros((1, names_network.LONGEST, 26))
    inputs[0, :5] = names_network.one_hot_of("costa")
    label = np.array([names_network.LANGUAGES.index("Swedish")])
    _, by_w_h, *_ = names_network.gradients(names_network.trained(), inputs, np.array([5]), label)
    values = computed(unrolled_name, position=11, language="Swedish")
    np.testing.assert_allclose(values["sums"][5], by_w_h, atol=1e-12)


def test_only_the_term_of_the_first_letter_is_exactly_0():
    for word in ("costa", "lindberg", "nnnn", "horvat"):
        zero = [not term.any() for term in computed(unrolled_name, word=word)["terms"]]
        assert zero == [True, *[False] * (len(word) - 1)]


def test_equal_letters_have_different_terms():
    terms = computed(unrolled_name, word="nnnn")["terms"]
    assert len(np.unique(terms[1:].round(6), axis=0)) == 3


def test_the_network_reads_new_names():
    for part in ("validation", "test"):
        inputs, lengths, labels = names_network.names(part)
        _, last = names_network.last_states(names_network.trained(), inputs, lengths)
        found = names_network.logits_of(names_network.trained(), last).argmax(axis=1)
        assert (found == labels).mean() > 0.85


def test_one_thing_comes_at_each_position_until_the_name_is_over():
    states = [computed(unrolled_name, position=position) for position in range(18)]
    assert [each["read"] for each in states] == [0, 1, 2, 3, 4, *[5] * 13]
    assert [each["loss_known"] for each in states] == [*[False] * 6, *[True] * 12]
    assert [each["added"] for each in states] == [*[0] * 7, 1, 2, 3, 4, *[5] * 7]
    for before, after in pairwise(states[6:12]):
        summed = before["sums"][before["added"]] + after["term"]
        np.testing.assert_allclose(summed, after["sums"][after["added"]], atol=1e-12)


def test_the_picture_writes_what_is_known_and_the_sum_that_comes_of_it():
    values = computed(unrolled_name, position=8)
    picture = picture_of(unrolled_name, values)
    written = [text.get_text().replace("−", "-") for text in picture.sums.texts]
    before, term, total = np.array(written, dtype=float).reshape(3, 4)
    np.testing.assert_allclose(before + term, total, atol=0.0151)
    columns = np.array([bool(text.get_text()) for text in picture.terms.texts]).reshape(-1, 4)
    assert columns.all(axis=1).tolist() == [False, False, False, True, True, False, False, False]
    assert [bool(text.get_text()) for text in picture.gradients.texts[::2]] == [False] * 3 + [True] * 3 + [False] * 3
    picture.update(computed(unrolled_name, position=11))
    assert [text.get_text() for text in picture.terms.texts[:4]] == ["0"] * 4


@pytest.mark.parametrize(
    ("typed", "words"),
    [("costa1", "'1' in 'costa1' is none of them"), ("", "is empty"), ("constantino", "at most 8 characters")],
)
def test_a_name_that_cannot_be_read_is_refused_in_plain_words(typed, words):
    with pytest.raises(CourseError, match=words):
        unrolled_name.parameters(word=typed)


# --- gradient_over_time


@pytest.mark.parametrize("kind", flow.MATRICES)
def test_every_matrix_has_the_eigenvalues_that_are_drawn_and_radius_1(kind):
    found, eigenvalues, singular = flow.matrices(kind)
    for matrix, known in zip(found, eigenvalues, strict=True):
        measured = np.linalg.eigvals(matrix)
        assert np.abs(measured).max() == pytest.approx(1, abs=1e-3)
        assert np.abs(measured[:, None] - known).min(axis=1).max() < 1e-2
    assert singular == pytest.approx(max(np.linalg.svd(matrix)[1][0] for matrix in found))


def test_the_sheared_matrix_has_the_eigenvalues_of_the_orthogonal_one():
    np.testing.assert_array_equal(flow.matrices("non-normal")[1], flow.matrices("orthogonal")[1])
    turned = flow.matrices("orthogonal")[0]
    np.testing.assert_allclose(
        turned @ turned.swapaxes(1, 2), np.tile(np.eye(flow.HIDDEN), (flow.RUNS, 1, 1)), atol=1e-12
    )
    assert not np.allclose(
        *(m @ m.T if way else m.T @ m for way, m in enumerate([flow.matrices("non-normal")[0][0]] * 2))
    )


@pytest.mark.parametrize("activation", flow.ACTIVATIONS)
def test_lengths_are_those_of_pytorch_s_gradients(activation):
    w_h = 1.2 * flow.matrices("random")[0]
    lengths, _ = flow.run(w_h, activation, 0.7)
    generator = np.random.default_rng(1)
    first, direction = generator.normal(size=(2, flow.RUNS, flow.HIDDEN))
    arriving = 0.7 * generator.normal(size=(flow.STEPS, flow.RUNS, flow.HIDDEN))
    function = {"identity": lambda a: a, "tanh": torch.tanh, "relu": torch.relu}[activation]
    states = [torch.tensor(first, requires_grad=True)]
    for x in torch.tensor(arriving):
        states.append(function((torch.tensor(w_h) @ states[-1][..., None])[..., 0] + x))
        states[-1].retain_grad()
    (states[-1] * torch.tensor(direction)).sum().backward()
    expected = np.array([np.linalg.norm(state.grad.numpy(), axis=1) for state in reversed(states)])
    np.testing.assert_allclose(lengths, expected / expected[0], rtol=1e-9)


def test_no_run_is_longer_than_the_largest_singular_value_allows():
    for kind in flow.MATRICES:
        for activation in flow.ACTIVATIONS:
            values = computed(gradient_over_time, radius=1.3, kind=kind, activation=activation)
            assert (values["high"] <= np.arange(41) * np.log10(values["bound"]) + 1e-9).all()


def length(k, **given):
    return 10 ** computed(gradient_over_time, **given)["middle"][k]


def test_an_orthogonal_matrix_without_an_activation_gives_the_power_of_its_radius():
    for radius in (0.5, 1.0, 1.1, 1.5):
        for k in (1, 10, 40):
            assert length(k, radius=radius) == pytest.approx(radius**k)
    assert round(1.1**40) == 45


def test_what_the_explanation_says_of_tanh():
    assert 2e-8 < length(40, radius=1.1, activation="tanh") < 5e-7
    assert computed(gradient_over_time, radius=1.1, activation="tanh")["slope"] == pytest.approx(0.52, abs=0.01)
    by_spread = [length(40, radius=1.1, activation="tanh", spread=spread) for spread in (0, 0.3, 1, 3)]
    assert sorted(by_spread, reverse=True) == by_spread


def test_what_the_explanation_says_of_relu_and_of_the_sheared_matrix():
    assert length(40, radius=1.4, activation="relu") < 1 < length(40, radius=1.5, activation="relu")
    sheared = [length(k, radius=0.9, kind="non-normal") for k in (0, 10, 40)]
    assert sheared[1] == pytest.approx(6.4, abs=0.2)
    assert sheared[2] < sheared[1]
    assert computed(gradient_over_time, radius=0.9, kind="non-normal")["bound"] > 3


# --- truncation_window


def test_a_loss_reaches_the_steps_of_its_own_window_up_to_itself():
    for window in range(1, 13):
        reached = computed(truncation_window, window=window)["reached"]
        t, s = np.indices(reached.shape)
        np.testing.assert_array_equal(reached, (s <= t) & (s // window == t // window))


def test_symbols_are_seen_at_the_share_of_steps_that_lie_far_enough_from_a_cut():
    values = computed(truncation_window, distance=7)
    assert values["asked"][values["seen"]].tolist() == [7, 15, 23]
    assert not any(computed(truncation_window, distance=d, window=4)["seen"].any() for d in range(4, 13))


@pytest.fixture
def tiny_batch():
    """Two networks, their inputs and labels."""
    generators = [np.random.default_rng(seed) for seed in range(2)]
    parts = [delayed_copy(5, delays.LENGTH, 3, generator, delays.SYMBOLS) for generator in generators]
    parameters = [array.astype(np.float64) for array in delays.starts(generators)]
    inputs = one_hot(np.stack([part.inputs for part in parts]), delays.SYMBOLS).astype(np.float64)
    return parameters, inputs, np.stack([part.labels for part in parts])


@pytest.mark.parametrize("window", [1, 5, 8, 24])
def test_stacked_gradients_are_those_of_the_textbook_and_of_pytorch_detached_at_the_cuts(window, tiny_batch):
    parameters, inputs, labels = tiny_batch
    found = delays.gradients(parameters, inputs, labels, window)
    states, _ = delays.forward(parameters, inputs)
    for run in range(2):
        w_x, w_h, b, w_out, b_out = own = tensors(array[run] for array in parameters)
        h, logits, kept = torch.zeros(5, delays.HIDDEN, dtype=torch.float64), [], []
        for t, x in enumerate(torch.tensor(inputs[run]).swapaxes(0, 1)):
            h = torch.tanh(x @ w_x.T + (h.detach() if t % window == 0 else h) @ w_h.T + b)
            kept.append(h)
            logits.append(h @ w_out.T + b_out)
        flat = torch.stack(logits, dim=1).reshape(-1, delays.SYMBOLS)
        torch.nn.functional.cross_entropy(flat, torch.tensor(labels[run].ravel()), ignore_index=IGNORED).backward()
        for array, tensor in zip(found, own, strict=True):
            np.testing.assert_allclose(array[run], tensor.grad.numpy(), atol=1e-12)
        shares = torch.softmax(flat, 1).detach().numpy().reshape((*labels[run].shape, 2))
        counted = labels[run] != IGNORED
        by_logits = (shares - np.eye(2)[np.where(counted, labels[run], 0)]) * counted[..., None] / counted.sum()
        arrays = [array[run] for array in parameters]
        _, _, *textbook = backpropagate_through_time(
            by_logits @ arrays[3], states[run], inputs[run], *arrays[:2], window=window
        )
        for array, expected in zip(found, textbook, strict=False):
            np.testing.assert_allclose(array[run], expected, atol=1e-12)


def test_the_table_says_what_the_question_and_the_explanation_say():
    windows = delays_trained.WINDOWS
    assert windows[7, 6].tolist() == [99, 98, 87]
    assert windows[7, 7:].max() < 60
    assert round(windows[3, 3].mean()) == 52
    assert round(delays_trained.FROZEN[3].mean()) == 94
    assert windows[0, 1:4].mean() > 80
    assert windows[11, 9:11].max() <= 60
    assert delays_trained.WHOLE.min() >= 99


def test_distances_within_the_window_are_learnt_and_those_beyond_it_are_not():
    for window in range(2, 13):
        learnt = delays_trained.WINDOWS[window - 1]
        assert (learnt[: max(window - 3, 1)] >= 95).all()
        assert (learnt[window - 1 :] <= 70).all()


def test_networks_trained_anew_end_as_the_table_has_them():
    within, at_its_end = delays.train([2, 4], 4, updates=300)
    assert within.min() > 0.95
    assert at_its_end.max() < 0.7
    (untouched,) = delays.train([4], delays.LENGTH, frozen=True, updates=300)
    assert untouched.mean() > 0.75
    for window, table in by_day([], [(8, delays_trained.WINDOWS[7]), (24, delays_trained.WHOLE)]):
        np.testing.assert_allclose(delays_trained.measured(window).mean(axis=1), table.mean(axis=1), atol=12)
