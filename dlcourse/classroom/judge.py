"""The process that gives points: ``python -m dlcourse.classroom.judge``, started for each submission (see judging.py).

It reads lines of JSON. The first names the chapter, the class's seed and a token; each further one holds an exercise,
the points that it is worth, and what its check handed in. It answers each with a line: the token, then JSON with the
output that shows the points and the verdict's box, or with an error. Answers are opened and run in the worker process
that it starts.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from dlcourse.exercises.kinds.task import Task
    from dlcourse.exercises.showing.verdict import Points

SEEDS = 3  # that are tried where the library's own function fails: a fault of the course must cost nobody points
SET_DUMPABLE = 4  # the option of prctl, in <sys/prctl.h>


def main() -> None:
    """Judge what comes in until there is no more."""
    _keep_out()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing else that writes here is an answer
    order = json.loads(sys.stdin.readline())
    tasks = _tasks(order["chapter"])
    _say(answers, order["token"], {})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            points = judged(tasks[request["exercise"]], request["handed_in"], order["seed"], request["points"])
            said: dict[str, Any] = {"data": points._repr_mimebundle_()}
        except Exception as error:
            said = {"error": f"{type(error).__name__}: {error}"}
        _say(answers, order["token"], said)


def judged(task: Task, data: Any, seed: int, points: float | None = None) -> Points:
    """Return the points for what a check handed in; raises ValueError where it handed nothing in."""
    from dlcourse.exercises.running.handed_in import HandedIn

    handed_in = HandedIn.read(data)
    for attempt in range(SEEDS - 1):
        try:
            return task.points_for(handed_in, seed + attempt, points)
        except RuntimeError:
            continue
    return task.points_for(handed_in, seed + SEEDS - 1, points)


def _tasks(chapter: str) -> dict[str, Task]:
    """The exercises by name: the chapter's, and those of all others, which a teacher may have put into it."""
    from dlcourse.chapters import CHAPTERS, exercises_of

    # What judging needs is loaded now, before any code of the student's has run.
    from dlcourse.exercises.running import packing, worker_process  # noqa: F401

    others = [other for other in CHAPTERS if other != chapter]
    return _Tasks(others, {task.name: task for task in exercises_of(chapter)})


class _Tasks(dict[str, Any]):
    """The exercises of a chapter by name; other chapters are loaded when one of theirs is asked for."""

    def __init__(self, others: list[str], tasks: dict[str, Task]) -> None:
        super().__init__(tasks)
        self._others = others

    def __missing__(self, name: str) -> Any:
        from dlcourse.chapters import exercises_of

        while self._others:
            for task in exercises_of(self._others.pop(0)):
                self.setdefault(task.name, task)
            if name in self:
                return self[name]
        raise KeyError(f"the course has no exercise {name!r}")


def _say(answers: TextIO, token: str, said: dict[str, Any]) -> None:
    answers.write(f"{token} {json.dumps(said)}\n")
    answers.flush()


def _keep_out() -> None:
    """Keep other processes of the same account, such as the worker, from reading or opening what this one holds.

    Linux alone can do that, and root may read all the same.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(SET_DUMPABLE, 0, 0, 0, 0)


if __name__ == "__main__":
    main()
