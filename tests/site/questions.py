"""Every question of the course that a page can judge, and answers to try: right ones, wrong ones, and those between."""

import html
import itertools
import math
import random
import re

from dlcourse import chapters
from dlcourse.exercises.kinds.questions import ChoiceExercise, NumberExercise
from dlcourse.site.answer_key import as_html
from dlcourse.site.exercise_places import question_of

TASKS = [task for stem in chapters.CHAPTERS for task in chapters.exercises_of(stem)]
ASKED = [task for task in TASKS if question_of(task)]  # as the chapters have them
QUESTIONS = [question_of(task) for task in ASKED]
DRAWN = 40  # answers by chance to each question with several numbers


def name_of(task):
    return f"{task.chapter}/{task.name}"


def answers_to(question):
    """Answers as the reader's check gets them; those with several numbers as dictionaries."""
    if isinstance(question, ChoiceExercise):
        return list(question.choices)
    if isinstance(question, NumberExercise):
        return _numbers(question)
    return _dictionaries(question)


def as_texts(answer):
    """An answer as it is typed into the fields of a form."""
    parts = answer.values() if isinstance(answer, dict) else [answer]
    return ["1e999" if part == math.inf else str(part) for part in parts]


def plain(markdown):
    """What a reader sees of a message."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", as_html(markdown))).split())


def _numbers(question):
    answer, reach = question.answer, question.reach(question.answer)
    found = [answer, -answer, answer / 100, 100 * answer, 1 - answer, answer + 1, 0.0, 1e-9, -3e7, 1e300, math.inf]
    found += [1 / answer] if answer else []
    found += [float(f"{answer:.{digits}g}") for digits in range(1, 8)]
    for mistake in question.mistakes:
        found += _at_the_edges(mistake.number, question.reach(mistake.number))
    for part in (reach, question.close_reach):
        found += _at_the_edges(answer, part) + [-each for each in _at_the_edges(answer, part)]
    if question.probability:
        found += [1 - each for each in _at_the_edges(answer, reach)] + [
            100 * each for each in _at_the_edges(answer, reach)
        ]
    draw = random.Random(question.name)
    found += [answer + draw.uniform(-20, 20) * reach for _ in range(20)]
    found += [draw.choice([-1, 1]) * 10 ** draw.uniform(-6, 8) for _ in range(20)]
    return found


def _at_the_edges(target, reach):
    """Numbers about which the comparison is decided by the last digit."""
    edges = [target - reach, target + reach]
    return [target, *edges, *(math.nextafter(edge, to) for edge in edges for to in (-math.inf, math.inf))]


def _dictionaries(question):
    right = question.answer
    found = [right, *(dict(mistake.values) for mistake in question.mistakes)]
    for name, mistake in itertools.product(right, question.mistakes):
        found.append({**right, name: mistake.values[name]})
    found += [{**right, name: edge} for name in right for edge in _at_the_edges(right[name], question.reach)]
    draw = random.Random(question.name)
    for _ in range(DRAWN):
        pools = {
            name: [right[name], -right[name], draw.uniform(-30, 30), *(each.values[name] for each in question.mistakes)]
            for name in right
        }
        found.append({name: draw.choice(pool) for name, pool in pools.items()})
    return found
