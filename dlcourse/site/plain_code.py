"""Code in HTML with marks for what has a colour alone: an extension of Sphinx. Most names and brackets have none."""

from __future__ import annotations

import functools
from typing import Any

# Names, brackets, spaces: they have the colour of the text in both styles of the page (a test looks).
WITHOUT_COLOUR = ("n", "nn", "nx", "p", "pm", "w")


def setup(app: Any) -> dict[str, Any]:
    """Makes the page's builder write code by `formatter`."""
    app.connect("builder-inited", _use_formatter)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


@functools.cache
def formatter() -> Any:
    """What writes code: half as long as Pygments's own, and the same to look at."""
    from pygments.formatters import HtmlFormatter

    class PlainFormatter(HtmlFormatter):
        def _get_css_classes(self, ttype: Any) -> str:
            found = str(super()._get_css_classes(ttype))
            return "" if found in WITHOUT_COLOUR else found

    return PlainFormatter


def _use_formatter(app: Any) -> None:
    app.builder.highlighter.formatter = formatter()
