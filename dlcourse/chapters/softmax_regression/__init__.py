"""The room of chapter 5: logistic and softmax regression."""

CHAPTER = "05_softmax_regression"  # the notebook
