"""The room of chapter 3: probability and maximum likelihood."""

CHAPTER = "03_probability_and_mle"  # the notebook
