"""The experiments of chapter 7, optimization."""

from dlcourse.chapters.optimization.experiments.batch_noise import batch_noise
from dlcourse.chapters.optimization.experiments.conditioning import conditioning
from dlcourse.chapters.optimization.experiments.race import race

__all__ = ["batch_noise", "conditioning", "race"]
