"""The textbook: every idea of the course written by hand in NumPy, to be read beside its formula."""
