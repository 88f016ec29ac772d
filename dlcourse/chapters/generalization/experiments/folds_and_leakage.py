"""Cross-validation of tables in which there is nothing to learn, by procedures that leak and one that does not."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.chapters.generalization.experiments.leakage_picture import LeakagePicture
from dlcourse.chapters.generalization.experiments.noise_tables import INFORMATIVE, MOST_KEPT, TABLES, TRIED, judge
from dlcourse.experiments.controls import Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction

TOLD = {
    "inside": "scales, chooses and fits by the training part of each fold",
    "scaled": "scales by all rows, and chooses and fits by the training part of each fold",
    "features": "chooses the features by all rows, and scales and fits by the training part of each fold",
    "best": "does everything by the training part, for {tried} numbers of features, and reports the best result",
    "twins": "does everything by the training part, but each row stands in two folds",
}


def compute_folds_and_leakage(
    procedure: str, folds: int, rows: int, features: str, kept: int, signal: float, seed: int
) -> Values:
    """What cross-validation says of 20 tables, ``estimates`` (20,), and how it is on new rows, ``truths`` (20,).

    ``noise_tables`` says what the tables, the classifier and each ``procedure`` are. ``seen`` (4, folds, blocks):
    whether a block of rows is seen by scaling, choice of features, fit and judgement, when a fold is held out;
    ``leaks`` (4, folds, blocks): where held-out rows are in it, and should not be seen.
    """
    estimates, truths = judge(procedure, rows, int(features), kept, folds, signal, seed)
    held_out = np.eye(folds, dtype=bool)
    seen = np.stack([~held_out, ~held_out, ~held_out, held_out])
    if procedure in ("scaled", "features"):
        seen[("scaled", "features").index(procedure)] = True
    return {
        "folds": folds,
        "estimates": estimates,
        "truths": truths,
        "seen": seen,
        "leaks": _leaks(procedure, seen, held_out),
        "told": f"{rows} rows{' twice' if procedure == 'twins' else ''}, {folds} folds, {int(features):,} features",
    }


def _leaks(procedure: str, seen: NDArray[np.bool], held_out: NDArray[np.bool]) -> NDArray[np.bool]:
    """Where a step sees rows that are held out; twins of them stand in the blocks before and after."""
    steps = np.array([True, True, True, procedure == "best"])[:, None, None]  # its results choose what is reported
    if procedure == "twins":
        held_out = (np.roll(held_out, 1, axis=1) | np.roll(held_out, -1, axis=1)) & ~held_out
    return seen & held_out & steps


def describe_folds_and_leakage(parameters: Mapping[str, Any], values: Values) -> str:
    """The tables, the procedure, and what it says beside what is true."""
    estimates, truths = 100 * values["estimates"], 100 * values["truths"]
    signal, kept = parameters["signal"], min(parameters["kept"], int(parameters["features"]))
    with_kept = f", with {kept} {'feature' if kept == 1 else 'features'} kept"
    tried = sum(size <= int(parameters["features"]) for size in TRIED)
    there = (
        f"{INFORMATIVE} of them {signal:.1f} standard deviations apart in the two classes" if signal else "all noise"
    )
    return (
        f"{TABLES} tables of {parameters['rows']} rows with {int(parameters['features']):,} features, {there}. "
        f"Cross-validation in {parameters['folds']} folds {TOLD[parameters['procedure']].format(tried=tried)}"
        f"{'' if parameters['procedure'] == 'best' else with_kept}. It reports "
        f"{estimates.mean():.0f} % right answers on average, {estimates.min():.0f} to {estimates.max():.0f} % for "
        f"single tables; on new rows {truths.mean():.0f} % are right, so it says {_optimism(values)}."
    )


def _optimism(values: Values) -> str:
    """The mean difference in percentage points, in words."""
    points = round(100 * float(values["estimates"].mean() - values["truths"].mean()))
    if points == 0:
        return "neither too much nor too little"
    return f"{abs(points)} {'point' if abs(points) == 1 else 'points'} too {'much' if points > 0 else 'little'}"


folds_and_leakage = Experiment(
    name="folds_and_leakage",
    title="What cross-validation says of noise",
    prediction=Prediction(
        question="A table has 50 rows, half of each class, and 1,000 features, all of them noise: on new rows, nobody "
        "can have more than 50 % right answers. Somebody keeps the 10 features that differ most between the two "
        "classes in the table, and then judges a classifier on these by 5-fold cross-validation. What does it report, "
        "on average over many such tables?",
        choices=(
            "About 50 %: each fold is judged on rows that the classifier was not fitted to",
            "About 60 %",
            "About 75 %",
            "About 90 %",
        ),
        answer=3,
        explanation="89 %, on tables of noise. The classifier was fitted without the held-out rows, but the features "
        "were chosen with them: of 1,000, some differ between the classes by chance, in these very rows. Choose them "
        "anew in each training part and the average is 48 %, though single tables are between 30 and 68 %: 50 rows "
        "say little, and that 20 tables are a little below 50 % on average is chance (draw them again).\n\n"
        "Now try the other procedures. Scaling by all rows is a leak too, but a harmless one here: the "
        "average is 47 %, since means and standard deviations of all rows say nothing of the classes. To report the "
        "best of ten honest estimates adds 7 points, and rows that stand in the table twice add 30. Where there is "
        "something to find, a leak hides how much of it was found: with a signal of 1, choosing by all rows reports "
        "94 %, and 71 % are right on new rows. With 10 features in place of 1,000, which of the leaks remain?",
    ),
    controls=(
        Menu(
            "procedure",
            "Procedure",
            {
                "inside": "everything within the training part",
                "scaled": "scale by all rows first",
                "features": "choose features by all rows first",
                "best": "report the best number of features",
                "twins": "each row stands in the table twice",
            },
        ),
        Slider("folds", "Folds K", 2, 10, step=1, value=5),
        Slider("rows", "Rows n", 20, 60, step=10, value=50),
        Menu("features", "Features d", {"10": "10", "100": "100", "1000": "1,000"}, "1000"),
        Slider("kept", "Features kept", 1, MOST_KEPT, step=1, value=10),
        Slider("signal", "Signal in 5 features", 0.0, 1.5, step=0.1, value=0.0, unit="standard deviations"),
        Slider("seed", "Draw the tables again: seed", 1, 20, step=1, value=1),
    ),
    compute=compute_folds_and_leakage,
    picture=LeakagePicture,
    describe=describe_folds_and_leakage,
    size=(9.0, 4.9),
)
