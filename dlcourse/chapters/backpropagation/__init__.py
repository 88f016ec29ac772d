"""The room of chapter 10: backpropagation."""

CHAPTER = "10_backpropagation"  # the notebook
