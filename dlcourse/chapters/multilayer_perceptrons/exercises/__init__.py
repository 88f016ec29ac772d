"""The exercises of chapter 9, multilayer perceptrons, in the order of the chapter."""

from dlcourse.chapters.multilayer_perceptrons.exercises import (
    choices,
    counting,
    forward,
    merging,
    slopes,
    staircase,
    xor,
)

xor_choice = choices.xor_choice
one_hidden_layer = forward.one_hidden_layer
xor_network = xor.xor_network
relu_derivative = slopes.relu_derivative
relu_corner = choices.relu_corner
tanh_derivative = slopes.tanh_derivative
merge_linear_layers = merging.merge_linear_layers
staircase_network = staircase.staircase_network
approximation_promise = choices.approximation_promise
units_for_sawtooth = counting.units_for_sawtooth
count_parameters = counting.count_parameters
