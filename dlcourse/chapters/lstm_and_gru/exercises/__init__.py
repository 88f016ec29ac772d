"""The exercises of chapter 16, LSTM and GRU, in the order of the chapter."""

from dlcourse.chapters.lstm_and_gru.exercises.forget_bias import forget_bias
from dlcourse.chapters.lstm_and_gru.exercises.gru_step import gru_step
from dlcourse.chapters.lstm_and_gru.exercises.lstm_parameters import lstm_parameters
from dlcourse.chapters.lstm_and_gru.exercises.lstm_step import lstm_step
from dlcourse.chapters.lstm_and_gru.exercises.sample_with_temperature import sample_with_temperature

EXERCISES = (lstm_step, lstm_parameters, forget_bias, gru_step, sample_with_temperature)
