"""The experiments of chapter 16, LSTM and GRU."""

from dlcourse.chapters.lstm_and_gru.experiments.gates_by_hand import gates_by_hand
from dlcourse.chapters.lstm_and_gru.experiments.reading_gates import reading_gates

__all__ = ["gates_by_hand", "reading_gates"]
