"""The experiments of chapter 13, convolution."""

from dlcourse.chapters.convolution.experiments.growing import growing_field
from dlcourse.chapters.convolution.experiments.kernels import paint_a_kernel
from dlcourse.chapters.convolution.experiments.sizes import output_size
from dlcourse.chapters.convolution.experiments.sliding import slide_the_window

__all__ = ["growing_field", "output_size", "paint_a_kernel", "slide_the_window"]
