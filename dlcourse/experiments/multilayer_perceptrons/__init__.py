"""The experiments of chapter 9, multilayer perceptrons."""

from dlcourse.experiments.multilayer_perceptrons.xor import xor_by_hand

__all__ = ["xor_by_hand"]
