"""The exercises of chapter 10, backpropagation, in the order of the chapter."""

from dlcourse.chapters.backpropagation.exercises import (
    backward_pass,
    broadcasting,
    choices,
    class_gradient,
    differences,
    layers,
    matrices,
    ordering,
    products,
    reading,
    rectifier,
)

count_the_runs = differences.count_the_runs
read_a_graph = reading.read_a_graph
multiply_rule = products.multiply_rule
topological_order = ordering.topological_order
backward = backward_pass.backward
matmul_rule = matrices.matmul_rule
relu_rule = rectifier.relu_rule
unbroadcast = broadcasting.unbroadcast
cross_entropy_gradient = class_gradient.cross_entropy_gradient
deltas = layers.deltas
equal_units = choices.equal_units
reverse_mode = choices.reverse_mode
