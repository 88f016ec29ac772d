"""How far a milestone is, on the page of a live notebook; anywhere else nothing is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dlcourse.exercises.wording import plural
from dlcourse.page.cells import kernel_shell


@contextmanager
def shown_progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar of so many parts, none of 0; what is yielded says how many are done."""
    if not total or kernel_shell() is None:
        yield lambda done: None
        return
    from IPython.display import display

    handle = display(_bar(0, total), raw=True, display_id=True)
    yield lambda done: handle.update(_bar(done, total), raw=True)


def _bar(done: int, total: int) -> dict[str, str]:
    text = f"Your pieces run: {done} of {plural(total, 'part')} done"
    return {"text/plain": text, "text/html": f'<progress value="{done}" max="{total}"></progress> {text}'}
