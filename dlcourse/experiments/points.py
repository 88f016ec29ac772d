"""Points that the reader moves in the picture: where they may go, and where they are seen."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from dlcourse.errors import CourseError


@dataclass(frozen=True, eq=False)
class DragPoints:
    """Points in the picture that the reader moves with the mouse, a finger or the arrow keys.

    ``value`` has shape (points, 2): x and y in the units of the axes that the picture calls ``axes`` in its dict
    ``axes``. ``move`` says along which of them a point moves. ``limits`` are ((x_low, x_high), (y_low, y_high)):
    where points may go; ``compute`` must hold anywhere in them. ``label`` names one point's kind, in the plural:
    "observations". ``compute`` receives a float64 array of shape (points, 2) that cannot be written to.
    """

    name: str
    value: Any
    axes: str
    limits: tuple[tuple[float, float], tuple[float, float]]
    move: Literal["xy", "x", "y"] = "xy"
    label: str = "points"

    def __post_init__(self) -> None:
        points = np.asarray(self.value, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
            raise ValueError(f"DragPoints {self.name!r}: value has shape (points, 2). Received {points.shape}.")
        if self.move not in ("xy", "x", "y"):
            raise ValueError(f"DragPoints {self.name!r}: move is 'xy', 'x' or 'y', but it is {self.move!r}.")
        if np.shape(self.limits) != (2, 2) or any(low >= high for low, high in self.limits):
            raise ValueError(
                f"DragPoints {self.name!r}: limits are ((x_low, x_high), (y_low, y_high)). Received {self.limits}."
            )
        self.check(points)

    @property
    def decimals(self) -> tuple[int, int]:
        """Decimals kept of x and y: finer than a pixel, short enough to write down."""
        x, y = (max(0, math.ceil(-math.log10((high - low) / 2000))) for low, high in self.limits)
        return x, y

    @property
    def default(self) -> NDArray[np.float64]:
        """The points at the start and after Reset, shape (points, 2)."""
        return self.check(self.value)

    def check(self, value: object) -> NDArray[np.float64]:
        """``value`` as a read-only float64 array (points, 2). CourseError: wrong shape, not a number, or outside."""
        wanted = len(self.value)
        try:
            points = np.array(value, dtype=np.float64)
        except (TypeError, ValueError):
            points = np.empty(0)
        if points.shape != (wanted, 2) or not np.isfinite(points).all():
            raise CourseError(f"{self.name} is a list of {wanted} points [x, y], each two numbers; this is not.")
        for axis, (low, high) in enumerate(self.limits):
            if (points[:, axis] < low).any() or (points[:, axis] > high).any():
                raise CourseError(f"Each {'xy'[axis]} of {self.name} lies between {low} and {high}, but one does not.")
            points[:, axis] = points[:, axis].round(self.decimals[axis]).clip(low, high)
        points.flags.writeable = False
        return points

    def moved(self, points: NDArray[np.float64], index: int, x: float, y: float) -> NDArray[np.float64]:
        """A copy of ``points`` (points, 2) with point ``index`` taken to (x, y), as far as it may go."""
        copy = points.copy()
        for axis, wanted in enumerate((x, y)):
            if "xy"[axis] in self.move:
                copy[index, axis] = np.clip(wanted, *self.limits[axis])
        return self.check(copy)

    def write(self, value: NDArray[np.float64]) -> str:
        """``value`` as a list of lists."""
        return repr(value.tolist())

    def ends(self) -> list[NDArray[np.float64]]:
        """As given, and all points in one corner and in the opposite one, as far as ``move`` allows."""
        corners = []
        for side in (0, 1):
            corner = np.array(self.value, dtype=np.float64)
            for axis in (0, 1):
                if "xy"[axis] in self.move:
                    corner[:, axis] = self.limits[axis][side]
            corners.append(self.check(corner))
        return [self.default, *corners]

    def random(self, generator: np.random.Generator) -> NDArray[np.float64]:
        """Every point anywhere it can be taken to."""
        points = np.array(self.value, dtype=np.float64)
        for axis in (0, 1):
            if "xy"[axis] in self.move:
                points[:, axis] = generator.uniform(*self.limits[axis], size=len(points))
        return self.check(points)


def at_pixel(ax: Axes, x: float, y: float) -> tuple[float, float]:
    """The numbers of ``ax`` at (x, y), fractions of the picture from its upper left corner."""
    whole = ax.figure.bbox
    data_x, data_y = ax.transData.inverted().transform((x * whole.width, (1 - y) * whole.height))
    return float(data_x), float(data_y)


def room(ax: Axes, control: DragPoints) -> NDArray[np.float64]:
    """How far the points may go to the right and upwards, (2,); less than 0 where the numbers of ``ax`` fall."""
    room: NDArray[np.float64] = np.diff(control.limits)[:, 0] * (1, -1 if ax.yaxis_inverted() else 1)
    return room


def places(ax: Axes, points: NDArray[np.float64]) -> list[list[float]]:
    """Where ``points`` (points, 2) are seen, as fractions of the picture from its upper left corner."""
    whole = ax.figure.bbox
    seen = ax.transData.transform(points) / (whole.width, whole.height)
    return [[round(float(x), 5), round(1 - float(y), 5)] for x, y in seen]
