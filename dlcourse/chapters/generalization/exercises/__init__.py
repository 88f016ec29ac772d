"""The exercises of chapter 6, generalization, in the order of the chapter."""

from dlcourse.chapters.generalization.exercises.choices import diagnose_curves, find_the_leak
from dlcourse.chapters.generalization.exercises.cross_validate import cross_validate
from dlcourse.chapters.generalization.exercises.k_folds import k_folds
from dlcourse.chapters.generalization.exercises.ridge import ridge
from dlcourse.chapters.generalization.exercises.soft_threshold import soft_threshold
from dlcourse.chapters.generalization.exercises.standardize_without_leak import standardize_without_leak

EXERCISES = (
    ridge,
    soft_threshold,
    diagnose_curves,
    k_folds,
    cross_validate,
    standardize_without_leak,
    find_the_leak,
)
