"""Submissions as students hand them in, made from the notebook that was handed out."""

import contextlib
import copy
import importlib
import io
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat

from dlcourse.chapters import CHAPTERS, exercises_of, room_of
from dlcourse.exercises.kinds.exercise import Exercise
from dlcourse.exercises.kinds.questions import ChoiceExercise
from dlcourse.workshop import cli
from tests.chapters.test_solved_notebooks import nbgrader_of, with_solutions
from tests.limits import LONGEST

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
START = "00_start_here"
GRADED = [name for name in CHAPTERS if name != START and (NOTEBOOKS / f"{name}.ipynb").is_file()]
READERS_NUMBER = "my_number = "  # with which a question is drawn for each reader
CHAPTER = "03_probability_and_mle"
ROOT = Path(__file__).resolve().parents[2]
# For a class's settings: on a busy machine no cell that ends by itself is stopped, and no output comes too late.
PATIENT = """
c.Execute.startup_timeout = 600
c.Execute.timeout = 600
c.Execute.iopub_timeout = 120
c.ExecuteSubmission.submission_seconds = 3600
"""


def environment(home):
    """Of a terminal in which the course's environment is not activated."""
    inherited = {name: value for name, value in os.environ.items() if name != "NBGRADER_EXECUTION"}
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    return inherited | {"PATH": "/usr/bin:/bin", "DLCOURSE_HOME": str(home), "PYTHONPATH": os.pathsep.join(paths)}


def dlcourse_alone(*arguments, cwd, home):
    """Run the command in a process of its own, as in a terminal."""
    command = [sys.executable, "-m", "dlcourse.workshop.cli", "classroom", *map(str, arguments)]
    run = subprocess.run(command, cwd=cwd, env=environment(home), capture_output=True, text=True, timeout=LONGEST)
    assert "Traceback" not in run.stderr, run.stderr
    return run


def dlcourse(*arguments, cwd, home):
    """Run the command in this process, where nbgrader is imported once for all of them."""
    said, complained = io.StringIO(), io.StringIO()
    before = dict(os.environ)
    with contextlib.chdir(cwd), contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        os.environ.clear()
        os.environ.update(environment(home))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # nbgrader's own
                status = cli.main(["classroom", *map(str, arguments)])
        finally:
            os.environ.clear()
            os.environ.update(before)
    assert "Traceback" not in complained.getvalue(), complained.getvalue()
    return subprocess.CompletedProcess(arguments, status, said.getvalue(), complained.getvalue())


def shorten(path, imports=None):
    """Keep the cells that set a chapter up, and its exercises, as a teacher may do; perhaps with fewer ``imports``."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code[1].source = imports or code[1].source
    setup = [*code[:2], *(cell for cell in code if cell.source.startswith(READERS_NUMBER))]
    notebook.cells = [cell for cell in notebook.cells if cell in setup or nbgrader_of(cell)]
    nbformat.write(notebook, path)


def right(notebook, chapter=CHAPTER):
    """The notebook with every answer right."""
    tasks = importlib.import_module(f"{room_of(chapter)}.exercises")
    return with_solutions(copy.deepcopy(notebook), tasks)[0]


def cell_of(notebook, name):
    """The cell whose nbgrader name is `name`."""
    (found,) = [cell for cell in notebook.cells if nbgrader_of(cell).get("grade_id") == name]
    return found


def answer(notebook, name, source):
    """Replace a student's answer."""
    cell_of(notebook, name).source = source


def remove(notebook, *names):
    notebook.cells = [cell for cell in notebook.cells if nbgrader_of(cell).get("grade_id") not in names]


def insert_after(notebook, name, source):
    """Insert a cell of the student's own below the named one."""
    position = notebook.cells.index(cell_of(notebook, name)) + 1
    notebook.cells.insert(position, nbformat.v4.new_code_cell(source))


def hand_in(folder, student, notebook, chapter=CHAPTER):
    target = folder / student / f"{chapter}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook), encoding="utf-8")


def wrong_answers(chapter):
    """For each exercise a wrong answer (the object) and a cell that gives it."""
    answers = {}
    for task in exercises_of(chapter):
        if isinstance(task, Exercise):
            mistake = f"wrong.{task.name}.mistakes[0].function"
            source = f"from {room_of(chapter)} import exercises as wrong\n{task.name} = {mistake}"
            answers[task.name] = task.mistakes[0].function, source
        elif isinstance(task, ChoiceExercise):
            letter = next(letter for letter in task.choices if letter != task.answer)
            answers[task.name] = letter, f"{task.name} = {letter!r}"
        else:
            answers[task.name] = -1e6, f"{task.name} = -1e6"
    return answers


def points_by_exercise(path):
    """Read the file that `points --csv` writes: student -> {exercise or "total", "of", "note": text}."""
    import csv

    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row.pop("student"): row for row in csv.DictReader(file)}
