"""The experiments of chapter 13, convolution."""
