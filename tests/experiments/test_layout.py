"""Every picture as designed, on a low page and on narrow ones: nothing is cut, nothing lies on something else."""

from functools import cache
from itertools import combinations, pairwise, product

import numpy as np
import pytest

from dlcourse.chapters import CHAPTERS, experiments_of
from dlcourse.experiments.arranging import DOTS_PER_INCH, LOWEST
from dlcourse.experiments.panels import READOUT
from dlcourse.experiments.screen import Screen
from tests.profiles import by_day

EXPERIMENTS = [experiment for chapter in CHAPTERS for experiment in experiments_of(chapter)]
ROOMS = {"designed": (np.inf, 1.0), "low": (np.inf, LOWEST), "480": (480, 1.0), "340": (340, 1.0)}
# A layout takes a third of a second: by day each picture is looked at in one of the extremes.
LOOKED_AT = by_day(
    [(experiment, ("low", "340")[number % 2]) for number, experiment in enumerate(EXPERIMENTS)],
    list(product(EXPERIMENTS, ROOMS)),
)
SMALLEST = 8.0  # CSS pixels: letters below are hard to read
SLACK = 1.5  # pixels


@cache
def screen_of(experiment):
    """The start, made once for all rooms."""
    values = experiment.compute(**experiment.parameters())
    made = Screen(experiment.picture, experiment.size, values)
    made.start = values
    return made


@pytest.fixture(scope="module", params=LOOKED_AT, ids=lambda pair: f"{pair[0].name}-{pair[1]}")
def shown(request):
    """The start of each experiment in each room."""
    experiment, room = request.param
    screen = screen_of(experiment)
    width, part = ROOMS[room]
    screen.fit(width, part * screen._designed[1], 1.0)
    screen.show(screen.start)
    return screen


def words(screen):
    """What frames the panels: pairs of what it says and its box."""
    parts = []
    for ax in screen.figure.axes:
        texts = [ax._left_title, ax.title]
        if ax.axison:
            texts += [ax.xaxis.label, ax.yaxis.label]
        parts += [(text.get_text(), text.get_window_extent()) for text in texts if text.get_text()]
        if ax.get_legend() is not None:
            parts.append(("legend", ax.get_legend().get_window_extent()))
    lines = [artist for artist in screen.picture.moving if artist.get_gid() == READOUT and artist.get_text()]
    return parts + [(line.get_text(), line.get_window_extent()) for line in lines]


def overlap(one, other):
    return (
        min(one.x1, other.x1) - max(one.x0, other.x0) > SLACK and min(one.y1, other.y1) - max(one.y0, other.y0) > SLACK
    )


def test_words_are_whole(shown):
    for text, box in words(shown):
        assert box.x0 >= -SLACK, text
        assert box.y0 >= -SLACK, text
        assert box.x1 <= shown.figure.bbox.width + SLACK, text
        assert box.y1 <= shown.figure.bbox.height + SLACK, text


@pytest.mark.parametrize("height", [470, 480, 490])
def test_panels_of_equal_scales_leave_room_for_their_titles(height):
    """One pass of matplotlib's layout cut them at 480 pixels, and at no other height."""
    experiment = next(experiment for experiment in EXPERIMENTS if experiment.name == "xor_by_hand")
    screen = screen_of(experiment)
    screen.fit(864, height, 1.0)
    screen.show(screen.start)
    test_words_are_whole(screen)


def test_words_lie_apart(shown):
    overlapping = [
        (one, other) for (one, box), (other, beside) in combinations(words(shown), 2) if overlap(box, beside)
    ]
    assert not overlapping


def test_legends_and_titles_lie_beside_the_panels_of_others(shown):
    for ax in shown.figure.axes:
        legend = ax.get_legend()
        for other in shown.figure.axes:
            if other is not ax and legend is not None:
                assert not overlap(legend.get_window_extent(), other.bbox), (ax._left_title.get_text(), other)


def test_tick_labels_lie_apart(shown):
    for ax in shown.figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            if not (ax.axison and axis.get_visible()):
                continue
            low, high = sorted(axis.get_view_interval())
            ticks = [
                tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high and tick.label1.get_visible()
            ]
            labels = [tick.label1 for tick in sorted(ticks, key=lambda tick: tick.get_loc()) if tick.label1.get_text()]
            for label, following in pairwise(labels):
                both = label.get_window_extent(), following.get_window_extent()
                assert not overlap(*both), (label.get_text(), following.get_text())


def test_words_are_large_enough(shown):
    texts = [artist for artist in shown.picture.moving if hasattr(artist, "get_fontsize")]
    texts += [text for ax in shown.figure.axes for text in (*ax.texts, ax._left_title, ax.xaxis.label, ax.yaxis.label)]
    for text in texts:
        assert text.get_fontsize() * DOTS_PER_INCH / 72 >= SMALLEST, text.get_text()
