"""From a written picture to a message: only what the page does not have yet goes out."""

from collections.abc import Callable
from typing import Any

from dlcourse.experiments.marks import VERSION, Message
from dlcourse.experiments.screen import Screen, Written


class Sender:
    """Remembers what the page has. ``send(content, buffers)`` takes one message there."""

    def __init__(self, send: Callable[[dict[str, Any], list[bytes]], None]) -> None:
        self._send = send
        self._order: list[int] = []
        self._keys: dict[int, Any] = {}

    def forget(self) -> None:
        """The page has nothing."""
        self._order, self._keys = [], {}

    def send(self, written: Written, screen: Screen, content: dict[str, Any]) -> None:
        """Sends ``content`` with what is new in ``written``."""
        drawing, buffers = self.drawing(written, screen)
        self._send({**content, "drawing": drawing}, buffers)

    def drawing(self, written: Written, screen: Screen) -> tuple[dict[str, Any], list[bytes]]:
        """The message of marks.py for what is new in ``written``, and its blocks of bytes."""
        if written.whole:
            self.forget()
        message = Message()
        drawing: dict[str, Any] = {}
        if written.whole:
            size, pixels = list(screen.css_size), list(screen.pixel_size)
            drawing["scene"] = {"version": VERSION, "size": size, "pixels": pixels, "scale": screen.scale}
        if written.glyphs:
            drawing["glyphs"] = written.glyphs
        if written.background:
            drawing["background"] = [[part, message.written(marks)] for part, marks in written.background.items()]
        if list(written.marks) != self._order:
            self._order = list(written.marks)
            drawing["order"] = self._order
        keys = {number: tuple(mark.key() for mark in marks) for number, marks in written.marks.items()}
        drawing["marks"] = [
            [number, message.written(written.marks[number])]
            for number, key in keys.items()
            if key != self._keys.get(number)
        ]
        self._keys = keys
        return drawing, message.buffers()
