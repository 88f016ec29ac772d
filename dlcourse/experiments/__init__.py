"""Experiments: pictures with controls, one file a chapter, on the machinery of ``experiment.py``."""
