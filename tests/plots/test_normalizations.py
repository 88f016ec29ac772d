"""The diagram of the normalizations: what shares a mean, against the arrays themselves."""

import re

import numpy as np
import pytest

from dlcourse import plots
from dlcourse.plots import normalizations


@pytest.mark.parametrize("groups", [1, 2, 3])
def test_there_are_as_many_means_as_a_reduction_leaves(groups):
    x = np.zeros((4, 6, 3, 3))
    left = {
        "batch": x.mean(axis=(0, 2, 3)),
        "layer": x.mean(axis=(1, 2, 3)),
        "group": x.reshape(4, groups, -1).mean(axis=2),
        "instance": x.mean(axis=(2, 3)),
    }
    figure = normalizations(4, 6, groups)
    told = plots.alternative_text(figure).split("Diagram, ")[1:]
    for ax, text, (name, means) in zip(figure.axes, told, left.items(), strict=True):
        assert ax.get_title(loc="left") == f"{name}: {means.size} means"
        shared = re.search(r"of (\d+) examples? and (\d+) channels?\.", text)
        assert int(shared[1]) * int(shared[2]) * means.size == 4 * 6


def test_groups_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="equal groups"):
        normalizations(4, 6, 4)
