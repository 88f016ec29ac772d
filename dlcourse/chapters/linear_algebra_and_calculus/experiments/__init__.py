"""The experiments of chapter 2, linear algebra and calculus."""

from dlcourse.chapters.linear_algebra_and_calculus.experiments.plane import plane
from dlcourse.chapters.linear_algebra_and_calculus.experiments.quadratic_form import quadratic_form
from dlcourse.chapters.linear_algebra_and_calculus.experiments.tangent import tangent
from dlcourse.chapters.linear_algebra_and_calculus.experiments.which_axis import which_axis

__all__ = ["plane", "quadratic_form", "tangent", "which_axis"]
