"""The canvas in the browser: receives frames, sends back pointer positions, keys, and what was painted."""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

_HERE = Path(__file__).parent


class Canvas(anywidget.AnyWidget):
    """A picture that is repainted in place, with its caption, toolbar and help line.

    ``still``: the last picture as a data URL, shown where no kernel answers; ``caption`` and ``state_text`` go with
    it. While a kernel answers, all three arrive inside the frames' own messages, one message a frame.
    """

    _esm = _HERE / "canvas.js"
    _css = _HERE / "canvas.css"
    width: Any = traitlets.Int(0).tag(sync=True)  # CSS pixels
    height: Any = traitlets.Int(0).tag(sync=True)
    title: Any = traitlets.Unicode("").tag(sync=True)
    still: Any = traitlets.Unicode("").tag(sync=True, echo_update=False)
    caption: Any = traitlets.Unicode("").tag(sync=True, echo_update=False)
    state_text: Any = traitlets.Unicode("").tag(sync=True, echo_update=False)
    locked: Any = traitlets.Bool(False).tag(sync=True)
    draggable: Any = traitlets.Unicode("").tag(sync=True)  # what can be dragged, in the plural; empty: nothing
