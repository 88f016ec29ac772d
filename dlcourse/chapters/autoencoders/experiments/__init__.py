"""The experiments of chapter 20, autoencoders."""

from dlcourse.chapters.autoencoders.experiments.bottleneck import bottleneck
from dlcourse.chapters.autoencoders.experiments.latent_map import latent_map
from dlcourse.chapters.autoencoders.experiments.noise_level import noise_level

__all__ = ["bottleneck", "latent_map", "noise_level"]
