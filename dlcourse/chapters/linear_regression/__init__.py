"""The room of chapter 4: linear regression."""

CHAPTER = "04_linear_regression"  # the notebook
