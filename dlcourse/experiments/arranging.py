"""How a picture's panels are laid out: as designed where there is room, below each other on a narrow page."""

from typing import Any

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

DOTS_PER_INCH = 96  # one inch of figure is 96 CSS pixels, as in a browser
NARROW = 600  # CSS pixels: below, panels that were made to stand side by side stand below each other
NARROWEST = 300
STEP = 20  # CSS pixels that rooms are rounded down to: dragging a window's edge lays out seldom
LOWEST = 0.75  # of the designed height
_WORDS_AROUND = 1.2  # inches that title and labels of a panel take above and below it
_SMALLEST = 0.67  # of its size: how small a line of writing may become
_LEGIBLE = 0.85  # of its size: rather than smaller, a line is broken
_LESS = 0.5  # points
_RIM = 4.0  # pixels that stay free beside it


Room = tuple[int, int]  # width and height in CSS pixels


def room_of(size: tuple[float, float]) -> Room:
    """The room of a picture whose size is given in inches."""
    return round(size[0] * DOTS_PER_INCH), round(size[1] * DOTS_PER_INCH)


def fitted(designed: Room, width: float, height: float) -> Room:
    """The room that a picture takes on a page that has ``width`` and ``height``: by design, or less where that is less.

    A picture becomes lower by a quarter at most, so that its title, controls and panels stand on one screen.
    """
    across = designed[0] if width >= designed[0] else max(NARROWEST, int(width // STEP * STEP))
    lowest = round(LOWEST * designed[1])
    along = designed[1] if height >= designed[1] else max(lowest, int(height // STEP * STEP))
    return across, along


def layout_engine() -> ConstrainedLayoutEngine:
    """Leaves room for titles and labels; a figure has it from the start, since colour bars depend on it."""
    return ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.08)


class Arrangement:
    """Lays a figure out for a width. The panels' places by design are remembered, so that it can go back to them."""

    def __init__(self, figure: Figure, size: tuple[float, float]) -> None:
        self.figure = figure
        self._size = size
        self._panels: list[Any] = [ax for ax in figure.axes if ax.get_subplotspec() is not None]
        self._designed: list[Any] = [ax.get_subplotspec() for ax in self._panels]
        legends: list[Any] = [legend for panel in self._panels if (legend := panel.get_legend()) is not None]
        self._legends = [(legend, legend._ncols) for legend in legends]
        self._titles = [(ax._left_title, ax._left_title.get_fontsize()) for ax in self._panels]
        self._heights: list[float] = []

    def lay_out(self, room: Room, moving: list[Artist]) -> None:
        """Lays the panels out anew for ``room``; what moves takes no part, so that panels never jump."""
        for artist in moving:
            if not isinstance(artist, Text) and artist.get_in_layout():
                artist.set_in_layout(False)
        for panel, designed in zip(self._panels, self._designed, strict=True):
            panel.set_subplotspec(designed)
        for legend, columns in self._legends:
            _set_columns(legend, columns)
        for title, size in self._titles:
            title.set_fontsize(size)
        self._draw_layout(self._size)
        self._heights = self._heights or [panel.get_position().height * self._size[1] for panel in self._panels]
        width, height = room
        if width < NARROW and len({spec.colspan.start for spec in self._designed}) > 1:
            self._stack(width / DOTS_PER_INCH)
        elif room != room_of(self._size):
            self._draw_layout((width / DOTS_PER_INCH, height / DOTS_PER_INCH))
        for title, _ in self._titles:
            fit_text(title)

    def _stack(self, width: float) -> None:
        """One panel below the other, in reading order, each as high as by design (square ones as wide as the page)."""
        for legend, columns in self._legends:  # narrower than a panel, which would otherwise shrink to be below it
            while columns > 1 and legend.get_window_extent().width > 0.66 * width * DOTS_PER_INCH:
                columns -= 1
                _set_columns(legend, columns)
        order = sorted(range(len(self._panels)), key=lambda i: _reading_order(self._designed[i]))
        heights = [self._height(self._panels[i], self._heights[i], width) for i in order]
        grid = GridSpec(len(order), 1, figure=self.figure, height_ratios=heights)
        for place, i in enumerate(order):
            self._panels[i].set_subplotspec(grid[place])
        self._draw_layout((width, sum(heights)))

    @staticmethod
    def _height(panel: Any, designed: float, width: float) -> float:
        """Inches that ``panel`` takes with its title, labels and legend; its width decides where scales are equal."""
        own = designed if panel.get_aspect() == "auto" else min(designed, (width - 0.8) * panel.get_data_ratio())
        legend = panel.get_legend()
        below = 0.0
        if legend is not None:
            box = legend.get_window_extent()
            below = box.height / DOTS_PER_INCH if box.y1 <= panel.bbox.y0 else 0.0
        return own + below + _WORDS_AROUND

    def _draw_layout(self, size: tuple[float, float]) -> None:
        self.figure.set_size_inches(size)
        self.figure.set_layout_engine(layout_engine())
        # Panels of equal scales become narrower or lower than their room: the room is made for them a second time.
        for _ in range(2 if any(panel.get_aspect() != "auto" for panel in self._panels) else 1):
            self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")


def _set_columns(legend: Any, columns: int) -> None:
    """Sets a legend anew in ``columns``: matplotlib takes the number up only when it makes the legend's box."""
    if legend._ncols == columns:
        return
    title = legend.get_title().get_text()
    labels = [text.get_text() for text in legend.get_texts()]
    size = legend.get_texts()[0].get_fontsize()
    legend.set_ncols(columns)
    # its own handles: the panel's may be hidden at present, and would be hidden here too
    legend._init_legend_box(legend.legend_handles, labels)
    legend.set_loc(legend._loc)
    legend.set_title(title)  # an empty one takes no room
    for text in legend.get_texts():
        text.set_fontsize(size)


def fit_text(text: Any, *, breaking: bool = False) -> None:
    """Makes a line of writing smaller until the figure's right edge does not cut it.

    With ``breaking`` it becomes two lines where it would have to be much smaller.
    """
    if not text.get_text():
        return
    if not _shrink(text, _LEGIBLE if breaking else _SMALLEST) and breaking:
        text.set_text(_broken(text.get_text()))
        _shrink(text, _SMALLEST)


def _shrink(text: Any, smallest: float) -> bool:
    """Makes ``text`` smaller, down to a part of its size; says if it fits."""
    size = text.get_fontsize()
    room = text.get_figure(root=True).bbox.width - _RIM
    while text.get_window_extent().x1 > room:
        if text.get_fontsize() - _LESS < smallest * size:
            return False
        text.set_fontsize(text.get_fontsize() - _LESS)
    return True


def _broken(line: str) -> str:
    """``line`` as two, broken near its middle, rather after a comma or semicolon than between other words."""
    gaps = [place for place, letter in enumerate(line) if letter == " "]
    best = min(gaps, key=lambda place: abs(place - len(line) / 2) - (10 if line[place - 1] in ",;:" else 0))
    return f"{line[:best]}\n{line[best + 1 :]}"


def _reading_order(designed: Any) -> tuple[int, int]:
    return designed.colspan.start, designed.rowspan.start
