"""Figures: functions that take ``ax=None``, draw, and return ``ax``, each with an alternative text."""
