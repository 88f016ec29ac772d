"""What the backward stepper asks for, and what it says about each answer: the local gradients of one + and one ×."""

from collections.abc import Sequence
from dataclasses import dataclass

from dlcourse.scratch.value import Value

MINUS = "\N{MINUS SIGN}"
CLOSE = 1e-6  # how far from the right number an answer may lie


@dataclass(frozen=True)
class Question:
    """The local gradient of ``result`` by its operand ``operand``, beside ``other``.

    ``due``: the step at which the backward pass stands before the node, so that the answer is judged.
    """

    entry: str
    result: str
    operand: str
    other: str
    due: int

    @property
    def symbol(self) -> str:
        """∂q/∂x"""
        return f"∂{self.result}/∂{self.operand}"


@dataclass(frozen=True)
class Verdict:
    """What is said about an answer: its ``kind``, and in ``remark`` why.

    "" and "kept": before it is due, blank and typed; "asked" and "told": blank when due, and later; "right", "wrong".
    """

    kind: str
    remark: str = ""


QUESTIONS = (
    Question("by_q", "f", "q", "z", due=3),
    Question("by_z", "f", "z", "q", due=3),
    Question("by_x", "q", "x", "y", due=4),
    Question("by_y", "q", "y", "x", due=4),
)


def short(number: float) -> str:
    """``number`` with a true minus sign and without needless zeros: −4, 0.25."""
    return f"{number + 0.0:.4g}".replace("-", MINUS)


def bracketed(number: float) -> str:
    """The same, in brackets when it is negative, to stand behind another sign."""
    return f"({short(number)})" if number < 0 else short(number)


def local_gradient(node: Value, operand: Value) -> float:
    """The derivative of ``node`` by ``operand``, one of its two operands, as the engine has recorded it."""
    return node.by_left if node.left is operand else node.by_right


def judge(question: Question, typed: float | None, step: int, values: dict[str, Value]) -> Verdict:
    """What to say about ``typed`` for ``question`` at ``step``. ``values``: the nodes by name, after ``backward``."""
    if step < question.due:
        return Verdict("") if typed is None else Verdict("kept", f"judged at step {question.due}")
    node, operand = values[question.result], values[question.operand]
    if typed is None:
        local = short(local_gradient(node, operand))
        return (
            Verdict("asked", "type it before you step on")
            if step == question.due
            else Verdict("told", f"it is {local}: {_praise(question, node)}")
        )
    if abs(typed - local_gradient(node, operand)) <= CLOSE:
        return Verdict("right", _praise(question, node))
    remarks = _product_remarks(question, values) if node.operation == "×" else _sum_remarks(question, values)
    matching = (remark for number, remark in remarks if abs(typed - number) <= CLOSE)
    return Verdict("wrong", next(matching, _nudge(question, node, values)))


def _praise(question: Question, node: Value) -> str:
    if node.operation == "×":
        return f"the other operand, {question.other}"
    return f"{question.result} moves as much as {question.operand}"


def _product_remarks(question: Question, values: dict[str, Value]) -> Sequence[tuple[float, str]]:
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


def _sum_remarks(question: Question, values: dict[str, Value]) -> Sequence[tuple[float, str]]:
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


def _nudge(question: Question, node: Value, values: dict[str, Value]) -> str:
    other = values[question.other].data
    sign = "·" if node.operation == "×" else "+"
    return f"watch {question.operand} {sign} {bracketed(other)} as {question.operand} rises by 1"
