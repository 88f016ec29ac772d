"""Places of exercises on a page: questions are answered there, functions have their hints, their solution and a way."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dlcourse.exercises.kinds import questions, several_numbers
from dlcourse.exercises.kinds.questions import ChoiceExercise, NumberExercise
from dlcourse.exercises.kinds.seeded import FIRST, SeededExercise
from dlcourse.exercises.kinds.several_numbers import NumbersExercise
from dlcourse.exercises.kinds.task import Task
from dlcourse.exercises.showing.verdict import SYMBOLS, TITLES
from dlcourse.page import assets
from dlcourse.site import plain_code
from dlcourse.site.answer_key import LARGEST, SMALLEST, as_html, key_of
from dlcourse.source import Source

HERE = Path(__file__).parent / "page"
# What the page says of an answer, in the words of the checks; the rest lies sealed with the exercise.
WORDS = {
    "right": questions.RIGHT,
    "remarks": questions.REMARKS,
    "numbers": several_numbers.WORDS,
    "titles": {status: f"{SYMBOLS[status]} {title}" for status, title in TITLES.items()},
    "powers": [SMALLEST, LARGEST],
}

Question = ChoiceExercise | NumberExercise | NumbersExercise


def exercises_script() -> str:
    """What judges answers on the page, as one classic script, which a page opened as a file may load too."""
    words = f"const WORDS = {json.dumps(WORDS, ensure_ascii=False)};"
    return f"(() => {{\n{words}\n{assets.joined('typeset.js', HERE / 'exercises.js')}\n}})();\n"


def exercises_style() -> str:
    """How exercises look."""
    return assets.style(HERE / "exercises.css")


def question_of(exercise: Task) -> Question | None:
    """The question that the page can judge by itself, or None: of those made afresh for each reader, the first."""
    found = exercise.version(FIRST) if isinstance(exercise, SeededExercise) else exercise
    return found if isinstance(found, ChoiceExercise | NumberExercise | NumbersExercise) else None


def without_choices(text: str, exercise: Task) -> str:
    """A text of the chapter without the list of an exercise's choices, and what to write: the form has them."""
    if not isinstance(exercise, ChoiceExercise) or exercise.task not in text:
        return text
    before, _, after = text.partition(exercise.task)
    return f"{before}{exercise.question}{after.replace('Answer with a letter in quotes.', '').rstrip()}"


def exercise_html(exercise: Task) -> str:
    """The place of an exercise: a form where the page judges the answer, hints, and where to find the rest."""
    name = f"{exercise.chapter}/{exercise.name}"
    question = question_of(exercise)
    inside = _form(name, question) if question else _way(exercise)
    label = html.escape(f"Exercise {exercise.name}")
    return (
        f'<div class="dlcourse-site-exercise" data-exercise="{html.escape(name)}" role="group" aria-label="{label}">'
        f"{inside}{_hints(exercise.hints)}{_end(exercise, question)}</div>"
    )


def _form(name: str, question: Question) -> str:
    """Fields for the answer, a place for what is said of it, and the answer key."""
    facts: dict[str, Any] = {"kind": type(question).__name__, "key": key_of(question)}
    if isinstance(question, NumberExercise):
        facts |= {"tolerance": question.tolerance_text, "example": question.example}
    fields = "".join(_choices(name, question) if isinstance(question, ChoiceExercise) else _numbers(question))
    return (
        f'<form class="dlcourse-answer"><fieldset><legend>Your answer</legend>{fields}</fieldset>'
        '<p class="dlcourse-answer-buttons" hidden><button type="submit">Check</button>'
        '<button type="button" hidden>Answer again</button></p></form>'
        '<div class="dlcourse-answer-verdict" role="status"></div>'
        f'<script type="application/json" class="dlcourse-answer-key">{json.dumps(facts)}</script>'
    )


def _choices(name: str, question: ChoiceExercise) -> list[str]:
    return [
        f'<label class="dlcourse-answer-choice">'
        f'<input type="radio" name="{html.escape(name)}" value="{html.escape(letter)}" />'
        f"<span><strong>{html.escape(letter)}</strong>: {_without_paragraph(choice.text)}</span></label>"
        for letter, choice in question.choices.items()
    ]


def _numbers(question: NumberExercise | NumbersExercise) -> list[str]:
    names = list(question.answer) if isinstance(question, NumbersExercise) else []
    labels = [f"<code>{html.escape(name)}</code>" for name in names] or ["A number"]
    return [
        f'<label class="dlcourse-answer-number"><span>{label}</span>'
        '<input type="text" autocomplete="off" spellcheck="false" /></label>'
        for label in labels
    ]


def _without_paragraph(text: str) -> str:
    return as_html(text).removeprefix("<p>").removesuffix("</p>")


def _way(exercise: Task) -> str:
    """How an answer that only Python can judge is written and checked."""
    number = html.escape(exercise.chapter.partition("_")[0])
    return (
        "<p>This one is written and checked in the notebook. Open it in JupyterLab with "
        f"<code>dlcourse open {number}</code>, replace the dots, run the cell, and then the check below it: it says "
        "what is right already and what is not.</p>"
    )


def _hints(hints: Sequence[str]) -> str:
    """Hints that open one after the other; without JavaScript all of them can be opened."""
    total = len(hints)
    return "".join(
        f'<details class="dlcourse-hint"><summary>Hint {place} of {total}</summary>{as_html(hint)}</details>'
        for place, hint in enumerate(hints, 1)
    )


def _end(exercise: Task, question: Question | None) -> str:
    """The solution on request, or where it is."""
    if question is None:
        solution = exercise.solution()
        shown = _highlighted(solution.text) if isinstance(solution, Source) else as_html(solution.markdown)
        return f'<details class="dlcourse-solution"><summary>Show the solution</summary>{shown}</details>'
    version = f" This page checks the version of the number {FIRST}." if isinstance(exercise, SeededExercise) else ""
    return (
        "<noscript><p>Without JavaScript this page cannot check answers; the notebook can.</p></noscript>"
        '<p class="dlcourse-elsewhere">In the notebook <code>'
        f"{html.escape(exercise.solution_call)}</code> shows the solution.{version}</p>"
    )


def _highlighted(source: str) -> str:
    """Python in colours: of the page's theme, where Sphinx has put its style."""
    from pygments import highlight
    from pygments.lexers import PythonLexer

    return (
        f'<div class="highlight-python notranslate">{highlight(source, PythonLexer(), plain_code.formatter()())}</div>'
    )
