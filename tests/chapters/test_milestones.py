"""The milestones of the chapters: what the library's pieces learn there, and that each piece has a part in it."""

import json
from pathlib import Path

import numpy as np
import pytest

from dlcourse import chapters, progress
from dlcourse.chapters.backpropagation import own_engine
from dlcourse.exercises.milestones.milestone import Milestone
from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor
from tests.chapters.test_solved_notebooks import solution_source

ROOMS = Path(chapters.__file__).parent
NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
MILESTONES = {f"{stem}: {each.name}": each for stem in chapters.CHAPTERS for each in chapters.milestones_of(stem)}
PIECES = [(each, piece.name) for each in MILESTONES.values() for piece in each.pieces]


@pytest.fixture(params=MILESTONES.values(), ids=MILESTONES.keys())
def milestone(request, tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    return request.param


def library(milestone):
    return {each.name: each.reference for each in milestone.pieces}


def test_every_room_with_milestones_is_listed_and_names_them_as_the_notebook_does():
    listed = {chapters.room_of(stem).rpartition(".")[2] for stem in chapters.WITH_MILESTONES}
    assert listed == {path.parent.name for path in ROOMS.glob("*/milestones.py")}
    for stem in chapters.WITH_MILESTONES:
        found = chapters.milestones_of(stem)
        assert found
        for each in found:
            assert isinstance(each, Milestone)
            assert each.chapter == stem
            assert each.pieces[0].chapter == stem
            assert all(piece.chapter <= stem for piece in each.pieces), "a piece of a later chapter"
            assert len({reading.label for reading in each.of_library}) == len(each.of_library)


def test_the_stored_output_is_that_of_a_reader_without_pieces(milestone):
    cells = json.loads((NOTEBOOKS / f"{milestone.chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    (output,) = [
        each
        for cell in cells
        if f"milestones.{milestone.name}()" in "".join(cell["source"]).splitlines()
        for each in cell["outputs"]
    ]
    stored = {kind: "".join(text) for kind, text in output["data"].items()}
    assert stored == milestone()._repr_mimebundle_()


def test_all_solutions_as_pieces_of_the_reader_s_reach_it(milestone):
    for piece in milestone.pieces:
        progress.record(piece.chapter, piece.name, solution_source(piece, piece.name))
    report = milestone()
    assert report.reached, report
    assert report.own == len(milestone.pieces)
    np.testing.assert_allclose(report.values, list(milestone.measured().values()), rtol=1e-12)
    assert progress.milestones() == {milestone.chapter: {milestone.name}}


def spoiled(function):
    """A function of the same kind with another result: numbers 1 % larger, classes or a list turned around."""

    def larger(part):
        if part is None or isinstance(part, list):
            return part and [larger(each) for each in part]
        return part[::-1] if getattr(part, "dtype", None) == np.int64 else 1.01 * part

    def call(*arguments):
        result = function(*arguments)
        if isinstance(result, list):
            return result[::-1]
        return tuple(map(larger, result)) if isinstance(result, tuple) else larger(result)

    return call


@pytest.mark.parametrize(("milestone_", "name"), PIECES, ids=[f"{each.name}: {name}" for each, name in PIECES])
def test_every_piece_has_a_part_in_the_result(milestone_, name):
    function = (lambda result: None) if name == "backward" else spoiled(library(milestone_)[name])
    found = milestone_.measured(**{name: function})
    assert not np.allclose(list(found.values()), list(milestone_.measured().values()), rtol=1e-4)


def test_digits_are_learned_by_softmax_regression():
    values = MILESTONES["05_softmax_regression: digits"].measured()
    assert values["training loss after 0 steps"] == pytest.approx(np.log(10))
    assert values["training loss after 300 steps"] < 0.25
    assert values["share of 179 test digits read rightly"] > 0.93


def test_the_engine_solves_xor_and_learns_digits():
    values = MILESTONES["10_backpropagation: engine"].measured()
    for first, second, label in own_engine.CORNERS:
        value = values[f"XOR: P(1) at ({first:g}, {second:g}), where {label} is right"]
        assert abs(value - label) < 0.1
    assert values["digits: share of 179 test digits read rightly"] > 0.93


def test_another_start_begins_at_another_loss():
    pieces = library(MILESTONES["10_backpropagation: engine"])
    first, second = (next(own_engine.learn_digits(pieces, start)) for start in (0, 1))
    assert first.value != second.value


def test_the_engine_of_the_exercises_gives_the_gradients_of_the_library_s_engine():
    generator = np.random.default_rng(0)
    images, labels = generator.uniform(size=(7, 64)), np.arange(7)
    parameters = own_engine._first_parameters(0)
    engine = own_engine.Engine(library(MILESTONES["10_backpropagation: engine"]))
    loss = own_engine._digit_loss(engine, parameters, images, labels)
    engine.backward(loss)
    copies = [Tensor(each.data, requires_grad=True) for each in parameters]
    weights1, bias1, weights2, bias2 = copies
    logits = functional.relu(Tensor(images) @ weights1 + bias1) @ weights2 + bias2
    squares = (weights1**2).sum() + (weights2**2).sum()
    theirs = functional.cross_entropy(logits, labels) + squares * (own_engine.PENALTY / 2)
    theirs.backward()
    assert float(loss.data) == pytest.approx(theirs.item())
    for mine, other in zip(parameters, copies, strict=True):
        np.testing.assert_allclose(mine.grad, other.grad, rtol=1e-9, atol=1e-12)


def test_an_order_that_compares_nodes_by_equality_is_as_good_as_one_with_a_set():
    """``parent not in seen`` with a list; tensors themselves would be compared entry by entry."""

    def with_a_list(root):
        waiting, seen, order = [root], [root], []
        while waiting:
            parent = next((each for each in waiting[-1].parents if each not in seen), None)
            if parent is None:
                order.append(waiting.pop())
            else:
                seen.append(parent)
                waiting.append(parent)
        return order

    milestone = MILESTONES["10_backpropagation: engine"]
    found = milestone.measured(topological_order=with_a_list)
    assert list(found.values()) == pytest.approx(list(milestone.measured().values()))


def test_half_of_a_rule_shows_in_the_losses_at_once_and_hardly_in_what_is_learned():
    """As chapter 10 says."""
    milestone = MILESTONES["10_backpropagation: engine"]
    rule = library(milestone)["relu_rule"]
    right, wrong = milestone.measured(), milestone.measured(relu_rule=lambda *call: (0.5 * rule(*call)[0],))
    second, share = "digits: loss of the mini-batch at step 2", "digits: share of 179 test digits read rightly"
    assert abs(wrong[second] - right[second]) > 1e-3
    assert abs(wrong[share] - right[share]) < 0.03


def test_a_piece_that_is_none_is_refused():
    with pytest.raises(TypeError, match="has no piece sigmoid; it has softmax, cross_entropy, softmax_gradient"):
        MILESTONES["05_softmax_regression: digits"].measured(sigmoid=None)
