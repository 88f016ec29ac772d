"""The kinds of exercise: a function to write, a number, several, a choice, a construction."""
