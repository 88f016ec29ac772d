"""Diagrams of blocks and of whole networks: every box and stage is drawn, inside the picture, and told."""

import itertools
from dataclasses import dataclass

import pytest

from dlcourse import plots
from dlcourse.plots.blocks import Ways

RESIDUAL = ["x", Ways([["conv 3×3", "ReLU", "conv 3×3"], []], "+"), "ReLU"]
INCEPTION = ["x", Ways([["1×1"], ["1×1", "3×3"], ["1×1", "5×5"], ["max 3×3", "1×1"]], "concatenate")]


def texts(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(("parts", "boxes"), [(RESIDUAL, 6), (INCEPTION, 9), (["one", "two"], 2)])
def test_every_box_is_drawn_once_and_none_lies_on_another(parts, boxes):
    ax = plots.block_diagram(parts)
    assert len(texts(ax)) == boxes
    ax.figure.canvas.draw()
    renderer = ax.figure.canvas.get_renderer()
    extents = [text.get_window_extent(renderer) for text in ax.texts]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(extents, 2))
    frame = ax.figure.bbox
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 for box in extents)


@pytest.mark.parametrize("parts", [RESIDUAL, INCEPTION])
def test_texts_fit_into_their_boxes(parts):
    ax = plots.block_diagram(parts)
    ax.figure.canvas.draw()
    renderer = ax.figure.canvas.get_renderer()
    frames = [patch.get_window_extent(renderer) for patch in ax.patches]
    for text in ax.texts:
        box = text.get_window_extent(renderer)
        assert any(each.x0 <= box.x0 and box.x1 <= each.x1 and each.y0 <= box.y0 for each in frames), text.get_text()


def test_the_ways_are_told():
    text = plots.alternative_text(plots.block_diagram(RESIDUAL, title="a block").figure)
    assert text == (
        "Diagram, a block, from left to right: x, 2 ways (way 1: conv 3×3 then ReLU then conv 3×3; way 2: unchanged) "
        "that meet in +, ReLU."
    )


def test_a_diagram_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one part"):
        plots.block_diagram([])
    with pytest.raises(ValueError, match="at least one stage"):
        plots.architecture([])


@dataclass
class Stage:
    name: str
    output_shape: tuple
    parameters: int
    multiply_adds: int
    activations: int


STAGES = [
    Stage("conv", (64, 56, 56), 100, 900, 700),
    Stage("pool", (64, 28, 28), 0, 0, 200),
    Stage("fc", (10,), 300, 100, 100),
]


def test_a_networks_sizes_and_shares_are_drawn_and_told():
    ax = plots.architecture(STAGES, title="small")
    heights = [[bar.get_height() for bar in bars] for bars in ax.containers]
    assert heights == [[0.25, 0, 0.75], [0.9, 0, 0.1], [0.7, 0.2, 0.1]]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["conv\n56×56\n64", "pool\n28×28\n64", "fc\n10"]
    text = plots.alternative_text(ax.figure)
    assert "small: 3 stages with results of conv 64×56×56, pool 64×28×28, fc 10 (channels first)" in text
    assert "parameters 400, most of them in fc, 75%; multiply-adds 1,000, most of them in conv, 90%" in text


def test_a_network_without_parameters_can_be_drawn():
    assert "parameters 0" in plots.alternative_text(plots.architecture([STAGES[1]]).figure)
