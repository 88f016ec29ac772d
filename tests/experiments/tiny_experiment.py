"""A small experiment with every kind of control, for the tests of the machinery."""

from dataclasses import replace

import numpy as np

from dlcourse.experiments.answer import Answer
from dlcourse.experiments.experiment import DragPoints, Entry, Experiment, Menu, Play, Prediction, Slider, Toggle
from dlcourse.experiments.live import Live
from dlcourse.experiments.panels import readout
from tests.experiments.page import Page

POINTS = [[0.2, 0.3], [0.5, 0.8]]
QUESTION = Prediction("What does $a$ < b do?", ("It grows", "Nothing"), 1, "Because <b>nothing</b> depends on it.")


def compute(height, count, curve, filled, points):
    if count == 13:
        raise ZeroDivisionError("thirteen")
    x = np.linspace(0, 1, 50)
    y = height * (np.sin if curve == "sine" else np.cos)(count * x)
    return {"x": x, "y": y, "points": points, "filled": filled, "limit": 1.0 if count < 10 else 2.0}


class TinyPicture:
    def __init__(self, figure, values):
        self.ax = figure.subplots()
        self.ax.set(xlim=(0, 1), ylim=(-1, 1), xlabel="x", ylabel="y")
        (self.line,) = self.ax.plot([], [])
        (self.dots,) = self.ax.plot([], [], "o")
        self.numbers = readout(self.ax)
        self.moving, self.axes = [self.line, self.dots, self.numbers], {"main": self.ax}
        self.update(values)

    def update(self, values):
        self.line.set_data(values["x"], values["y"])
        self.dots.set_data(*np.transpose(values["points"]))
        self.dots.set_markersize(12 if values["filled"] else 6)
        self.numbers.set_text(f"last {values['y'][-1]:.2f}")
        self.ax.set_ylim(-values["limit"], values["limit"])


def describe(parameters, values):
    return f"A curve of height {parameters['height']:.1f} whose last value is {values['y'][-1]:.2f}."


TINY = Experiment(
    name="tiny",
    title="A <small> experiment",
    prediction=QUESTION,
    controls=(
        Slider("height", "Height", 0.1, 1.0, step=0.1, value=0.5, unit="m"),
        Slider("count", "Count", 1, 20, step=1, value=3),
        Menu("curve", "Curve", {"sine": "Sine", "cosine": "Cosine"}),
        Toggle("filled", "Larger points"),
        DragPoints("points", POINTS, axes="main", limits=((0, 1), (-1, 1)), label="observations"),
    ),
    play=Play("count", interval=50),
    compute=compute,
    picture=TinyPicture,
    describe=describe,
    size=(4.0, 3.0),
)


def compute_guess(count, guess, other):
    return {"y": np.full(50, float(guess or 0)), "x": np.linspace(0, 1, 50), "points": POINTS, "filled": other is None,
            "limit": 20.0}  # fmt: skip


GUESS = Experiment(
    name="guess",
    title="What comes next?",
    controls=(
        Slider("count", "Count", 0, 9, step=1, value=3),
        Entry("guess", "Your guess", -20, 20, unit="m"),
        Entry("other", "∂e/∂q"),
    ),
    compute=compute_guess,
    picture=TinyPicture,
    describe=lambda parameters, values: f"You say {parameters['guess']} and {parameters['other']}.",
    size=(4.0, 3.0),
)


def variant(**changes):
    """TINY with other parts."""
    return replace(TINY, **changes)


class Browser:
    """Stands at the browser's end of a Live, with a page that keeps what it is sent. ``say`` is what the reader does.

    A number of the reader's wishes goes with each, as it does from the page; ``answer`` says that all was painted.
    """

    def __init__(self, experiment=TINY, *, asks=False, **given):
        self.messages, self.buffers, self.page, self.asked = [], [], Page(), 0
        answer = Answer(experiment.prediction, "", experiment.name) if asks else None
        self.live = Live(experiment, experiment.parameters(**given), self._take, answer)

    def _take(self, content, buffers):
        self.messages.append(content)
        if content["type"] == "frame":
            self.buffers.append(buffers)
            self.page.apply(content["drawing"], buffers)

    @property
    def frames(self):
        return [message for message in self.messages if message["type"] == "frame"]

    @property
    def notice(self):
        """The sentence under the picture."""
        last = self.messages[-1]
        return last["notice"] if last["type"] == "frame" else last["text"]

    def open(self, **content):
        self.live.receive({"type": "ready", "room": 2000, "scale": 1, **content})
        self.answer()

    def say(self, kind, **content):
        self.asked += 1
        self.live.receive({"type": kind, "asked": self.asked, **content})

    def answer(self):
        """Says that every picture has been painted; another one may come by that."""
        for frame in self.frames:
            self.live.receive({"type": "painted", "number": frame["number"]})

    def do(self, kind, **content):
        """Says it and paints what comes."""
        self.say(kind, **content)
        self.answer()


def page_of(experiment, **given):
    """The page of an experiment that was shown in this state from the start."""
    browser = Browser(experiment, **given)
    browser.open()
    return browser.page
