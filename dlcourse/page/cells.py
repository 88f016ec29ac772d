"""The notebook's cell that runs at present, and the widgets that it has shown."""

from __future__ import annotations

import functools
import sys
from typing import Any


def kernel_shell() -> Any | None:
    """Return the IPython shell of the kernel that this code runs in; None in a script, a terminal or a test."""
    ipython = sys.modules.get("IPython")  # a kernel has loaded it; elsewhere it is not worth its import
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if getattr(shell, "kernel", None) is not None else None


def close_earlier(widget: Any) -> None:
    """Close the widgets that earlier runs of the present cell have shown, and note `widget` as one of this run.

    Their outputs have left the page, but ipywidgets keeps each widget for the kernel's whole life. Where the front end
    does not say which cell runs (JupyterLab does), nothing is closed.
    """
    shell = kernel_shell()
    request = shell.get_parent() if shell is not None else {}
    cell = request.get("metadata", {}).get("cellId")
    if cell is None:
        return
    run = request["header"]["msg_id"]
    earlier_run, earlier = _shown(shell).get(cell, (run, []))
    if earlier_run != run:
        for each in earlier:
            each.layout.close()
            each.close()
        earlier = []
    _shown(shell)[cell] = (run, [*earlier, widget])


@functools.cache
def _shown(_shell: Any) -> dict[str, tuple[str, list[Any]]]:
    """For each cell its last run that showed widgets, and these."""
    return {}
