"""The experiment on reductions: which axis goes, which numbers flow into one result, and whether it fits beside x."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.linear_algebra_and_calculus.experiments.which_axis_picture import SHAPE, Place, WhichAxisPicture
from dlcourse.experiments.controls import Menu, Play, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed

# The first digits of π: sums of a few are done in the head.
NUMBERS = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4], dtype=float).reshape(SHAPE)
AXES: dict[str, tuple[int, ...]] = {
    "0": (0,),
    "1": (1,),
    "2": (2,),
    "(0, 1)": (0, 1),
    "(0, 2)": (0, 2),
    "(1, 2)": (1, 2),
    "None": (0, 1, 2),
    "()": (),
}
LONGEST = 6  # numbers that are written out


def compute_which_axis(axis: str, keepdims: bool, operation: str, entry: int) -> Values:
    """Reduces x (2, 3, 4) over ``axis``; one entry of the result is followed, number ``entry`` modulo their count.

    ``lit``: which of the 24 numbers flow into that entry. ``fits``: whether x − result is possible, and ``meets`` the
    lengths that collide where it is not. ``slice``: what is read, as NumPy writes it.
    """
    gone = AXES[axis]
    result = np.asarray(getattr(np, operation)(NUMBERS, axis=gone, keepdims=keepdims))
    chosen = entry % result.size
    index = tuple(map(int, np.unravel_index(chosen, result.shape)))
    # The same place with all three axes, and with ``:`` along those that are gone.
    inside = np.unravel_index(chosen, tuple(1 if each in gone else SHAPE[each] for each in range(3)))
    read = tuple(slice(None) if each in gone else int(inside[each]) for each in range(3))
    lit = np.zeros(SHAPE, dtype=bool)
    lit[read] = True
    decimals = 2 if operation == "mean" else 0
    values: Values = {
        "places": list(np.ndindex(SHAPE)),
        "words": [fixed(number, 0) for number in NUMBERS.ravel()],
        "lit": lit.ravel().tolist(),
        "entry": chosen,
        "result": result,
        "result_places": places_of(result.shape),
        "result_words": [fixed(number, decimals) for number in result.ravel()],
        "names": names_of(gone, keepdims),
        "slice": ", ".join(":" if isinstance(each, slice) else str(each) for each in read),
        "index": list(index),
        "meets": collision(result.shape),
    }
    values["sum"] = written(NUMBERS[lit], operation, values["result_words"][chosen])
    return values | {"told": told(values)}


def places_of(shape: tuple[int, ...]) -> list[Place]:
    """Where each number of the result is drawn, in a sheet, a row and a column: the last axis runs along a row."""
    full = (1,) * (3 - len(shape)) + shape
    return [(int(sheet), int(row), int(column)) for sheet, row, column in np.ndindex(full)]


def names_of(gone: tuple[int, ...], keepdims: bool) -> tuple[str, str, str]:
    """The result's axes as sheets, rows and columns, and which axis of x each was where its number has changed."""
    stay = list(range(3)) if keepdims else [each for each in range(3) if each not in gone]
    names = [f"axis {new}" if new == old else f"axis {new} (was {old})" for new, old in enumerate(stay)]
    sheets, rows, columns = [""] * (3 - len(names)) + names
    return sheets, rows, columns


def collision(shape: tuple[int, ...]) -> list[int]:
    """The two lengths, of x and of the result, at which x − result fails, the last axis first; empty where it fits."""
    for ours, theirs in zip(SHAPE[::-1], shape[::-1], strict=False):
        if theirs not in (1, ours):
            return [ours, theirs]
    return []


def written(numbers: Array, operation: str, result: str) -> str:
    """The computation of one entry, such as 4 + 2 + 5 = 11."""
    words = [fixed(number, 0) for number in numbers]
    if len(words) == 1:
        return result
    if len(words) > LONGEST:
        words = [*words[:2], "…", words[-1]]
    if operation == "max":
        return f"max({', '.join(words)}) = {result}"
    total = " + ".join(words)
    return f"{total} = {result}" if operation == "sum" else f"({total}) / {numbers.size} = {result}"


def told(values: Values) -> tuple[str, str]:
    """The lines above the panels."""
    fits = "an error" if values["meets"] else "fits"
    return f"x[{values['slice']}]: {values['sum']}", f"shape {values['result'].shape}; x − result: {fits}"


def describe_which_axis(parameters: Mapping[str, Any], values: Values) -> str:
    """The call, its shape, one entry with what flows into it, and whether the result fits beside x."""
    kept = ", keepdims=True" if parameters["keepdims"] else ""
    call = f"x.{parameters['operation']}(axis={parameters['axis']}{kept})"
    result, index = values["result"], ", ".join(map(str, values["index"]))
    entry = f"Its entry [{index}]" if result.ndim else "Its only number"
    if values["meets"]:
        ours, theirs = values["meets"]
        fits = f"x − result is an error: from the last axis on, {ours} meets {theirs}"
    else:
        fits = f"x − result fits, with shape {SHAPE}"
    return (
        f"x has shape {SHAPE}: 2 sheets of 3 rows and 4 columns. {call} has shape {result.shape}, {result.size} "
        f"{'number' if result.size == 1 else 'numbers'}. {entry} comes from x[{values['slice']}]: {values['sum']}. "
        f"{fits}."
    )


which_axis = Experiment(
    name="which_axis",
    title="Sums along an axis",
    prediction=Prediction(
        question="An array x has shape (2, 3, 4): 2 sheets, each of 3 rows and 4 columns. Which shape does "
        "x.sum(axis=1) have?",
        choices=("(3,)", "(2, 3)", "(2, 4)", "(2, 1, 4)"),
        answer=2,
        explanation="The axis that is named is the one that goes. Axis 1 runs down the three rows of a sheet, and "
        "along it the numbers are added: three flow into each result, and 2 · 4 results are left. What is read, "
        "x[0, :, 2] say, has its colon where the axis was.\n\n"
        "With keepdims=True the axis stays, with length 1: (2, 1, 4). It holds the same numbers, but watch x − result. "
        "Without keepdims it is an error after axis 1 and after axis 2, since shapes are laid side by side from the "
        "last axis on, and after axis 0 it fits. Three different lengths are kind: were they equal, nothing would be "
        "reported, and the wrong numbers subtracted. Then try two axes at once, or all.",
    ),
    controls=(
        Menu("axis", "Axis", {axis: f"axis={axis}" for axis in AXES}, value="1"),
        Toggle("keepdims", "keepdims"),
        Menu("operation", "Operation", {"sum": "sum", "mean": "mean", "max": "max"}),
        Slider("entry", "Result to follow", 0, NUMBERS.size - 1, step=1, value=0),
    ),
    play=Play("entry", interval=700, label="Next result"),
    compute=compute_which_axis,
    picture=WhichAxisPicture,
    describe=describe_which_axis,
    size=(9.0, 2.9),
    locked={"axis": "()"},
)
