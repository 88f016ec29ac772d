"""The experiments of chapter 16, LSTM and GRU."""

from dlcourse.chapters.lstm_and_gru.experiments.gates_by_hand import gates_by_hand

__all__ = ["gates_by_hand"]
