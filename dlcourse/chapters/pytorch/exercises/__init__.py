"""The exercises of chapter 11, PyTorch, in the order of the chapter."""

from dlcourse.chapters.pytorch.exercises.accuracy_of import accuracy_of
from dlcourse.chapters.pytorch.exercises.loss_shape import loss_shape
from dlcourse.chapters.pytorch.exercises.mended_training import mended_training
from dlcourse.chapters.pytorch.exercises.mlp_parameters import mlp_parameters
from dlcourse.chapters.pytorch.exercises.one_step import one_step

EXERCISES = (
    mlp_parameters,
    loss_shape,
    one_step,
    accuracy_of,
    mended_training,
)
