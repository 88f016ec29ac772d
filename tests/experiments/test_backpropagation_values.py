"""The numbers behind the pictures of chapter 10's experiments, against closed forms, PyTorch and sums by hand."""

import pytest
import torch

from dlcourse.experiments.backpropagation import backward_stepper

# --- backward_stepper


def stepper(**given):
    return backward_stepper.compute(**backward_stepper.parameters(**given))


def verdicts(**given):
    values = stepper(**given)
    return dict(
        zip(("by_q", "by_z", "by_x", "by_y"), zip(values["kinds"], values["remarks"], strict=True), strict=True)
    )


def test_the_worked_example_has_the_numbers_of_the_syllabus():
    values = stepper(step=5)
    assert values["numbers"] == (-2, 5, -4, 3, -12)
    assert values["gradients"] == (-4, -4, 3, -4, 1)
    assert values["local"] == (-4, 3, 1, 1)


@pytest.mark.parametrize("inputs", [(-2, 5, -4), (0, 0, 0), (9, -7, 1), (-9, -9, -9)])
def test_gradients_are_those_of_pytorch(inputs):
    x, y, z = (torch.tensor(float(number), requires_grad=True) for number in inputs)
    ((x + y) * z).backward()
    values = stepper(**dict(zip("xyz", inputs, strict=True)))
    assert values["gradients"][:3] == (x.grad.item(), y.grad.item(), z.grad.item())


@pytest.mark.parametrize("inputs", [(-2, 5, -4), (3, 3, 6), (1, 0, 1), (0, 0, 0)])
def test_right_local_gradients_are_right_wherever_the_inputs_are(inputs):
    x, y, z = inputs
    judged = verdicts(step=5, x=x, y=y, z=z, by_q=z, by_z=x + y, by_x=1, by_y=1)
    assert {kind for kind, _ in judged.values()} == {"right"}


@pytest.mark.parametrize(
    ("entry", "typed", "words"),
    [
        ("by_q", 3, "that is q itself"),
        ("by_q", 4, "wrong sign"),
        ("by_q", -12, "f's value"),
        ("by_q", 1, "belongs to a sum"),
        ("by_q", 0, "does not matter"),
        ("by_q", 7, "watch q · (−4) as q rises by 1"),
        ("by_z", -4, "that is z itself"),
        ("by_z", -3, "wrong sign: look at q"),
        ("by_x", -4, "∂f/∂x, all the way"),
        ("by_x", -1, "wrong sign"),
        ("by_x", 5, "right for ×"),
        ("by_x", -2, "that is x itself"),
        ("by_y", 3, "q's value"),
        ("by_y", 0, "does not matter"),
        ("by_y", 0.5, "watch y + (−2) as y rises by 1"),
    ],
)
def test_each_usual_mistake_gets_its_own_remark(entry, typed, words):
    kind, remark = verdicts(step=5, **{entry: typed})[entry]
    assert kind == "wrong"
    assert words in remark


def test_an_answer_is_judged_when_the_backward_pass_reaches_its_node():
    kinds = [[kind for kind, _ in verdicts(step=step, by_z=3, by_x=5).values()] for step in range(6)]
    assert kinds[2] == ["", "kept", "kept", ""]
    assert kinds[3] == ["asked", "right", "kept", ""]
    assert kinds[4] == ["told", "right", "wrong", "asked"]
    assert kinds[5] == ["told", "right", "wrong", "told"]


def test_words_tell_no_gradient_before_its_step_and_no_answer_before_it_is_due():
    texts = [backward_stepper.describe(backward_stepper.parameters(step=k), stepper(step=k)) for k in range(6)]
    assert "q = 3" not in texts[0]
    assert "f = −12" not in texts[1]
    assert "∂f/∂f = 1" in texts[3]
    assert "∂f/∂q = −4" not in texts[3]
    assert "∂f/∂x = −4" not in texts[4]
    assert "∂f/∂x = −4, ∂f/∂y = −4, ∂f/∂z = 3, ∂f/∂q = −4" in texts[5]


def test_the_step_is_told_as_incoming_times_local():
    assert "∂f/∂x = incoming × local ∂q/∂x = −4 · 1 = −4" in stepper(step=5)["lines"]
    assert "∂f/∂q = incoming × local ∂f/∂q = 1 · (−4) = −4" in stepper(step=4)["lines"]
