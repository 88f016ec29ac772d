"""Run notebooks from top to bottom in fresh kernels and store what they show."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from tqdm import tqdm

from dlcourse.errors import CourseError
from dlcourse.workshop import normalize, uncompared

CELL_SECONDS = 120
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
PLACE_IN_SYNTAX_ERROR = re.compile(r" \(\d+\.py, line \d+\)$")
LINE_IN_CELL = re.compile(r"Cell In\[\d+\], line (\d+)")


@dataclass(frozen=True)
class Execution:
    """What one run of a notebook gave."""

    path: Path
    seconds: float  # 0 for a notebook without code, for which no kernel is started
    changed: bool  # whether the file's text changed
    warnings: tuple[str, ...]  # what cells wrote to stderr, which is not stored


def execute(path: Path, cell_seconds: int = CELL_SECONDS, progress: bool = True) -> Execution:
    """Run the notebook at ``path`` in a fresh kernel, normalize it and store it in place.

    The kernel works in the notebook's own folder, on one thread, with an empty home for the reader's progress, so that
    nothing of the person who runs it reaches the stored outputs. Raises ``CourseError`` when a cell fails, runs longer
    than ``cell_seconds``, or the kernel dies; the file is then left as it was.
    """
    path = path.resolve()
    notebook = normalize.normalize(normalize.read(path))
    stored = uncompared.outputs_of(notebook)
    has_code = False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count, has_code = [], None, True
    with tempfile.TemporaryDirectory(prefix="dlcourse-", ignore_cleanup_errors=True) as home:
        seconds = 0.0 if not has_code else _run(notebook, path, home, cell_seconds, progress)
    warnings = tuple(_warnings(notebook))
    uncompared.keep_similar(normalize.normalize(notebook), stored)
    return Execution(path, seconds, normalize.store(notebook, path), warnings)


def kernel_environment(home: str) -> dict[str, str]:
    """Return the environment variables of a kernel that knows nothing of the person who starts it.

    ``home`` is an empty folder, in which an empty ``matplotlibrc`` is written. Other variables, such as
    DLCOURSE_PREDICTIONS, are passed on as they are.
    """
    looks = Path(home) / "matplotlibrc"
    looks.touch()
    return os.environ | {
        "DLCOURSE_HOME": str(Path(home) / "dlcourse"),
        "IPYTHONDIR": str(Path(home) / "ipython"),  # no start-up files of the person's own
        "MATPLOTLIBRC": str(looks),  # figures in matplotlib's own looks, not in the person's
        "OMP_NUM_THREADS": "1",  # sums come out in the same order, and two runs do not fight for cores
        "JUPYTER_PLATFORM_DIRS": "1",  # silences a deprecation warning of jupyter_core
    }


def _run(notebook: Any, path: Path, home: str, cell_seconds: int, progress: bool) -> float:
    """Execute all cells in place; return the seconds that it took, the kernel's start included."""
    current = [0]
    bar = tqdm(total=len(notebook.cells), desc=path.stem, unit="cell", disable=not progress, leave=False)

    def started(cell: Any, cell_index: int) -> None:
        current[0] = cell_index
        bar.update(cell_index - bar.n)

    client = NotebookClient(
        notebook,
        timeout=cell_seconds,
        kernel_name=normalize.KERNELSPEC["name"],
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=started,
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--IPKernelApp.log_level=CRITICAL"],  # else each kernel warns of its socket
    )
    # jupyter_client then prefers the kernel of this environment to one that the person installed elsewhere.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    begin = time.perf_counter()
    try:
        client.execute(env=kernel_environment(home))
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise CourseError(_failure(path, notebook, current[0], error, cell_seconds)) from None
    finally:
        bar.close()
    return time.perf_counter() - begin


def _failure(path: Path, notebook: Any, index: int, error: Exception, cell_seconds: int) -> str:
    source = notebook.cells[index].source
    where = f"{path.name}, cell {index + 1}"
    nothing = "Nothing was stored."
    if isinstance(error, CellExecutionError):
        line = _failing_line(error.traceback, source)
        message = PLACE_IN_SYNTAX_ERROR.sub("", ANSI.sub("", error.evalue)).rstrip(".")
        return f"{where}, {line}: {error.ename}: {message}. {nothing}"
    first = source.strip().splitlines()[0]
    if isinstance(error, CellTimeoutError):
        return f"{where} (it begins `{first}`) ran longer than {cell_seconds} s and was stopped. {nothing}"
    return f"{where} (it begins `{first}`): the kernel died, perhaps for want of memory. {nothing}"


def _failing_line(traceback: str, source: str) -> str:
    lines = source.splitlines()
    numbers = [int(number) for number in LINE_IN_CELL.findall(ANSI.sub("", traceback))]
    # An error raised below a function of an earlier cell names that cell too; the first one named is this cell.
    if numbers and numbers[0] <= len(lines):
        return f"line {numbers[0]} (`{lines[numbers[0] - 1].strip()}`)"
    return f"which begins `{source.strip().splitlines()[0]}`"


def _warnings(notebook: Any) -> list[str]:
    found = []
    for number, cell in enumerate(notebook.cells, start=1):
        text = "".join(output.text for output in cell.get("outputs", []) if output.get("name") == "stderr")
        if text.strip():
            found.append(f"cell {number} wrote to stderr, which is not stored: {text.strip().splitlines()[0]}")
    return found


def report(execution: Execution) -> None:
    """Print one line on a run, and one for each warning, on stderr and stdout."""
    state = "stored" if execution.changed else "unchanged"
    print(f"{execution.path.name}: {execution.seconds:.1f} s, {state}")
    for warning in execution.warnings:
        print(f"  warning: {execution.path.name}, {warning}", file=sys.stderr)
