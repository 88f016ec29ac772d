"""How long a reader waits for the check of each exercise: the library's answer and every listed mistake, all cases.

    python benchmarks/checks.py [--slowest 10]

Prints the slowest answers, and each time as a share of the seconds after which the check would stop it. A share near 1
means that a right answer is stopped where the machine is busy.
"""

import argparse
import time

from dlcourse.chapters import CHAPTERS, exercises_of
from dlcourse.exercises.kinds.exercise import Exercise
from dlcourse.exercises.kinds.task import ORDINARY_SEED
from dlcourse.exercises.running.sandbox import run_calls


def measured(task: Exercise) -> list[tuple[float, float, str]]:
    """The share of its limit, the seconds and the name of each answer to an exercise."""
    answers = {"the library's": task.reference} | {mistake.name: mistake.function for mistake in task.mistakes}
    rows = []
    for name, function in answers.items():
        cases = task.cases_for(ORDINARY_SEED)
        begin = time.perf_counter()
        run_calls(function, cases)
        seconds = time.perf_counter() - begin
        rows.append((seconds / task.seconds, seconds, f"{task.chapter}, {task.name}: {name}"))
    return rows


def main() -> None:
    """Measure all exercises and print the slowest answers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--slowest", type=int, default=10, help="how many answers to print")
    tasks = [task for chapter in CHAPTERS for task in exercises_of(chapter) if isinstance(task, Exercise)]
    rows = sorted((row for task in tasks for row in measured(task)), reverse=True)
    for share, seconds, name in rows[: parser.parse_args().slowest]:
        print(f"{1000 * seconds:7.0f} ms, {share:5.1%} of its limit   {name}")


if __name__ == "__main__":
    main()
