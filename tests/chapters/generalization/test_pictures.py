"""The diagram of nested cross-validation."""

import pytest

from dlcourse import plots
from dlcourse.chapters.generalization.pictures import LOOKS, nested_folds


def test_the_examples_that_judge_take_part_in_no_choice_and_no_fit():
    ax = nested_folds(5, 4)
    blocks = [patch for patch in ax.patches if patch.get_height()]
    assert sum(block.get_width() for block in blocks) == pytest.approx(5 * 5)  # five rows, all examples in each
    beyond = [block for block in blocks if block.get_x() + block.get_width() > 4 + 1e-9]
    assert [block.get_x() for block in beyond] == [4] * 5
    choosing = [block for block in blocks if block.get_hatch() == LOOKS["chooses the setting"][1]]
    assert [block.get_x() for block in choosing] == [0, 1, 2, 3]


def test_it_is_there_in_words():
    assert "the first of 5 outer folds: 3 rows" in plots.alternative_text(nested_folds(5, 3).figure)


@pytest.mark.parametrize("folds", [(1, 3), (3, 1)])
def test_one_fold_is_none(folds):
    with pytest.raises(ValueError, match="2"):
        nested_folds(*folds)
