"""A notebook as the rules see it."""

import ast
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

START = "00_start_here"


@dataclass(frozen=True, eq=False)
class Cell:
    number: int  # from 1, Markdown cells counted, as JupyterLab shows them from the top
    content: dict

    @property
    def is_code(self):
        return self.content["cell_type"] == "code"

    @property
    def is_prose(self):
        return self.content["cell_type"] == "markdown"

    @property
    def source(self):
        return "".join(self.content["source"])

    @property
    def outputs(self):
        return self.content.get("outputs", [])

    @property
    def metadata(self):
        return self.content["metadata"]

    @property
    def tags(self):
        return self.metadata.get("tags", [])

    @property
    def nbgrader(self):
        return self.metadata.get("nbgrader", {})

    @cached_property
    def tree(self):
        """The cell's syntax tree; an empty one where it is not plain Python (a rule of its own says so)."""
        try:
            return ast.parse(self.source)
        except SyntaxError:
            return ast.parse("")

    def __str__(self):
        first = next((line.strip() for line in self.source.splitlines() if line.strip()), "empty")
        return f"cell {self.number} (`{first[:50]}`)"


@dataclass(frozen=True)
class Definitions:
    """What the package defines for a chapter: its experiments, exercises and milestones by name."""

    experiments: dict = field(default_factory=dict)
    exercises: dict = field(default_factory=dict)
    milestones: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Notebook:
    path: Path
    content: dict
    given_definitions: Definitions | None = None  # None: those of the package
    running_seconds: int | None = None  # as stored in running_times.json

    @property
    def stem(self):
        return self.path.stem

    @cached_property
    def definitions(self):
        return self.given_definitions or definitions_of(self.stem)

    @cached_property
    def cells(self):
        return [Cell(number, content) for number, content in enumerate(self.content["cells"], start=1)]

    @property
    def code_cells(self):
        return [cell for cell in self.cells if cell.is_code]

    @property
    def prose_cells(self):
        return [cell for cell in self.cells if cell.is_prose]


def read(path, definitions=None):
    from dlcourse.workshop.running_times import read_running_times

    seconds = read_running_times(path.parent).get(path.stem)
    return Notebook(path, json.loads(path.read_text(encoding="utf-8")), definitions, seconds)


def definitions_of(stem):
    """Look up what the package defines for the notebook with this stem."""
    from dlcourse.chapters import exercises_of, experiments_of, milestones_of

    return Definitions(
        {experiment.name: experiment for experiment in experiments_of(stem)},
        {exercise.name: exercise for exercise in exercises_of(stem)},
        {milestone.name: milestone for milestone in milestones_of(stem)},
    )


def text_of(value):
    """Join the text of a stored output, which is a string or a list of lines."""
    return value if isinstance(value, str) else "".join(value)


def texts(cell):
    """Yield every text that a cell's outputs hold, pictures left out."""
    for output in cell.outputs:
        if output["output_type"] == "stream":
            yield text_of(output["text"])
        elif output["output_type"] == "error":
            yield "\n".join([output["evalue"], *output["traceback"]])
        else:
            for media_type, value in output["data"].items():
                if not media_type.startswith("image/") or media_type == "image/svg+xml":
                    yield value if isinstance(value, str) else "".join(map(str, value))
