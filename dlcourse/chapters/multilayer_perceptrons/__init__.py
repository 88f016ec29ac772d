"""The room of chapter 9: multilayer perceptrons."""

CHAPTER = "09_multilayer_perceptrons"  # the notebook
