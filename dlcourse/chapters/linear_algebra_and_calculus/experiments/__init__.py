"""The experiments of chapter 2, linear algebra and calculus."""

from dlcourse.chapters.linear_algebra_and_calculus.experiments.plane import plane
from dlcourse.chapters.linear_algebra_and_calculus.experiments.quadratic_form import quadratic_form

__all__ = ["plane", "quadratic_form"]
