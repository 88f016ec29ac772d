"""Have the answers of a submission judged, in a process of its own that no code of a student reaches."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import queue
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any

from dlcourse.exercises.running.handed_in import MIME

STARTS = 120.0  # seconds in which the process has loaded what it needs
GRADING = "NBGRADER_EXECUTION"


class NotJudged(Exception):
    """Raised where an answer could not be judged; the message says why."""


class Judge:
    """The process that gives the points of one submission, for a chapter and under the class's seed.

    To be used in a ``with`` statement. It starts at once, so that it has loaded all of its own code before the
    submission runs, in an empty folder that is not the submission's, and ends at the end.
    """

    def __init__(self, chapter: str, seed: int) -> None:
        self._token = secrets.token_hex(16)
        self._order = {"chapter": chapter, "seed": seed, "token": self._token}

        self._ready = False

    def __enter__(self) -> Judge:
        self._folder = tempfile.TemporaryDirectory(prefix="dlcourse-", ignore_cleanup_errors=True)
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._folder.cleanup()

    def wait(self) -> None:
        """Wait until the process has loaded what it needs. Raises NotJudged where it does not start."""
        if not self._ready:
            self._read(time.monotonic() + STARTS)
            self._ready = True

    def points(self, exercise: str, points: float, handed_in: Any, seconds: float) -> dict[str, Any]:
        """Return the data of an output that shows the points of an answer, of so many, with the verdict.

        Raises NotJudged where there is no verdict, as after so many ``seconds``; the next answer has another process.
        """
        if self._process.poll() is not None:
            self._end()
            self._start()
        self.wait()
        try:
            with contextlib.suppress(OSError):  # it has ended: reading says so
                self._write({"exercise": exercise, "points": points, "handed_in": handed_in})
            said = self._read(time.monotonic() + seconds)
        except NotJudged:
            self._process.kill()
            self._process.wait()
            raise
        if "error" in said:
            raise NotJudged(said["error"])
        data: dict[str, Any] = said["data"]
        return data

    def _start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name != GRADING}
        environment |= {"PYTHONSAFEPATH": "1", "DLCOURSE_HOME": self._folder.name, "OMP_NUM_THREADS": "1"}
        self._ready = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dlcourse.classroom.judge"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=environment,
        )
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._listen, args=(self._process.stdout, self._lines), daemon=True).start()
        with contextlib.suppress(OSError):
            self._write(self._order)

    def _listen(self, stream: Any, lines: queue.Queue[bytes]) -> None:
        for line in stream:
            if line.startswith(self._token.encode()):  # whatever else comes is none of its answers
                lines.put(line)
        lines.put(b"")

    def _write(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _read(self, deadline: float) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise NotJudged("Judging it took too long.") from None
        if not line:
            raise NotJudged("The process that judges it ended, perhaps for want of memory.")
        said: dict[str, Any] = json.loads(line[len(self._token) :])
        return said

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with contextlib.suppress(OSError):
                stream.close()


def exercise_in(source: str) -> str:
    """Return the name of the exercise that a check cell checks, as in ``exercises.NAME.check(answer)``; "" for none."""
    with contextlib.suppress(SyntaxError):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "check":
                of = node.func.value
                return of.attr if isinstance(of, ast.Attribute) else of.id if isinstance(of, ast.Name) else ""
    return ""


def handed_in(cell: Any) -> Any:
    """Return what the outputs of a check cell hand in, whoever made them; None where they hand nothing in."""
    found = [output.data[MIME] for output in cell.outputs if MIME in output.get("data", {})]
    return found[-1] if found else None
