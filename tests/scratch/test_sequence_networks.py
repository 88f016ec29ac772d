"""Networks that read and write: padding changes nothing, each learns a small task, wrong input is refused."""

import numpy as np
import pytest

from dlcourse import checkpoints, datasets, sequence_tasks, sequences
from dlcourse.data_parts import Part
from dlcourse.scratch import gradient_check, optimizers
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.sequence_networks import (
    CharacterModel,
    SequenceClassifier,
    SequenceRegressor,
    evaluate,
    sequence_step,
)
from dlcourse.sequences import IGNORED, START, Alphabet
from dlcourse.training import fit

CELLS = ("rnn", "lstm", "gru")
ALPHABET = Alphabet("abcde")
TEXTS = ("abc", "de", "edcba", "a")
TOKENS, _ = sequences.pad([ALPHABET.encode(text) for text in TEXTS])
LABELS = np.array([0, 1, 2, 0])


def made(kind, cell, dtype=np.float64, **options):
    draw = {"generator": np.random.default_rng(3), "dtype": dtype, **options}
    if kind is SequenceRegressor:
        return SequenceRegressor(cell, 2, 4, 3, **draw)
    return kind(cell, len(ALPHABET), 3, 4, 3, **draw)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_a_text_gets_the_same_logits_alone_and_padded_among_others(cell, bidirectional):
    network = made(SequenceClassifier, cell, bidirectional=bidirectional)
    together = network(np.pad(TOKENS, ((0, 0), (0, 2)))).data
    assert together.shape == (4, 3)
    for row, text in zip(together, TEXTS, strict=True):
        np.testing.assert_allclose(row, network(ALPHABET.encode(text)[None]).data[0], rtol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_the_classifier_tells_orders_of_the_same_letters_apart(cell):
    one, other = made(SequenceClassifier, cell)(np.array([[3, 4, 5], [5, 4, 3]])).data
    assert not np.allclose(one, other)


@pytest.mark.parametrize("cell", CELLS)
def test_the_character_model_foretells_from_what_it_has_read_alone(cell):
    model = made(CharacterModel, cell)
    inputs, _ = sequences.next_characters(TOKENS)
    logits = model(inputs, LABELS).data
    assert logits.shape == (*inputs.shape, len(ALPHABET))
    changed = inputs.copy()
    changed[0, 2] = 7  # "abc": the second character
    after = model(changed, LABELS).data
    np.testing.assert_array_equal(after[0, :2], logits[0, :2])
    assert not np.allclose(after[0, 2:4], logits[0, 2:4])
    np.testing.assert_array_equal(after[1:], logits[1:])
    other = model(inputs, np.array([1, 1, 2, 0])).data
    assert not np.allclose(other[0, 0], logits[0, 0])  # of another class, from the first step on
    np.testing.assert_array_equal(other[1:], logits[1:])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("kind", [SequenceClassifier, CharacterModel])
def test_all_gradients_of_a_loss_are_those_of_finite_differences(kind, cell):
    network = made(kind, cell)
    parameters = [parameter for _, parameter in network.named_parameters()]
    arrays = [parameter.data for parameter in parameters]

    def loss(*values):
        for parameter, value in zip(parameters, values, strict=True):
            parameter.data = value
        return network.loss(TOKENS, LABELS).item()

    network.loss(TOKENS, LABELS).backward()
    for place, parameter in enumerate(parameters):
        numerical = gradient_check.numerical_gradient(
            lambda value, place=place: loss(*arrays[:place], value, *arrays[place + 1 :]), arrays[place]
        )
        np.testing.assert_allclose(numerical, parameter.grad, atol=1e-7)


def test_the_loss_of_texts_is_the_mean_over_their_characters_and_ends():
    model = made(CharacterModel, "gru")
    whole = model.loss(TOKENS, LABELS).item()
    each = [model.loss(ALPHABET.encode(text)[None], LABELS[[row]]).item() for row, text in enumerate(TEXTS)]
    steps = [len(text) + 1 for text in TEXTS]
    assert whole == pytest.approx(np.average(each, weights=steps), rel=1e-12)


@pytest.mark.parametrize("every_step", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_a_regressor_answers_at_every_step_or_after_the_last(cell, every_step):
    network = made(SequenceRegressor, cell, every_step=every_step)
    values = np.random.default_rng(0).normal(size=(5, 6, 2))
    answers = network(values).data
    assert answers.shape == ((5, 6, 3) if every_step else (5, 3))
    every = made(SequenceRegressor, cell, every_step=True)(values).data
    np.testing.assert_array_equal(answers, every if every_step else every[:, -1])
    np.testing.assert_array_equal(network(Tensor(values)).data, answers)


def test_a_regressors_loss_goes_by_the_labels():
    values = np.random.default_rng(0).normal(size=(5, 6, 2))
    every, last = (made(SequenceRegressor, "rnn", every_step=each) for each in (True, False))
    targets = np.zeros((5, 6, 3))
    assert every.loss(values, targets).item() == pytest.approx(np.mean(every(values).data ** 2))
    one = SequenceRegressor("rnn", 2, 4, 1, generator=np.random.default_rng(0), dtype=np.float64)
    assert one.loss(values, np.ones(5)).item() == pytest.approx(np.mean((one(values).data[:, 0] - 1) ** 2))
    logits = last(values).data
    expected = -np.mean((logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))[:, 1])
    assert last.loss(values, np.ones(5, np.int64)).item() == pytest.approx(expected)
    labels = np.full((5, 6), IGNORED)
    labels[:, 4] = 1
    logits = every(values).data[:, 4]
    expected = -np.mean((logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))[:, 1])
    assert every.loss(values, labels).item() == pytest.approx(expected)


# --- writing


def test_at_temperature_zero_the_likeliest_character_is_written_each_time():
    model = made(CharacterModel, "lstm")
    text = model.write(1, ALPHABET, 0, np.random.default_rng(0), longest=7)
    read = [START]
    for _ in range(7):
        best = 2 + int(model(np.array([read]), np.array([1])).data[0, -1, 2:].argmax())
        if best == 2:
            break
        read.append(best)
    assert text == ALPHABET.decode(read)


def test_characters_are_drawn_as_often_as_the_model_says():
    model = made(CharacterModel, "gru")
    logits = model(np.array([[START]]), np.array([2])).data[0, 0, 2:]
    shares = np.exp(logits) / np.exp(logits).sum()
    generator = np.random.default_rng(0)
    firsts = [model.write(2, ALPHABET, 1.0, generator, longest=1) for _ in range(1500)]
    found = [np.mean([first == each for first in firsts]) for each in ("", *"abcde")]
    np.testing.assert_allclose(found, shares, atol=0.04)


def test_a_text_that_does_not_end_is_cut_and_the_generator_decides():
    model = made(CharacterModel, "rnn")
    model.output.bias.data[2] = -50  # END is never likely
    generators = [np.random.default_rng(seed) for seed in (0, 0, 1)]
    first, again, other = (model.write(0, ALPHABET, 1.0, generator, longest=12) for generator in generators)
    assert len(first) == 12
    assert first == again != other
    assert model.output.weight.grad is None


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"alphabet": Alphabet("ab")}, ValueError, "alphabet: expected 8 numbers, as the network has, not 5"),
        ({"number": 3}, ValueError, r"classes: expected labels from 0 to 2 \(3 classes, counted from 0\)"),
        ({"temperature": -1}, ValueError, "temperature"),
        ({"generator": 0}, TypeError, "expected a random generator"),
        ({"longest": 0}, ValueError, "longest: expected a whole number of at least 1"),
    ],
)
def test_what_cannot_be_written_is_refused(change, error, words):
    given = {"number": 0, "alphabet": ALPHABET, "temperature": 1.0, "generator": np.random.default_rng(0)} | change
    with pytest.raises(error, match=words):
        made(CharacterModel, "rnn").write(**given)


# --- training


@pytest.mark.parametrize("cell", CELLS)
def test_a_classifier_learns_which_letter_a_text_ends_with(cell):
    generator = np.random.default_rng(0)
    texts = ["".join(generator.choice(list("abcde"), generator.integers(1, 6))) for _ in range(200)]
    tokens, _ = sequences.pad([ALPHABET.encode(text) for text in texts])
    part = Part(tokens, np.array(["abcde".index(text[-1]) for text in texts]))
    network = SequenceClassifier(cell, len(ALPHABET), 8, 16, 5, generator=generator)
    optimizer = optimizers.Adam(network.parameters(), lr=0.02)
    step = sequence_step(network, optimizer, clip=1.0)
    history = fit(step, lambda: datasets.batches(part, 20, generator), epochs=8, progress=False)
    assert history["training"][-1] < 0.5 * history["training"][0]
    assert evaluate(network, part)["accuracy"] > 0.95


def test_a_character_model_learns_to_write_the_text_of_each_class():
    texts = ("abc", "edcb")
    tokens, _ = sequences.pad([ALPHABET.encode(text) for text in texts])
    model = CharacterModel("gru", len(ALPHABET), 6, 12, 2, generator=np.random.default_rng(0))
    step = sequence_step(model, optimizers.Adam(model.parameters(), lr=0.05))
    losses = [step(tokens, np.array([0, 1])) for _ in range(60)]
    assert losses[-1] < 0.05 < 1 < losses[0]
    assert [model.write(each, ALPHABET, 0, np.random.default_rng(0)) for each in (0, 1)] == list(texts)
    assert evaluate(model, Part(tokens, np.array([0, 1])))["accuracy"] == 1


def test_a_regressor_learns_the_parity_of_the_steps_so_far():
    generator = np.random.default_rng(0)
    network = SequenceRegressor("gru", 1, 12, 2, every_step=True, generator=generator)
    step = sequence_step(network, optimizers.Adam(network.parameters(), lr=0.02), clip=1.0)
    for _ in range(250):
        batch = sequence_tasks.parity(32, 8, generator, every_step=True)
        step(batch.inputs, batch.labels)
    longer = sequence_tasks.parity(200, 16, generator, every_step=True)
    assert evaluate(network, longer)["accuracy"] > 0.95  # on sequences twice as long


def test_clipping_limits_the_step_and_no_more():
    def moved(clip):
        network = made(SequenceClassifier, "rnn")
        before = network.state_dict()
        loss = sequence_step(network, optimizers.SGD(network.parameters(), lr=1.0), clip=clip)(TOKENS, LABELS)
        return loss, np.concatenate([(network.state_dict()[name] - old).reshape(-1) for name, old in before.items()])

    (loss, free), (same_loss, clipped), (_, loose) = moved(None), moved(0.01), moved(1e6)
    assert loss == same_loss
    assert np.linalg.norm(clipped) == pytest.approx(0.01)
    np.testing.assert_allclose(clipped / 0.01, free / np.linalg.norm(free), rtol=1e-9)
    np.testing.assert_array_equal(loose, free)


@pytest.mark.parametrize("kind", [SequenceClassifier, CharacterModel])
def test_an_evaluation_is_the_loss_of_the_whole_part_whatever_the_batches(kind):
    network, part = made(kind, "lstm"), Part(TOKENS, LABELS)
    found = evaluate(network, part)
    assert found["loss"] == pytest.approx(network.loss(TOKENS, LABELS).item(), rel=1e-12)
    small = evaluate(network, part, batch_size=1)
    assert small == pytest.approx(found, rel=1e-12)
    assert all(parameter.grad is None for parameter in network.parameters())
    with pytest.raises(ValueError, match="part: expected at least one example"):
        evaluate(network, Part(TOKENS[:0], LABELS[:0]))


def test_an_evaluation_of_numbers_has_no_accuracy():
    network = SequenceRegressor("rnn", 2, 4, 1, generator=np.random.default_rng(0))
    part = sequence_tasks.adding_problem(30, 5, np.random.default_rng(0))
    assert evaluate(network, part, batch_size=7) == {
        "loss": pytest.approx(np.mean((network(part.inputs).data[:, 0] - part.labels) ** 2), rel=1e-5)
    }


@pytest.mark.parametrize("kind", [SequenceClassifier, CharacterModel, SequenceRegressor])
def test_a_state_can_be_kept_and_put_back(tmp_path, kind):
    network, other = made(kind, "gru"), made(kind, "gru", generator=np.random.default_rng(9))
    checkpoints.save(tmp_path / "kept.safetensors", checkpoints.states_of([network]))
    checkpoints.put_back([other], checkpoints.load(tmp_path / "kept.safetensors"))
    for name, values in network.state_dict().items():
        np.testing.assert_array_equal(other.state_dict()[name], values)


# --- what is refused


@pytest.mark.parametrize(
    ("tokens", "error", "words"),
    [
        ([[3, 8]], ValueError, r"tokens: expected numbers from 0 to 7, but tokens\[0, 1\] is 8"),
        ([[3.0]], TypeError, "expected whole numbers, one for each character, received dtype float64"),
        ([3, 4], ValueError, r"tokens: expected shape \(n, longest\)"),
        ([[3, 4], [0, 0]], ValueError, "row 1 holds padding only"),
        (TOKENS.T, ValueError, "Are time and batch swapped"),
    ],
)
def test_tokens_that_cannot_be_read_are_refused(tokens, error, words):
    with pytest.raises(error, match=words):
        made(SequenceClassifier, "gru")(tokens)
    with pytest.raises(error, match=words):
        made(CharacterModel, "gru").loss(tokens, LABELS[: len(tokens)])


def test_classes_of_another_batch_are_refused():
    with pytest.raises(ValueError, match="state"):
        made(CharacterModel, "lstm").loss(TOKENS, LABELS[:2])
    with pytest.raises(ValueError, match="one label for each of the 4 rows"):
        made(SequenceClassifier, "lstm").loss(TOKENS, LABELS[:2])


@pytest.mark.parametrize("shape", [(6, 2), (5, 2, 6)])
def test_values_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"inputs: expected shape \(n, time, 2\)"):
        made(SequenceRegressor, "rnn")(np.zeros(shape))


@pytest.mark.parametrize("kind", [SequenceClassifier, CharacterModel, SequenceRegressor])
def test_an_unknown_cell_is_refused(kind):
    with pytest.raises(ValueError, match='cell: expected "rnn", "lstm" or "gru", received \'transformer\''):
        made(kind, "transformer")
