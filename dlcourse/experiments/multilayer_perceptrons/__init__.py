"""The experiments of chapter 9, multilayer perceptrons."""

from dlcourse.experiments.multilayer_perceptrons.activations import activations
from dlcourse.experiments.multilayer_perceptrons.folding import folding
from dlcourse.experiments.multilayer_perceptrons.playground import playground
from dlcourse.experiments.multilayer_perceptrons.staircase import staircase
from dlcourse.experiments.multilayer_perceptrons.xor import xor_by_hand

__all__ = ["activations", "folding", "playground", "staircase", "xor_by_hand"]
