"""The exercises of chapter 15, recurrent networks, in the order of the chapter."""

from dlcourse.chapters.recurrent_networks.exercises.clip_by_norm import clip_by_norm
from dlcourse.chapters.recurrent_networks.exercises.masked_loss import masked_loss
from dlcourse.chapters.recurrent_networks.exercises.rnn_step import rnn_step
from dlcourse.chapters.recurrent_networks.exercises.rnn_step_backward import rnn_step_backward
from dlcourse.chapters.recurrent_networks.exercises.summed_gradient import summed_gradient
from dlcourse.chapters.recurrent_networks.exercises.truncated_gradient import truncated_gradient

EXERCISES = (
    rnn_step,
    masked_loss,
    summed_gradient,
    rnn_step_backward,
    truncated_gradient,
    clip_by_norm,
)
