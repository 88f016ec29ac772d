"""The experiments of chapter 12, training deep networks."""

from dlcourse.chapters.training_deep_networks.experiments.memory import memory
from dlcourse.chapters.training_deep_networks.experiments.signals import signals

__all__ = ["memory", "signals"]
