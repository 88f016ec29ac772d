"""The room of chapter 0: how the course works."""

CHAPTER = "00_start_here"  # the notebook
