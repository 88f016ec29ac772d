"""Exercises: checks, hints and solutions, one file a chapter, on the machinery of ``exercise.py``."""
