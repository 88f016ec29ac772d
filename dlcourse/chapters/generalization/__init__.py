"""The room of chapter 6: generalization."""

CHAPTER = "06_generalization"  # the notebook
