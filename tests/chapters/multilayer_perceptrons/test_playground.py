"""The playground's networks against PyTorch, its line against contourpy, and what its prediction claims."""

import threading
from functools import cache
from itertools import product

import numpy as np
import pytest
import torch
from contourpy import contour_generator
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from dlcourse.chapters.multilayer_perceptrons.experiments import playground
from dlcourse.chapters.multilayer_perceptrons.experiments import playground_training as training
from dlcourse.chapters.multilayer_perceptrons.experiments.network_drawing import NEGATIVE, POSITIVE
from dlcourse.chapters.multilayer_perceptrons.experiments.playground import ALONG, GRID, TILE
from dlcourse.chapters.multilayer_perceptrons.experiments.playground_training import (
    ACTIVATIONS,
    EVERY,
    KEPT,
    MOST_UPDATES,
    OPTIMIZERS,
    Run,
    Settings,
    points_of,
)
from dlcourse.experiments.images import FieldImage, MosaicImage
from dlcourse.experiments.level_lines import zero_line
from dlcourse.experiments.screen import Screen
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.layers import Linear

TORCH_ACTIVATIONS = {
    "tanh": torch.nn.Tanh,
    "relu": torch.nn.ReLU,
    "leaky_relu": torch.nn.LeakyReLU,
    "gelu": lambda: torch.nn.GELU(approximate="tanh"),
    "sigmoid": torch.nn.Sigmoid,
    "linear": torch.nn.Identity,
}
TORCH_OPTIMIZERS = {
    "sgd": torch.optim.SGD,
    "momentum": lambda parameters, lr: torch.optim.SGD(parameters, lr, momentum=0.9),
    "adam": torch.optim.Adam,
}
DIVERGING = {"layers": 4, "activation": "linear", "optimizer": "sgd", "learning_rate": "10"}


def settings(**changed):
    usual = {"data": "circles", "noise": 0.05, "layers": 2, "units": 5, "activation": "tanh"}
    return Settings(**{**usual, "optimizer": "adam", "learning_rate": 0.03, "start": 1, **changed})


@cache
def values_of(**given):
    return playground.compute(**playground.parameters(**given))


def text_of(**given):
    return playground.describe(playground.parameters(**given), values_of(**given))


# --- the training


def twin(run, activation):
    """The same network in PyTorch, with the same weights."""
    linears = [layer for layer in run.network if isinstance(layer, Linear)]
    modules = []
    for layer in linears:
        module = torch.nn.Linear(*layer.weight.shape[::-1], dtype=torch.float64)
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(np.ascontiguousarray(layer.weight.data)))
            module.bias.copy_(torch.from_numpy(layer.bias.data))
        modules += [module, TORCH_ACTIVATIONS[activation]()]
    return torch.nn.Sequential(*modules[:-1])


def train_in_pytorch(network, optimizer, points, updates):
    inputs, targets = torch.from_numpy(points.inputs.data), torch.from_numpy(points.targets.copy())
    for _ in range(updates):
        optimizer.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(network(inputs), targets).backward()
        optimizer.step()


@pytest.mark.parametrize(("activation", "optimizer"), [*product(ACTIVATIONS, ["adam"]), *product(["tanh"], OPTIMIZERS)])
def test_training_is_that_of_pytorch(activation, optimizer):
    run = Run(settings(activation=activation, optimizer=optimizer, learning_rate=0.1))
    network = twin(run, activation)
    points, held_out = points_of("circles", 0.05)
    train_in_pytorch(network, TORCH_OPTIMIZERS[optimizer](network.parameters(), lr=0.1), points, 40)
    snapshot = run.at(40, GRID)
    for column, part in enumerate((points, held_out)):
        logits = network(torch.from_numpy(part.inputs.data))
        targets = torch.from_numpy(part.targets.copy())
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets)
        assert snapshot.losses[column] == pytest.approx(loss.item(), rel=1e-7)
        assert snapshot.accuracies[column] == ((logits >= 0) == targets).double().mean().item()
    hidden = torch.from_numpy(GRID.data)
    for number, module in enumerate(network):
        hidden = module(hidden)
        if number % 2:
            np.testing.assert_allclose(snapshot.hidden[number // 2], hidden.detach().numpy(), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(snapshot.logits, hidden.detach().numpy()[:, 0], rtol=1e-6, atol=1e-8)
    weights = [module.weight.detach().numpy().ravel() for module in network if isinstance(module, torch.nn.Linear)]
    np.testing.assert_allclose(snapshot.weights, np.concatenate(weights), rtol=1e-6, atol=1e-9)


def snapshots_agree(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in vars(one))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_run_that_went_back_and_forth_is_where_a_straight_one_is_to_the_last_digit(optimizer):
    chosen = settings(optimizer=optimizer, layers=2, units=16, data="spirals")
    run = Run(chosen)
    for updates in (503, 3, 2 * KEPT, 1, 2 * KEPT - 1, KEPT + 1, 0, 350):
        assert snapshots_agree(run.at(updates, GRID), Run(chosen).at(updates, GRID)), updates


def test_going_back_costs_less_than_beginning_again(monkeypatch):
    made = []
    monkeypatch.setattr(Run, "_update", lambda run, update=Run._update: made.append(run) or update(run))
    run = Run(settings())
    run.at(4 * KEPT, GRID)
    made.clear()
    run.at(4 * KEPT, GRID)
    assert len(made) == 0
    run.at(4 * KEPT + 5, GRID)
    assert len(made) == 5
    run.at(3 * KEPT + 7, GRID)
    assert len(made) == 5 + 7


def test_what_was_given_out_is_not_changed_by_further_training():
    run = Run(settings())
    first = run.at(50, GRID)
    kept = {name: np.copy(value) for name, value in vars(first).items()}
    run.at(120, GRID)
    for name, value in vars(first).items():
        np.testing.assert_array_equal(value, kept[name], err_msg=name)


def test_curves_hold_every_fifth_loss_and_the_present_one():
    run = Run(settings())
    snapshot = run.at(12, GRID)
    assert snapshot.curve_updates.tolist() == [0, 5, 10, 12]
    single = [Run(settings()).at(updates, GRID).losses for updates in (0, 5, 10, 12)]
    np.testing.assert_array_equal(snapshot.curves, np.transpose(single))
    assert run.at(0, GRID).curve_updates.tolist() == [0]
    assert run.at(MOST_UPDATES, GRID).curves.shape == (2, MOST_UPDATES // EVERY + 1)


def test_two_threads_share_a_run():
    run, wanted = Run(settings()), [5, 600, 20, 415, 0, 200, 333, 90]
    expected = {updates: Run(settings()).at(updates, GRID) for updates in wanted}
    wrong = []

    def ask(order):
        wrong.extend(updates for updates in order if not snapshots_agree(run.at(updates, GRID), expected[updates]))

    threads = [threading.Thread(target=ask, args=(order,)) for order in (wanted, wanted[::-1], sorted(wanted))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_run_that_diverges_stops_before_and_says_when():
    values = values_of(updates=300, **DIVERGING)
    at = values["diverged"]
    assert 0 < at < 100
    assert values["curve_updates"][-1] == at - 1
    assert f"It diverged at update {at}: " in text_of(updates=300, **DIVERGING)
    before = values_of(updates=at - 1, **DIVERGING)
    assert before["diverged"] == -1
    np.testing.assert_array_equal(before["field"], values["field"])
    np.testing.assert_array_equal(before["weights"], values["weights"])
    assert values_of(updates=at, **DIVERGING)["diverged"] == at
    assert values_of(updates=MOST_UPDATES, **DIVERGING)["diverged"] == at
    assert np.abs(values["weights"]).max() < training.TOO_LARGE


def test_noise_moves_the_points_and_nothing_else_does():
    first, second = points_of("moons", 0.0)
    noisy, _ = points_of("moons", 0.3)
    assert len(first.targets), len(second.targets) == (200, 100)
    np.testing.assert_array_equal(first.targets, noisy.targets)
    assert (noisy.inputs.data - first.inputs.data).std() == pytest.approx(0.3, rel=0.1)
    for changed in ({"start": 7}, {"layers": 0}, {"units": 3}):
        np.testing.assert_array_equal(values_of(**changed)["inputs"], values_of()["inputs"])
    assert not np.array_equal(values_of(start=7)["weights"], values_of()["weights"])


# --- the picture


def test_field_boundary_and_maps_are_those_of_the_network():
    chosen = {"updates": 100, "layers": 2, "units": 6}
    values = values_of(**chosen)
    run = Run(settings(units=6))
    run.at(100, GRID)
    place = run.network(Tensor(np.array([[ALONG[70], ALONG[12]]]))).data[0, 0]
    assert values["field"][12, 70] == pytest.approx(1 / (1 + np.exp(-place)))
    along = run.network(Tensor(values["boundary"].reshape(-1, 2))).data
    assert np.abs(along).max() < 0.05 * np.abs(np.log(1 / values["field"] - 1)).max()
    first = run.network[1](run.network[0](Tensor(np.array([[ALONG[TILE[20]], ALONG[TILE[3]]]])))).data[0]
    np.testing.assert_allclose(values["maps"][0, :, 3, 20], first)


def test_boundary_is_a_straight_line_without_a_hidden_layer_and_with_linear_ones():
    for chosen in ({"layers": 0}, {"layers": 3, "activation": "linear"}):
        points = values_of(updates=300, data="moons", **chosen)["boundary"].reshape(-1, 2)
        assert len(points) > 100
        assert np.linalg.svd(points - points.mean(axis=0))[1][1] < 1e-6


def length_of(pieces):
    return np.linalg.norm(np.diff(pieces, axis=1), axis=2).sum()


@pytest.mark.parametrize("seed", range(6))
def test_zero_line_is_that_of_contourpy(seed):
    generator = np.random.default_rng(seed)
    x, y = np.sort(generator.uniform(-2, 2, 13)), np.linspace(0, 1, 9)
    values = generator.normal(size=(9, 13)) + seed / 5
    lines = contour_generator(x, y, values).lines(0.0)
    pieces = zero_line(x, y, values)
    assert len(pieces) == sum(len(line) - 1 for line in lines)
    assert length_of(pieces) == pytest.approx(
        sum(np.linalg.norm(np.diff(line, axis=0), axis=1).sum() for line in lines)
    )
    found, expected = (
        {tuple(point.round(9) + 0.0) for point in points} for points in (pieces.reshape(-1, 2), np.concatenate(lines))
    )
    assert found == expected


def test_zero_line_of_values_without_a_zero_is_empty():
    for value in (-1.0, 0.0, 2.0):
        assert zero_line(np.arange(4.0), np.arange(3.0), np.full((3, 4), value)).shape == (0, 2, 2)


def axes_of_pixels(width, height):
    figure = Figure(figsize=(width / 100, height / 100), dpi=100)
    canvas = FigureCanvasAgg(figure)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    return canvas, ax


def test_field_image_is_linear_between_the_points_of_its_grid():
    canvas, ax = axes_of_pixels(80, 40)
    image = FieldImage(ax, LinearSegmentedColormap.from_list("grey", ["black", "white"]))
    image.set_data(np.array([[0.0, 0.5, 1.0], [0.0, 0.0, 0.0]]))  # the lower rim rises to the right
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[:, :, 0].astype(float) / 255
    y, x = (np.arange(40)[::-1, None] + 0.5) / 40, (np.arange(80) + 0.5) / 80
    np.testing.assert_allclose(pixels, x * (1 - y), atol=0.0065)  # 1.5 levels of 256


@pytest.mark.parametrize("scale", [1, 2])
def test_mosaic_image_shows_each_pixel_in_its_place(scale):
    canvas, ax = axes_of_pixels(30 * scale, 20 * scale)
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 4), dtype=np.uint8)
    pixels[:, :, 3] = 255
    MosaicImage(ax).set_data(pixels)
    canvas.draw()
    expected = pixels.repeat(scale, axis=0).repeat(scale, axis=1)
    np.testing.assert_array_equal(np.asarray(canvas.buffer_rgba()), expected)


def test_network_is_drawn_with_its_weights_and_its_maps():
    values = values_of(updates=100, layers=2, units=3)
    screen = Screen(playground.picture, playground.size, values)
    drawing = screen.picture.network
    weights, sizes = values["weights"], [2 * 3, 3 * 3, 3]
    ends = np.array(drawing.lines.get_segments())
    assert len(ends) == len(weights) == sum(sizes)
    second_of_first_layer = 1 * 2 + 0  # weight (1, 0): from input 0 to unit 1
    np.testing.assert_allclose(ends[second_of_first_layer, :, 0], [drawing.centres[0][0, 0], drawing.centres[1][1, 0]])
    last_from_unit_2 = 6 + 9 + 2
    np.testing.assert_allclose(ends[last_from_unit_2, :, 0], [drawing.centres[2][2, 0], drawing.centres[3][0, 0]])
    colours, widths = drawing.lines.get_edgecolors()[:, :3], np.array(drawing.lines.get_linewidths())
    np.testing.assert_allclose(colours, np.where(weights[:, None] < 0, NEGATIVE, POSITIVE))
    for part in np.split(np.arange(len(weights)), np.cumsum(sizes)[:-1]):
        assert part[np.abs(weights[part]).argmax()] in np.flatnonzero(widths == widths[part].max())
    x, y = drawing.centres[1][2].round().astype(int)
    corner = drawing.pixels[y + 8, x - 8, :3].astype(int)  # below and left of the middle of the tile
    map_ = values["maps"][0, 2]
    there = map_[13 - 8, 13 - 8]
    assert np.sign(corner[0] - corner[2]) == np.sign(there)  # orange above 0, blue below


def test_words_over_the_panels_follow():
    screen = Screen(playground.picture, playground.size, values_of())
    for given, expected in (
        ({"layers": 2, "units": 16}, ["2-16-16-1 tanh: 337 parameters", "Adam 0.03: training 0."]),
        ({"layers": 0}, ["2-1 linear: 3 parameters", "Adam 0.03: training 0."]),
        ({"updates": 300, **DIVERGING}, ["2-8-8-8-8-1 linear: 249 parameters", "diverged at update"]),
    ):
        screen.show(values_of(**given))
        for name, words in zip(("network", "loss"), expected, strict=True):
            assert screen.picture.numbers[name].get_text().startswith(words)
        assert screen.picture.numbers["plane"].get_text().startswith("correct: training ")


# --- what is said


STARTS = range(1, 11)


def closed(**given):
    return "closed" in text_of(updates=500, **given)


def test_three_tanh_units_close_the_boundary_and_two_never_do():
    assert all(closed(units=3, start=start) for start in STARTS)
    for units in (1, 2):
        for start in STARTS:
            assert not closed(units=units, start=start)
            assert values_of(updates=500, units=units, start=start)["accuracies"][0] < 0.9
    wrong = [1 - values_of(updates=500, units=2, start=start)["accuracies"][0] for start in STARTS]
    assert 0.1 < np.median(wrong) < 0.15  # "about one training point in eight"
    assert playground.prediction.choices[playground.prediction.answer] == "3"


def test_three_relu_units_can_close_it_but_seldom_do():
    found = [closed(units=3, activation="relu", start=start) for start in STARTS]
    assert 0 < sum(found) < len(found) / 2


def test_two_gelu_units_can_close_it():
    assert "closed, with label 1 outside" in text_of(updates=1500, units=2, activation="gelu", start=17)


def test_losses_beyond_the_scale_are_drawn_at_a_rim_that_says_so():
    picture = Screen(playground.picture, playground.size, values_of(updates=500, units=16, layers=2)).picture
    low, high = picture.axes["loss"].get_ylim()
    ticks = dict(zip(picture.axes["loss"].get_yticks(), picture.axes["loss"].get_yticklabels(), strict=True))
    assert (ticks[low].get_text(), ticks[high].get_text()) == ("≤ 0.002", "≥ 4")
    assert picture.curves[0].get_ydata()[-1] == low


def test_text_tells_how_the_boundary_runs():
    assert "The boundary is closed, with label 1 outside" in text_of(updates=500, units=3)
    assert "meets the rim of the picture 2 times" in text_of(updates=300, layers=0, data="moons")
    assert "meets the rim of the picture 4 times" in text_of(updates=300, data="xor")
    stuck = {"layers": 4, "activation": "gelu", "optimizer": "sgd", "learning_rate": "0.003"}
    assert "There is no boundary: label 1 is the answer everywhere." in text_of(updates=5, **stuck)


def test_text_counts_units_that_give_the_same_everywhere():
    given = {"updates": 400, "layers": 3, "units": 10, "activation": "relu", "data": "xor", "noise": 0.15}
    still = sum(np.ptp(unit) == 0 for layer in values_of(**given)["maps"] for unit in layer)
    assert still > 0
    assert f"Of the 30 hidden units {still} give the same everywhere." in text_of(**given)
    assert "hidden units" not in text_of(updates=100)


def test_stored_text_does_not_hang_on_the_last_digits():
    """Another processor rounds otherwise: as if each point were moved by a few units of the last digit."""
    parameters = playground.parameters(updates=500, data="spirals", layers=2, units=16)
    updates = parameters["updates"]
    expected = playground.describe(parameters, playground.compute(**parameters))
    chosen = settings(data="spirals", layers=2, units=16)
    as_it_is = Run(chosen)
    for seed in range(5):
        moved = Run(chosen)
        shift = 1 + 1e-14 * np.random.default_rng(seed).normal(size=(200, 2))
        moved.training = training.Points(Tensor(as_it_is.training.inputs.data * shift), as_it_is.training.targets)
        snapshot = moved.at(updates, GRID)
        values = playground.compute(**parameters) | {"losses": snapshot.losses, "accuracies": snapshot.accuracies}
        values["field"] = 1 / (1 + np.exp(-snapshot.logits.reshape(len(ALONG), -1)))
        assert playground.describe(parameters, values) == expected
        assert not np.array_equal(snapshot.losses, as_it_is.at(updates, GRID).losses)
