"""The experiments of chapter 16, LSTM and GRU."""
