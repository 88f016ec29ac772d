"""The reader's function is run: in a process of its own, by value, in its time and memory."""
