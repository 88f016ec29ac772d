"""The exercises of chapter 12, training deep networks, in the order of the chapter."""

EXERCISES = ()
