"""The experiments of chapter 11, PyTorch."""
