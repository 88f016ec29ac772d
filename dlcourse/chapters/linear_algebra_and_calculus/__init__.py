"""The room of chapter 2: linear algebra and calculus."""

CHAPTER = "02_linear_algebra_and_calculus"  # the notebook
