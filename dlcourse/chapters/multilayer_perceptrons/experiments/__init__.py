"""The experiments of chapter 9, multilayer perceptrons."""

from dlcourse.chapters.multilayer_perceptrons.experiments.activations import activations
from dlcourse.chapters.multilayer_perceptrons.experiments.folding import folding
from dlcourse.chapters.multilayer_perceptrons.experiments.playground import playground
from dlcourse.chapters.multilayer_perceptrons.experiments.staircase import staircase
from dlcourse.chapters.multilayer_perceptrons.experiments.xor import xor_by_hand

__all__ = ["activations", "folding", "playground", "staircase", "xor_by_hand"]
