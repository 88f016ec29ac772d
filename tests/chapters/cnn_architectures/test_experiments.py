"""The numbers behind the pictures of chapter 14's experiments, against PyTorch, loops, and what their texts say."""

import numpy as np
import pytest
import torch
from torch import nn

from dlcourse import datasets
from dlcourse.chapters.cnn_architectures import digit_network
from dlcourse.chapters.cnn_architectures.experiments import build_a_network, feature_maps, occlude
from dlcourse.chapters.cnn_architectures.experiments.building import CLASSES, HIDDEN, amount, layers
from dlcourse.chapters.cnn_architectures.experiments.unit_sums import sums, unit
from dlcourse.pytorch.architectures import vgg16
from dlcourse.pytorch.counting import count


def computed(experiment, **given):
    return experiment.compute(**experiment.parameters(**given))


def told(experiment, **given):
    parameters = experiment.parameters(**given)
    return experiment.told(parameters, experiment.compute(**parameters))


# --- build_a_network


def in_pytorch(size, stages, convolutions, channels, kernel, shrinking, head):
    """The same network made of PyTorch's modules."""
    made, before = [], 3
    for stage in range(stages):
        for number in range(convolutions):
            stride = 2 if shrinking == "stride" and number == convolutions - 1 else 1
            made.append(nn.Conv2d(before, channels * 2**stage, kernel, stride, kernel // 2))
            before = channels * 2**stage
        made += [nn.MaxPool2d(2)] if shrinking == "pool" else []
    if head == "mean":
        return nn.Sequential(*made, nn.AdaptiveAvgPool2d(1), nn.Linear(before, CLASSES))
    flat = before * (size // 2**stages) ** 2
    return nn.Sequential(*made, nn.Flatten(), nn.Linear(flat, HIDDEN), nn.Linear(HIDDEN, CLASSES))


@pytest.mark.parametrize(
    "settings",
    [(32, 2, 3, 8, 5, "stride", "dense"), (64, 3, 1, 16, 3, "pool", "dense"), (32, 5, 2, 8, 7, "stride", "dense")],
)
def test_layers_cost_what_hooks_count_in_pytorch(settings):
    with torch.device("meta"):
        network = in_pytorch(*settings)
    for row, counted in zip(layers(*settings), count(network, (3, settings[0], settings[0])), strict=True):
        assert row.shape == counted.output_shape
        assert row.parameters == counted.parameters
        assert row.multiply_adds == counted.multiply_adds
        assert row.memory == 4 * counted.activations


def test_the_head_with_a_global_mean_has_the_parameters_of_pytorch():
    settings = (32, 2, 1, 8, 3, "pool", "mean")
    expected = sum(each.numel() for each in in_pytorch(*settings).parameters())
    assert (
        computed(build_a_network, size=32, stages=2, convolutions=1, channels=8, head="mean")["parameters"].sum()
        == expected
    )


def test_the_dense_head_of_vgg_16_is_made_of_layers_of_this_kind():
    with torch.device("meta"):
        largest = max(count(vgg16(), (3, 224, 224)), key=lambda each: each.parameters)
    values = computed(build_a_network, size=224, stages=5, channels=32)
    assert values["parameters"].max() == largest.parameters == (512 * 7 * 7 + 1) * 4096


def test_receptive_fields_are_those_of_the_gradient():
    rows = layers(32, 2, 2, 8, 3, "stride", "mean")
    network = in_pytorch(32, 2, 2, 1, 3, "stride", "mean")[:4]
    for module in network:
        nn.init.constant_(module.weight, 1.0)
    image = torch.ones(1, 3, 64, 64, requires_grad=True)
    network(image)[0, 0, 8, 8].backward()
    assert (image.grad[0, 0] != 0).any(dim=0).sum() == rows[3].field


def test_of_an_image_twice_as_large_convolutions_work_four_times_as_much_and_the_first_dense_layer_grows():
    small, large = computed(build_a_network, size=64), computed(build_a_network, size=128)
    for name, before, after, work, more in zip(
        small["names"], small["parameters"], large["parameters"], small["multiply_adds"], large["multiply_adds"],
        strict=True,
    ):  # fmt: skip
        if name.startswith("conv"):
            assert before == after
            assert more == 4 * work
    first, second = np.flatnonzero(np.array(small["names"]) == "dense")
    assert large["parameters"][first] - HIDDEN == 4 * (small["parameters"][first] - HIDDEN)
    assert large["parameters"][second] == small["parameters"][second]


def test_with_a_global_mean_no_parameter_depends_on_the_image():
    small, large = (computed(build_a_network, size=size, head="mean") for size in (32, 224))
    np.testing.assert_array_equal(small["parameters"], large["parameters"])


def test_at_the_start_a_dense_layer_holds_most_parameters_and_the_first_stage_most_memory():
    values = computed(build_a_network)
    assert values["names"][values["parameters"].argmax()] == "dense"
    assert values["bytes"][:3].sum() > values["bytes"][3:].sum()
    assert values["parameters"][:3].sum() < 1e-3 * values["parameters"].sum()


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (940, "940"), (999.6, "1.00 k"), (12_345, "12.3 k"), (999_600, "1.00 M"), (4.564e6, "4.56 M"),
     (123.4e6, "123 M"), (1.28e9, "1.28 G")],
)  # fmt: skip
def test_amounts_have_three_digits(number, text):
    assert amount(number) == text
    assert amount(number, "B").replace(" B", "").removesuffix("B") == text


# --- the network


@pytest.fixture(scope="module")
def peer():
    """The trained network in PyTorch."""
    network = nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 8, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(128, 10),
    )  # fmt: skip
    own = digit_network.trained()
    with torch.no_grad():
        for place in (0, 3, 7):
            network[place].weight.copy_(torch.tensor(own[place].weight.data))
            network[place].bias.copy_(torch.tensor(own[place].bias.data))
    return network.requires_grad_(False)


def test_the_network_reads_test_digits_as_well_as_the_data_s_readme_says():
    test = datasets.load("mnist").test
    right = digit_network.probabilities(test.inputs[:, 0]).argmax(axis=1) == test.labels
    assert right.mean() == pytest.approx(0.979, abs=0.0006)
    text = (datasets.data_files.settings.data_folder() / "README.md").read_text(encoding="utf-8")
    assert "97.9 %" in text
    assert sum(value.size for value in digit_network.build(np.random.default_rng(0)).state_dict().values()) == 3106


def test_probabilities_are_those_of_pytorch(peer):
    images = digit_network.examples()[:, 0]
    expected = peer(torch.tensor(images[:, None])).softmax(dim=1)
    np.testing.assert_allclose(digit_network.probabilities(images), expected, atol=1e-5)


def test_the_last_example_of_each_digit_is_misread_and_the_others_are_not():
    examples = digit_network.examples()
    read = digit_network.probabilities(examples.reshape(-1, 28, 28)).argmax(axis=1).reshape(10, -1)
    right = read == np.arange(10)[:, None]
    assert right[:, :-1].all()
    assert not right[:, -1].any()


# --- feature_maps


@pytest.mark.parametrize(("layer", "place"), [("first", 0), ("second", 3)])
def test_maps_are_those_of_pytorch(peer, layer, place):
    image = torch.tensor(digit_network.examples()[7, 2][None, None])
    np.testing.assert_allclose(sums(7, 2, layer)[1], peer[: place + 1](image)[0], atol=1e-4)


@pytest.mark.parametrize("layer", ["first", "second"])
def test_the_terms_of_a_unit_add_up_to_its_place_on_the_map(layer):
    _, maps = sums(2, 0, layer)
    for channel, row, column in [(0, 0, 0), (5, 3, 6), (7, len(maps[0]) - 1, 2)]:
        chosen = unit(2, 0, layer, channel, row, column)
        assert (chosen.patch * chosen.kernel).sum() + chosen.bias == pytest.approx(maps[channel, row, column], abs=1e-4)


def test_a_unit_depends_on_the_pixels_of_its_frame_and_on_no_other(peer):
    chosen = unit(3, 0, "second", 4, 2, 5)
    image = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(0)).requires_grad_()
    smooth = nn.Sequential(peer[0], nn.Softplus(), nn.AvgPool2d(2), peer[3])  # every path open
    smooth(image)[0, 4, 2, 5].backward()
    (top, left), field = chosen.corner, chosen.field
    inside = torch.zeros(28, 28, dtype=torch.bool)
    inside[top : top + field, left : left + field] = True
    torch.testing.assert_close(image.grad[0, 0] != 0, inside)


@pytest.mark.parametrize(("place", "index"), [((0.0, 0.0), (0, 0)), ((24.0, 24.0), (7, 7)), ((23.9, 3.1), (1, 7))])
def test_a_point_chooses_the_unit_that_it_lies_on(place, index):
    values = computed(feature_maps, layer="second", point=[place])
    assert (values["row"], values["column"]) == index


def test_ink_under_the_positive_weights_gives_the_largest_sum_of_all_patches():
    weights = digit_network.trained()[0].weight.data
    best = np.maximum(weights, 0).sum(axis=(1, 2, 3))
    assert (best > np.maximum(weights.sum(axis=(1, 2, 3)), 0)).all()  # full of ink, and empty
    generator = np.random.default_rng(0)
    for _ in range(20):
        patch = generator.uniform(0, 1, (1, 5, 5))
        assert ((weights * patch).sum(axis=(1, 2, 3)) <= best + 1e-6).all()


def test_every_number_of_the_sum_is_as_it_is_written():
    text = told(feature_maps, layer="second", digit=4)
    total, bias = computed(feature_maps, layer="second", digit=4)["total"], "with the bias"
    assert f"that is {total:.2f}".replace("-", "−") in text
    assert bias in text
    assert "channel" in text


# --- occlude


def test_the_square_covers_what_it_says_and_stays_in_the_image():
    values = computed(occlude, digit=8, size=5, value=1.0, patch=[[3.0, 27.0]])
    whole = digit_network.examples()[8, 0]
    changed = np.argwhere(values["image"] != whole)
    np.testing.assert_array_equal(values["corner"], [23, 0])
    assert (values["image"][23:28, 0:5] == 1).all()
    assert (changed >= [23, 0]).all()
    assert values["whole"].sum() == pytest.approx(1)
    assert values["covered"].sum() == pytest.approx(1)


def test_the_map_holds_what_the_square_does_at_each_place():
    values = computed(occlude, digit=4, size=6, value=0.5, patch=[[12.0, 15.0]], show_map=True)
    row, column = values["corner"]
    label = values["class"]
    assert values["drops"].shape == (23, 23)
    assert values["drops"][row, column] == pytest.approx(values["whole"][label] - values["covered"][label], abs=1e-5)


def test_paper_on_paper_changes_nothing_and_ink_on_paper_does():
    for digit in range(10):
        empty = computed(occlude, digit=digit, size=3, value=0.0, patch=[[1.5, 1.5]])
        assert empty["ink"] == 0
        np.testing.assert_array_equal(empty["whole"], empty["covered"])
    largest = []
    for digit in range(10):
        drops = computed(occlude, digit=digit, value=1.0, show_map=True)["drops"]
        image = digit_network.examples()[digit, 0]
        free = [(i, j) for i, j in np.ndindex(drops.shape) if not image[i : i + 7, j : j + 7].any()]
        largest.append(max(drops[place] for place in free))
    assert sum(drop > 0.5 for drop in largest) >= 5


def test_paper_is_no_neutral_choice_either():
    """Light gray costs less on average than paper, which cuts strokes, and than ink, which adds some."""
    mean = {
        value: np.mean(
            [computed(occlude, digit=digit, value=value, show_map=True)["drops"].mean() for digit in range(10)]
        )
        for value in (0.0, 0.25, 1.0)
    }
    assert mean[0.25] < mean[0.0] < mean[1.0]


def test_a_small_square_costs_less_than_a_large_one():
    small, large = (
        np.mean([computed(occlude, digit=digit, size=size, show_map=True)["drops"].mean() for digit in range(10)])
        for size in (3, 9)
    )
    assert small < large / 5


def test_the_text_says_what_is_read_and_where_most_is_lost():
    assert "takes for a" in told(occlude, digit=5, example=6)
    text = told(occlude, show_map=True)
    assert "takes for a" not in text
    assert "Over all 484 places" in text
    assert "places" not in told(occlude)
