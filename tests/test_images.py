"""Images in other layouts, and of whole numbers, are noticed; everything else passes."""

import numpy as np
import pytest
import torch

from dlcourse.images import check_images


@pytest.mark.parametrize("make", [np.zeros, torch.zeros])
def test_images_as_they_should_be_and_other_inputs_pass(make):
    for shape in [(2, 1, 28, 28), (2, 3, 32, 32), (2, 64, 1, 1), (2, 3, 5, 3), (7, 4), (2, 28, 28), (3,)]:
        inputs = make(shape)
        assert check_images(inputs) is inputs
    assert check_images(np.zeros((3, 5), dtype=np.int64)).dtype == np.int64  # the numbers of words, say


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_channels_that_come_last_are_noticed_and_the_advice_mends_it(channels):
    inputs = np.zeros((2, 28, 20, channels))
    with pytest.raises(ValueError, match=rf"\(2, 28, 20, {channels}\), where the channels seem to come last") as caught:
        check_images(inputs)
    assert "inputs.transpose(0, 3, 1, 2)" in str(caught.value)
    check_images(inputs.transpose(0, 3, 1, 2))


@pytest.mark.parametrize("images", [np.zeros((2, 1, 8, 8), np.uint8), torch.zeros(2, 1, 8, 8, dtype=torch.int64)])
def test_whole_numbers_are_noticed(images):
    with pytest.raises(TypeError, match=r"floating-point numbers in \[0, 1\], received dtype u?int"):
        check_images(images)
