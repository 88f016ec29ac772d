"""Experiments: pictures with controls. Only the machinery: a chapter's own are in ``dlcourse.chapters``."""
