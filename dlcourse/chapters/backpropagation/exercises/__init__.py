"""The exercises of chapter 10, backpropagation, in the order of the chapter."""

from dlcourse.chapters.backpropagation.exercises.backward import backward
from dlcourse.chapters.backpropagation.exercises.choices import equal_units, reverse_mode
from dlcourse.chapters.backpropagation.exercises.cross_entropy_gradient import cross_entropy_gradient
from dlcourse.chapters.backpropagation.exercises.deltas import deltas
from dlcourse.chapters.backpropagation.exercises.matmul_rule import matmul_rule
from dlcourse.chapters.backpropagation.exercises.multiply_rule import multiply_rule
from dlcourse.chapters.backpropagation.exercises.read_a_graph import read_a_graph
from dlcourse.chapters.backpropagation.exercises.relu_rule import relu_rule
from dlcourse.chapters.backpropagation.exercises.topological_order import topological_order
from dlcourse.chapters.backpropagation.exercises.unbroadcast import unbroadcast

EXERCISES = (
    read_a_graph,
    topological_order,
    backward,
    multiply_rule,
    matmul_rule,
    relu_rule,
    unbroadcast,
    cross_entropy_gradient,
    deltas,
    reverse_mode,
    equal_units,
)
