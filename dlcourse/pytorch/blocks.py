"""What the architectures are made of: each block one idea, in a few lines.

Sums and concatenations are modules here, so that ``counting`` sees them, too.
"""

import torch
from torch import Tensor, nn


class Add(nn.Module):
    """The sum of two results of one shape."""

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        """Two tensors of one shape -> their sum."""
        return one + other


class Concatenate(nn.Module):
    """Several results side by side: their channels, one after the other."""

    def forward(self, *parts: Tensor) -> Tensor:
        """Tensors (n, channels, height, width) -> one with all of their channels."""
        return torch.cat(parts, dim=1)


def conv_relu(
    in_channels: int, out_channels: int, kernel_size: int, stride: int = 1, padding: int = 0, groups: int = 1
) -> nn.Sequential:
    """A convolution with a bias, then ReLU."""
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, groups=groups), nn.ReLU())


def conv_norm(in_channels: int, out_channels: int, kernel_size: int, stride: int = 1) -> nn.Sequential:
    """A convolution that keeps the size (but for its stride), then batch normalization.

    The convolution has no bias: normalization subtracts the mean, and any bias with it, and has a bias of its own.
    """
    padding = kernel_size // 2
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=False), nn.BatchNorm2d(out_channels)
    )


class Inception(nn.Module):
    """Windows of several sizes at once: 1 × 1, 3 × 3, 5 × 5 and a pooled copy, each on fewer channels, side by side.

    The 1 × 1 convolutions before the larger windows leave ``three_reduced`` and ``five_reduced`` channels, which makes
    them cheap. The result has one + three + five + pooled channels, at the same height and width.
    Source: Szegedy et al. (2015), "Going deeper with convolutions", CVPR, figure 2b.
    """

    def __init__(
        self, in_channels: int, one: int, three_reduced: int, three: int, five_reduced: int, five: int, pooled: int
    ) -> None:
        super().__init__()
        self.branch1 = conv_relu(in_channels, one, 1)
        self.branch3 = nn.Sequential(
            conv_relu(in_channels, three_reduced, 1), conv_relu(three_reduced, three, 3, padding=1)
        )
        self.branch5 = nn.Sequential(
            conv_relu(in_channels, five_reduced, 1), conv_relu(five_reduced, five, 5, padding=2)
        )
        self.branch_pool = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), conv_relu(in_channels, pooled, 1))
        self.concatenate = Concatenate()

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, in_channels, height, width) -> (n, one + three + five + pooled, height, width)."""
        return self.concatenate(
            self.branch1(inputs), self.branch3(inputs), self.branch5(inputs), self.branch_pool(inputs)
        )


class Residual(nn.Module):
    """relu(F(x) + x): ``branch`` F learns what is to be added to its input, not the whole result.

    Where F changes the shape, ``shortcut`` gives x the same one.
    Source: He et al. (2016), "Deep residual learning for image recognition", CVPR, equations 1 and 2.
    """

    def __init__(self, branch: nn.Module, shortcut: nn.Module | None = None) -> None:
        super().__init__()
        self.branch = branch
        self.shortcut = nn.Identity() if shortcut is None else shortcut
        self.add = Add()
        self.relu = nn.ReLU()

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, channels, height, width) -> the shape that the branch gives."""
        return self.relu(self.add(self.branch(inputs), self.shortcut(inputs)))


def basic_block(in_channels: int, out_channels: int, stride: int = 1) -> Residual:
    """The residual block of ResNet-18 and -34: two 3 × 3 convolutions. Source: He et al. (2016), figure 5, left."""
    branch = nn.Sequential(
        conv_norm(in_channels, out_channels, 3, stride), nn.ReLU(), conv_norm(out_channels, out_channels, 3)
    )
    return Residual(branch, projection(in_channels, out_channels, stride))


def bottleneck(in_channels: int, channels: int, stride: int = 1, *, stride_in_3x3: bool = False) -> Residual:
    """The residual block of ResNet-50 and deeper: 1 × 1 to fewer ``channels``, 3 × 3, and 1 × 1 to four times as many.

    As published, the stride sits in the first 1 × 1 convolution, which then skips three of four pixels; today's
    libraries put it into the 3 × 3 one (``stride_in_3x3``). Source: He et al. (2016), figure 5, right.
    """
    first, second = (1, stride) if stride_in_3x3 else (stride, 1)
    branch = nn.Sequential(
        conv_norm(in_channels, channels, 1, first),
        nn.ReLU(),
        conv_norm(channels, channels, 3, second),
        nn.ReLU(),
        conv_norm(channels, 4 * channels, 1),
    )
    return Residual(branch, projection(in_channels, 4 * channels, stride))


def projection(in_channels: int, out_channels: int, stride: int) -> nn.Module | None:
    """The shortcut of a block: None where input and result have one shape, else a 1 × 1 convolution."""
    if in_channels == out_channels and stride == 1:
        return None
    return conv_norm(in_channels, out_channels, 1, stride)


class Mixer(nn.Module):
    """One layer of an MLP-Mixer: an MLP across the patches, then an MLP across the channels, each with a shortcut.

    Source: Tolstikhin et al. (2021), "MLP-Mixer: an all-MLP architecture for vision", NeurIPS, equation 1.
    """

    def __init__(self, patches: int, channels: int, patches_hidden: int, channels_hidden: int) -> None:
        super().__init__()
        self.norm_patches, self.norm_channels = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.across_patches = _mlp(patches, patches_hidden)
        self.across_channels = _mlp(channels, channels_hidden)
        self.add_patches, self.add_channels = Add(), Add()

    def forward(self, inputs: Tensor) -> Tensor:
        """(n, patches, channels) -> the same shape."""
        mixed = self.across_patches(self.norm_patches(inputs).transpose(1, 2)).transpose(1, 2)
        inputs = self.add_patches(inputs, mixed)
        return self.add_channels(inputs, self.across_channels(self.norm_channels(inputs)))


def _mlp(size: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(size, hidden), nn.GELU(), nn.Linear(hidden, size))


def without(network: nn.Module, kind: type[nn.Module]) -> nn.Module:
    """Takes each part of that kind out of the network, which is changed and returned: what did it do for the whole?

    Of a ``Residual`` the shortcut is taken out; anything else, ``nn.BatchNorm2d`` say, hands on what it receives.
    """
    for name, part in list(network.named_children()):
        if not isinstance(part, kind):
            without(part, kind)
        elif isinstance(part, Residual):
            setattr(network, name, nn.Sequential(part.branch, part.relu))
        else:
            setattr(network, name, nn.Identity())
    return network


def normalized(network: nn.Module) -> nn.Module:
    """Puts batch normalization behind each convolution of the network, which is changed and returned."""
    for name, part in list(network.named_children()):
        if isinstance(part, nn.Conv2d):
            setattr(network, name, nn.Sequential(part, nn.BatchNorm2d(part.out_channels)))
        else:
            normalized(part)
    return network


def initialize(network: nn.Module, seed: int) -> nn.Module:
    """Draws all weights anew, from ``seed`` alone: He's normal start for convolutions and linear layers, biases 0.

    The standard deviation of a weight is √(2 / fan_in). Normalization starts with weights 1 and biases 0, and with no
    statistics. Returns the network. Raises TypeError, before anything is drawn, for a part with other weights.
    Source: He et al. (2015), "Delving deep into rectifiers", ICCV, equation 10.
    """
    drawn, reset = nn.Conv2d | nn.Linear, nn.BatchNorm2d | nn.LayerNorm
    for module in network.modules():
        if list(module.parameters(recurse=False)) and not isinstance(module, drawn | reset):
            raise TypeError(f"initialize: no start is known for {type(module).__name__}, which would keep its own.")
    generator = torch.Generator().manual_seed(seed)
    for module in network.modules():
        if isinstance(module, drawn):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, reset):
            module.reset_parameters()
    return network
