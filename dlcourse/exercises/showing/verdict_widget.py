"""A verdict on the page of a live notebook: its box, and buttons that add hints and the solution below it.

Loaded only where a kernel shows a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from dlcourse.page.assets import script, style
from dlcourse.page.cells import close_earlier

HERE = Path(__file__).parent
VIEW = "application/vnd.jupyter.widget-view+json"


class VerdictWidget(anywidget.AnyWidget):
    """The box of a verdict as HTML, and under it a button for each of `offers`, which give HTML when they are pressed.

    `answer_cell` names the cell that the answer came from, with its `id` and its `source` when it ran; where that has
    been changed since, the page shows the box `changed` instead of the verdict.
    """

    _esm = script("kernel.js", "typeset.js", HERE / "verdict.js")
    _css = style(HERE / "verdict.css")
    box: Any = traitlets.Unicode().tag(sync=True)
    changed: Any = traitlets.Unicode().tag(sync=True)
    labels: Any = traitlets.List(traitlets.Unicode()).tag(sync=True)
    help: Any = traitlets.List(traitlets.Unicode()).tag(sync=True)
    answer_cell: Any = traitlets.Dict().tag(sync=True)

    def __init__(
        self, box: str, offers: Mapping[str, Callable[[], str]], changed: str, answer_cell: dict[str, str]
    ) -> None:
        super().__init__(box=box, labels=list(offers), changed=changed, answer_cell=answer_cell)
        self._offers = tuple(offers.values())
        self.on_msg(self._receive)
        close_earlier(self)

    def view(self) -> dict[str, Any]:
        """Return what stands for this widget in a cell's output."""
        data, _ = self._repr_mimebundle_() or ({}, {})
        return {VIEW: data[VIEW]}

    def press(self, number: int) -> None:
        """Add what the offer `number` gives to the help below the buttons, unless it stands there already."""
        part = self._offers[number]()
        if part not in self.help:
            self.help = [*self.help, part]

    def _receive(self, _: Any, content: dict[str, Any], _buffers: Any) -> None:
        try:
            self.press(int(content["press"]))
        finally:
            self.send({"answered": content.get("press")})
