"""Blocks that convolutional networks are made of."""

from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor


def residual_block(
    inputs: Tensor, first: Tensor, second: Tensor, projection: Tensor | None = None, stride: int = 1
) -> Tensor:
    """relu(F(x) + x) with F(x) = conv(relu(conv(x))): the block learns what is to be added to its inputs x.

    inputs: (n, channels, height, width). The weights ``first`` (out, channels, 3, 3) and ``second`` (out, out, 3, 3)
    are those of convolutions with padding 1; the first moves by ``stride``. Where the result has another shape than x,
    a 1×1 convolution with the weight ``projection`` (out, channels, 1, 1), which moves by ``stride`` too, takes the
    place of x. Biases, and the batch normalization behind each convolution, are left out. Source: He, Zhang, Ren and
    Sun (2016), "Deep residual learning for image recognition", equations 1 and 2.
    """
    hidden = functional.relu(functional.conv2d(inputs, first, stride=stride, padding=1))
    learned = functional.conv2d(hidden, second, padding=1)
    shortcut = inputs if projection is None else functional.conv2d(inputs, projection, stride=stride)
    return functional.relu(learned + shortcut)
