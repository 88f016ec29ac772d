"""How much memory a student takes on a hub: the server, one chapter open, two open, without PyTorch and with it.

    python benchmarks/classroom_memory.py [--students 3]

Starts the hub of ``deploy/`` on 127.0.0.1; its students run chapters at the same time, through the proxy. Counted is
the proportional share (PSS, on Linux) of a student's server, kernels and checks: pages that several processes hold are
counted once in all, so that the students' shares add up to what the machine needs. Needs JupyterHub (the extra
``teach``) and configurable-http-proxy (npm).
"""

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.classroom import hub

FIRST, SECOND = "05_softmax_regression", "02_linear_algebra_and_calculus"
MIB = 2**20


def processes(student: hub.Student) -> list[psutil.Process]:
    """All that runs for a student: each has the student's name in its environment."""
    found = []
    for process in psutil.Process(student.hub.process.pid).children(recursive=True):
        try:
            if process.environ().get("JUPYTERHUB_USER") == student.name:
                found.append(process)
        except psutil.Error:
            continue
    return found


def share(members: list[psutil.Process]) -> float:
    """Their proportional share of the memory in MiB."""
    return sum(process.memory_full_info().pss for process in members) / MIB


def code_of(student: hub.Student, chapter: str) -> tuple[list, list]:
    """The code cells of a chapter: those before PyTorch is imported, and the others."""
    cells = [cell for cell in student.notebook(chapter).cells if cell.cell_type == "code"]
    first = next(number for number, cell in enumerate(cells) if "import torch" in cell.source)
    return cells[:first], cells[first:]


def main() -> None:
    """Start a hub, let its students work, and print the memory at each step."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--students", type=int, default=3)
    number = parser.parse_args().students
    if missing := hub.what_is_missing():
        raise SystemExit(missing)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(number) as pool:
        names = [f"student{index}" for index in range(number)]
        course = hub.Course(Path(folder) / "installed")
        (Path(folder) / "hub").mkdir()
        running = hub.Hub(Path(folder) / "hub", course, names, DLCOURSE_PREDICTIONS="off")
        try:
            students = [hub.Student(running, name) for name in names]
            list(pool.map(hub.Student.start_server, students))

            def say(what: str) -> None:
                each = [share(processes(student)) for student in students]
                print(f"{sum(each) / number:6.0f} MiB a student (at most {max(each):.0f}): {what}", flush=True)

            say("the server alone")
            parts = {chapter: code_of(students[0], chapter) for chapter in (FIRST, SECOND)}
            steps = [
                (FIRST, 0, "one chapter open, PyTorch not loaded"),
                (SECOND, 0, "two chapters open, PyTorch not loaded"),
                (FIRST, 1, "two chapters open, PyTorch loaded in one"),
                (SECOND, 1, "two chapters open, PyTorch loaded in both"),
            ]
            for chapter, part, what in steps:
                list(pool.map(lambda each, run=(chapter, part): each.run(run[0], parts[run[0]][run[1]]), students))
                say(what)
            own = [running.process.pid, *(each.pid for each in running_proxy(running))]
            print(f"{share([psutil.Process(pid) for pid in own]):6.0f} MiB for the hub and its proxy")
        finally:
            running.stop()


def running_proxy(running: hub.Hub) -> list[psutil.Process]:
    """The hub's proxy: what it has started that belongs to no student."""
    children = psutil.Process(running.process.pid).children(recursive=True)
    return [each for each in children if "JUPYTERHUB_USER" not in each.environ()]


if __name__ == "__main__":
    main()
