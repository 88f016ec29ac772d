"""The exercises of chapter 2, linear algebra and calculus, in the order of the chapter."""

EXERCISES = ()
