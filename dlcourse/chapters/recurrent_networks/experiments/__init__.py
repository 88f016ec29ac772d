"""The experiments of chapter 15, recurrent networks."""

from dlcourse.chapters.recurrent_networks.experiments.gradient_flow import gradient_over_time
from dlcourse.chapters.recurrent_networks.experiments.truncation import truncation_window
from dlcourse.chapters.recurrent_networks.experiments.unrolled import unrolled_name

__all__ = ["gradient_over_time", "truncation_window", "unrolled_name"]
