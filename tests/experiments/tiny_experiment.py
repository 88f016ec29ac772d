"""A small experiment with every kind of control, for the tests of the machinery."""

from dataclasses import replace

import numpy as np

from dlcourse.experiments.experiment import DragPoints, Entry, Experiment, Menu, Play, Prediction, Slider, Toggle
from dlcourse.experiments.live import Live

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
        self.moving, self.axes = [self.line, self.dots], {"main": self.ax}
        self.update(values)

    def update(self, values):
        self.line.set_data(values["x"], values["y"])
        self.dots.set_data(*np.transpose(values["points"]))
        self.dots.set_markersize(12 if values["filled"] else 6)
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
    """Stands at the browser's end of a Live: keeps a copy of the canvas, as the page does, and answers when told."""

    def __init__(self, **given):
        self.messages, self.buffers, self.pixels = [], [], None
        self.live = Live(TINY, TINY.parameters(**given), self.take, lambda parameters: None)

    def take(self, content, buffers):
        self.messages.append(content)
        if content["type"] == "frame":
            self.buffers.append(buffers[0])
            self.paint(content, buffers[0])

    def paint(self, content, data):
        from io import BytesIO

        from PIL import Image

        width, height = content["size"]
        if self.pixels is None or self.pixels.shape[:2] != (height, width):
            self.pixels = np.zeros((height, width, 4), np.uint8)
        offset = 0
        for left, top, w, h in content["rectangles"]:
            if content["encoding"] == "raw":
                block = np.frombuffer(data, np.uint8, 4 * w * h, offset).reshape(h, w, 4)
                offset += 4 * w * h
            else:
                block = np.asarray(Image.open(BytesIO(data)).convert("RGBA").resize((w, h)))
            self.pixels[top : top + h, left : left + w] = block

    @property
    def frames(self):
        return [message for message in self.messages if message["type"] == "frame"]

    @property
    def notices(self):
        return [message["text"] for message in self.messages if message["type"] == "notice"]

    def open(self, scale=1):
        self.live.receive({"type": "ready", "scale": scale})
        self.answer()

    def answer(self):
        """Says that every frame has been painted."""
        for frame in self.frames:
            self.live.receive({"type": "painted", "number": frame["number"]})
