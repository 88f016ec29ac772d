"""A reader far away from the kernel: small frames that keep up, exact pixels again when the link is fast."""

import re
import time

from tests.browser.jupyter_lab import canvas_hash, open_notebook, run_all, wait_for_change
from tests.browser.slow_link import SlowLink

LARGEST = 110_000  # bytes of a message: a frame of at most 100 kB, and its words


class Messages:
    """Frames that arrive on the page's sockets: (encoding, bytes)."""

    def __init__(self, page) -> None:
        self.frames: list[tuple[str, int]] = []
        page.on("websocket", lambda socket: socket.on("framereceived", self.take))

    def take(self, data: object) -> None:
        found = re.search(rb'"encoding": ?"([a-z/]+)"', data) if isinstance(data, bytes) else None
        if found:
            self.frames.append((found.group(1).decode(), len(data)))


def test_a_slow_link_gets_frames_under_100_kb_and_recovers(page, lab):
    with SlowLink(lab.port) as link:
        messages = Messages(page)
        open_notebook(page, lab, "playground.ipynb", port=link.port)
        run_all(page)
        page.get_by_role("button", name="Skip").click()
        page.locator(".dlcourse-state input:enabled").wait_for()
        slider = page.locator(".dlcourse-controls [role=slider]").first
        slider.focus()
        start = canvas_hash(page)

        def press(key: str) -> float:
            before, started = canvas_hash(page), time.monotonic()
            page.keyboard.press(key)
            wait_for_change(page, before)
            return time.monotonic() - started

        press("ArrowRight")
        assert messages.frames[-1][0] == "raw"
        link.delay, link.rate = 0.03, 600_000  # 60 ms there and back, 5 Mbit/s
        times = [press("ArrowRight") for _ in range(8)]
        slow = messages.frames[-4:]
        assert all(encoding != "raw" and size < LARGEST for encoding, size in slow), messages.frames
        assert max(times[-3:]) < max(times[:3])

        link.delay, link.rate = 0.0, None
        for key in ["ArrowLeft"] * 9 + ["ArrowRight"] * 8 + ["ArrowLeft"] * 8:
            press(key)
        assert messages.frames[-1][0] == "raw", messages.frames
        assert canvas_hash(page) == start
        page.goto("about:blank")  # before the link is cut
