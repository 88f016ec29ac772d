"""Small notebooks that the browser tests write for themselves."""

from pathlib import Path

import nbformat

CHAPTER = "notebooks/03_probability_and_mle.ipynb"

PLAYGROUND = """
import numpy as np
from dlcourse.experiments.experiment import DragPoints, Experiment, Menu, Play, Prediction, Slider, Toggle

def compute(frequency, amplitude, wave, grid, points):
    x = np.linspace(0, 1, 200)
    y = amplitude * getattr(np, wave)(2 * np.pi * frequency * x)
    return {"x": x, "y": y, "points": points, "grid": grid, "highest": float(y.max()), "mean": points[:, 1].mean()}

class Picture:
    def __init__(self, figure, values):
        left, right = figure.subplots(1, 2)
        left.set(xlim=(0, 1), ylim=(-2, 2), xlabel="time (s)", ylabel="height (m)", title="A wave")
        right.set(xlim=(0, 1), ylim=(0, 1), xlabel="x", ylabel="y", title="Points")
        (self.line,) = left.plot([], [])
        (self.dots,) = right.plot([], [], "o", markersize=9)
        self.mean = right.axhline(0.5, linestyle="--", color="0.4")
        self.axes = {"wave": left, "points": right}
        self.moving = [self.line, self.dots, self.mean]
        self.update(values)

    def update(self, values):
        self.line.set_data(values["x"], values["y"])
        self.line.set_marker("." if values["grid"] else "")
        self.dots.set_data(*values["points"].T)
        self.mean.set_ydata([values["mean"]] * 2)

def describe(parameters, values):
    return (f"Left: a wave of {parameters['frequency']} periods that reaches {values['highest']:.2f} m. "
            f"Right: three points with mean height {values['mean']:.2f}.")

playground = Experiment(
    name="playground", title="A wave and three points",
    prediction=Prediction("What does a higher frequency do to the height of the wave?",
                          ("It grows", "Nothing", "It shrinks"), 1,
                          "Frequency counts periods; height is the amplitude."),
    controls=(
        Slider("frequency", "Frequency", 1, 12, step=1, value=2, unit="periods"),
        Slider("amplitude", "Amplitude", 0.1, 2.0, step=0.1, value=1.0, unit="m"),
        Menu("wave", "Wave", {"sin": "Sine", "cos": "Cosine"}),
        Toggle("grid", "Mark the computed values"),
        DragPoints("points", [[0.2, 0.3], [0.5, 0.8], [0.8, 0.4]], axes="points", limits=((0, 1), (0, 1)),
                   label="points on the right"),
    ),
    play=Play("frequency", interval=120),
    compute=compute, picture=Picture, describe=describe,
)
"""

RUN = """
import time

import numpy as np
from dlcourse.experiments.experiment import Entry, Experiment, Play, Prediction, Slider

def compute(update, guess, other):
    end = time.perf_counter() + (1.5 if guess == 20 else 0.005)
    while time.perf_counter() < end:
        pass
    return {"x": np.linspace(0, 1, 200), "update": update, "guess": guess}

class Picture:
    def __init__(self, figure, values):
        left, right = figure.subplots(1, 2)
        left.set(xlim=(0, 1), ylim=(-2, 2), title="A wave")
        right.set(xlim=(-20, 20), ylim=(0, 1), title="Your guess")
        (self.line,) = left.plot([], [])
        self.field = left.imshow(np.zeros((24, 24)), extent=(0, 1, -2, 2), aspect="auto", vmin=-1, vmax=1)
        self.guess = right.axvline(0, visible=False)
        self.axes = {"wave": left}
        self.moving = [self.field, self.line, self.guess]
        self.update(values)

    def update(self, values):
        wave = np.sin(2 * np.pi * values["x"] + values["update"] / 10)
        self.line.set_data(values["x"], wave)
        self.field.set_data(np.outer(wave[:24], wave[:24]))
        self.guess.set_visible(values["guess"] is not None)
        self.guess.set_xdata([values["guess"] or 0] * 2)

def describe(parameters, values):
    return f"Update {parameters['update']}, guesses {parameters['guess']} and {parameters['other']}."

run = Experiment(
    name="run", title="A run of updates",
    prediction=Prediction("What will it do?", ("Run", "Stand"), 0, "It runs."),
    controls=(Slider("update", "Update", 0, 400, step=1, value=3), Entry("guess", "Your guess", -20, 20, unit="m"),
              Entry("other", "∂e/∂q")),
    play=Play("update", interval=20, label="Next update"),
    compute=compute, picture=Picture, describe=describe,
)
"""


def write_notebook(path: Path, *cells: str, text: str = "") -> None:
    """Code cells, after a cell of text where one is given."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    if text:
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell(text))
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


def write_playground(folder: Path, show: str = "playground()") -> None:
    """Modules ``playground`` and ``run``, and notebooks that show their experiments."""
    (folder / "playground.py").write_text(PLAYGROUND)
    (folder / "run.py").write_text(RUN)
    write_notebook(folder / "run.ipynb", "from run import run", "run()")
    write_notebook(folder / "playground.ipynb", "from playground import playground", show)
    write_notebook(folder / "busy.ipynb", "from playground import playground", show, "import time; time.sleep(4)")


SAVED_WORK = """
import numpy as np
from dlcourse import plots
from dlcourse.chapters.probability_and_mle import exercises
from dlcourse.experiments.experiment import Experiment, Slider
from matplotlib.figure import Figure

class Picture:
    def __init__(self, figure, values):
        axes = figure.subplots()
        axes.set(xlim=(0, 1), ylim=(-2, 2))
        (self.line,) = axes.plot([], [])
        self.axes, self.moving = {"wave": axes}, [self.line]
        self.update(values)

    def update(self, values):
        self.line.set_data(values["x"], values["y"])

def compute(height):
    x = np.linspace(0, 1, 50)
    return {"x": x, "y": height * np.sin(6 * x)}

def experiment(title):
    wave = Experiment(
        name="wave", title=title, prediction=None,
        controls=(Slider("height", "Height", 0.5, 2.0, step=0.1, value=1.0),),
        compute=compute, picture=Picture, describe=lambda parameters, _: f"A wave {parameters['height']} high.",
    )
    return wave()

def verdict():
    return exercises.density_above_one.check("c")

def figure():
    axes = Figure(figsize=(3, 2)).subplots()
    axes.plot([0, 1, 4])
    return plots.show(plots.describe(axes, "A rising line."))
"""


def write_saved_work(folder: Path, name: str) -> None:
    """A notebook with a text, two experiments, a verdict and a figure, and the module that they come from."""
    (folder / "saved_work.py").write_text(SAVED_WORK)
    shown = ("saved_work.experiment('First')", "saved_work.experiment('Second')", "saved_work.verdict()")
    write_notebook(folder / name, "import saved_work", *shown, "saved_work.figure()", text="# A day's work")
