"""The buttons under a verdict in a live notebook: the next hint, and the solution."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from dlcourse import settings
from dlcourse.page.markdown import markdown_as_html
from dlcourse.exercises.verdict import Hint

if TYPE_CHECKING:
    from dlcourse.exercises.verdict import Verdict

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def widget_view(verdict: Verdict) -> dict[str, Any]:
    """Return the mime bundle's part for a live kernel: the box with buttons; empty anywhere else.

    A reader whose ipywidgets is missing or broken still sees the verdict as HTML or text.
    """
    if settings.grading() or verdict.next_hint is None or not _in_live_kernel():
        return {}
    try:
        bundle = _box_with_buttons(verdict)._repr_mimebundle_()
    except Exception:
        return {}
    return {WIDGET_VIEW: bundle[WIDGET_VIEW]} if WIDGET_VIEW in bundle else {}


def _in_live_kernel() -> bool:
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None


def _box_with_buttons(verdict: Verdict) -> Any:
    import ipywidgets

    buttons = []
    help_area = ipywidgets.HTMLMath()
    if not verdict.passed and verdict.next_hint is not None:
        buttons.append(_button(ipywidgets, "Hint", "Show the next hint", lambda: _add_hint(verdict, help_area)))
    if verdict.show_solution is not None:
        label = "Show the library's code" if verdict.passed else "Show me the solution"
        buttons.append(_button(ipywidgets, label, label, lambda: _add_solution(verdict, help_area)))
    return ipywidgets.VBox([ipywidgets.HTML(verdict.html()), ipywidgets.HBox(buttons), help_area])


def _button(ipywidgets: Any, label: str, tooltip: str, action: Any) -> Any:
    button = ipywidgets.Button(description=label, tooltip=tooltip, layout=ipywidgets.Layout(width="auto"))
    button.on_click(lambda _: action())
    return button


def _add_hint(verdict: Verdict, area: Any) -> None:
    if verdict.next_hint is not None:
        _add(markdown_as_html(verdict.next_hint().markdown), area)


def _add_solution(verdict: Verdict, area: Any) -> None:
    if verdict.show_solution is None:
        return
    solution = verdict.show_solution()
    if isinstance(solution, Hint):
        _add(markdown_as_html(solution.markdown), area)
        return
    # The source is not mathematics: tex2jax_ignore keeps a dollar sign in it as it is.
    _add(f'<pre class="tex2jax_ignore" style="color: inherit">{html.escape(solution.text)}</pre>', area)


def _add(part: str, area: Any) -> None:
    if part not in area.value:
        area.value += part
