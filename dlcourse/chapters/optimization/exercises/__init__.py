"""The exercises of chapter 7, optimization, in the order of the chapter."""

EXERCISES = ()
