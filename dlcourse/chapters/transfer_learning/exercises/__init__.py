"""The exercises of chapter 21, transfer learning, in the order of the chapter."""

from dlcourse.chapters.transfer_learning.exercises.choices import choose_again, choose_strategy
from dlcourse.chapters.transfer_learning.exercises.extract_features import extract_features
from dlcourse.chapters.transfer_learning.exercises.layer_rates import layer_rates
from dlcourse.chapters.transfer_learning.exercises.mended_fine_tuning import mended_fine_tuning
from dlcourse.chapters.transfer_learning.exercises.replace_head import replace_head
from dlcourse.chapters.transfer_learning.exercises.trainable_parameters import trainable_parameters

EXERCISES = (
    trainable_parameters,
    extract_features,
    replace_head,
    mended_fine_tuning,
    choose_strategy,
    layer_rates,
    choose_again,
)
