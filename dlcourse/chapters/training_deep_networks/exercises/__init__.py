"""The exercises of chapter 12, training deep networks, in the order of the chapter."""

from dlcourse.chapters.training_deep_networks.exercises.batch_norm_backward import batch_norm_backward
from dlcourse.chapters.training_deep_networks.exercises.batch_norm_forward import batch_norm_forward
from dlcourse.chapters.training_deep_networks.exercises.choices import diagnose_signals
from dlcourse.chapters.training_deep_networks.exercises.dropout_forward import dropout_forward
from dlcourse.chapters.training_deep_networks.exercises.group_norm_forward import group_norm_forward
from dlcourse.chapters.training_deep_networks.exercises.he_std import he_std
from dlcourse.chapters.training_deep_networks.exercises.training_bytes import training_bytes

EXERCISES = (
    he_std,
    diagnose_signals,
    batch_norm_forward,
    batch_norm_backward,
    dropout_forward,
    training_bytes,
    group_norm_forward,
)
