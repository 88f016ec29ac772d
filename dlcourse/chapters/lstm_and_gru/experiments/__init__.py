"""The experiments of chapter 16, LSTM and GRU."""

from dlcourse.chapters.lstm_and_gru.experiments.delay_race import delay_race
from dlcourse.chapters.lstm_and_gru.experiments.gates_by_hand import gates_by_hand
from dlcourse.chapters.lstm_and_gru.experiments.reading_gates import reading_gates

__all__ = ["delay_race", "gates_by_hand", "reading_gates"]
