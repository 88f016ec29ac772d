"""The exercises of chapter 16, LSTM and GRU, in the order of the chapter."""

EXERCISES = ()
