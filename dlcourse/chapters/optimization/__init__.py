"""The room of chapter 7: optimization."""

CHAPTER = "07_optimization"  # the notebook
