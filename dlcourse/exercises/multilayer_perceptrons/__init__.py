"""The exercises of chapter 9, multilayer perceptrons, in the order of the chapter."""

from dlcourse.exercises.multilayer_perceptrons import choices, forward, xor

xor_choice = choices.xor_choice
one_hidden_layer = forward.one_hidden_layer
xor_network = xor.xor_network
