"""What readers of chapter 13 are told of wrong answers that they write otherwise than the exercises do."""

import pytest

from dlcourse.chapters.convolution import exercises


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("covered", "told"),
    [
        (lambda kernel, dilation: dilation * kernel, "You let the window cover kernel times dilation"),
        (lambda kernel, dilation: kernel + dilation * (kernel - 1), "You leave d pixels out"),
        (lambda kernel, dilation: dilation * (kernel - 1), "The window covers the first one too"),
        (lambda kernel, dilation: kernel, "The dilation has no influence"),
    ],
)
def test_a_size_that_is_not_checked_is_recognized_too(covered, told):
    """The library raises where a window fits nowhere; a reader's formula gives a number there."""

    def conv_output_size(n, kernel, padding, stride, dilation):
        return (n + 2 * padding - covered(kernel, dilation)) // stride + 1

    verdict = exercises.conv_output_size.examine(conv_output_size)
    assert not verdict.passed
    assert told in verdict.message


def test_channels_last_are_not_called_a_missing_axis():
    def conv2d_by_loops(image, kernels, stride=1, padding=0):
        return exercises.conv2d_by_loops.reference(image, kernels, stride, padding).transpose(1, 2, 0)

    verdict = exercises.conv2d_by_loops.examine(conv2d_by_loops)
    assert "their arrangement in axes is not" in verdict.message
