"""Showing a figure together with an alternative text that says what it shows, with its numbers.

The text is stored beside the picture: screen readers have it, and the regression run, which cannot compare pixels,
compares it.
"""

from io import BytesIO
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlcourse.plots.style import DOTS_PER_INCH, course_style

_ATTRIBUTE = "alternative_text"


def describe(ax: Axes, text: str) -> Axes:
    """Records on ``ax`` the alternative text ``text`` (what a reader who cannot see it needs) and returns ``ax``.

    Called again on the same axes, the texts are joined: each plot function tells its own part.
    """
    earlier = getattr(ax, _ATTRIBUTE, "")
    setattr(ax, _ATTRIBUTE, f"{earlier} {text}".strip())
    return ax


def alternative_text(figure: Figure) -> str:
    """The texts of all axes of ``figure``, left to right, top to bottom."""
    texts = [getattr(ax, _ATTRIBUTE, "") for ax in figure.axes]
    return " ".join(text for text in texts if text)


class ShownFigure:
    """What a cell displays for a figure: the picture as PNG, and the alternative text as its plain text."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.alternative_text = alternative_text(figure)
        if not self.alternative_text:
            raise ValueError(
                "Every figure of the course has an alternative text, and this one has none. Draw it with a function "
                "of dlcourse.plots, or record one with plots.describe(ax, 'what the figure shows, with its numbers')."
            )

    def __repr__(self) -> str:
        return f"Figure: {self.alternative_text}"

    @course_style()
    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        buffer = BytesIO()
        # No software or date in the file: the same picture is the same bytes.
        self.figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
        width, height = self.figure.get_size_inches() * DOTS_PER_INCH
        size = {"width": round(width), "height": round(height)}
        data = {"image/png": buffer.getvalue(), "text/plain": repr(self)}
        return data, {"image/png": {"alt": self.alternative_text, **size}}


def show(drawn: Axes | Figure) -> ShownFigure:
    """Shows the figure that ``drawn`` belongs to (or is). A cell that draws ends with it.

    Raises ValueError when none of the figure's axes has an alternative text.
    """
    figure = drawn.get_figure(root=True) if isinstance(drawn, Axes) else drawn
    if not isinstance(figure, Figure):
        raise TypeError(f"plots.show takes axes or a figure that holds axes. Received {type(drawn).__name__}.")
    return ShownFigure(figure)


def words_as_html(text): 
    import html
    return f"<details><summary>What the picture shows</summary><p>{html.escape(text)}</p></details>"
