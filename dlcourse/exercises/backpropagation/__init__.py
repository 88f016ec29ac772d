"""The exercises of chapter 10, backpropagation, in the order of the chapter."""

from dlcourse.exercises.backpropagation import ordering, products, reading

read_a_graph = reading.read_a_graph
multiply_rule = products.multiply_rule
topological_order = ordering.topological_order
