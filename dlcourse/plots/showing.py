"""Showing a figure together with an alternative text that says what it shows, with its numbers.

The text is stored with the picture, as its ``alt`` and as its plain text, which the regression run compares where it
cannot compare pixels. JupyterLab, nbconvert and myst-nb show neither of the two; so it follows below the picture, too,
folded, as an output of its own that all of them and GitHub show.
"""

import html
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


def words_as_html(text: str) -> str:
    """Returns what stands below a picture for those who do not see it: ``text``, escaped, in a box that is folded.

    The same text always gives the same HTML. Small and faint in the colour of the page, so that it can be read on a
    light and on a dark one, and on those that allow no styles.
    """
    return (
        '<details class="dlcourse-words" style="font-size: 0.9em; opacity: 0.8">'
        f"<summary>What the picture shows</summary><p>{html.escape(text, quote=False)}</p></details>"
    )


class ShownFigure:
    """What a cell displays for a figure: the picture as PNG, with the alternative text, and that text below it."""

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

    def _ipython_display_(self) -> None:
        from IPython.display import display

        picture, metadata = self._repr_mimebundle_()
        display(picture, metadata=metadata, raw=True)
        # Without plain text: in a terminal, that of the picture has said it.
        display({"text/html": words_as_html(self.alternative_text)}, raw=True)

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
