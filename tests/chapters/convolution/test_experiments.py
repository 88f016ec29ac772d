"""The numbers behind the pictures of chapter 13's experiments, against closed forms, brute force, scipy and PyTorch."""

from itertools import product

import numpy as np
import pytest
import torch
from scipy import signal

from dlcourse.chapters.convolution.experiments import growing_field, output_size, paint_a_kernel, slide_the_window
from dlcourse.chapters.convolution.experiments.fields import (
    MOST_LAYERS,
    PATTERNS,
    connections,
    gradients,
    layers_of,
    ways,
)
from dlcourse.chapters.convolution.experiments.growing import middle_of
from dlcourse.chapters.convolution.experiments.kernels import READY, coloured
from dlcourse.chapters.convolution.experiments.photographs import filtered, grey
from dlcourse.chapters.convolution.experiments.sliding import INPUTS
from dlcourse.experiments.screen import Screen
from dlcourse.scratch.receptive_fields import receptive_field
from tests.experiments.tiny_experiment import page_of
from tests.profiles import by_day


def computed(experiment, **given):
    return experiment.compute(**experiment.parameters(**given))


def picture_of(experiment, values):
    return Screen(experiment.picture, experiment.size, values).picture


def torch_conv(images, kernels, **settings):
    conv = torch.nn.functional.conv1d if np.ndim(images) == 3 else torch.nn.functional.conv2d
    return conv(torch.tensor(images), torch.tensor(kernels), **settings).numpy()


# --- paint_a_kernel


@pytest.mark.parametrize("name", READY)
def test_a_photograph_is_filtered_as_by_scipy(name):
    kernel = np.array(READY[name])
    for flip, of_scipy in ((False, signal.correlate2d), (True, signal.convolve2d)):
        values = computed(paint_a_kernel, kernel=kernel, flip=flip)
        np.testing.assert_allclose(values["result"], of_scipy(grey("china"), kernel, mode="valid"), atol=1e-5)


def test_an_even_area_is_multiplied_by_the_sum_of_the_kernel():
    kernel = np.random.default_rng(0).normal(size=(3, 3))
    np.testing.assert_allclose(filtered(np.full((5, 6), 0.4), kernel), 0.4 * kernel.sum())


def test_the_sums_that_the_reader_is_told():
    sums = {name: computed(paint_a_kernel, kernel=np.array(READY[name]))["sum"] for name in READY}
    assert [round(sums[name], 5) + 0 for name in ("Identity", "Mean", "Sharpen")] == [1, 1, 1]
    assert [sums[name] for name in ("Edges in x", "Edges in y", "Laplacian")] == [0, 0, 0]
    told = [
        paint_a_kernel.describe({"photograph": "china"}, computed(paint_a_kernel, kernel=np.diag(numbers)))
        for numbers in ([0, 1, 0], [1, -1, 0], [0, 2.5, 0])
    ]
    assert "stays as bright" in told[0]
    assert "becomes 0" in told[1]
    assert "becomes 2.50 times what it was" in told[2]


def test_the_sharpened_photograph_is_as_bright_and_its_edges_are_stronger():
    values = computed(paint_a_kernel, kernel=np.array(READY["Sharpen"]))
    assert values["result"].mean() == pytest.approx(values["photograph"].mean(), abs=0.01)
    steps = [np.abs(np.diff(values[name])).mean() for name in ("photograph", "result")]
    assert steps[1] > 1.5 * steps[0]
    soft = computed(paint_a_kernel, kernel=np.array(READY["Mean"]))
    assert np.abs(np.diff(soft["result"])).mean() < steps[0]


def test_shades_are_black_and_white_at_0_and_1_and_coloured_outside():
    pixels = {number: coloured(np.array([[number]]))[0, 0, :3].astype(int) for number in (-1, 0, 0.5, 1, 2, 7)}
    np.testing.assert_allclose(pixels[0], 0, atol=2)
    np.testing.assert_allclose(pixels[1], 255, atol=2)
    assert np.ptp(pixels[0.5]) == 0
    assert abs(pixels[0.5][0] - 128) < 3
    assert pixels[-1][2] - pixels[-1][0] > 100
    assert pixels[2][0] - pixels[2][2] > 100
    np.testing.assert_array_equal(pixels[2], pixels[7])


def test_photographs_keep_their_colours_on_dark_paper():
    marks = [mark for marks in page_of(paint_a_kernel).marks.values() for mark in marks if mark["kind"] == "image"]
    assert sorted(mark.get("photograph", False) for mark in marks) == [False, True, True]  # the kernel's tints


# --- slide_the_window


@pytest.mark.parametrize("image", INPUTS)
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1)])
def test_windows_fill_the_output_as_pytorch_has_it(image, stride, padding):
    inputs, kernel = INPUTS[image]
    expected = torch_conv(inputs[None], kernel[None], stride=stride, padding=padding)[0, 0]
    for position in (1, (1 + expected.size) // 2, expected.size, 36):
        values = computed(slide_the_window, image=image, stride=stride, padding=padding, position=position)
        done = min(position, expected.size)
        np.testing.assert_allclose(values["output"].ravel()[:done], expected.ravel()[:done])
        assert not values["output"].ravel()[done:].any()
        assert values["sums"].sum() == expected.ravel()[done - 1]
        row, column = values["corner"]
        read = values["padded"][:, row : row + 3, column : column + 3]
        np.testing.assert_array_equal(values["read"], read)


def test_the_sum_that_is_written_out_comes_to_what_stands_behind_it():
    picture = picture_of(slide_the_window, computed(slide_the_window))
    for image, position in product(INPUTS, (1, 2, 3, 4)):
        values = computed(slide_the_window, image=image, position=position)
        picture.update(values)
        written = [text.get_text() for text in picture.sums if text.get_text()]
        assert len(written) == len(values["padded"])
        for text, total in zip(written, values["sums"], strict=True):
            terms, _, result = text.replace("·", "*").replace("−", "-").partition("=")
            flat = terms.replace("\n", " ").split(" + ")
            products = [np.prod([float(part.strip("() ")) for part in term.split("*")]) for term in flat]
            assert len(products) == 9
            assert sum(products) == float(result) == total


def test_an_edge_answers_in_two_columns():
    output = computed(slide_the_window, position=36)["output"]
    np.testing.assert_array_equal(output, [[0, 12, 12, 0]] * 4)


def test_the_picture_holds_what_is_read_and_nothing_of_what_comes_later():
    values = computed(slide_the_window, image="mixed", padding=1, position=9)
    picture = picture_of(slide_the_window, values)
    filled = [text.get_text() for text in picture.output.texts]
    assert all(filled[:9])
    assert not any(filled[9:])
    assert picture.place.get_xy() == (2, 1)
    assert picture.windows[0].get_xy() == (2, 1)
    assert [window.get_visible() for window in picture.windows] == [True, False, False]


# --- output_size

SETTINGS = list(product(range(1, 17, 3), (1, 2, 3, 7), (0, 1, 3), (1, 2, 4), (1, 3)))


def test_sizes_are_those_of_pytorch_or_no_window_fits():
    for n, kernel, padding, stride, dilation in SETTINGS:
        values = output_size.compute(n, kernel, padding, stride, dilation)
        if dilation * (kernel - 1) + 1 > n + 2 * padding:
            assert values["size"] == 0
            continue
        of_torch = torch_conv(
            np.ones((1, 1, n)), np.ones((1, 1, kernel)), stride=stride, padding=padding, dilation=dilation
        )
        assert values["size"] == of_torch.shape[2] == len(values["reads"])
        assert values["reach"] == values["reads"][0, -1] - values["reads"][0, 0] + 1


def test_a_pixel_is_read_as_often_as_its_gradient_says():
    for n, kernel, padding, stride, dilation in SETTINGS[::5]:
        values = output_size.compute(n, kernel, padding, stride, dilation)
        if not values["size"]:
            assert not values["counts"].any()
            continue
        row = torch.zeros(1, 1, n, requires_grad=True)
        torch.nn.functional.conv1d(row, torch.ones(1, 1, kernel), None, stride, padding, dilation).sum().backward()
        np.testing.assert_array_equal(values["counts"], row.grad[0, 0].numpy())


def test_what_the_explanation_says_of_eleven_pixels():
    values = computed(output_size)
    assert values["size"] == computed(output_size, n=9)["size"] == 3
    np.testing.assert_array_equal(np.flatnonzero(values["counts"] == 0), [9, 10])
    assert computed(output_size, padding=1)["size"] == 4
    for kernel in (3, 5, 7):
        assert computed(output_size, kernel=kernel, stride=1, padding=(kernel - 1) // 2)["size"] == 11


def test_pixels_that_no_window_reads_are_crossed_and_named():
    values = computed(output_size)
    picture = picture_of(output_size, values)
    assert picture.unread.get_xdata().tolist() == [9, 10]
    assert picture.numbers[1].get_text() == "read by none: 9, 10"
    assert "read by no window: 9, 10" in output_size.describe(output_size.parameters(), values)


# --- growing_field

STACKS = [
    layers_of(number, kernel, pattern)
    for number, kernel, pattern in product(by_day((1, 2, 4, 6), range(1, 7)), by_day((2, 3), range(1, 6)), PATTERNS)
]


def test_the_gradient_spans_what_the_formula_says():
    for stack in STACKS:
        found = np.flatnonzero(np.abs(gradients(stack)).max(axis=0))
        assert found[-1] - found[0] + 1 == receptive_field(stack, axis=1) == len(ways(stack)), stack
        np.testing.assert_array_equal(found - found[0], np.flatnonzero(ways(stack)))


def test_ways_are_counted_one_by_one():
    for stack in STACKS:
        if len(stack) > 4:
            continue
        counts, jumps = np.zeros(receptive_field(stack, axis=1), int), [1]
        for _, stride, _ in stack:
            jumps.append(jumps[-1] * stride)
        for chosen in product(*(range(kernel) for kernel, _, _ in stack)):
            counts[sum(a * d * jump for a, (_, _, d), jump in zip(chosen, stack, jumps, strict=False))] += 1
        np.testing.assert_array_equal(ways(stack), counts)


def test_the_tree_ends_in_the_pixels_that_are_reached():
    for stack in STACKS:
        places, lines = connections(stack)
        np.testing.assert_array_equal(places[0], np.flatnonzero(ways(stack)))
        assert places[-1].tolist() == [(receptive_field(stack, axis=1) - 1) / 2]
        for level in range(len(stack)):
            ends = lines[lines[:, 1, 1] == level]
            assert set(ends[:, 1, 0]) == set(places[level])
            assert set(ends[:, 0, 0]) == set(places[level + 1])


def test_the_root_mean_square_tends_to_the_root_of_the_number_of_ways():
    for pattern in ("plain", "doubling"):
        values = computed(growing_field, pattern=pattern)
        inner = values["expected"] > 0.3
        assert np.abs(values["sizes"] - values["expected"])[inner].mean() < 0.1
        one = computed(growing_field, pattern=pattern, networks="1")
        assert np.abs(one["sizes"] - values["expected"])[inner].mean() > 0.25


def test_what_the_question_says_of_six_layers():
    values = computed(growing_field)
    assert values["field"] == values["reached"] == 13
    assert ways(layers_of(6, 3, "plain")).max() == 141
    assert round(float(values["expected"][0]), 3) == 0.084
    assert values["outermost"] == pytest.approx(values["expected"][0], rel=0.1)
    assert 1 / 13 < values["expected"][0] < 1 / 11  # about a twelfth


def test_the_bell_grows_with_the_root_of_the_layers_and_the_field_in_proportion():
    for layers in range(1, MOST_LAYERS + 1):
        counts = ways(layers_of(layers, 3, "plain"))
        pixels = np.arange(len(counts)) - layers
        assert len(counts) == 1 + 2 * layers
        assert np.sqrt((counts * pixels**2).sum() / counts.sum()) == pytest.approx(np.sqrt(layers * 2 / 3))


def test_with_dilation_2_every_other_pixel_is_left_out():
    values = computed(growing_field, pattern="dilated", layers=4)
    assert (values["field"], values["span"], values["reached"]) == (17, 17, 9)
    assert "9 of 17 pixels" in growing_field.describe(growing_field.parameters(pattern="dilated", layers=4), values)


def test_middle_pixels_that_hold_nearly_all():
    assert middle_of(np.array([0.0, 0.0, 1.0, 0.0, 0.0])) == 1
    assert middle_of(np.array([0.02, 0.5, 0.5, 0.02])) == 2
    assert middle_of(np.ones(10)) == 10
