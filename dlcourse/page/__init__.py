"""What runs in the reader's browser and is shared: a watch on the kernel, formulas, words as HTML."""
