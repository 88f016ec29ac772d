"""How steppers judge what the reader types: a question is due at a step, and each usual mistake has its own remark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
CLOSE = 1e-6  # how far from the right number an answer may lie


@dataclass(frozen=True)
class Question:
    """A number to predict: the ``entry`` that holds it, its ``symbol`` in the picture, what it is ``called`` in words.

    ``due``: the step at which it is asked, and from which on an answer is judged.
    """

    entry: str
    symbol: str
    called: str
    due: int


@dataclass(frozen=True)
class Key:
    """What to say about answers: ``why`` the ``right`` one is right; wrong ones with what they are; else ``watch``."""

    right: float
    why: str
    mistakes: Sequence[tuple[float, str]]
    watch: str


@dataclass(frozen=True)
class Answer:
    """A judged answer: its ``kind``, the number as ``typed``, a ``remark``, and text and colour of its ``badge``.

    Kinds: "" and "kept" before it is due, blank and typed; "asked" and "told", blank when due and later; "right";
    "wrong".
    """

    kind: str
    typed: str
    remark: str
    badge: tuple[str, str]


def short(number: float) -> str:
    """``number`` with a true minus sign and without needless zeros: −4, 0.25."""
    return f"{number + 0.0:.4g}".replace("-", MINUS)


def bracketed(number: float) -> str:
    """The same, in brackets when it is negative, to stand behind another sign."""
    return f"({short(number)})" if number < 0 else short(number)


def judge(question: Question, key: Key, typed: float | None, step: int) -> Answer:
    """What to say at ``step`` about ``typed``, None where nothing was."""
    kind, remark = _verdict(question, key, typed, step)
    text = "" if typed is None else short(typed)
    late = step - question.due
    if late < 0:
        badge = "", ""
    elif late > 0:  # the right number stands there, typed or not
        badge = f"{question.symbol} = {short(key.right)}", "right" if kind == "right" else ""
    elif kind == "asked":
        badge = f"{question.symbol} = ?", kind
    else:
        badge = f"{'✓' if kind == 'right' else '✗'} {text}", kind
    return Answer(kind, text, remark, badge)


def _verdict(question: Question, key: Key, typed: float | None, step: int) -> tuple[str, str]:
    if step < question.due:
        return ("", "") if typed is None else ("kept", f"judged at step {question.due}")
    if typed is None and step == question.due:
        return "asked", "type it before you step on"
    if typed is None:
        return "told", f"it is {short(key.right)}: {key.why}"
    if abs(typed - key.right) <= CLOSE:
        return "right", key.why
    return "wrong", next((remark for number, remark in key.mistakes if abs(typed - number) <= CLOSE), key.watch)


def told(questions: Sequence[Question], keys: Sequence[Key], answers: Sequence[Answer], step: int) -> list[str]:
    """One sentence about each number that is due or typed."""
    sentences = []
    for question, key, answer in zip(questions, keys, answers, strict=True):
        mine = f"Your {question.symbol} = {answer.typed} is"
        if answer.kind == "kept":
            sentences.append(f"{mine} judged at step {question.due}.")
        elif answer.kind == "asked":
            sentences.append(f"Asked now: {question.called}.")
        elif answer.kind == "told":
            sentences.append(f"{question.called[0].upper()}{question.called[1:]}: {answer.remark}.")
        elif answer.kind:
            sentences.append(f"{mine} {answer.kind}: {answer.remark}.")
        if answer.kind == "wrong" and step > question.due:
            sentences.append(f"It is {short(key.right)}.")
    return sentences


def numbers_told(start: str, values: Mapping[str, str], gradients: Mapping[str, str]) -> str:
    """``start``, and the values and gradients that stand in the graph, by the names of their nodes; "" is left out."""
    known = ", ".join(f"{name} = {text}" for name, text in values.items() if text)
    back = ", ".join(f"∂f/∂{name} = {text}" for name, text in gradients.items() if text)
    return f"{start}. Values: {known}.{f' Gradients: {back}.' if back else ''}"
