"""What a static page needs to judge an answer, without showing it: feedback that only an answer opens.

Each feedback is sealed under the SHA-256 of the answer that it belongs to, together with the exercise's name: whoever
reads the page's source finds neither the right answer nor what is said of wrong ones. A program that tries out all
letters, or all numbers of some size, finds them; no page without a server can prevent that.

A number opens what is sealed under its *cell*, a piece of the number line. There lie the exact targets and how far from
them a number may be, so that the page compares as the check in a notebook does, to the last digit.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dlcourse.exercises.kinds.questions import ChoiceExercise, NumberExercise
from dlcourse.exercises.kinds.several_numbers import NumbersExercise
from dlcourse.page.markdown import markdown_as_html

SMALLEST, LARGEST = -10, 20  # powers of two: beyond them a cell of magnitude ends nowhere
BLOCK = 32  # bytes of a SHA-256
SIGN = "sign"
FORMULA = re.compile(r"(<code>.*?</code>)|\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)

Interval = tuple[float, float]


@dataclass(frozen=True)
class Zone:
    """Numbers about which the same is said: those whose image (see `what`) lies within `reach` of `target`.

    ``what``: "right", the number of a listed mistake, or what is done before: "sign" (−v), "percentage" (v/100),
    "opposite" (1 − v), "reciprocal" (1/v); or "close", a wider zone around the answer. ``secret`` opens what is said.
    """

    what: str | int
    target: float
    reach: float
    secret: str = ""

    @property
    def interval(self) -> Interval | None:
        """The numbers of this zone, and a few beside it; None where they have no end."""
        low, high = self.target - self.reach, self.target + self.reach
        if self.what == SIGN:
            low, high = -high, -low
        if self.what == "percentage":
            low, high = 100 * low, 100 * high
        if self.what == "opposite":
            low, high = 1 - high, 1 - low
        if self.what == "reciprocal":
            if low <= 0 <= high:
                return None
            low, high = 1 / high, 1 / low
        beside = 1e-6 * (high - low) + 1e-9 * max(abs(low), abs(high))
        return low - beside, high + beside


@dataclass
class Key:
    """The answer key of one exercise, as it is written: ``grids`` are the sizes of cells, powers of two, by field."""

    salt: str
    grids: dict[str, list[int]] = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)

    def seal(self, content: Any, *place: str | int) -> None:
        """Adds what is found at a place alone, such as ("choice", "b")."""
        name, lock = _lock(self.salt, *place)
        self.sealed[name] = _under(lock, json.dumps(content, ensure_ascii=False, separators=(",", ":")))

    def seal_text(self, html: str, *secrets: str) -> None:
        """Adds a text that whoever has the secrets can read."""
        self.seal(html, "text", *secrets)

    def secret(self, text: str) -> str:
        """What opens a text, and is not to be guessed without it."""
        return _name(hashlib.sha256(f"secret\n{self.salt}\n{text}".encode()).digest())

    def seal_zones(self, name: str, zones: list[Zone], answer: float) -> None:
        """Adds the zones of a number, the field ``name``, and which other numbers are too large or too small."""
        cells: dict[tuple[int, int], list[Zone]] = {}
        for zone in zones:
            if zone.interval is None:
                continue
            grid = math.ceil(math.log2(zone.interval[1] - zone.interval[0]))
            first, last = (math.floor(end / 2.0**grid) for end in zone.interval)
            for cell in range(first, last + 1):  # two at most
                cells.setdefault((grid, cell), []).append(zone)
        self.grids[name] = sorted({grid for grid, _ in cells})
        for (grid, cell), found in cells.items():
            content = [[zone.what, zone.target, zone.reach, zone.secret] for zone in found]
            self.seal(content, "cell", name, grid, cell)
        for sign, power in _magnitudes():
            here = (sign, power) == _magnitude(answer)
            side = "large" if _representative(sign, power) > answer else "small"
            self.seal(answer if here else side, "magnitude", name, sign, power)

    def written(self) -> dict[str, Any]:
        """The key as JSON writes it, in an order that says nothing."""
        return {"grids": self.grids, "sealed": dict(sorted(self.sealed.items()))}


def key_of(exercise: ChoiceExercise | NumberExercise | NumbersExercise) -> dict[str, Any]:
    """The answer key of a question."""
    key = Key(f"{exercise.chapter}/{exercise.name}")
    if isinstance(exercise, ChoiceExercise):
        for letter, choice in exercise.choices.items():
            key.seal([letter == exercise.answer, as_html(choice.feedback)], "choice", letter)
    elif isinstance(exercise, NumberExercise):
        _number(key, exercise)
    else:
        _numbers(key, exercise)
    return key.written()


def as_html(text: str) -> str:
    """Words of an exercise, little Markdown, as HTML; formulas between the marks that MathJax looks for on the page."""

    def for_mathjax(found: re.Match[str]) -> str:
        code, displayed, inline = found.groups()
        if code:
            return code
        formula = rf"\[{displayed}\]" if displayed else rf"\({inline}\)"
        return f'<span class="math notranslate nohighlight">{formula}</span>'

    return FORMULA.sub(for_mathjax, markdown_as_html(text))


def _number(key: Key, exercise: NumberExercise) -> None:
    answer, reach = exercise.answer, exercise.reach(exercise.answer)
    zones = [Zone("right", answer, reach, _told(key, exercise.explanation))]
    for place, mistake in enumerate(exercise.mistakes):
        zones.append(Zone(place, mistake.number, exercise.reach(mistake.number), _told(key, mistake.feedback)))
    transforms = [SIGN, "reciprocal"] + (["percentage", "opposite"] if exercise.probability else [])
    zones += [Zone(what, answer, reach) for what in transforms]
    zones.append(Zone("close", answer, exercise.close_reach))
    key.seal_zones("", zones, answer)


def _numbers(key: Key, exercise: NumbersExercise) -> None:
    told = [_told(key, mistake.feedback) for mistake in exercise.mistakes]
    secrets = {name: key.secret(f"{exercise.explanation}\n{name}") for name in exercise.answer}
    for name, answer in exercise.answer.items():
        zones = [Zone("right", answer, exercise.reach, secrets[name]), Zone(SIGN, answer, exercise.reach)]
        for place, mistake in enumerate(exercise.mistakes):
            zones.append(Zone(place, mistake.values[name], exercise.reach, told[place]))
        key.seal_zones(name, zones, answer)
    key.seal_text(as_html(exercise.explanation), *secrets.values())


def _told(key: Key, text: str) -> str:
    """Adds a text to the key, and returns its secret."""
    secret = key.secret(text)
    key.seal_text(as_html(text), secret)
    return secret


def _magnitudes() -> Iterator[tuple[int, int]]:
    return ((sign, power) for sign in (-1, 1) for power in range(SMALLEST, LARGEST + 1))


def _magnitude(value: float) -> tuple[int, int]:
    """The sign of a number and the power of two at or below its size, between SMALLEST and LARGEST."""
    power = math.frexp(value)[1] - 1 if value else SMALLEST
    return (-1 if value < 0 else 1), min(max(power, SMALLEST), LARGEST)


def _representative(sign: int, power: int) -> float:
    return sign * 1.5 * 2.0**power


def _lock(*place: str | int) -> tuple[str, bytes]:
    """Under which name something is found, and what locks it."""
    digest = hashlib.sha256("\n".join(map(str, place)).encode()).digest()
    return _name(digest), digest


def _name(digest: bytes) -> str:
    return base64.b64encode(digest[:9]).decode()


def _under(lock: bytes, text: str) -> str:
    """A text under a lock: exclusive or with the SHA-256 of the lock and of 0, 1, 2, …"""
    plain = text.encode()
    blocks = range(0, len(plain), BLOCK)
    stream = b"".join(hashlib.sha256(lock + (at // BLOCK).to_bytes(2, "big")).digest() for at in blocks)
    return base64.b64encode(bytes(one ^ other for one, other in zip(plain, stream, strict=False))).decode()
