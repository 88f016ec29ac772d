"""The room of chapter 11: PyTorch."""

CHAPTER = "11_pytorch"  # the notebook
