"""The exercises of chapter 14, the architectures of convolutional networks, in the order of the chapter."""

from dlcourse.chapters.cnn_architectures.exercises.block_parameters import block_parameters
from dlcourse.chapters.cnn_architectures.exercises.choices import deeper_and_worse
from dlcourse.chapters.cnn_architectures.exercises.class_activation_map import class_activation_map
from dlcourse.chapters.cnn_architectures.exercises.multiply_adds import multiply_adds
from dlcourse.chapters.cnn_architectures.exercises.occlusion_map import occlusion_map
from dlcourse.chapters.cnn_architectures.exercises.residual_block import residual_block

EXERCISES = (
    multiply_adds,
    deeper_and_worse,
    residual_block,
    block_parameters,
    occlusion_map,
    class_activation_map,
)
