"""The experiments of chapter 14, the architectures of convolutional networks."""

from dlcourse.chapters.cnn_architectures.experiments.build_a_network import build_a_network
from dlcourse.chapters.cnn_architectures.experiments.feature_maps import feature_maps
from dlcourse.chapters.cnn_architectures.experiments.occlude import occlude

__all__ = ["build_a_network", "feature_maps", "occlude"]
