"""The exercises of chapter 6, generalization, in the order of the chapter."""

EXERCISES = ()
