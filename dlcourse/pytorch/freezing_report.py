"""Which layers of a network learn, and which batch normalizations keep their statistics: a plain table."""

from __future__ import annotations

import html
from dataclasses import dataclass

from torch import nn

from dlcourse.pytorch.kept_statistics import normalizations_in, statistics_kept
from dlcourse.pytorch.layers import layers_of

HEAD = ("layer", "parameters", "learning", "weights", "batch statistics")
LEFT = "text-align: left; padding: 0.1em 0.8em 0.1em 0; color: inherit; background: transparent"
RIGHT = LEFT.replace("left", "right", 1)


@dataclass(frozen=True)
class LayerState:
    """What becomes of one layer in training."""

    name: str
    parameters: int  # learnt numbers
    learning: int  # those of them that the next step may change
    kept: int  # batch normalizations that keep their running statistics
    moving: int  # those whose statistics move with each pass in training mode

    @property
    def weights(self) -> str:
        """Whether its weights learn, in a word."""
        if self.learning == 0:
            return "frozen"
        return "learn" if self.learning == self.parameters else "learn in part"

    @property
    def statistics(self) -> str:
        """Whether its batch statistics move, in a word; "–" where it has none."""
        if not self.kept and not self.moving:
            return "–"
        if self.kept and self.moving:
            return f"{self.kept} kept, {self.moving} move"
        return "kept" if self.kept else "move"


@dataclass(frozen=True)
class Report:
    """The layers of a network, from the input to the head, as a table; ``parameters`` and ``learning`` sum them up."""

    layers: tuple[LayerState, ...]

    @property
    def parameters(self) -> int:
        """How many learnt numbers the network has."""
        return sum(each.parameters for each in self.layers)

    @property
    def learning(self) -> int:
        """How many of them the next step may change."""
        return sum(each.learning for each in self.layers)

    def rows(self) -> list[tuple[str, ...]]:
        """The cells of the table, and the sums in the last row."""
        found = [(each.name, each.parameters, each.learning, each.weights, each.statistics) for each in self.layers]
        found.append(("all", self.parameters, self.learning, "", ""))
        return [tuple(f"{cell:,}" if isinstance(cell, int) else cell for cell in row) for row in found]

    def __str__(self) -> str:
        rows = [HEAD, *self.rows()]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
        return "\n".join(
            "  ".join(
                f"{cell:>{width}}" if column in (1, 2) else f"{cell:<{width}}"
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        def cells(row: tuple[str, ...], tag: str) -> str:
            styles = (RIGHT if column in (1, 2) else LEFT for column in range(len(row)))
            return "".join(
                f'<{tag} style="{style}">{html.escape(cell)}</{tag}>' for style, cell in zip(styles, row, strict=True)
            )

        body = "".join(f"<tr>{cells(row, 'td')}</tr>\n" for row in self.rows())
        return f"<table><thead><tr>{cells(HEAD, 'th')}</tr></thead><tbody>\n{body}</tbody></table>"


def report(network: nn.Module) -> Report:
    """Which layers of the network learn in the next step of training, and which batch statistics move in it.

    A frozen layer whose batch statistics move does not stand still: it gives other numbers after each step.
    Parameters that belong to no layer stand in a row of their own. Raises ValueError for a network without layers.
    """
    names = layers_of(network)
    counted: dict[str, list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():  # one that two layers share comes once
        layer = name.partition(".")[0]
        counted.setdefault(layer if layer in names else "(no layer)", []).append(parameter)
    return Report(tuple(_state(network, name, parameters) for name, parameters in counted.items()))


def _state(network: nn.Module, name: str, parameters: list[nn.Parameter]) -> LayerState:
    part = dict(network.named_children()).get(name)
    normalizations = [] if part is None else normalizations_in(part)
    kept = sum(statistics_kept(each) for each in normalizations)
    learning = sum(each.numel() for each in parameters if each.requires_grad)
    return LayerState(name, sum(each.numel() for each in parameters), learning, kept, len(normalizations) - kept)
