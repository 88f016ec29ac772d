"""The room of chapter 20: autoencoders and pretraining."""

CHAPTER = "20_autoencoders"  # the notebook
