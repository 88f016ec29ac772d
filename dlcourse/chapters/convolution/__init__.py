"""The room of chapter 13: convolution."""

CHAPTER = "13_convolution"  # the notebook
