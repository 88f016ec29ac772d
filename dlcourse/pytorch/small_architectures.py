"""Small versions of the architectures, which learn images of 28 × 28 or 32 × 32 on a processor in seconds.

All cost about as many multiply-adds as LeNet-5, 0.4 million for an image of 1 × 28 × 28, so that the same number of
images is the same budget for each. Each keeps its architecture's idea, and of everything else as little as it can:
fewer layers and channels, no dropout, no local response normalization.
"""

from collections import OrderedDict
from collections.abc import Callable

from torch import Tensor, nn

from dlcourse.pytorch.blocks import Inception, Mixer, Residual, basic_block, conv_norm, conv_relu


def small_mlp(channels: int = 1, size: int = 28, classes: int = 10) -> nn.Sequential:
    """No architecture at all, for comparison: every pixel on every unit, two hidden layers."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(channels * size * size, 400),
        nn.ReLU(),
        nn.Linear(400, 256),
        nn.ReLU(),
        nn.Linear(256, classes),
    )


def small_lenet(channels: int = 1, size: int = 28, classes: int = 10) -> nn.Sequential:
    """LeNet-5 as it is built today: full second convolution, plain mean pooling, tanh.

    61,706 parameters for 28 × 28, where the padding of 2 makes up for the 32 × 32 of the original.
    """
    side = (size // 2 - 4) // 2
    return nn.Sequential(
        nn.Conv2d(channels, 6, 5, padding=2),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * side * side, 120),
        nn.Tanh(),
        nn.Linear(120, 84),
        nn.Tanh(),
        nn.Linear(84, classes),
    )


def small_alexnet(channels: int = 1, size: int = 28, classes: int = 10) -> nn.Sequential:
    """AlexNet's idea: ReLU, a large first window with a stride, overlapping max pooling, wide linear layers."""
    side = (((size + 1) // 2 - 3) // 2 + 1 - 3) // 2 + 1
    return nn.Sequential(
        conv_relu(channels, 16, 5, stride=2, padding=2),  # 14 x 14
        nn.MaxPool2d(3, 2),  # 6 x 6
        conv_relu(16, 24, 3, padding=1),
        conv_relu(24, 24, 3, padding=1),
        nn.MaxPool2d(3, 2),  # 2 x 2
        nn.Flatten(),
        nn.Linear(24 * side * side, 128),
        nn.ReLU(),
        nn.Linear(128, 128),
        nn.ReLU(),
        nn.Linear(128, classes),
    )


def small_vgg(channels: int = 1, size: int = 28, classes: int = 10) -> nn.Sequential:
    """VGG's idea: nothing but 3 × 3 windows, two between poolings, twice the channels at half the size."""
    side = size // 8
    return nn.Sequential(
        conv_relu(channels, 4, 3, padding=1),
        conv_relu(4, 4, 3, padding=1),
        nn.MaxPool2d(2),  # 14 x 14
        conv_relu(4, 8, 3, padding=1),
        conv_relu(8, 8, 3, padding=1),
        nn.MaxPool2d(2),  # 7 x 7
        conv_relu(8, 16, 3, padding=1),
        nn.MaxPool2d(2),  # 3 x 3
        nn.Flatten(),
        nn.Linear(16 * side * side, 64),
        nn.ReLU(),
        nn.Linear(64, classes),
    )


def small_googlenet(channels: int = 1, size: int = 28, classes: int = 10) -> nn.Sequential:
    """GoogLeNet's idea: inception blocks, and the mean of each channel in place of wide linear layers."""
    return nn.Sequential(
        conv_relu(channels, 8, 5, stride=2, padding=2),  # 14 x 14
        nn.MaxPool2d(3, 2, padding=1),  # 7 x 7
        Inception(8, 8, 8, 16, 4, 8, 8),  # 40 channels
        Inception(40, 16, 12, 28, 4, 8, 12),  # 64 channels
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, classes),
    )


def small_resnet(channels: int = 1, size: int = 28, classes: int = 10) -> nn.Sequential:
    """ResNet's idea: blocks that add to their input, batch normalization, strides in place of pooling."""
    return nn.Sequential(
        conv_norm(channels, 8, 3, stride=2),  # 14 x 14
        nn.ReLU(),
        basic_block(8, 16, stride=2),  # 7 x 7
        basic_block(16, 32, stride=2),  # 4 x 4
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, classes),
    )


class SmallMixer(nn.Module):
    """What ``small_mixer`` builds: patches of 4 × 4 pixels, each a row of ``width`` numbers, mixed by MLPs alone."""

    def __init__(self, channels: int, size: int, classes: int, width: int = 24, layers: int = 2) -> None:
        super().__init__()
        patches = (size // 4) ** 2
        self.patches = nn.Conv2d(channels, width, 4, stride=4)  # one linear map, the same for every patch
        self.mixers = nn.Sequential(*(Mixer(patches, width, 32, 48) for _ in range(layers)))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes)

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, channels, size, size) -> logits (n, classes)."""
        rows = self.patches(inputs).flatten(2).transpose(1, 2)  # (n, patches, width)
        return self.head(self.norm(self.mixers(rows)).mean(dim=1))


def small_mixer(channels: int = 1, size: int = 28, classes: int = 10) -> SmallMixer:
    """MLP-Mixer's idea: no window beyond its patches; linear layers across the patches, then across the channels."""
    return SmallMixer(channels, size, classes)


SMALL: dict[str, Callable[..., nn.Module]] = {
    "MLP": small_mlp,
    "LeNet-5": small_lenet,
    "AlexNet": small_alexnet,
    "VGG": small_vgg,
    "GoogLeNet": small_googlenet,
    "ResNet": small_resnet,
    "MLP-Mixer": small_mixer,
}


def plain_stack(depth: int, *, width: int = 8, batch_norm: bool = True, classes: int = 10) -> nn.Sequential:
    """Layers one behind the other, for images of one channel: 3 × 3 convolutions, and a linear layer at the end.

    ``depth`` is even, at least 4: a first convolution with a stride, (depth − 2) / 2 blocks of two convolutions with
    ``width`` channels, on a quarter of the image's height and width, and the linear layer.
    """
    return _stack(depth, lambda: nn.Sequential(_two_convolutions(width, batch_norm), nn.ReLU()), width, classes)


def residual_stack(depth: int, *, width: int = 8, batch_norm: bool = True, classes: int = 10) -> nn.Sequential:
    """``plain_stack`` with a shortcut around each block, and not one parameter more."""
    return _stack(depth, lambda: Residual(_two_convolutions(width, batch_norm)), width, classes)


def _two_convolutions(width: int, batch_norm: bool) -> nn.Sequential:
    if batch_norm:
        return nn.Sequential(conv_norm(width, width, 3), nn.ReLU(), conv_norm(width, width, 3))
    return nn.Sequential(conv_relu(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1))


def _stack(depth: int, block: Callable[[], nn.Module], width: int, classes: int) -> nn.Sequential:
    if depth < 4 or depth % 2:
        raise ValueError(f"depth: expected an even number of layers, at least 4, received {depth}.")
    return nn.Sequential(
        OrderedDict(
            stem=nn.Sequential(conv_relu(1, width, 3, stride=2, padding=1), nn.MaxPool2d(2)),
            blocks=nn.Sequential(*(block() for _ in range((depth - 2) // 2))),
            head=nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, classes)),
        )
    )
