"""The exercises of chapter 7, optimization, in the order of the chapter."""

from dlcourse.chapters.optimization.exercises.adam_step import adam_step
from dlcourse.chapters.optimization.exercises.adamw_step import adamw_step
from dlcourse.chapters.optimization.exercises.choices import diagnose_runs
from dlcourse.chapters.optimization.exercises.momentum_step import momentum_step
from dlcourse.chapters.optimization.exercises.newton_step import newton_step
from dlcourse.chapters.optimization.exercises.whiten import whiten

EXERCISES = (newton_step, whiten, diagnose_runs, momentum_step, adam_step, adamw_step)
