"""The experiment of 00_start_here: how probable is a shared birthday?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap, to_rgba
from matplotlib.figure import Figure

from dlcourse.experiments.controls import Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.prediction import Prediction
from dlcourse.plots import style

DAYS_IN_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
MOST = 80
NO_SUCH_DAY, NOBODY, ONE, SHARED = range(4)


def compute_shared_birthday(people: int, room: int) -> Values:
    """Probabilities for 1 to 80 people, and the birthdays of one simulated room as a calendar (12, 31).

    Every person of a room keeps their birthday when the room grows: they are one sequence of draws.
    """
    count = np.arange(1, MOST + 1)
    all_differ = np.cumprod((365 - np.arange(MOST)) / 365)  # person by person, each avoids the days before
    birthdays = np.random.default_rng(room).integers(0, 365, size=MOST)[:people]
    on_day = np.bincount(birthdays, minlength=365)
    calendar = np.full((12, 31), NO_SUCH_DAY)
    exists = np.arange(31) < DAYS_IN_MONTH[:, None]
    calendar[exists] = NOBODY + np.minimum(on_day, 2)
    return {
        "count": count,
        "any_pair": 1 - all_differ,
        "yours": 1 - (364 / 365) ** (count - 1),
        "people": people,
        "calendar": calendar,
        "shared_days": int((on_day >= 2).sum()),
    }


class SharedBirthdayPicture:
    """Left the two probabilities up to the number of people, right the calendar of one room."""

    def __init__(self, figure: Figure, values: Values) -> None:
        chance, year = figure.subplots(1, 2, width_ratios=(1, 1.15))
        self.axes = {"chance": chance, "year": year}
        (self.any_pair,) = chance.plot([], [], color=style.BLUE, label="some two of them share")
        (self.yours,) = chance.plot([], [], "--", color=style.ORANGE, label="somebody shares yours")
        chance.axhline(0.5, color=style.GREY, linewidth=1, linestyle=":")
        (self.dots,) = chance.plot([], [], "o", color=style.BLACK, markersize=7, zorder=5)
        chance.set(xlabel="people in the room", ylabel="probability", xlim=(0, MOST + 1), ylim=(0, 1.03))
        legend_below(chance)
        chance.set_title("All days equally likely")
        shades: Any = ["none", to_rgba(style.GREY, 0.13), style.SKY, style.ORANGE]
        colors = ListedColormap(shades)
        self.days = year.imshow(values["calendar"], cmap=colors, vmin=-0.5, vmax=3.5, aspect="auto")
        year.set_yticks(range(12), ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"])
        year.set_xticks([0, 9, 19, 30], ["1", "10", "20", "31"])
        year.set(title="This room's birthdays", xlabel="day of the month")
        year.scatter([], [], marker="s", s=60, color=style.SKY, label="one person's")
        year.scatter([], [], marker="s", s=60, color=style.ORANGE, label="shared")
        legend_below(year)
        for ax in (chance, year):
            style.apply(ax)
        year.grid(False)
        (self.shared_marks,) = year.plot([], [], "x", color=style.BLACK, markersize=6)
        self.moving = [self.any_pair, self.yours, self.dots, self.days, self.shared_marks]
        self.update(values)

    def update(self, values: Values) -> None:
        """Shows both curves up to the chosen number of people, where they end in a dot, and the room's calendar."""
        at = values["people"] - 1
        for curve in ("any_pair", "yours"):
            getattr(self, curve).set_data(values["count"][: at + 1], values[curve][: at + 1])
        self.dots.set_data([values["people"]] * 2, [values["any_pair"][at], values["yours"][at]])
        self.days.set_data(values["calendar"])
        months, days = np.nonzero(values["calendar"] == SHARED)
        self.shared_marks.set_data(days, months)


def describe_shared_birthday(parameters: Mapping[str, Any], values: Values) -> str:
    """The two probabilities, and what happened in the simulated room."""
    at = parameters["people"] - 1
    happened = values["shared_days"]
    room = {0: "nobody shares a birthday", 1: "1 day is shared"}.get(happened, f"{happened} days are shared")
    any_pair, yours = values["any_pair"][at], values["yours"][at]
    return (
        f"With {parameters['people']} people, two of them share a birthday with probability {any_pair:.3f}; "
        f"that somebody shares yours, if you are one of them, has probability {yours:.3f}. "
        f"In simulated room {parameters['room']}, {room}."
    )


shared_birthday = Experiment(
    name="shared_birthday",
    title="How probable is a shared birthday?",
    prediction=Prediction(
        question="How many people must be in a room before a shared birthday is more likely than not?",
        choices=("23", "58", "183", "254"),
        answer=0,
        explanation=(
            "23 people are enough, since any pair of them will do and they form 253 pairs. 183 is half of the 365 "
            "days: that counts days, not pairs. 254 people are needed before it is likely that somebody shares one "
            "given person's birthday: the dashed curve, far beyond the picture's right end. With 58 people a shared "
            "birthday is almost certain: 99 %."
        ),
    ),
    controls=(
        Slider("people", "People", 2, MOST, step=1, value=10),
        Slider("room", "Room number", 1, 50, step=1, value=2),
    ),
    compute=compute_shared_birthday,
    picture=SharedBirthdayPicture,
    describe=describe_shared_birthday,
    size=(9.0, 3.6),
)
