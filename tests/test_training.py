"""The training loop: what it records, when it stops, and that it goes on after an interrupt as if nothing were."""

import numpy as np
import pytest

from dlcourse import checkpoints, datasets
from dlcourse.data_parts import Part
from dlcourse.errors import CourseError
from dlcourse.scratch import layers, optimizers, steps
from dlcourse.training import DivergenceError, fit

DRAW = np.random.default_rng(0)
INPUTS = DRAW.normal(size=(24, 3)).astype(np.float32)
DATA = Part(INPUTS, (INPUTS[:, 0] > 0).astype(np.int64))


class Training:
    """A small network with dropout, its optimizer and its generators, ready for ``fit``."""

    def __init__(self, optimizer=optimizers.Adam, hidden=5, **options):
        start, self.dropping, self.shuffling = (np.random.default_rng(seed) for seed in (1, 2, 3))
        self.network = layers.Sequential(
            layers.Linear(3, hidden, generator=start),
            layers.BatchNorm(hidden),
            layers.Dropout(0.2, generator=self.dropping),
            layers.Linear(hidden, 2, generator=start),
        )
        self.optimizer = optimizer(self.network.parameters(), **options)
        self.parts = [self.network, self.optimizer, self.dropping, self.shuffling]
        self.step = steps.training_step(self.network, self.optimizer)

    def batches(self):
        return datasets.batches(DATA, 10, self.shuffling)

    def validate(self):
        return {"validation": steps.evaluate(self.network, DATA)["loss"]}

    def fit(self, epochs=4, **options):
        return fit(
            options.pop("step", self.step),
            self.batches,
            epochs=epochs,
            validate=options.pop("validate", self.validate),
            parts=self.parts,
            progress=False,
            **options,
        )

    def state(self):
        return checkpoints.states_of(self.parts)


def same(one, other):
    """Whether two states are the same to the last bit."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return np.array_equal(one, other)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "training.safetensors"


# --- what is recorded


def test_the_history_has_the_mean_over_the_examples_of_each_epoch():
    losses = iter([1.0, 2.0, 6.0] * 2)  # of 10, 10 and 4 examples
    history = fit(lambda inputs, labels: next(losses), Training().batches, epochs=2, progress=False)
    assert history.unit == "epoch"
    np.testing.assert_allclose(history["training"], [54 / 24] * 2)


def test_what_validate_returns_is_recorded_beside_it():
    measured = iter([{"validation": 3.0, "accuracy": 0.5}, {"validation": 2.0, "accuracy": 0.75}])
    history = Training().fit(2, validate=lambda: next(measured))
    assert list(history.losses) == ["training", "validation", "accuracy"]
    assert history.losses["accuracy"] == [0.5, 0.75]


def test_pairs_serve_as_mini_batches_too():
    seen = []
    pairs = [(np.zeros((3, 2)), np.zeros(3)), (np.zeros((1, 2)), np.zeros(1))]
    fit(lambda inputs, labels: seen.append(len(inputs)) or 1.0, lambda: pairs, epochs=1, progress=False)
    assert seen == [3, 1]


def test_training_learns():
    history = Training(lr=0.05).fit(20)
    assert history["validation"][-1] < 0.8 * history["validation"][0]


@pytest.mark.parametrize("progress", [True, False])
def test_the_bar_goes_to_stderr_and_only_where_it_is_wanted(capsys, progress):
    fit(lambda inputs, labels: 1.0, Training().batches, epochs=1, progress=progress)
    written = capsys.readouterr()
    assert written.out == ""
    assert ("0/1" in written.err) == progress


# --- what does not fit


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"epochs": 0}, ValueError, "epochs: expected a whole number of at least 1"),
        ({"patience": 0}, ValueError, "patience: expected a whole number of at least 1"),
        ({"patience": 2}, ValueError, "parts has to hold the network"),
        ({"patience": 2, "parts": [DRAW]}, ValueError, "validate\\(\\) has to return one"),
        ({"validate": lambda: {"training": 1.0}}, ValueError, "take another"),
        ({"parts": ["network"]}, TypeError, "parts: expected networks, .* received str, which has no state_dict"),
        ({"checkpoint": "a.safetensors"}, ValueError, "parts has to hold the network and the optimizer"),
        ({"checkpoint": "a.pt", "parts": [DRAW]}, CourseError, "ends in .safetensors, received a.pt"),
        (
            {"step": lambda inputs, labels: None},
            TypeError,
            "received NoneType. Does the function end with",
        ),
        ({"step": lambda inputs, labels: np.ones(2)}, TypeError, "one number, received ndarray"),
        ({"batches": list}, ValueError, "in epoch 1 there was no mini-batch"),
        ({"batches": []}, TypeError, "expected a function that gives the mini-batches .* received list"),
    ],
)
def test_arguments_that_do_not_fit_say_what_was_expected(tmp_path, monkeypatch, options, error, words):
    monkeypatch.chdir(tmp_path)
    options = {"step": lambda inputs, labels: 1.0, "batches": Training().batches, "epochs": 1, **options}
    with pytest.raises(error, match=words):
        fit(options.pop("step"), options.pop("batches"), progress=False, **options)


def test_an_iterator_that_is_used_up_is_noticed_in_the_second_epoch():
    once = Training().batches()
    with pytest.raises(ValueError, match=r"in epoch 2 there was no mini-batch. It is called once an epoch"):
        fit(lambda inputs, labels: 1.0, lambda: once, epochs=2, progress=False)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e7])
def test_divergence_stops_at_once_and_says_so(bad):
    losses = iter([1.0, 1.0, 1.0, 1.0, bad])
    with pytest.raises(DivergenceError, match="Training diverged at epoch 2: the loss is no longer a finite") as caught:
        fit(lambda inputs, labels: next(losses), Training().batches, epochs=3, progress=False)
    np.testing.assert_array_equal(caught.value.history["training"], [1.0])


def test_a_validation_loss_that_is_not_finite_is_divergence_too():
    with pytest.raises(DivergenceError, match="diverged at epoch 1"):
        Training().fit(validate=lambda: {"validation": np.nan})


def test_divergence_with_a_checkpoint_says_that_it_would_bring_the_old_rate_back(path):
    losses = iter([1.0, 1.0, 1.0, np.nan])
    with pytest.raises(DivergenceError) as caught:
        Training().fit(step=lambda inputs, labels: next(losses), checkpoint=path)
    assert "Delete it before you train with another learning rate" in caught.value.__notes__[0]


# --- early stopping


def test_patience_stops_and_puts_the_best_state_back():
    training, states = Training(), []
    measured = iter([3.0, 2.0, 2.0, 4.0, 1.0])

    def validate():
        states.append(training.state())
        return {"validation": next(measured)}

    history = training.fit(5, validate=validate, patience=2)
    assert history.losses["validation"] == [3.0, 2.0, 2.0, 4.0]  # of the two lowest, the first counts
    assert same(training.state(), states[1])


def test_the_best_state_is_put_back_when_the_epochs_run_out_first():
    training, states = Training(), []
    measured = iter([2.0, 3.0])
    training.fit(2, validate=lambda: states.append(training.state()) or {"validation": next(measured)}, patience=5)
    assert same(training.state(), states[0])


def test_without_patience_the_last_state_stays():
    training, states = Training(), []
    measured = iter([2.0, 3.0])
    training.fit(2, validate=lambda: states.append(training.state()) or {"validation": next(measured)})
    assert same(training.state(), states[1])


# --- checkpoints


def interrupted(training, after, **options):
    """Fits until the interrupt at a step or, half a step later, in the validation."""
    calls = iter(range(10**6))

    def step(inputs, labels):
        loss = training.step(inputs, labels)
        if next(calls) == after:
            raise KeyboardInterrupt
        return loss

    with pytest.raises(KeyboardInterrupt):
        training.fit(step=step, **options)


@pytest.mark.parametrize("make", [optimizers.Adam, optimizers.SGD])
@pytest.mark.parametrize("after", range(12))
def test_a_training_interrupted_at_any_step_goes_on_as_if_nothing_were(path, capsys, make, after):
    options = {"momentum": 0.9, "lr": 0.1} if make is optimizers.SGD else {}
    whole = Training(make, **options)
    expected = whole.fit(patience=3)
    first = Training(make, **options)
    interrupted(first, after, checkpoint=path, patience=3)
    told = capsys.readouterr().out
    assert f"Interrupted in epoch {after // 3 + 1} of 4." in told
    assert f"holds {after // 3} finished epoch" in told or after < 3
    second = Training(make, **options)
    found = second.fit(checkpoint=path, patience=3)
    assert found.losses == expected.losses
    assert same(second.state(), whole.state())
    again = first.fit(checkpoint=path, patience=3)  # and in the same kernel
    assert again.losses == expected.losses
    assert same(first.state(), whole.state())


def test_an_interrupt_in_the_validation_loses_no_finished_epoch(path):
    training, calls = Training(), []

    def validate():
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return training.validate()

    with pytest.raises(KeyboardInterrupt):
        training.fit(validate=validate, checkpoint=path)
    assert len(Training().fit(2, checkpoint=path)) == 2


def test_an_interrupt_while_the_checkpoint_is_written_loses_nothing(path, monkeypatch):
    written, save = [], checkpoints.save

    def stopped(*args):
        written.append(args)
        if len(written) == 2:
            raise KeyboardInterrupt
        save(*args)

    monkeypatch.setattr(checkpoints, "save", stopped)
    with pytest.raises(KeyboardInterrupt):
        Training().fit(checkpoint=path)
    assert len(checkpoints.load(path)["losses"]["training"]) == 2


def test_an_interrupt_without_a_checkpoint_says_what_one_would_do(capsys):
    interrupted(Training(), 4)
    assert "Interrupted in epoch 2 of 4. The network keeps what it has learnt so far" in capsys.readouterr().out


def test_an_interrupt_in_the_first_epoch_says_that_there_is_no_checkpoint_yet(path, capsys):
    interrupted(Training(), 1, checkpoint=path)
    assert "No epoch was finished, so there is no checkpoint yet" in capsys.readouterr().out
    assert list(path.parent.iterdir()) == []


def test_a_finished_training_is_read_and_not_trained_again(path):
    first = Training()
    expected = first.fit(patience=2, checkpoint=path)
    second = Training()
    found = second.fit(patience=2, checkpoint=path, step=lambda inputs, labels: pytest.fail("it trained"))
    assert found.losses == expected.losses
    assert same(second.state(), first.state())


def test_more_epochs_go_on_after_those_of_the_checkpoint(path):
    whole, first, second = Training(), Training(), Training()
    expected = whole.fit(5)
    first.fit(2, checkpoint=path)
    assert second.fit(5, checkpoint=path).losses == expected.losses
    assert same(second.state(), whole.state())


def test_going_on_is_told(path, capsys):
    Training().fit(1, checkpoint=path)
    training = Training()
    fit(training.step, training.batches, epochs=2, parts=training.parts, checkpoint=path)
    assert capsys.readouterr().out == "training.safetensors holds 1 finished epoch: training goes on after them.\n"


@pytest.mark.parametrize(
    ("other", "options", "words"),
    [
        (lambda: Training(hidden=6), {}, "belongs to another training: load_state_dict: 0.weight has shape"),
        (lambda: Training(optimizers.SGD), {}, "it was written with Sequential, Adam, .* here are Sequential, SGD"),
        (Training, {"patience": 2}, "written without patience, so its best state is not known"),
    ],
)
def test_the_checkpoint_of_another_training_is_refused_and_changes_nothing(path, other, options, words):
    Training().fit(1, checkpoint=path)
    content, training = path.read_bytes(), other()
    before = training.state()
    with pytest.raises(CourseError, match=words) as caught:
        training.fit(checkpoint=path, **options)
    assert "Give this training another path, or delete the file" in str(caught.value)
    assert same(training.state(), before)
    assert path.read_bytes() == content
