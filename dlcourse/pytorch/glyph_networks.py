"""Two networks that have learnt the glyph letters: one from their names, one from nothing but their pictures.

Both look at an image with the same layers, ``stem``, ``block1``, ``block2`` and ``block3``, so that what they have
learnt can be compared layer by layer. ``pretrained`` loads the weights.
"""

from collections import OrderedDict

from torch import Tensor, nn

from dlcourse.pytorch.blocks import basic_block, conv_norm

# The classes that the stored weights know: the capitals, and those small letters that have another form.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt"


def glyph_resnet(classes: int = len(LETTERS)) -> nn.Sequential:
    """A small residual network, (n, 1, 28, 28) -> logits (n, classes).

    ``pool`` takes the mean of each of the 64 channels, so that ``head``, a linear layer, sees 64 numbers; with 37
    classes the network has 79,509 parameters.
    """
    return nn.Sequential(OrderedDict(**_body(), pool=_pool(), head=nn.Linear(64, classes)))


class GlyphAutoencoder(nn.Module):
    """What ``glyph_autoencoder`` builds: an encoder to ``width`` numbers, and a decoder back to an image."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.encoder = nn.Sequential(OrderedDict(**_body(), flatten=nn.Flatten(), code=nn.Linear(64 * 4 * 4, width)))
        self.decoder = nn.Sequential(
            nn.Linear(width, 64 * 4 * 4),
            nn.ReLU(),
            nn.Unflatten(1, (64, 4, 4)),
            nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1),  # 7 x 7
            nn.ReLU(),
            nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1),  # 14 x 14
            nn.ReLU(),
            nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1),  # 28 x 28
            nn.Sigmoid(),
        )

    def encode(self, images: Tensor) -> Tensor:
        """Images (n, 1, 28, 28) in [0, 1] -> codes (n, width), any numbers."""
        return self.encoder(images)

    def decode(self, codes: Tensor) -> Tensor:
        """Codes (n, width) -> images (n, 1, 28, 28) in (0, 1)."""
        return self.decoder(codes)

    def forward(self, images: Tensor) -> Tensor:
        """Images (n, 1, 28, 28) -> their reconstructions, of the same shape."""
        return self.decode(self.encode(images))


def glyph_autoencoder(width: int = 32) -> GlyphAutoencoder:
    """A convolutional autoencoder for images of 1 × 28 × 28, whose encoder has the body of ``glyph_resnet``."""
    return GlyphAutoencoder(width)


def _body() -> dict[str, nn.Module]:
    """The layers that both networks share: (n, 1, 28, 28) -> (n, 64, 4, 4)."""
    return {
        "stem": nn.Sequential(conv_norm(1, 16, 3, stride=2), nn.ReLU()),  # 14 x 14
        "block1": basic_block(16, 16),
        "block2": basic_block(16, 32, stride=2),  # 7 x 7
        "block3": basic_block(32, 64, stride=2),  # 4 x 4
    }


def _pool() -> nn.Sequential:
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
