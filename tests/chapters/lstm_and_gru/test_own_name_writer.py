"""The milestone's network: its gradients, what it learns, and that the pieces may be written in any style."""

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.chapters.lstm_and_gru import own_name_writer
from dlcourse.chapters.lstm_and_gru.milestones import name_writer
from dlcourse.sequences import IGNORED, next_characters

PIECES = {each.name: each.reference for each in name_writer.pieces}
VOCABULARY = 57
UNSEEN = "loss of 274 names of the test set"


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(own_name_writer, "HIDDEN", 5)


def random_parameters():
    generator = np.random.default_rng(1)
    first = own_name_writer.first_parameters(VOCABULARY, generator)
    return {name: array + generator.normal(scale=0.5, size=array.shape) for name, array in first.items()}


def test_the_gradients_are_those_of_central_differences(small):
    """Of names of several lengths, at three entries of each parameter."""
    generator, parameters = np.random.default_rng(0), random_parameters()
    tokens, languages = np.array([[5, 9, 30, 7], [8, 3, 0, 0], [12, 12, 4, 0]]), np.array([0, 2, 1])

    def loss_at(name, where, change):
        moved = {**parameters, name: parameters[name].copy()}
        moved[name][where] += change
        return own_name_writer.loss_and_gradients(PIECES, moved, tokens, languages)[0]

    _, gradients = own_name_writer.loss_and_gradients(PIECES, parameters, tokens, languages)
    assert gradients.keys() == parameters.keys()
    for name, gradient in gradients.items():
        assert gradient.shape == parameters[name].shape
        largest = np.argsort(-np.abs(gradient), axis=None)[:20]
        for flat in generator.choice(largest, size=3, replace=False):
            where = np.unravel_index(flat, gradient.shape)
            numeric = (loss_at(name, where, 1e-5) - loss_at(name, where, -1e-5)) / 2e-5
            assert gradient[where] == pytest.approx(numeric, rel=1e-6, abs=1e-9), name


def loss_of_pairs():
    """The loss of the same names where all that counts is the language and the character before: counted, plus 0.1."""
    names = datasets.load("names")
    counts, losses = np.full((len(own_name_writer.LANGUAGES), VOCABULARY, VOCABULARY), 0.1), []
    for part in (names.train, names.test):
        tokens, languages = own_name_writer._chosen(part, names.class_names)
        before, after = next_characters(tokens)
        real = after != IGNORED
        which = np.repeat(languages[:, None], after.shape[1], axis=1)[real], before[real], after[real]
        if part is names.train:
            np.add.at(counts, which, 1)
        losses.append(-np.log((counts / counts.sum(axis=2, keepdims=True))[which]).mean())
    return losses[1]


def test_it_foretells_the_letters_of_names_better_than_the_letter_before_does():
    values = name_writer.measured()
    assert values["loss of the mini-batch at step 1"] == pytest.approx(np.log(VOCABULARY))
    assert values[UNSEEN] < 1.87
    assert values[UNSEEN] < loss_of_pairs() - 0.1


def test_clipping_is_at_work_and_helps():
    values = name_writer.measured()
    norms = [value for label, value in values.items() if label.startswith("norm")]
    clipped = np.mean(np.array(norms) > own_name_writer.LIMIT)
    assert clipped == pytest.approx(1 / 8, abs=0.02)  # "about one step in eight"
    without = name_writer.measured(clip_by_norm=lambda gradients, limit: PIECES["clip_by_norm"](gradients, 1e9))
    assert without[UNSEEN] > values[UNSEEN]


def test_the_first_number_that_is_not_the_library_s_tells_which_piece_is_wrong():
    """The first loss is that of equal shares whatever the states are, since the last layer begins at 0."""

    def leaves_at(name, wrong):
        runs = (name_writer.run({**PIECES, name: wrong}), name_writer.of_library)
        return next(one.label for one, other in zip(*runs, strict=True) if abs(one.value - other.value) > 1e-9)

    def cell_shown(*arguments):
        c = PIECES["lstm_step"](*arguments)[1]
        return c, c

    def unclipped(gradients, limit):
        return gradients, PIECES["clip_by_norm"](gradients, limit)[1]

    def always_the_largest(logits, temperature, generator):
        return logits.argmax(axis=1)

    assert leaves_at("lstm_step", cell_shown) == "norm of its gradient at step 1"
    assert leaves_at("clip_by_norm", unclipped) == "loss of the mini-batch at step 2"
    assert leaves_at("sample_with_temperature", always_the_largest).startswith("character ")


def test_the_names_are_told_and_one_without_an_end_is_broken_off():
    values = dict(name_writer.measured())
    told = own_name_writer.names_in(values)
    assert told.startswith("Written at temperature 0.5. Finnish: ")
    assert len(told.replace(".", ",").split(",")) - 3 == 12
    for place, number in enumerate([float("nan"), 1e9, -3.0]):
        values[own_name_writer._label(0, place)] = number
    for place in range(own_name_writer.LONGEST):
        values[own_name_writer._label(1, place)] = 6.0
    assert "Finnish: , Aaaaaaaaaaaa…, " in own_name_writer.names_in(values)


def lstm_step(x, h, c, w_i, w_f, w_g, w_o, b_i, b_f, b_g, b_o):
    h_next, c_next = np.empty_like(h), np.empty_like(c)
    for n in range(len(x)):
        both = np.hstack([x[n], h[n]])
        i, f, o = (0.5 * (1 + np.tanh((w.dot(both) + b) / 2)) for w, b in ((w_i, b_i), (w_f, b_f), (w_o, b_o)))
        c_next[n] = f * c[n] + i * np.tanh(w_g.dot(both) + b_g)
        h_next[n] = o * np.tanh(c_next[n])
    return [h_next, c_next]


def sample_with_temperature(logits, temperature, generator):
    drawn = []
    for row in np.asarray(logits, dtype=float):
        if temperature == 0:
            drawn.append(int(row.argmax()))
            continue
        p = np.exp((row - row.max()) / temperature)
        drawn.append(int(generator.choice(len(row), p=p / p.sum())))
    return np.array(drawn)


def clip_by_norm(gradients, limit):
    norm = float(np.linalg.norm(np.concatenate([each.ravel() for each in gradients]).astype(float)))
    return [each * (limit / norm) if norm > limit else each.copy() for each in gradients], norm


OTHERS = {
    "lstm_step": lstm_step,
    "sample_with_temperature": sample_with_temperature,
    "clip_by_norm": clip_by_norm,
}


def test_pieces_in_another_style_pass_and_give_the_same_numbers(monkeypatch):
    """Row by row, the sigmoid by tanh, draws by NumPy's ``choice``, the norm by NumPy's."""
    for piece in name_writer.pieces:
        verdict = piece.examine(OTHERS[piece.name])
        assert verdict.passed, verdict.text()
    monkeypatch.setattr(own_name_writer, "STEPS", 40)
    found, expected = ([each.value for each in name_writer.run(pieces)] for pieces in (OTHERS, PIECES))
    np.testing.assert_allclose(found, expected, rtol=1e-8)
