"""Which states of an experiment a page without a kernel can show: where its controls stop, and in which combinations.

A slider of the page stops at a few of its positions, its ends and its start among them; menus and boxes have all of
their options. If all combinations are too many, all pairs are recorded, with the other controls at their start: any two
controls can then be moved against each other, and a third one goes back. Where there are many, each can be moved
against the main one alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from math import prod
from typing import Any

from dlcourse.experiments import inputs, state
from dlcourse.experiments.controls import Control, Drawing, Menu, Slider, Table, Toggle
from dlcourse.experiments.definition import Definition

# Stops of the main slider, of the other sliders: from generous to spare.
LEVELS = ((25, 9), (25, 7), (21, 5), (17, 5), (13, 5), (13, 4), (9, 4), (9, 3), (7, 3))
PAIRED = ((25, 9), (17, 7), (13, 5), (9, 5), (9, 4), (7, 3))
WITH_MAIN = (*PAIRED, (5, 3))
ALONE = (*WITH_MAIN, (3, 2))


@dataclass(frozen=True)
class Plan:
    """What is recorded: where each moving control stops, by its name, and the states, the start first.

    ``states`` give each moving control the place of its stop. ``complete``: whether they are all combinations.
    """

    stops: dict[str, tuple[Any, ...]]
    states: tuple[tuple[int, ...], ...]
    complete: bool

    def parameters(self, experiment: Definition, places: Sequence[int]) -> dict[str, Any]:
        """The parameters of a state; controls that do not move have their start."""
        chosen = {name: stops[place] for (name, stops), place in zip(self.stops.items(), places, strict=True)}
        return experiment.parameters(**chosen)


def plan(experiment: Definition, budget: int) -> Plan:
    """Up to ``budget`` states of ``experiment``. ValueError: there are more, of its menus alone."""
    main = main_control(experiment)
    for levels in LEVELS:
        stops = _stops(experiment, main, *levels)
        if prod(len(values) for values in stops.values()) <= budget:
            return Plan(stops, _ordered(experiment, stops, product), complete=True)
    for combine, several in ((_pairs, PAIRED), (partial(_pairs, pairs_with=main), WITH_MAIN), (_alone, ALONE)):
        for levels in several:
            stops = _stops(experiment, main, *levels)
            states = _ordered(experiment, stops, combine)
            if len(states) <= budget:
                return Plan(stops, states, complete=False)
    raise ValueError(f"{experiment.name}: its menus alone have more than {budget} states.")


def main_control(experiment: Definition) -> str:
    """The control that is moved most: the named one, or what plays, else the first slider or other that can move."""
    if experiment.main:
        return experiment.main
    if experiment.play is not None:
        return experiment.play.slider
    sliders = [control.name for control in experiment.controls if isinstance(control, Slider)]
    moving = [control.name for control in experiment.controls if moves(control)]
    return (sliders or moving or [""])[0]


def moves(control: Control) -> bool:
    """Whether a page without a kernel can move ``control``: not what is dragged, or typed as a word or free number."""
    return isinstance(control, Slider | Menu | Toggle | Table | Drawing)


def _stops(experiment: Definition, main: str, most: int, others: int) -> dict[str, tuple[Any, ...]]:
    return {
        control.name: _values(control, most if control.name == main else others)
        for control in experiment.controls
        if moves(control)
    }


def _values(control: Control, count: int) -> tuple[Any, ...]:
    """Up to ``count`` values of a slider, evenly among its positions, or all options of what has options."""
    if isinstance(control, Table):
        return tuple(control.ready_table(place) for place in range(len(control.ready)))
    if isinstance(control, Drawing):
        return tuple(control.check(name) for name in control.ready)
    if not isinstance(control, Slider):
        return tuple(control.ends())
    positions = inputs.settings(control)
    start = min(range(len(positions)), key=lambda place: abs(positions[place] - control.default))
    if len(positions) <= count:
        return positions
    # The start stays a stop: evenly on both sides of it, as many as its place among the positions says.
    last = len(positions) - 1
    below = round((count - 1) * start / last)
    below = min(max(below, start > 0), count - 1 - (start < last))
    lower = [round(start * step / below) for step in range(below)] if below else []
    above = count - 1 - below
    upper = [round(start + (last - start) * step / above) for step in range(1, above + 1)] if above else []
    return tuple(positions[place] for place in sorted({*lower, start, *upper}))


def _ordered(experiment: Definition, stops: dict[str, tuple[Any, ...]], combine: Any) -> tuple[tuple[int, ...], ...]:
    """All states that ``combine`` makes, the start first, then those in which least is moved."""
    starts = _start(experiment, stops)
    if combine is product:
        states = set(product(*(range(len(values)) for values in stops.values())))
    else:
        states = combine(stops, starts)
    moved = {each: sum(a != b for a, b in zip(each, starts, strict=True)) for each in states}
    return tuple(sorted(states, key=lambda each: (moved[each], each)))


def _start(experiment: Definition, stops: dict[str, tuple[Any, ...]]) -> tuple[int, ...]:
    defaults = state.defaults(experiment.controls)
    places = []
    for name, values in stops.items():
        equal = [place for place, value in enumerate(values) if state.same(value, defaults[name])]
        if equal:
            places.append(equal[0])
        elif isinstance(values[0], int | float):
            places.append(min(range(len(values)), key=lambda place: abs(values[place] - defaults[name])))
        else:
            places.append(0)
    return tuple(places)


def _pairs(
    stops: dict[str, tuple[Any, ...]], starts: tuple[int, ...], *, pairs_with: str | None = None
) -> set[tuple[int, ...]]:
    """The start with any two controls moved, or with ``pairs_with`` and any other."""
    names, sizes = list(stops), [len(values) for values in stops.values()]
    states = {starts}
    for first, second in combinations(range(len(sizes)), 2):
        if pairs_with in (None, names[first], names[second]):
            for one, other in product(range(sizes[first]), range(sizes[second])):
                each = list(starts)
                each[first], each[second] = one, other
                states.add(tuple(each))
    return states


def _alone(stops: dict[str, tuple[Any, ...]], starts: tuple[int, ...]) -> set[tuple[int, ...]]:
    """The start with any one control moved."""
    sizes = [len(values) for values in stops.values()]
    return {starts} | {
        (*starts[:place], stop, *starts[place + 1 :]) for place, size in enumerate(sizes) for stop in range(size)
    }
