"""Milestones: the pieces that the reader has written, put together, run the real thing."""
