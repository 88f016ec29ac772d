"""A saved notebook shows the course's outputs as pictures and words, not as widgets that no longer exist.

An experiment is in a cell's output twice: as the view of a widget that lives in the kernel, and as a picture with its
words. Once the kernel is gone, JupyterLab prefers the view and finds nothing behind it ("model not found"); where the
page stores the widgets' state too, the file grows at each run, and what was not run again is lost. So just before a
notebook is written, the views of the course's outputs and the state behind them are taken out of what is written. The
page that is open keeps them.

The course's outputs say so in their metadata: ``{"dlcourse": true}``. Every other output stays as it is, with the
state of its widgets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

MARK = "dlcourse"
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
REFERENCE = re.compile(r"IPY_MODEL_(\w+)")


def keep_pictures_and_words(model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """Take the course's widgets out of the notebook that is about to be written, in place.

    A pre-save hook of a Jupyter server: ``model`` is what the server writes to ``path``. Files that are no notebooks
    of format 4, and notebooks without the course's outputs, stay as they are. Never raises: a notebook that cannot be
    understood is written as it came, and the server's log says so.
    """
    try:
        if model.get("type") == "notebook" and model["content"]["nbformat"] == 4:
            without_course_widgets(model["content"])
    except Exception:  # a reader's work is saved, whatever is in it
        contents_manager.log.exception("dlcourse: %s is saved with its widgets as they are.", path)


def without_course_widgets(notebook: dict[str, Any]) -> None:
    """Remove, in place, the views of the course's outputs that have other data too, and the state that nobody needs.

    A notebook of format 4 as nested dicts. State is kept for the widgets of every view that stays.
    """
    outputs = list(_outputs(notebook))
    course = [output for output in outputs if output.get("metadata", {}).get(MARK)]
    for output in course:
        if len(output["data"]) > 1:
            output["data"].pop(VIEW, None)
    if course:
        views = {output["data"][VIEW]["model_id"] for output in outputs if VIEW in output["data"]}
        _keep_state(notebook["metadata"], views)


def _outputs(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every output that holds data of several types."""
    for cell in notebook["cells"]:
        yield from (output for output in cell.get("outputs", []) if "data" in output)


def _keep_state(metadata: dict[str, Any], views: set[str]) -> None:
    """Leave in the notebook's metadata the state of the widgets that are connected to a view, and no other."""
    widgets = metadata.get("widgets", {})
    if STATE not in widgets:
        return
    state = widgets[STATE]["state"]
    needed = _connected(state, views)
    if needed:
        widgets[STATE]["state"] = {name: entry for name, entry in state.items() if name in needed}
        return
    del widgets[STATE]
    if not widgets:
        del metadata["widgets"]


def _connected(state: dict[str, Any], views: set[str]) -> set[str]:
    """The models of these views, and all that refer to each other with them: children, layouts, and links between two.

    A link is named by neither of the sliders that it keeps equal, so references are followed both ways.
    """
    neighbours: dict[str, set[str]] = {name: set() for name in state}
    for name, entry in state.items() if views else ():
        for other in REFERENCE.findall(json.dumps(entry)):
            if other in neighbours:
                neighbours[name].add(other)
                neighbours[other].add(name)
    found: set[str] = set()
    waiting = [name for name in views if name in neighbours]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += neighbours[name]
    return found
