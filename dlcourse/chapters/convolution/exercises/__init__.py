"""The exercises of chapter 13, convolution, in the order of the chapter."""

from dlcourse.chapters.convolution.exercises.conv2d_by_loops import conv2d_by_loops
from dlcourse.chapters.convolution.exercises.conv2d_by_offsets import conv2d_by_offsets
from dlcourse.chapters.convolution.exercises.conv_output_size import conv_output_size
from dlcourse.chapters.convolution.exercises.input_gradient import input_gradient
from dlcourse.chapters.convolution.exercises.kernel_gradient import kernel_gradient
from dlcourse.chapters.convolution.exercises.max_pool_backward import max_pool_backward
from dlcourse.chapters.convolution.exercises.receptive_field import receptive_field

EXERCISES = (
    conv_output_size,
    conv2d_by_loops,
    conv2d_by_offsets,
    max_pool_backward,
    receptive_field,
    kernel_gradient,
    input_gradient,
)
