"""What a part of a convolutional network costs: the numbers it learns, and the products it adds up for one image."""

from dlcourse.scratch.windows import conv_output_size
from dlcourse.validation import check_count


def multiply_adds(
    in_channels: int, out_channels: int, kernel: int, height: int, width: int, stride: int = 1, padding: int = 0
) -> int:
    """How many products a convolution adds up for one image of ``height`` × ``width`` pixels: one "multiply-add" each.

    Each number of the result, out_channels · rows · columns of them (see ``conv_output_size``), is a sum of
    in_channels · kernel² products. Biases are not counted, and products with the padding are, as in the usual tables.
    Raises ValueError for a kernel that does not fit. Source: He and Sun (2015), "Convolutional neural networks at
    constrained time cost", equation 1.
    """
    check_count(in_channels, "in_channels")
    check_count(out_channels, "out_channels")
    rows, columns = (conv_output_size(size, kernel, padding, stride) for size in (height, width))
    return rows * columns * out_channels * in_channels * kernel**2


def block_parameters(in_channels: int, middle: int, out_channels: int, kernel: int = 3) -> int:
    """How many parameters a residual block with 1×1 reductions has, a "bottleneck".

    A 1×1 convolution reduces in_channels to ``middle`` ones, one of kernel × kernel keeps their number, and a 1×1
    convolution leads to out_channels. Where in_channels and out_channels differ, a 1×1 convolution stands in the
    shortcut too. None of them has a bias: batch normalization follows each, with a scale and a shift a channel.
    Source: He, Zhang, Ren and Sun (2016), "Deep residual learning for image recognition", figure 5, right.
    """
    for count, name in ((in_channels, "in_channels"), (middle, "middle"), (out_channels, "out_channels")):
        check_count(count, name)
    convolutions = [(in_channels, middle, 1), (middle, middle, kernel), (middle, out_channels, 1)]
    if in_channels != out_channels:
        convolutions.append((in_channels, out_channels, 1))
    return sum((before * size**2 + 2) * after for before, after, size in convolutions)
