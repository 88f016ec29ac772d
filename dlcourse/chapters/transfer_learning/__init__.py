"""The room of chapter 21: transfer learning."""

CHAPTER = "21_transfer_learning"  # the notebook
