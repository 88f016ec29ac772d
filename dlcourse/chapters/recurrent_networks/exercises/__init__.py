"""The exercises of chapter 15, recurrent networks, in the order of the chapter."""

EXERCISES = ()
