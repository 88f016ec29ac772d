"""The room of chapter 14: the architectures of convolutional networks."""

CHAPTER = "14_cnn_architectures"  # the notebook
