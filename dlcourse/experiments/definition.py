"""What an experiment is: one pure function, one picture, and controls.

``compute(**parameters)`` returns a dict of arrays and numbers and never touches the picture. The picture makes its
artists once and afterwards only changes their data.
"""

import inspect
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlcourse.experiments import state
from dlcourse.experiments.controls import Control, DragPoints, Drawing, Play, Slider
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import raised

Values = dict[str, Any]


class Picture(Protocol):
    """What an experiment draws on its figure.

    ``__init__(figure, values)`` makes the artists. ``moving`` are those that ``update`` changes: they are redrawn for
    each frame, in the order of their zorder, over everything else, which is drawn once. ``axes`` are named axes, for
    DragPoints and Drawing. ``update`` changes data only. When it also changes something static (a tick label, a
    legend), it sets ``self.redraw_all = True``: the next frame is then drawn from scratch, which takes five times as
    long. Changed axis limits are noticed without it.
    """

    @property
    def moving(self) -> Sequence[Artist]:
        """The artists that ``update`` changes."""

    @property
    def axes(self) -> Mapping[str, Axes]:
        """Named axes."""

    def update(self, values: Values) -> None:
        """Shows ``values``, the result of ``compute``."""


@dataclass(frozen=True, eq=False)  # a definition equals only itself; it holds dicts and arrays
class Definition:
    """A picture with controls.

    ``compute``: pure function from the controls' parameters (as keywords) to a dict.
    ``picture``: class with ``__init__(figure, values)``, ``update(values)``, ``moving`` and ``axes`` (see Picture).
    ``describe(parameters, values)``: the alternative text, one to three sentences with the numbers that are shown.
    ``size``: width and height in inches, 96 pixels each; 9 inches is the full width of a notebook's cell.
    ``locked``: parameters of the picture that is seen until the reader has predicted, where the start would show the
    answer. It has no caption then, and no line of numbers (panels.readout).
    ``main``: the control whose positions the web page records most densely; without it the slider that plays, else the
    first slider.
    Raises ValueError when the parts do not fit together, CourseError for a wrong parameter in ``locked``.
    """

    name: str
    title: str
    controls: tuple[Control, ...]
    compute: Callable[..., Values]
    picture: Callable[[Figure, Values], Picture]
    describe: Callable[[dict[str, Any], Values], str]
    prediction: Prediction | None = None
    play: Play | None = None
    size: tuple[float, float] = (9.0, 3.6)
    locked: Mapping[str, Any] = field(default_factory=dict)
    main: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"An experiment's name is a Python name in lower case, not {self.name!r}.")
        if not self.controls:
            raise ValueError(f"{self.name}: an experiment has at least one control.")
        self._check_names()
        self._check_play()
        names = [control.name for control in self.controls]
        if self.main and self.main not in names:
            raise ValueError(f"{self.name}: its main control is one of {', '.join(names)}, not {self.main!r}.")
        self.parameters(**self.locked)
        if sum(isinstance(control, DragPoints) for control in self.controls) > 1:
            raise ValueError(f"{self.name}: one DragPoints is enough; put all the points into it.")
        if sum(isinstance(control, Drawing) for control in self.controls) > 1:
            raise ValueError(f"{self.name}: one Drawing is enough; a picture has one sheet.")

    def _check_names(self) -> None:
        """Each control is a keyword of ``compute``, and each keyword without a default has a control."""
        names = [control.name for control in self.controls]
        keywords = inspect.signature(self.compute).parameters
        unknown = [name for name in names if name not in keywords]
        missing = [
            name for name, word in keywords.items() if name not in names and word.default is inspect.Parameter.empty
        ]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.name}: two controls have the same name in {', '.join(names)}.")
        if unknown or missing:
            raise ValueError(
                f"{self.name}: controls are named as compute's parameters ({', '.join(keywords)}). "
                f"Controls that compute does not know: {unknown}; parameters without a control: {missing}."
            )

    def _check_play(self) -> None:
        if self.play is None:
            return
        sliders = [control.name for control in self.controls if isinstance(control, Slider) and control.is_integer]
        if self.play.slider not in sliders:
            raise ValueError(
                f"{self.name}: Play steps through an integer slider, one of {sliders}, not {self.play.slider!r}."
            )
        if not self.play.label.strip():
            raise ValueError(f"{self.name}: Play's label says what one step is; it is empty.")
        if self.play.interval < 20:
            raise ValueError(f"{self.name}: Play's interval is in milliseconds, 20 or more, not {self.play.interval}.")

    @property
    def chapter(self) -> str:
        """The notebook that it belongs to, or the empty text."""
        room = sys.modules.get(".".join(self.compute.__module__.split(".")[:3]))  # dlcourse.chapters.<room>
        return str(getattr(room, "CHAPTER", ""))

    def parameters(self, **given: Any) -> dict[str, Any]:
        """All parameters: those given, checked, and the defaults of the others. CourseError says what is wrong."""
        return state.checked(self.controls, given)

    def told(self, parameters: dict[str, Any], values: Values) -> str:
        """What ``describe`` says, with its powers as a reader writes them: 10⁻⁴ for 10^-4."""
        return raised(self.describe(parameters, values))
