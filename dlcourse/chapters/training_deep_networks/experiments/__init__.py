"""The experiments of chapter 12, training deep networks."""

from dlcourse.chapters.training_deep_networks.experiments.dropout_rate import dropout_rate
from dlcourse.chapters.training_deep_networks.experiments.memory import memory
from dlcourse.chapters.training_deep_networks.experiments.signals import signals

__all__ = ["dropout_rate", "memory", "signals"]
