"""The picture of the backward stepper: the graph of (x + y) z with its local gradients on the wires."""

from collections.abc import Sequence
from typing import ClassVar

from dlcourse import plots
from dlcourse.chapters.backpropagation.experiments.local_gradients import QUESTIONS
from dlcourse.chapters.backpropagation.experiments.stepping import ROOM, Place, SteppingPicture, wire_ends


class BackwardStepperPicture(SteppingPicture):
    """(x + y) z; each wire carries the local gradient of the node that it leads to."""

    nodes: ClassVar = ("x", "y", "z", "q", "f")
    questions: ClassVar = tuple(question.symbol for question in QUESTIONS)
    heading = "Your local gradients"
    key = "local gradient"

    def places(self) -> dict[str, Place]:
        """Five nodes."""
        x, y, z = Place(ROOM), Place(ROOM), Place(ROOM)
        q = Place(ROOM, (x, y), "+")
        return {"x": x, "y": y, "z": z, "q": q, "f": Place(-1234.0, (q, z), "×")}

    def label_place(self, name: str) -> float:
        """Left on each wire."""
        return 0.25

    def badge_places(self, graph: plots.GraphPicture, places: dict[str, Place]) -> Sequence[tuple[float, float]]:
        """Right on the wire of each operand."""
        wires = (wire_ends(graph, places[question.operand]) for question in QUESTIONS)
        return [(left + 0.7 * (right - left), height) for left, right, height in wires]
