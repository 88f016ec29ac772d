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


def write_notebook(path: Path, *cells: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


def write_playground(folder: Path, show: str = "playground()") -> None:
    """A module ``playground`` and a notebook that shows its experiment."""
    (folder / "playground.py").write_text(PLAYGROUND)
    write_notebook(folder / "playground.ipynb", "from playground import playground", show)
    write_notebook(folder / "busy.ipynb", "from playground import playground", show, "import time; time.sleep(6)")


def write_stored(folder: Path) -> None:
    """``stored.ipynb``: the playground's output as the course stores it, a picture with its words and no widget."""
    from base64 import b64encode
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (320, 120), (0, 114, 178)).save(buffer, format="png")
    data = {"image/png": b64encode(buffer.getvalue()).decode(), "text/plain": "A blue card."}
    cell = nbformat.v4.new_code_cell("playground()", execution_count=1)
    shown = {"data": data, "metadata": {"image/png": {"alt": "A blue card."}}, "execution_count": 1}
    cell.outputs = [nbformat.v4.new_output("execute_result", **shown)]
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "stored.ipynb")
