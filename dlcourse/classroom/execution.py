"""Run a submission so that nothing in it stops the grading: not a loop, not a flood of prints, not a dead kernel."""

from __future__ import annotations

import contextlib
import math
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_core.utils import ensure_async, run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Integer

from dlcourse.classroom.judging import Judge, NotJudged, exercise_in, handed_in

TIMED_OUT = "CellTimeoutError"
STARTS = 3  # of a kernel that dies while it starts
PATIENCE = 15.0  # seconds in which an interrupted kernel answers, or is stopped for good


class ExecuteSubmission(Execute):
    """Execute the cells of a submission, each in its time, the whole in its time, and have its answers judged.

    The checks in the kernel hand in the answers, whatever else they seem to say. The points are given when the kernel
    has ended, by a process that runs nothing of the student's (see judging.py), and replace the checks' outputs. What
    is checked, and for how many points, is taken from the cells as they were handed out.

    A cell that runs longer than ``timeout`` is interrupted, and the next one runs. Where the kernel cannot be
    interrupted, dies, or has used up ``submission_seconds``, it is stopped; the checks below that cell then earn
    nothing, and those above keep their points. The kernel has a home folder of its own, which is deleted afterwards.
    """

    submission_seconds = Integer(300, help="Seconds that a whole submission may run.").tag(config=True)
    kept_characters = Integer(100_000, help="Characters of a cell's output that are kept.").tag(config=True)

    seed = Integer(0, help="From which the calls are drawn that the answers are judged by.").tag(config=True)

    def preprocess(self, nb: Any, resources: Any, km: Any = None) -> tuple[Any, Any]:
        """Run every code cell of ``nb`` in place, and put the points under its checks."""
        self._deadline = time.monotonic() + self.submission_seconds
        self._stopped = ""  # why no further cell is run
        self._timed_out = False
        with Judge(resources["nbgrader"]["notebook"], self.seed) as self._judge:
            result: tuple[Any, Any] = super().preprocess(nb, resources, km)
            deadline = time.monotonic() + self.submission_seconds
            for cell in filter(is_check, nb.cells):
                self._put_points(cell, deadline - time.monotonic())
        return result

    def _put_points(self, cell: Any, seconds: float) -> None:
        """Put the points in the place of all that a check has shown; an error, which earns none, where it has none."""
        data = handed_in(cell)
        if data is None:
            return  # an error says so already
        try:
            points = cell.metadata.nbgrader["points"]
            shown = self._judge.points(exercise_in(cell.source), points, data, seconds)
            cell.outputs = [new_output("execute_result", shown, execution_count=cell.execution_count)]
        except NotJudged as error:
            self.log.warning("%s was not judged: %s", cell.metadata.nbgrader["grade_id"], error)
            cell.outputs = [_error("NotJudged", str(error))]

    @contextlib.contextmanager
    def setup_kernel(self, **kwargs: Any) -> Iterator[None]:
        """Start the kernel in an environment that knows nothing of the grader or of another student."""
        with tempfile.TemporaryDirectory(prefix="dlcourse-", ignore_cleanup_errors=True) as home:
            private = {
                "DLCOURSE_HOME": str(Path(home) / "dlcourse"),
                "IPYTHONDIR": str(Path(home) / "ipython"),
                "OMP_NUM_THREADS": "1",
            }
            with self._started(env=os.environ | private, **kwargs):
                self._judge.wait()
                yield

    @contextlib.contextmanager
    def _started(self, **kwargs: Any) -> Iterator[None]:
        """The kernel; started once more where it died at once, as when another program takes one of its ports."""
        with contextlib.ExitStack() as stack:
            for attempt in range(STARTS):
                try:
                    stack.enter_context(super().setup_kernel(**kwargs))
                    break
                except RuntimeError:
                    if attempt == STARTS - 1:
                        raise
            yield

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Run one cell, or say in its output why it is not run."""
        if cell.cell_type != "code":
            return cell, resources
        if not self._stopped and time.monotonic() > self._deadline:
            self._stop(f"The submission ran longer than {self.submission_seconds} s altogether.")
        if self._stopped:
            cell.outputs = [_error("NotRun", f"{self._stopped} This cell was not run.")]
            return cell, resources
        self._printed, self._timed_out = 0, False
        try:
            super().preprocess_cell(cell, resources, index)
        except DeadKernelError:
            self._end_at(cell, "The kernel died here, perhaps for want of memory.")
        except CellTimeoutError:  # it was interrupted and did not end: nbclient itself gives up here
            self._timed_out = True
        if self._timed_out and not self._answers(PATIENCE):
            self._end_at(cell, "The cell did not end in its time and could not be interrupted.")
        if is_check(cell) and handed_in(cell) is None:
            cell.outputs.insert(
                0, _error("NoPoints", "The check was not run to its end, or something stands in its way.")
            )
        return cell, resources

    def on_cell_executed(self, **kwargs: Any) -> None:
        """Note whether the cell was interrupted."""
        super().on_cell_executed(**kwargs)
        self._timed_out = kwargs["execute_reply"]["content"].get("ename") == TIMED_OUT

    def output(self, outs: list[Any], msg: Any, display_id: Any, cell_index: int) -> Any:
        """Keep an output, as long as the cell has not shown too much: a loop that prints fills no memory."""
        content = msg["content"]
        shown = content.get("text") or "".join(map(str, content.get("data", {}).values()))
        if msg["msg_type"] in ("stream", "display_data"):
            if self._printed > self.kept_characters:
                return None
            self._printed += len(shown)
            if msg["msg_type"] == "stream" and self._printed > self.kept_characters:
                content["text"] = shown[: self.kept_characters] + "\n... (the rest of the output was not kept)\n"
        return super().output(outs, msg, display_id, cell_index)

    def _get_timeout(self, cell: Any) -> int | None:
        """Return the seconds that a cell may run: no longer than the submission has left."""
        seconds: int | None = super()._get_timeout(cell)
        left = max(1, math.ceil(self._deadline - time.monotonic()))
        return left if seconds is None else min(seconds, left)

    def _end_at(self, cell: Any, reason: str) -> None:
        cell.outputs.append(_error("KernelStopped", reason))
        self._stop(f"The kernel was stopped at a cell above: {reason[0].lower()}{reason[1:]}")

    def _stop(self, reason: str) -> None:
        self._stopped = reason
        self.log.warning(reason)
        with contextlib.suppress(RuntimeError):  # it is dead already
            run_sync(self._kill)()

    async def _kill(self) -> None:
        await ensure_async(self.km.shutdown_kernel(now=True))

    def _answers(self, seconds: float) -> bool:
        """Return whether the kernel answers a question in so many seconds: it does not while a cell still runs."""
        return bool(run_sync(self._async_answers)(seconds))

    async def _async_answers(self, seconds: float) -> bool:
        question = await ensure_async(self.kc.kernel_info())
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = await ensure_async(self.kc.shell_channel.get_msg(timeout=left))
            except Empty:
                return False
            if message["parent_header"].get("msg_id") == question:
                return True
        return False


def is_check(cell: Any) -> bool:
    """Return whether a cell is a graded check of the course; a teacher's own tests may be silent when they pass."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade")) and ".check(" in cell.source


def _error(name: str, message: str) -> Any:
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])
