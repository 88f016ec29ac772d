"""Six convolutional networks as published, at full size: to be read, and to be counted (``counting``).

On PyTorch's ``meta`` device a network has shapes but no numbers, and so costs neither memory nor time:
``with torch.device("meta"): network = vgg16()``.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial

from torch import Tensor, nn

from dlcourse.pytorch.blocks import Inception, basic_block, bottleneck, conv_norm, conv_relu
from dlcourse.pytorch.lenet import lenet5

__all__ = ["alexnet", "googlenet", "lenet5", "resnet18", "resnet50", "vgg16"]

# Of GoogLeNet's inception blocks: channels in, 1 x 1, 3 x 3 reduced, 3 x 3, 5 x 5 reduced, 5 x 5, pooled (table 1).
INCEPTIONS = {
    "3a": (192, 64, 96, 128, 16, 32, 32),
    "3b": (256, 128, 128, 192, 32, 96, 64),
    "4a": (480, 192, 96, 208, 16, 48, 64),
    "4b": (512, 160, 112, 224, 24, 64, 64),
    "4c": (512, 128, 128, 256, 24, 64, 64),
    "4d": (512, 112, 144, 288, 32, 64, 64),
    "4e": (528, 256, 160, 320, 32, 128, 128),
    "5a": (832, 256, 160, 320, 32, 128, 128),
    "5b": (832, 384, 192, 384, 48, 128, 128),
}


def alexnet(channels: Sequence[int] = (96, 256, 384, 384, 256), groups: int = 2) -> nn.Sequential:
    """AlexNet for images of 3 × 224 × 224, 1,000 classes.

    As published its second, fourth and fifth convolution are cut into two ``groups``, which lay on two graphics cards:
    60,965,224 parameters. (The paper's 224 pixels need 2 of padding for its 55 × 55 results.) The one tower that
    libraries offer under this name is another network, ``alexnet((64, 192, 384, 256, 256), groups=1)`` without the
    normalization: 61,100,840. Source: Krizhevsky, Sutskever, Hinton (2012), "ImageNet classification with deep
    convolutional neural networks", NeurIPS, section 3; the other is torchvision's, after Krizhevsky (2014),
    arXiv:1404.5997, whose fourth convolution has 384 channels.
    """
    one, two, three, four, five = channels
    return nn.Sequential(
        OrderedDict(
            conv1=conv_relu(3, one, 11, stride=4, padding=2),  # 55 x 55
            pool1=nn.Sequential(local_response_norm(2.0), nn.MaxPool2d(3, 2)),  # 27 x 27
            conv2=conv_relu(one, two, 5, padding=2, groups=groups),
            pool2=nn.Sequential(local_response_norm(2.0), nn.MaxPool2d(3, 2)),  # 13 x 13
            conv3=conv_relu(two, three, 3, padding=1),
            conv4=conv_relu(three, four, 3, padding=1, groups=groups),
            conv5=conv_relu(four, five, 3, padding=1, groups=groups),
            pool5=nn.MaxPool2d(3, 2),  # 6 x 6
            fc6=nn.Sequential(nn.Flatten(), nn.Linear(five * 6 * 6, 4096), nn.ReLU(), nn.Dropout(0.5)),
            fc7=nn.Sequential(nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5)),
            fc8=nn.Linear(4096, 1000),
        )
    )


def local_response_norm(k: float) -> nn.LocalResponseNorm:
    """Divides each number by a power of what five neighbouring channels have at its place (AlexNet, section 3.3).

    The paper sums the five squares, PyTorch takes their mean: 5e-4 here is its 1e-4.
    """
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=k)


def vgg16() -> nn.Sequential:
    """VGG-16 for images of 3 × 224 × 224, 1,000 classes: 3 × 3 windows only, deeper and deeper.

    138,357,544 parameters, of which 123,642,856 stand in the three linear layers.
    Source: Simonyan, Zisserman (2015), "Very deep convolutional networks for large-scale image recognition", ICLR,
    table 1, configuration D.
    """
    stages: OrderedDict[str, nn.Module] = OrderedDict()
    before = 3
    for number, (channels, convolutions) in enumerate([(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)], start=1):
        layers = []
        for _ in range(convolutions):
            layers.append(conv_relu(before, channels, 3, padding=1))
            before = channels
        stages[f"stage{number}"] = nn.Sequential(*layers, nn.MaxPool2d(2))  # 112, 56, 28, 14, 7
    stages["fc6"] = nn.Sequential(nn.Flatten(), nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Dropout(0.5))
    stages["fc7"] = nn.Sequential(nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5))
    stages["fc8"] = nn.Linear(4096, 1000)
    return nn.Sequential(stages)


class GoogLeNet(nn.Module):
    """What ``googlenet`` builds; ``auxiliary`` heads look at 4a and 4d, and give their logits in training only."""

    def __init__(self, auxiliary: bool) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            conv_relu(3, 64, 7, stride=2, padding=3),  # 112 x 112
            nn.MaxPool2d(3, 2, ceil_mode=True),  # 56 x 56
            local_response_norm(1.0),
            conv_relu(64, 64, 1),
            conv_relu(64, 192, 3, padding=1),
            local_response_norm(1.0),
            nn.MaxPool2d(3, 2, ceil_mode=True),  # 28 x 28
        )
        for name, sizes in INCEPTIONS.items():
            setattr(self, f"block{name}", Inception(*sizes))
        self.pool3, self.pool4 = (nn.MaxPool2d(3, 2, ceil_mode=True) for _ in range(2))  # 14 x 14, 7 x 7
        self.head4a = _auxiliary_head(512) if auxiliary else None
        self.head4d = _auxiliary_head(528) if auxiliary else None
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.4), nn.Linear(1024, 1000))

    def forward(self, inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        """(n, 3, 224, 224) -> logits (n, 1000); in training with auxiliary heads three of them, the main ones first."""
        logits = []
        outputs = self.stem(inputs)
        for name in INCEPTIONS:
            outputs = getattr(self, f"block{name}")(outputs)
            if name in ("3b", "4e"):
                outputs = (self.pool3 if name == "3b" else self.pool4)(outputs)
            head = getattr(self, f"head{name}", None)
            if head is not None and self.training:
                logits.append(head(outputs))
        main = self.head(outputs)
        return (main, *logits) if logits else main


def googlenet(auxiliary: bool = False) -> GoogLeNet:
    """GoogLeNet for images of 3 × 224 × 224, 1,000 classes: nine inception blocks and one linear layer.

    6,998,552 parameters without the ``auxiliary`` heads. The paper's table 1 adds up to 6.8 M: it counts in units of
    1,024, leaves out the 8,280 biases, and for the first convolution gives 2.7 K where 7 × 7 × 3 × 64 weights are
    9,408. Libraries have 6,624,904: 3 × 3 windows in place of 5 × 5, and batch normalization, which came later.
    Source: Szegedy et al. (2015), "Going deeper with convolutions", CVPR, table 1.
    """
    return GoogLeNet(auxiliary)


def _auxiliary_head(in_channels: int) -> nn.Sequential:
    """A classifier half-way, so that the layers below hear of the loss directly. Source: the same, section 5."""
    return nn.Sequential(
        nn.AvgPool2d(5, 3),  # 4 x 4
        conv_relu(in_channels, 128, 1),
        nn.Flatten(),
        nn.Linear(128 * 4 * 4, 1024),
        nn.ReLU(),
        nn.Dropout(0.7),
        nn.Linear(1024, 1000),
    )


def resnet18() -> nn.Sequential:
    """ResNet-18 for images of 3 × 224 × 224, 1,000 classes: 11,689,512 parameters.

    Source: He, Zhang, Ren, Sun (2016), "Deep residual learning for image recognition", CVPR, table 1.
    """
    return _resnet(basic_block, blocks=(2, 2, 2, 2), widening=1)


def resnet50(*, stride_in_3x3: bool = False) -> nn.Sequential:
    """ResNet-50 for images of 3 × 224 × 224, 1,000 classes: 25,557,032 parameters.

    As published, the stride of a bottleneck sits in its first 1 × 1 convolution: 3.86 · 10⁹ multiply-adds, the 3.8 of
    the paper. Libraries have it in the 3 × 3 one (``stride_in_3x3``): 4.09 · 10⁹. Source: the same.
    """
    return _resnet(partial(bottleneck, stride_in_3x3=stride_in_3x3), blocks=(3, 4, 6, 3), widening=4)


def _resnet(block: Callable[[int, int, int], nn.Module], blocks: Sequence[int], widening: int) -> nn.Sequential:
    """The common frame: a stem, four stages of so many blocks, the mean of each channel, one linear layer.

    ``block(in_channels, channels, stride)`` gives ``widening`` · channels.
    """
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    parts["conv1"] = nn.Sequential(conv_norm(3, 64, 7, stride=2), nn.ReLU(), nn.MaxPool2d(3, 2, padding=1))  # 56 x 56
    before = 64
    for number, count in enumerate(blocks):
        channels = 64 * 2**number
        layers = [block(before, channels, 1 if number == 0 else 2)]
        before = widening * channels
        layers += [block(before, channels, 1) for _ in range(count - 1)]
        parts[f"conv{number + 2}"] = nn.Sequential(*layers)  # 56, 28, 14, 7
    parts["head"] = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 1000))
    return nn.Sequential(parts)
