"""The room of chapter 16: LSTM and GRU."""

CHAPTER = "16_lstm_and_gru"  # the notebook
