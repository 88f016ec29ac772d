"""The stored runs of chapter 21, what its experiments show of them, and the training that they do themselves."""

import numpy as np
import pytest

from dlcourse.chapters.transfer_learning import transfer_runs as runs
from dlcourse.chapters.transfer_learning import tuning_map
from dlcourse.chapters.transfer_learning.experiments import freeze_and_tune, which_layers
from dlcourse.chapters.transfer_learning.experiments.live_tuning import EVERY, LiveRun, live_run
from dlcourse.chapters.transfer_learning.tuning import DEPTH, LAYERS, outputs, right, start


def computed(experiment, **given):
    return experiment.compute(**experiment.parameters(**given))


def told(experiment, **given):
    parameters = experiment.parameters(**given)
    return experiment.told(parameters, experiment.compute(**parameters))


# --- the file


@pytest.mark.parametrize(
    ("read", "shape"),
    [
        (runs.accuracies, (len(runs.METHODS), len(runs.LABELS), runs.SEEDS)),
        (runs.head_first, (len(runs.HEAD_FIRST), runs.SEEDS)),
        (runs.layer_accuracies, (len(runs.CURVE_LABELS), len(runs.CURVES), len(runs.DEPTHS), runs.CURVE_SEEDS)),
        (runs.case_accuracies, (len(runs.TARGETS), len(runs.SIZES), len(runs.CASE_METHODS), runs.CASE_SEEDS)),
        (runs.rate_accuracies, (len(runs.TUNING_RATES), len(runs.TUNING_TESTS), runs.TUNING_SEEDS)),
        (runs.letters_kept, (len(runs.TUNING_RATES) + 2, runs.TUNING_SEEDS)),
        (runs.statistics_accuracies, (len(runs.STATISTICS), 2, runs.SEEDS)),
        (runs.other_accuracies, (len(runs.OTHERS), len(runs.OTHER_METHODS), runs.CASE_SEEDS)),
        (runs.taught_slant, (runs.CASE_SEEDS,)),
    ],
)
def test_shares_have_the_axes_that_are_named_and_cannot_be_written(read, shape):
    shares = read()
    assert shares.shape == shape
    assert shares.min() >= 0
    assert shares.max() <= 1
    with pytest.raises(ValueError, match="read-only"):
        shares[...] = 0


def test_what_was_chosen_is_among_what_was_tried():
    rates, updates = runs.choices()
    assert rates.shape == updates.shape == (len(runs.METHODS), len(runs.LABELS))
    for row, method in enumerate(runs.METHODS):
        for column, labels in enumerate(runs.LABELS):
            tried = runs.PENALTIES if "svm" in method else runs.RATES
            assert np.isclose(tried, rates[row, column]).any()
            stops = (0,) if "svm" in method else runs.HEAD_UPDATES if "softmax" in method else runs.stops(labels)
            assert updates[row, column] in stops
    assert runs.case_examples().tolist() == [[100, 2400], [80, 1920]]


def test_where_nothing_is_copied_all_curves_are_one():
    scratch = runs.layer_accuracies()[:, :, 0]
    assert (scratch == scratch[:, :1]).all()


def test_the_map_is_that_of_the_pretrained_features():
    known, (_, mapped) = runs.grid(), tuning_map.watched()
    features = outputs(start(10, DEPTH, 0)[:-1], mapped.inputs).numpy()
    np.testing.assert_allclose(known.basis[1:] @ known.basis[1:].T, np.eye(2), atol=1e-4)
    np.testing.assert_allclose(known.before, tuning_map.places(features, known.basis), atol=runs.REACH / 200)
    assert tuning_map.among_own(features, mapped.labels) == pytest.approx(known.own_before, abs=0.01)
    np.testing.assert_allclose(known.after[DEPTH], np.broadcast_to(known.before, known.after[DEPTH].shape), atol=0.15)


def test_a_stored_run_comes_again():
    """On another processor nearly: sums are rounded otherwise."""
    watched, _ = tuning_map.watched()
    tuned = tuning_map.training(DEPTH, 5, runs.GRID_RATES[0], 1)
    before = tuned.before(watched.inputs)
    for stop, stored in zip(runs.GRID_TESTS, runs.grid().accuracies[DEPTH, 0, 0, :, 1], strict=True):
        tuned.train(stop)
        assert right(tuned.logits(before), watched.labels) / len(watched) == pytest.approx(stored, abs=0.02)


# --- freeze_and_tune


def test_a_run_goes_on_and_back_without_training_again():
    run = LiveRun(DEPTH, 5, 0.0)
    first = run.upto(2 * EVERY)
    assert [run.tuned.updates, len(first)] == [2 * EVERY, 3]
    assert run.upto(EVERY) == first[:2]
    assert run.upto(4 * EVERY)[:3] == first
    assert run.tuned.updates == 4 * EVERY


def test_with_all_frozen_the_rate_is_no_setting():
    assert live_run(DEPTH, 20, 0.001) is live_run(DEPTH, 20, 0.1)
    assert live_run(3, 20, 0.001) is not live_run(3, 20, 0.1)


def test_what_is_trained_here_is_shown():
    values = computed(freeze_and_tune, frozen=DEPTH, labels="5", trained=20)
    snapshots = live_run(DEPTH, 5, 0.001).upto(20)
    assert values["live_updates"].tolist() == [0, 5, 10, 15, 20]
    assert values["live"].tolist() == [snapshot.accuracy for snapshot in snapshots]
    assert values["live"][-1] > values["live"][0] + 0.2
    np.testing.assert_allclose(values["now"], values["before"], atol=0.15)  # the features are frozen
    assert "after 20 updates" in told(freeze_and_tune, frozen=DEPTH, labels="5", trained=20)


def test_stored_runs_can_be_hidden_and_nothing_is_trained_then():
    values = computed(freeze_and_tune, stored=False)
    assert values["stored"].size == values["live"].size == 0
    np.testing.assert_array_equal(values["now"], values["before"])


def test_nearest_neighbours_are_counted():
    features = np.array([[0.0, 0], [0, 1], [5, 5], [5, 6.5], [0, 2.5]], np.float32)
    assert tuning_map.among_own(features, np.array([0, 0, 1, 1, 1])) == pytest.approx(4 / 5)


def ends(depth, labels, rate):
    """The share that is right at the end of each stored run, in percent."""
    place = depth, runs.GRID_LABELS.index(labels), runs.GRID_RATES.index(rate)
    return sorted(round(100 * share) for share in runs.grid().accuracies[place][-1].tolist())


def test_what_the_prediction_says_of_a_large_rate():
    assert ends(0, 20, 0.001) == [94, 95]
    assert ends(0, 20, 0.1) == [58, 73]
    assert ends(3, 20, 0.1) == [94, 95]
    scratch = runs.accuracies()[runs.METHODS.index("scratch"), runs.LABELS.index(20)]
    assert scratch.mean() == pytest.approx(0.8, abs=0.01)
    known = runs.grid()
    assert known.own_before == pytest.approx(0.915)
    assert known.own[0, runs.GRID_LABELS.index(20), runs.GRID_RATES.index(0.1)] == pytest.approx(0.795)
    final = known.accuracies[..., -1, :].mean(axis=-1)
    assert (final[:, 0] <= final[DEPTH, 0, 0] + 1e-6).all()
    assert final[DEPTH, 0, 0] == pytest.approx(0.91, abs=0.005)
    assert final[0, 2, runs.GRID_RATES.index(0.001)] == final[:, 2].max() == pytest.approx(0.97, abs=0.005)
    assert final[DEPTH, 2, 0] == pytest.approx(0.94, abs=0.005)
    body = start(10, DEPTH, 0)[:-1]
    sizes = np.concatenate([np.abs(parameter.detach().numpy()).ravel() for parameter in body.parameters()])
    assert np.median(sizes) < 0.1


# --- which_layers


def test_curves_are_those_of_the_file_up_to_k():
    values = computed(which_layers, depth=2, source="digits", labels="10")
    rows = [runs.CURVES.index("own frozen"), runs.CURVES.index("own tuned")]
    np.testing.assert_allclose(values["shares"], runs.layer_accuracies()[0][rows, :3])
    assert values["heights"][0] <= runs.layer_accuracies()[0].min()
    assert "k = 2" in told(which_layers, depth=2)
    assert "k = 3" not in told(which_layers, depth=2)


def test_what_the_prediction_says_of_copied_layers():
    few, many = runs.layer_accuracies()[:, runs.CURVES.index("frozen")]  # (depths, seeds)

    def percents(shares):
        return [round(100 * share) for share in (shares.min().item(), shares.max().item())]

    assert [percents(shares) for shares in few[:3]] == [[62, 64], [60, 64], [80, 82]]
    assert percents(few[3:]) == [92, 94]
    assert percents(many[3]) == [96, 97]
    assert percents(many[4]) == [94, 95]
    assert (many[3] > many[4]).all()
    assert percents(runs.layer_accuracies()[1, runs.CURVES.index("tuned"), 4]) == [96, 97]
    own = runs.layer_accuracies()[1, runs.CURVES.index("own frozen")].mean(axis=1)
    assert (own[1:] > own[0]).all()


def test_boxes_say_what_becomes_of_each_layer():
    from dlcourse.experiments.screen import Screen

    values = computed(which_layers, depth=3)
    picture = Screen(which_layers.picture, which_layers.size, values).picture
    said = [[state.get_text() for state in column] for column in picture.states]
    assert said == [["copied, frozen"] * 3 + ["new"] * 2, ["copied, tuned"] * 3 + ["new"] * 2]
    assert len(LAYERS) == len(said[0])
