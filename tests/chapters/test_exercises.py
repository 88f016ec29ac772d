"""Every exercise of every chapter: what a reader can rely on, proved for each one.

The right answer passes under many seeds, a stub is "not attempted", each listed mistake is refused with feedback of
its own, hints lead somewhere without giving the answer away, and nbgrader gets the points it should.
"""

import ast
import copy
import functools
import inspect
import math
import pickle
import re

import pytest

from dlcourse.chapters import CHAPTERS, exercises_of
from dlcourse.exercises.kinds.constructions import ConstructionExercise
from dlcourse.exercises.kinds.exercise import Exercise, Outcome
from dlcourse.exercises.kinds.questions import ChoiceExercise, NumberExercise
from dlcourse.exercises.kinds.seeded import SeededExercise
from dlcourse.exercises.kinds.several_numbers import NumbersExercise
from dlcourse.exercises.kinds.task import GRADING_SEED, ORDINARY_SEED, Task
from dlcourse.exercises.running.sandbox import run_calls
from dlcourse.exercises.teaching.diagnosis import examine
from dlcourse.source import source_of
from tests.exercises.examples import graded
from tests.profiles import NIGHTLY, by_day, nightly

TASKS = [task for chapter in CHAPTERS for task in exercises_of(chapter)]
FUNCTIONS = [task for task in TASKS if isinstance(task, Exercise)]
NUMBERS = [task for task in TASKS if isinstance(task, NumberExercise)]
CHOICES = [task for task in TASKS if isinstance(task, ChoiceExercise)]
CONSTRUCTIONS = [task for task in TASKS if isinstance(task, ConstructionExercise)]
SEEDED = [task for task in TASKS if isinstance(task, SeededExercise)]
SEVERAL_NUMBERS = [task for task in TASKS if isinstance(task, NumbersExercise)]
READERS_NUMBERS = range(200)
SEEDS = (ORDINARY_SEED, GRADING_SEED, 1, 2, 4, 5)


def name_of(value):
    return f"{value.chapter}-{value.name}" if isinstance(value, Task) else getattr(value, "name", None)


def each(tasks):
    return pytest.mark.parametrize("task", tasks, ids=name_of)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@pytest.fixture
def autograde(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def right_answer(task):
    """The answer; of a function what a reader has who wrote the same."""
    if not isinstance(task, Exercise):
        return task.answer
    function = inspect.unwrap(task.reference)
    names = {**function.__globals__, "__name__": "__main__"}
    exec(compile(source_of(function), "<cell>", "exec"), names)
    return names[function.__name__]


def stub_of(exercise):
    """The function as a notebook hands it out: the parameters, a docstring, and `...`."""
    wanted = len(exercise.cases_for(ORDINARY_SEED)[0].arguments)
    parameters = ", ".join(list(inspect.signature(exercise.reference).parameters)[:wanted])
    names = {}
    exec(f'def {exercise.name}({parameters}):\n    """What it does."""\n    ...  # your code here\n', names)
    return names[exercise.name]


@functools.cache
def verdict_on(exercise, mistake):
    return exercise.examine(mistake.function, ORDINARY_SEED)


@functools.cache
def feedback_on(task):
    """The message for each listed wrong answer."""
    if isinstance(task, Exercise):
        return {mistake.name: verdict_on(task, mistake).message for mistake in task.mistakes}
    return fresh_feedback_on(task)


def fresh_feedback_on(task):
    """The same, examined anew; of a function's mistakes the first alone, but all of them in the profile nightly."""
    if isinstance(task, Exercise):
        anew = by_day(task.mistakes[:1], task.mistakes)
        return {mistake.name: task.examine(mistake.function).message for mistake in anew}
    if isinstance(task, NumberExercise):
        values = {wrong.name: wrong.value() if callable(wrong.value) else wrong.value for wrong in task.mistakes}
        return {name: task.examine(value).message for name, value in values.items()}
    if isinstance(task, ConstructionExercise):
        return {wrong.name: task.examine(wrong.answer).message for wrong in task.mistakes}
    if isinstance(task, SeededExercise | NumbersExercise):
        return {wrong.name: task.examine(wrong.values).message for wrong in task.mistakes}
    return {letter: task.examine(letter).message for letter in task.choices if letter != task.answer}


def test_every_chapter_has_exercises():
    assert all(exercises_of(chapter) for chapter in CHAPTERS)


def test_names_are_unique_within_a_chapter():
    names = [(task.chapter, task.name) for task in TASKS]
    assert len(set(names)) == len(names)


def test_every_exercise_says_which_chapter_lists_it():
    assert [task.chapter for task in TASKS] == [chapter for chapter in CHAPTERS for _ in exercises_of(chapter)]


@pytest.mark.parametrize("seed", by_day(SEEDS[:2], SEEDS))
@each(TASKS)
def test_right_answer_passes(task, seed):
    verdict = task.examine(right_answer(task), seed)
    assert verdict.passed, verdict.text()
    assert verdict.share == 1


@each(FUNCTIONS)
def test_untouched_stub_is_not_attempted(task):
    assert task.check(stub_of(task)).status == "not attempted"


@each(TASKS)
def test_untouched_answer_is_not_attempted(task):
    assert task.check(...).status == "not attempted"
    assert task.check(None).status == "not attempted"


@each(FUNCTIONS)
def test_function_exercise_lists_at_least_four_mistakes(task):
    assert len(task.mistakes) >= 4


@each(FUNCTIONS)
def test_each_mistake_is_recognized_and_told_by_its_own_feedback(task):
    for mistake in task.mistakes:
        verdict = verdict_on(task, mistake)
        assert (verdict.status, verdict.mistake) == ("not yet", mistake.name), f"{mistake.name}: {verdict.text()}"
        assert "Recognized as" not in verdict.message, f"{mistake.name}: its feedback raises"


@nightly
@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed != ORDINARY_SEED])
@each(FUNCTIONS)
def test_each_mistake_is_recognized_under_other_seeds(task, seed):
    for mistake in task.mistakes:
        verdict = task.examine(mistake.function, seed)
        assert (verdict.status, verdict.mistake) == ("not yet", mistake.name), f"{mistake.name}: {verdict.text()}"


@nightly
@each(FUNCTIONS)
def test_each_mistake_is_told_with_the_numbers_of_its_first_case(task):
    cases = task.cases_for(ORDINARY_SEED)
    right = run_calls(task.observed(task.reference), cases).results
    for mistake in task.mistakes:
        wrong = run_calls(task.observed(mistake.function), cases).results
        first = next(i for i in range(len(cases)) if examine(task, mistake.function, [cases[i]]).status == "not yet")
        failure = wrong[first].failure
        outcome = Outcome(cases[first], right[first].value, wrong[first].value, failure.kind if failure else "")
        assert mistake.feedback(outcome) in verdict_on(task, mistake).message, mistake.name


@each(TASKS)
def test_no_two_mistakes_get_the_same_feedback(task):
    messages = list(feedback_on(task).values())
    assert len(set(messages)) == len(messages)


@each(NUMBERS)
def test_wrong_number_is_recognized_as_itself(task):
    for wrong in task.mistakes:
        value = wrong.value() if callable(wrong.value) else wrong.value
        verdict = task.examine(value)
        assert (verdict.status, verdict.mistake, verdict.message) == ("not yet", wrong.name, wrong.feedback)


@each(NUMBERS)
def test_number_far_from_the_answer_is_refused(task):
    for value in (task.answer + 1000.0, -1000.0 - abs(task.answer), math.nan, math.inf):
        assert task.examine(value).status == "not yet"


@each(CHOICES)
def test_each_wrong_choice_is_refused_with_its_feedback(task):
    for letter, choice in task.choices.items():
        verdict = task.examine(letter)
        assert verdict.message == choice.feedback
        assert verdict.passed == (letter == task.answer)


@each(CONSTRUCTIONS)
def test_each_wrong_construction_is_told_what_is_wrong_with_it(task):
    assert len(task.mistakes) >= 4
    for wrong in task.mistakes:
        verdict = task.examine(wrong.answer)
        assert verdict.status == "not yet"
        assert wrong.says in verdict.message


@each(SEVERAL_NUMBERS)
def test_each_slip_in_several_numbers_is_told_by_its_own_feedback(task):
    assert len(task.mistakes) >= 4
    for wrong in task.mistakes:
        verdict = task.examine(wrong.values)
        assert (verdict.status, verdict.mistake) == ("not yet", wrong.name)
        assert wrong.feedback in verdict.message
        assert "A guess" not in verdict.message


@each(SEEDED)
def test_every_reader_gets_a_question_of_which_each_slip_gives_other_numbers_and_feedback(task):
    questions = set()
    for number in READERS_NUMBERS:
        version = task.version(number)
        assert task.examine(version.answer, number=number).passed
        messages = set()
        for wrong in version.mistakes:
            verdict = task.examine(wrong.values, number=number)
            assert (verdict.status, verdict.mistake) == ("not yet", wrong.name)
            assert wrong.feedback in verdict.message
            assert "A guess" not in verdict.message
            messages.add(verdict.message)
        assert len(messages) == len(version.mistakes) >= 4
        questions.add(version.task)
    assert len(questions) > 0.95 * len(READERS_NUMBERS)


@each(SEEDED)
def test_a_reader_s_number_always_gives_the_same_question(task):
    for number in (0, 1, 417, 20241234567):
        assert task.make(task.generator(number)).task == task.version(number).task
    assert task.version(417).answer != task.version(418).answer


@each(SEEDED)
def test_answer_of_another_reader_is_refused(task):
    refused = [task.examine(task.version(number + 1).answer, number=number).status for number in range(20)]
    assert refused == ["not yet"] * 20


@each(FUNCTIONS)
def test_cases_have_the_same_labels_at_every_seed(task):
    labels = {tuple((case.label, case.edge) for case in task.cases_for(seed)) for seed in SEEDS}
    assert len(labels) == 1
    (only,) = labels
    assert len(set(only)) == len(only), "two cases with one label cannot be told apart"


@each(FUNCTIONS)
def test_grading_uses_other_cases(task):
    def calls(seed):
        # a generator's text has its address in memory
        return [re.sub(r" at 0x[0-9A-F]+", "", repr(case.arguments)) for case in task.cases_for(seed)]

    assert calls(ORDINARY_SEED) != calls(GRADING_SEED)
    assert calls(GRADING_SEED) == calls(GRADING_SEED)


@each(FUNCTIONS)
def test_a_check_stops_an_answer_soon_and_every_listed_one_ends_by_itself(task):
    """How long they take is measured by benchmarks/checks.py."""
    cases = task.cases_for(ORDINARY_SEED)
    assert task.seconds <= 10
    for function in (task.reference, *(mistake.function for mistake in task.mistakes)):
        assert len(run_calls(function, cases).results) == len(cases)


@each(TASKS)
def test_verdict_is_the_same_each_time(task):
    assert fresh_feedback_on(task).items() <= feedback_on(task).items()


@each(TASKS)
def test_messages_hold_no_address_and_no_braces_left_from_a_template(task):
    for message in [*feedback_on(task).values(), *task.hints]:
        assert not re.search(r"0x[0-9a-f]{6,}", message)
        assert not re.search(r"\{[a-z_]+\}", message)


# Hints


def words_of_solution(task):
    """The names that the solution's code calls or computes with."""
    if not isinstance(task, Exercise):
        return set()
    tree = ast.parse(source_of(task.reference, docstring=False))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def words_in_code(hint):
    """The names inside the hint's `code spans`."""
    return {word for span in re.findall(r"`([^`]+)`", hint) for word in re.findall(r"[A-Za-z_]\w*", span)}


@each(TASKS)
def test_there_are_at_least_two_hints_and_all_differ(task):
    assert len(task.hints) >= 2
    assert len(set(task.hints)) == len(task.hints)
    assert all(hint.strip() for hint in task.hints)


@each(FUNCTIONS)
def test_hints_rise_from_a_nudge_to_nearly_the_answer(task):
    revealed = [len(words_of_solution(task) & words_in_code(hint)) for hint in task.hints]
    formula = "=" in task.hints[-1] and "=" not in task.hints[0]
    assert max(revealed[1:]) > revealed[0] or formula, f"names of the solution's code that each hint tells: {revealed}"
    assert re.search(r"[`=/·$]", task.hints[-1]), "the last hint is nearly the answer: a formula, or code"


@each(FUNCTIONS)
def test_first_hint_holds_no_line_of_the_solution(task):
    body = source_of(task.reference, docstring=False).splitlines()[1:]
    lines = {line.strip().removeprefix("return ") for line in body if len(line.strip()) > 12}
    assert not [line for line in lines if line in task.hints[0]]


@each(NUMBERS)
def test_first_hint_does_not_tell_the_number(task):
    numbers = [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", task.hints[0])]
    assert not [number for number in numbers if task.examine(number).passed]


# Grading


@each(TASKS)
def test_grading_gives_all_points_to_the_right_answer(task, autograde, capfd):
    assert float(graded(task, right_answer(task))) == task.points
    assert capfd.readouterr().err == ""


@each(FUNCTIONS)
def test_the_library_s_own_function_passes_with_a_remark_and_earns_nothing(task, monkeypatch):
    def handed_on(*arguments, **keywords):
        return task_reference(*arguments, **keywords)

    task_reference = task.reference
    everything = task.reference, handed_on, functools.partial(task.reference)
    answers = by_day([everything[FUNCTIONS.index(task) % 3]], everything)
    for answer in answers:
        verdict = task.examine(answer)
        assert verdict.passed
        assert f"calls the library's own `{task.reference.__name__}`" in verdict.text()
    assert task.examine(right_answer(task)).notes == ()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert [float(graded(task, answer)) for answer in answers] == [0] * len(answers)


@each(TASKS)
def test_grading_gives_no_points_to_an_untouched_answer(task, autograde):
    assert float(graded(task, ...)) == 0
    if isinstance(task, Exercise):
        assert float(graded(task, stub_of(task))) == 0


@each(FUNCTIONS)
def test_grading_gives_a_mistake_points_for_ordinary_cases_alone_never_all_and_writes_nothing(task, autograde, capfd):
    ordinary = [case for case in task.cases_for(GRADING_SEED) if not case.edge]
    for mistake in task.mistakes if NIGHTLY else task.mistakes[:2]:
        points = float(graded(task, mistake.function))
        assert 0 <= points <= task.points - 0.5, mistake.name
        assert points == 0 or any(examine(task, mistake.function, [case]).passed for case in ordinary), mistake.name
    assert capfd.readouterr().err == ""


@each([task for task in FUNCTIONS if task.effect is None])
def test_a_table_of_the_visible_answers_passes_the_check_and_earns_nothing(task, monkeypatch):
    def call(case):
        return task.reference(*copy.deepcopy(case.arguments), **copy.deepcopy(dict(case.keywords)))

    def key(arguments, keywords):
        return pickle.dumps((arguments, sorted(keywords.items())))

    table = {key(case.arguments, case.keywords): call(case) for case in task.cases_for(ORDINARY_SEED)}

    def copied(*arguments, **keywords):
        return table.get(key(arguments, keywords))

    assert task.check(copied).passed
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert float(graded(task, copied)) == 0


@each([task for task in TASKS if not isinstance(task, Exercise)])
def test_wrong_answer_to_a_question_earns_nothing(task, autograde):
    if isinstance(task, ChoiceExercise):
        wrong = [letter for letter in task.choices if letter != task.answer]
    else:
        wrong = [1e9, *(each.answer for each in task.mistakes if isinstance(task, ConstructionExercise))]
    assert [float(graded(task, each)) for each in wrong] == [0] * len(wrong)
