"""The experiments of chapter 9, multilayer perceptrons."""

from dlcourse.experiments.multilayer_perceptrons.activations import activations
from dlcourse.experiments.multilayer_perceptrons.playground import playground
from dlcourse.experiments.multilayer_perceptrons.staircase import staircase
from dlcourse.experiments.multilayer_perceptrons.xor import xor_by_hand

__all__ = ["activations", "playground", "staircase", "xor_by_hand"]
