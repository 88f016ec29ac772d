"""Ways downhill over level lines, and the family of optimizers: what is drawn is told, with its numbers."""

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcourse import plots

DOMAIN = ((-3.0, 3.0), (-2.0, 2.0))


def bowl(theta):
    return (theta**2).sum(axis=-1)


def test_each_path_is_drawn_from_a_dot_to_a_square_and_told():
    paths = {"A": [(-2.0, 1.0), (-1.0, 0.5), (-0.0, 0.04)], "B": [(2.0, 0.0)]}
    ax = plots.descents(bowl, DOMAIN, paths, minima=[(0, 0)], title="A bowl")
    way, start, end = ax.lines[:3]
    np.testing.assert_array_equal(way.get_xydata(), paths["A"])
    assert (start.get_marker(), *start.get_xydata()[0]) == ("o", -2.0, 1.0)
    assert (end.get_marker(), *end.get_xydata()[0]) == ("s", 0.0, 0.04)
    assert plots.alternative_text(ax.figure) == (
        "Level lines from 0 to 13, A bowl: A goes from (-2.0, 1.0) to (0.0, 0.0) in 2 steps; "
        "B goes from (2.0, 0.0) to (2.0, 0.0) in 0 steps. Minima marked at (0.0, 0.0)."
    )


def test_a_figure_without_paths_says_so():
    assert "no path" in plots.alternative_text(plots.descents(bowl, DOMAIN, {}).figure)


def test_a_path_that_lies_on_its_side_is_named():
    with pytest.raises(ValueError, match=r"'A' needs points of shape \(steps \+ 1, 2\), received \(2, 5\)"):
        plots.descents(bowl, DOMAIN, {"A": np.zeros((2, 5))})


def test_every_arrow_of_the_family_leads_from_a_box_to_a_box_further_right():
    ax = plots.optimizer_family(title="Who came from whom")
    boxes = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    left = [(each.get_x(), each.get_y() + each.get_height() / 2) for each in boxes]
    right = [(each.get_x() + each.get_width(), each.get_y() + each.get_height() / 2) for each in boxes]
    arrows = [patch._posA_posB for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert len(boxes) == 8
    assert len(arrows) == 9
    for begin, end in arrows:
        assert begin[0] < end[0]
        assert np.isclose(right, begin).all(axis=1).sum() == 1
        assert np.isclose(left, end).all(axis=1).sum() == 1
    assert "8 methods; SGD to momentum (go on as before)" in plots.alternative_text(ax.figure)
