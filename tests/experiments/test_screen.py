"""The figure behind an experiment: what is written again and when, and whose look it has."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from dlcourse.experiments.screen import Screen
from tests.experiments.tiny_experiment import TINY, Browser, page_of, variant

VALUES = TINY.compute(**TINY.parameters())


def screen_of(picture=TINY.picture):
    return Screen(picture, TINY.size, VALUES)


def test_only_moving_artists_that_changed_are_written_again():
    screen = screen_of()
    before = screen.write().marks
    screen.show({**VALUES, "filled": True})
    after = screen.write()
    assert after.background == {}
    assert [number for number in before if after.marks[number] is not before[number]] == [0, 1, 2]
    again = screen.write().marks
    assert all(again[number] is after.marks[number] for number in again)


def test_letters_come_once_and_again_after_a_new_scene():
    screen = screen_of()
    first = screen.write()
    assert first.whole
    assert first.glyphs
    screen.show(VALUES)
    assert not screen.write().glyphs
    screen.redraw_all()
    again = screen.write()
    assert again.whole
    assert again.glyphs == first.glyphs


def test_a_change_of_what_is_static_is_written_where_the_picture_says_so():
    class Renaming(TINY.picture):
        def update(self, values):
            super().update(values)
            self.redraw_all = self.ax.get_title() != str(values["filled"])
            self.ax.set_title(str(values["filled"]))

    browser = Browser(variant(picture=Renaming))
    browser.open()
    browser.do("set", name="filled", value=True)
    assert browser.page.key() == page_of(variant(picture=Renaming), filled=True).key()


def test_cells_that_are_given_new_values_are_written_again():
    """``set_array`` does not make a collection stale."""

    class Cells(TINY.picture):
        def __init__(self, figure, values):
            self.cells = None
            super().__init__(figure, values)
            self.cells = self.ax.pcolormesh(np.linspace(0, 1, 3), np.linspace(-1, 1, 3), np.zeros((2, 2)), vmax=1.0)
            self.moving.append(self.cells)
            self.update(values)

        def update(self, values):
            super().update(values)
            if self.cells is not None:
                self.cells.set_array(np.full((2, 2), values["y"][1] / 2))

    browser = Browser(variant(picture=Cells))
    browser.open()
    browser.do("set", name="height", value=9)
    assert browser.page.key() == page_of(variant(picture=Cells), height=1.0).key()


def test_moving_artists_are_painted_from_the_lowest_to_the_highest():
    class Covered(TINY.picture):
        def __init__(self, figure, values):
            super().__init__(figure, values)
            self.moving = [self.ax.add_patch(Rectangle((0, 0), 1, 1, zorder=9)), *self.moving]

    assert list(screen_of(Covered).write().marks) == [1, 2, 3, 0]


def test_a_picture_painted_for_the_file_leaves_the_page_s_as_it_was():
    screen = screen_of()
    screen.write()
    screen.png()
    written = screen.write()
    assert (written.whole, written.background, written.glyphs) == (False, {}, {})


@pytest.mark.parametrize(
    "style",
    ["dark_background", "classic", {"text.usetex": True}, {"mathtext.fontset": "cm", "font.size": 30.0}],
    ids=str,
)
def test_a_reader_s_style_changes_nothing_whenever_it_is_chosen(style):
    expected, image = page_of(TINY, count=15).key(), Browser(TINY, count=15).live.png()
    with plt.style.context(style):
        assert page_of(TINY, count=15).key() == expected
        assert Browser(TINY, count=15).live.png() == image
    browser = Browser()
    browser.open()
    with plt.style.context(style):
        before = mpl.rcParams.copy() | {"backend": "agg"}  # asking for it chooses one
        browser.do("set", name="count", value=14)
        browser.live.screen.redraw_all()
        browser.do("room", room=320)
        browser.do("room", room=2000)
        assert mpl.rcParams | {"backend": "agg"} == before
    assert browser.page.key() == expected


def test_a_scale_that_is_no_number_is_refused_and_leaves_the_picture_as_it_was():
    screen = screen_of()
    with pytest.raises(ValueError, match="finite scale"):
        screen.fit(800, 600, float("nan"))
    assert screen.write().whole
    assert screen.pixel_size == (384, 288)
