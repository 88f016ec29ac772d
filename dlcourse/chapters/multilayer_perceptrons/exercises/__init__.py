"""The exercises of chapter 9, multilayer perceptrons, in the order of the chapter."""

from dlcourse.chapters.multilayer_perceptrons.exercises.choices import relu_corner, xor_choice
from dlcourse.chapters.multilayer_perceptrons.exercises.count_parameters import count_parameters
from dlcourse.chapters.multilayer_perceptrons.exercises.merge_linear_layers import merge_linear_layers
from dlcourse.chapters.multilayer_perceptrons.exercises.one_hidden_layer import one_hidden_layer
from dlcourse.chapters.multilayer_perceptrons.exercises.staircase_network import staircase_network
from dlcourse.chapters.multilayer_perceptrons.exercises.tanh_derivative import tanh_derivative
from dlcourse.chapters.multilayer_perceptrons.exercises.units_for_sawtooth import units_for_sawtooth
from dlcourse.chapters.multilayer_perceptrons.exercises.xor_network import xor_network

EXERCISES = (
    xor_choice,
    xor_network,
    count_parameters,
    one_hidden_layer,
    tanh_derivative,
    merge_linear_layers,
    staircase_network,
    relu_corner,
    units_for_sawtooth,
)
