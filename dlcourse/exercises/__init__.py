"""Exercises: checks, hints and solutions. Only the machinery: a chapter's own are in ``dlcourse.chapters``."""
