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
    for ax, (name, means) in zip(normalizations(4, 6, groups).axes, left.items(), strict=True):
        assert ax.get_title(loc="left") == f"{name}: {means.size} means"
        told = plots.alternative_text(ax)
        shared = [int(number) for number in re.findall(r"(\d+) (?:example|channel)s?(?= and|\.)", told)]
        assert np.prod(shared) * means.size == 4 * 6


def test_groups_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="equal groups"):
        normalizations(4, 6, 4)
