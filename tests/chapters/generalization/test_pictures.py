"""The diagrams of folds."""

import pytest

from dlcourse import plots
from dlcourse.chapters.generalization.pictures import LOOKS, folds, nested_folds


def test_each_block_is_validated_on_once_and_trained_on_otherwise():
    ax = folds(4)
    assert len(ax.patches) == 4 * 4
    validated = [block for block in ax.patches if block.get_hatch() == LOOKS["validated on"][1]]
    assert [(block.get_x(), block.get_y() + block.get_height() / 2) for block in validated] == [
        (row, pytest.approx(row)) for row in range(4)
    ]


def test_the_examples_that_judge_take_part_in_no_choice_and_no_fit():
    ax = nested_folds(5, 4)
    blocks = ax.patches
    assert sum(block.get_width() for block in blocks) == pytest.approx(5 * 5)  # five rows, all examples in each
    beyond = [block for block in blocks if block.get_x() + block.get_width() > 4 + 1e-9]
    assert [block.get_x() for block in beyond] == [4] * 5
    choosing = [block for block in blocks if block.get_hatch() == LOOKS["chooses the setting"][1]]
    assert [block.get_x() for block in choosing] == [0, 1, 2, 3]


def test_they_are_there_in_words():
    assert "the first of 5 outer folds: 3 rows" in plots.alternative_text(nested_folds(5, 3).figure)
    assert "each of 5 rows is a fit" in plots.alternative_text(folds(5).figure)


@pytest.mark.parametrize(("outer", "inner"), [(1, 3), (3, 1)])
def test_one_fold_is_none(outer, inner):
    with pytest.raises(ValueError, match="2"):
        nested_folds(outer, inner)
    with pytest.raises(ValueError, match="2"):
        folds(min(outer, inner))
