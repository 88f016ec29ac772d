"""The questions of the backward stepper: the local gradients of one + and one ×, and what is said about answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from dlcourse.chapters.backpropagation.experiments.judging import Key, Question, bracketed
from dlcourse.scratch.value import Value


@dataclass(frozen=True)
class LocalGradient(Question):
    """The local gradient of ``result`` with respect to its operand ``operand``, beside ``other``."""

    result: str
    operand: str
    other: str


def _asked(entry: str, result: str, operand: str, other: str, due: int) -> LocalGradient:
    symbol = f"∂{result}/∂{operand}"
    return LocalGradient(entry, symbol, f"the local gradient {symbol}", due, result, operand, other)


QUESTIONS = (
    _asked("by_q", "f", "q", "z", due=3),
    _asked("by_z", "f", "z", "q", due=3),
    _asked("by_x", "q", "x", "y", due=4),
    _asked("by_y", "q", "y", "x", due=4),
)


def local_gradient(node: Value, operand: Value) -> float:
    """The derivative of ``node`` with respect to ``operand``, one of its two operands, as the engine has recorded "
    "it."""
    return node.by_left if node.left is operand else node.by_right


def key_to(question: LocalGradient, values: dict[str, Value]) -> Key:
    """What to say about answers to ``question``. ``values``: the nodes by name, after ``backward``."""
    result, operand, other = question.result, question.operand, question.other
    node = values[result]
    right, beside = local_gradient(node, values[operand]), bracketed(values[other].data)
    if node.operation == "×":
        mistakes, why = _product_mistakes(question, values), f"the other operand, {other}"
        return Key(right, why, mistakes, f"watch {operand} · {beside} as {operand} rises by 1")
    mistakes, why = _sum_mistakes(question, values), f"{result} moves as much as {operand}"
    return Key(right, why, mistakes, f"watch {operand} + {beside} as {operand} rises by 1")


def _product_mistakes(question: LocalGradient, values: dict[str, Value]) -> Sequence[tuple[float, str]]:
    """Wrong answers for a product: the number, and what it is."""
    result, operand, other = question.result, question.operand, question.other
    factor = values[other].data
    return (
        (-factor, f"right size, wrong sign: look at {other} again"),
        (values[operand].data, f"that is {operand} itself, not what multiplies it"),
        (values[result].data, f"that is {result}'s value, not how fast it moves"),
        (1.0, "1 belongs to a sum; this node multiplies"),
        (0.0, f"0 would mean that {operand} does not matter to {result}"),
    )


def _sum_mistakes(question: LocalGradient, values: dict[str, Value]) -> Sequence[tuple[float, str]]:
    """Wrong answers for a sum: the number, and what it is."""
    result, operand, other = question.result, question.operand, question.other
    return (
        (values[operand].grad, f"that is ∂f/∂{operand}, all the way; ask + alone"),
        (-1.0, f"wrong sign: {operand} rises, and {result} rises with it"),
        (values[other].data, f"that is {other}: right for ×, but this is +"),
        (values[operand].data, f"that is {operand} itself; nudge it, watch {result}"),
        (values[result].data, f"that is {result}'s value, not how fast it moves"),
        (0.0, f"0 would mean that {operand} does not matter to {result}"),
    )
