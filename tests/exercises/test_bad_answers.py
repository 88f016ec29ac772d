"""Whatever the reader's function does, the check answers with a verdict that says what happened."""

# The functions below are written as badly as readers write them.
# ruff: noqa: E722, F821, F823, NPY002, PIE790, RET504, SIM105

import getpass
import random
import subprocess
import sys
import textwrap
import threading
import time
from collections import namedtuple

import numpy as np
import pytest

from dlcourse.exercises.kinds.exercise import Case
from tests.exercises.examples import make_mean_log, make_softmax, mean_log, softmax, softmax_cases
from tests.limits import LONGEST

EXERCISE = make_mean_log()
SOFTMAX = make_softmax()


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))


NOTHING = {"nothing": lambda outcome: 1 / 0}  # a number that cannot be computed


def refused(function, exercise=EXERCISE):
    verdict = exercise.check(function)
    assert verdict.status == "not yet"
    return verdict


# Exceptions


def test_exception_is_shown_with_the_readers_own_line():
    def answer(values, scale):
        return scale * np.log(values) @ np.ones(99)

    verdict = refused(answer)
    assert "stops with ValueError" in verdict.message
    assert "return scale * np.log(values) @ np.ones(99)" in verdict.code
    assert "in answer" in verdict.code


def test_exception_in_a_helper_shows_the_helpers_line_and_the_call():
    def helper(values):
        return values["key"]

    def answer(values, scale):
        return helper(values)

    code = refused(answer).code.splitlines()
    assert code[1].strip() == "return helper(values)"
    assert code[3].strip() == 'return values["key"]'


def test_undefined_name_is_explained():
    verdict = refused(lambda values, scale: valuse.mean())
    assert "NameError: name 'valuse' is not defined" in verdict.message
    assert "spelled" in verdict.message


def test_shadowed_builtin_is_explained():
    sum = 3

    def answer(values, scale):
        return scale * sum(np.log(values))

    assert "The name `sum` holds a single number, not Python's own `sum`" in refused(answer).message


def test_shadowed_numpy_is_explained():
    np = [1.0]

    def answer(values, scale):
        return np.log(values)

    assert "The name `np` holds a list of 1, not NumPy" in refused(answer).message


def test_builtin_hidden_by_a_local_variable_is_explained():
    def answer(values, scale):
        sum = sum(values)
        return sum

    assert "Choose another name for the variable" in refused(answer).message


def test_exception_whose_message_cannot_be_made_is_still_a_verdict():
    class Strange(Exception):
        def __str__(self):
            raise RuntimeError

    def answer(values, scale):
        raise Strange

    assert "Strange" in refused(answer).message


def test_recursion_without_end_is_explained():
    def answer(values, scale):
        return answer(values, scale)

    assert "calls itself without an end" in refused(answer).message


def test_question_to_the_reader_is_refused_at_once_and_works_again_afterwards():
    def asks(values, scale):
        return float(input("scale?"))

    def asks_in_secret(values, scale):
        return float(getpass.getpass())

    before = input, getpass.getpass
    for answer in (asks, asks_in_secret):
        assert "asks for input, and a check has nobody who would type it" in refused(answer).message
    assert (input, getpass.getpass) == before


def test_deep_structure_as_result_is_a_verdict():
    def answer(values, scale):
        nested = []
        for _ in range(100_000):
            nested = [nested]
        return nested

    refused(answer)


@pytest.mark.parametrize("leave", [SystemExit, KeyboardInterrupt, GeneratorExit], ids=lambda kind: kind.__name__)
def test_leaving_the_program_is_a_verdict(leave):
    def answer(values, scale):
        raise leave

    verdict = refused(answer)
    assert {"SystemExit": "ends the program", "KeyboardInterrupt": "was interrupted"}.get(
        leave.__name__, leave.__name__
    ) in verdict.message


def test_not_implemented_is_not_attempted():
    def answer(values, scale):
        raise NotImplementedError

    assert EXERCISE.check(answer).status == "not attempted"


# Loops without end


def loop(values, scale):
    while True:
        pass


def sleep(values, scale):
    time.sleep(60)


def loop_with_exceptions_ignored(values, scale):
    while True:
        try:
            np.log(values)
        except Exception:
            pass


def loop_with_everything_ignored(values, scale):
    while True:
        try:
            np.log(values)
        except:
            pass


def sleep_with_everything_ignored(values, scale):
    while True:
        try:
            time.sleep(0.1)
        except:
            continue


def nested_loops_with_everything_ignored(values, scale):
    while True:
        try:
            try:
                while True:
                    pass
            except:
                pass
        except:
            continue


def loop_in_finally(values, scale):
    try:
        while True:
            pass
    finally:
        while True:
            pass


ENDLESS = [
    loop,
    sleep,
    loop_with_exceptions_ignored,
    loop_with_everything_ignored,
    sleep_with_everything_ignored,
    nested_loops_with_everything_ignored,
    loop_in_finally,
]


@pytest.mark.parametrize("function", ENDLESS, ids=lambda function: function.__name__)
def test_endless_function_is_stopped(function):
    exercise = make_mean_log(seconds=0.2)
    verdict = refused(function, exercise)
    assert "was stopped after 0.2 s" in verdict.message
    assert "case 1, “3 values”" in verdict.message


@pytest.mark.parametrize("function", [loop, sleep, loop_with_everything_ignored], ids=lambda each: each.__name__)
def test_endless_function_is_stopped_off_the_main_thread(function):
    program = f"""
        import threading
        from tests.exercises import examples, test_bad_answers
        exercise = examples.make_mean_log(seconds=0.2)
        verdicts = []
        def work():
            verdicts.append(exercise.check(test_bad_answers.{function.__name__}))
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join()
        print(verdicts[0].message)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=LONGEST, check=True
    )
    assert "was stopped after 0.2 s" in done.stdout


def test_check_passes_off_the_main_thread():
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.append(EXERCISE.check(mean_log)))
    thread.start()
    thread.join(LONGEST)
    assert verdicts[0].passed


def test_loop_that_ends_only_in_some_case_names_that_case():
    def answer(values, scale):
        while len(values) == 7:
            pass
        return mean_log(values, scale)

    assert "case 3, “7 values”" in refused(answer, make_mean_log(seconds=1.0)).message


# Results of the wrong kind


def test_missing_return_is_explained():
    def answer(values, scale):
        mean_log(values, scale)

    assert "missing its `return`" in refused(answer).message


def test_print_instead_of_return_is_explained(capsys):
    def answer(values, scale):
        print(mean_log(values, scale))

    verdict = refused(answer)
    assert "prints its result but returns nothing" in verdict.message
    assert capsys.readouterr().out == ""


def test_missing_return_in_one_case_is_explained():
    def answer(values, scale):
        return mean_log(values, scale) if len(values) > 1 else None

    verdict = refused(answer)
    assert "Your result is None" in verdict.message
    assert "3 cases of 4 right" in verdict.message


class Series:
    """As pandas has it: an object of a library with `to_numpy`."""

    def __init__(self, values):
        self.values = values

    def to_numpy(self):
        return self.values


def to_torch(values):
    pytest.importorskip("torch")
    import torch

    return torch.tensor(values)


@pytest.mark.parametrize(
    ("convert", "words"),
    [
        (tuple, "is a tuple of 4"),
        (lambda values: values.tolist(), "is a list of 4"),
        (str, "is a text (str)"),
        (to_torch, "is a torch Tensor"),
        (Series, "Series"),
        (lambda values: (row for row in values), "use `return`"),
        (lambda values: {"probabilities": values}, "is a dict"),
        (lambda values: softmax, "is the function `softmax`"),
        (lambda values: values.astype(object), "dtype object"),
        (lambda values: values + 0j * 1j + 1j, "is complex"),
        (lambda values: values.astype(str), "expected are numbers"),
    ],
)
def test_wrong_type_is_named(convert, words):
    convert(np.ones((2, 2)))  # where torch is missing, the test is skipped here
    assert words in refused(lambda logits: convert(softmax(logits)), SOFTMAX).message


@pytest.mark.parametrize("convert", [lambda values: values.tolist(), to_torch, Series])
def test_wrong_type_with_right_values_is_told_so(convert):
    convert(np.ones((2, 2)))
    message = refused(lambda logits: convert(softmax(logits)), SOFTMAX).message
    assert "Its values are right." in message


def test_wrong_type_with_wrong_values_is_told_so():
    assert "Its values are right." not in refused(lambda logits: softmax(2 * logits).tolist(), SOFTMAX).message


def test_table_shows_no_more_digits_where_only_the_type_differs():
    def exercise(reference):
        return make_mean_log(reference=reference, cases=lambda generator: [Case((0.2,), "a share")], mistakes=[])

    answer = exercise(lambda share: np.array([share, 1 - share]))
    assert dict(refused(lambda share: [share, 1 - share], answer).table)["received"] == "[0.2, 0.8]"
    pair = exercise(lambda share: (np.array([share, 1 / 3]), share))
    table = dict(refused(lambda share: ([share, 1 / 3], share), pair).table)
    assert table["expected"] == table["received"] == "([0.2, 0.3333], 0.2)"
    huge = exercise(lambda share: 1.0)
    assert dict(refused(lambda share: 10**400, huge).table)["expected"] == "1"


def test_table_shows_more_digits_where_a_list_holds_other_numbers():
    exercise = make_mean_log(
        reference=lambda share: np.array([share, 0.5]), cases=lambda g: [Case((0.2,), "a share")], mistakes=[]
    )
    table = dict(refused(lambda share: [share + 1e-5, 0.5], exercise).table)
    assert (table["expected"], table["received"]) == ("[0.2, 0.5]", "[0.20001, 0.5]")


# What the name holds


def test_array_in_place_of_the_function_is_explained():
    verdict = refused(np.zeros(3))
    assert "The name `mean_log` holds an array of shape (3,), not a function" in verdict.message


@pytest.mark.parametrize("answer", [0.5, "mean_log", [1, 2], {"a": 1}, np.float64(1.0), object()])
def test_anything_but_a_function_is_a_verdict(answer):
    assert "not a function" in refused(answer).message


def test_wrong_number_of_parameters_is_explained_with_the_expected_signature():
    message = refused(lambda values: 1.0).message
    assert "calls `mean_log(values, scale)`" in message
    assert "takes 1 parameter" in message


def test_keyword_of_another_name_is_explained():
    exercise = make_mean_log(cases=lambda generator: [Case((np.ones(3),), "by keyword", keywords={"scale": 2.0})])
    assert "Give it the parameters" in refused(lambda values, factor: 1.0, exercise).message
    assert exercise.check(mean_log).passed


def test_default_parameters_and_star_arguments_are_fine():
    assert EXERCISE.check(lambda values, scale, base=None: mean_log(values, scale)).passed
    assert EXERCISE.check(lambda *arguments: mean_log(*arguments)).passed


def test_function_that_numpy_wrote_is_a_verdict():
    assert refused(np.log).message


# Stubs


def test_stub_is_not_attempted_but_an_empty_return_is_not_yet():
    def stub(values, scale):
        """Docstring."""
        ...  # your code here

    def empty(values, scale):
        result = values * scale
        result += 1

    assert EXERCISE.check(stub).status == "not attempted"
    assert EXERCISE.check(empty).status == "not yet"


def test_half_filled_stub_that_returns_the_dots_is_not_attempted():
    def stub(values, scale):
        result = ...
        return result

    assert EXERCISE.check(stub).status == "not attempted"


# Side effects


def test_changed_argument_is_noticed_though_the_values_are_right():
    def answer(logits):
        logits -= logits.max(axis=1, keepdims=True)
        return softmax(logits)

    verdict = refused(answer, SOFTMAX)
    assert "changes its argument `logits`" in verdict.message
    assert verdict.share == 0.5


def test_changed_argument_and_an_exception_elsewhere_are_both_told():
    def answer(values, scale):
        values *= 1.0 + (len(values) < 5)
        if len(values) == 7:
            raise ValueError("too many")
        return mean_log(values / (1.0 + (len(values) < 5)), scale)

    verdict = refused(answer)
    assert verdict.message.splitlines() == [
        "Your function stops with ValueError: too many",
        "Your function also changes its argument `values` (case 1, “3 values”): whoever called it finds other numbers "
        "in that variable afterwards. Work on a new array.",
        "None of 4 cases is right; the first with another result is case 3, “7 values”.",
    ]
    assert 'raise ValueError("too many")' in verdict.code


def test_changed_argument_and_a_wrong_value_elsewhere_are_both_told():
    def answer(values, scale):
        if len(values) == 4:
            values -= 1
            return mean_log(values + 1, scale)
        return mean_log(values, scale) + (0.5 if len(values) == 7 else 0.0)

    message = refused(answer).message
    assert message.startswith("Your result is ")
    assert "also changes its argument `values` (case 2, “4 values”)" in message
    assert "2 cases of 4 right; the first with another result is case 3, “7 values”." in message


def test_differences_of_a_mistake_without_numbers_are_sentences():
    def listed(values, scale):
        values *= 2
        return mean_log(values / 2, scale)

    mistake = ("in_place", listed, "{nothing}")
    message = refused(listed, make_mean_log(mistakes=[mistake], fields=NOTHING)).message
    assert message.startswith("Your function changes its argument `values`. (Recognized as: in place.)")


def test_changed_list_is_noticed():
    exercise = make_mean_log(
        reference=lambda values: len(values),
        cases=lambda generator: [Case(([3, 1, 2],), "a list")],
        mistakes=[],
    )

    def answer(values):
        values.sort()
        return len(values)

    message = refused(answer, exercise).message
    assert "changes its argument `values`: whoever called it finds other values" in message
    assert "Work on a new list: `list(values)`" in message


def test_changed_arrays_of_a_list_are_told_how_to_make_new_ones():
    exercise = make_mean_log(
        reference=lambda values: sum(each.sum() for each in values),
        cases=lambda generator: [Case(([np.array([3.0, 1.0])],), "a list of one array")],
        mistakes=[],
    )

    def answer(values):
        total = sum(each.sum() for each in values)
        values[0] *= 2
        return total

    assert "new list of new arrays: `[c * each for each in values]`" in refused(answer, exercise).message


def test_mistake_that_changes_its_argument_is_recognized():
    def in_place(logits):
        logits -= logits.max(axis=1, keepdims=True)
        return softmax(logits)

    exercise = make_softmax(mistakes=[("in_place", in_place, "Do not write into the argument.")])
    assert refused(in_place, exercise).mistake == "in_place"


def test_cases_are_the_same_after_a_function_that_changes_its_arguments():
    def answer(logits):
        logits[...] = 0
        return softmax(logits)

    refused(answer, SOFTMAX)
    assert SOFTMAX.check(softmax).passed


def test_global_state_is_restored():
    def answer(values, scale):
        np.random.seed(1)
        random.seed(1)
        np.seterr(all="raise")
        np.set_printoptions(precision=1)
        sys.setrecursionlimit(5000)
        return mean_log(values, scale)

    np.random.seed(42)
    random.seed(42)
    before = (np.random.get_state()[1].tolist(), random.getstate(), np.geterr(), np.get_printoptions()["precision"])
    limit = sys.getrecursionlimit()
    assert EXERCISE.check(answer).passed
    after = (np.random.get_state()[1].tolist(), random.getstate(), np.geterr(), np.get_printoptions()["precision"])
    assert after == before
    assert sys.getrecursionlimit() == limit


def test_random_answer_gets_the_same_verdict_each_time():
    def answer(values, scale):
        return np.random.rand() + random.random()

    assert EXERCISE.check(answer).text() == EXERCISE.check(answer).text()


# Prints and warnings


def test_prints_are_kept_from_the_notebook_and_shown_shortened(capsys):
    def answer(values, scale):
        for i in range(1000):
            print("value", i)
        return mean_log(values, scale)

    verdict = make_mean_log(seconds=LONGEST).check(answer)
    assert verdict.passed
    assert "value 0 / value 1 / value 2 / … (3997 more lines)" in verdict.text()
    assert capsys.readouterr().out == ""


def test_endless_print_is_stopped_and_kept_short():
    def answer(values, scale):
        while True:
            print("x" * 1000)

    verdict = refused(answer, make_mean_log(seconds=0.3))
    assert len(verdict.text()) < 2000


def test_stderr_and_warnings_are_silent_when_the_answer_is_right(capfd):
    def answer(values, scale):
        np.log(np.zeros(2))
        print("trouble", file=sys.stderr)
        return mean_log(values, scale)

    verdict = EXERCISE.check(answer)
    assert verdict.passed
    assert "divide by zero" not in verdict.text()
    assert capfd.readouterr().err == ""


def test_numpys_warning_is_told_when_the_answer_is_wrong():
    def answer(values, scale):
        return scale * np.log(values - values).mean()

    verdict = refused(answer)
    assert "infinite" in verdict.message
    assert "NumPy warned while your function ran: divide by zero encountered in log." in verdict.text()


# Structured results

Estimate = namedtuple("Estimate", ["mean", "variance"])


def estimate(values):
    return Estimate(values.mean(), values.var())


def estimate_cases(generator):
    return [Case((generator.normal(size=n),), f"{n} values") for n in (4, 9)]


ESTIMATE = make_mean_log(name="estimate", reference=estimate, cases=estimate_cases, mistakes=[])


def test_plain_tuple_is_accepted_for_a_named_one():
    assert ESTIMATE.check(lambda values: (values.mean(), values.var())).passed


def test_member_that_differs_is_named():
    message = refused(lambda values: (values.mean(), values.var(ddof=1)), ESTIMATE).message
    assert "Your result's variance is" in message


def test_relation_is_found_within_a_member():
    message = refused(lambda values: (values.mean(), values.std()), ESTIMATE).message
    assert "square roots of the expected ones" in message


def test_wrong_number_of_members_is_named():
    assert "has 3 values; expected are 2" in refused(lambda values: (1, 2, 3), ESTIMATE).message
    assert "expected are 2 values (mean, variance)" in refused(lambda values: 1.0, ESTIMATE).message


def test_dictionary_is_compared_key_by_key():
    exercise = make_mean_log(
        reference=lambda values: {"mean": values.mean(), "size": len(values)}, cases=estimate_cases, mistakes=[]
    )
    assert exercise.check(lambda values: {"size": len(values), "mean": values.mean()}).passed
    assert "has the keys 'average'; expected are 'mean', 'size'" in refused(lambda v: {"average": 0}, exercise).message
    assert "Your result['mean'] is 1" in refused(lambda v: {"mean": 1.0, "size": len(v)}, exercise).message


def test_expected_exception_is_asked_for():
    def checked(values):
        if len(values) == 4:
            raise ValueError("four values are too few")
        return 1.0

    def cases(generator):
        four, nine = estimate_cases(generator)
        return [Case(four.arguments, four.label, raises=ValueError), nine]

    exercise = make_mean_log(reference=checked, cases=cases, mistakes=[])
    assert exercise.check(checked).passed
    assert "should raise ValueError: four values are too few" in refused(lambda values: 1.0, exercise).message


def broken(values):
    raise NameError("name 'check_penalty' is not defined")


@pytest.mark.parametrize("reference", [broken, lambda values: values.no_such_attribute])
def test_a_broken_library_is_a_fault_of_the_course_and_passes_nobody(reference):
    exercise = make_mean_log(reference=reference, cases=estimate_cases, mistakes=[])
    for answer in (reference, lambda values: 1.0):
        verdict = exercise.check(answer)
        assert verdict.status == "not yet"
        assert "a fault of the course" in verdict.message


def test_an_exception_that_was_announced_and_does_not_come_is_a_fault_of_the_course():
    def cases(generator):
        return [Case(case.arguments, case.label, raises=ValueError) for case in estimate_cases(generator)]

    exercise = make_mean_log(reference=estimate, cases=cases, mistakes=[])
    assert "a fault of the course" in exercise.check(estimate).message


# Mistakes


def test_mistake_is_recognized_however_it_is_written():
    def answer(logits):
        powers = np.exp(logits)
        return powers / powers.sum(axis=0)

    verdict = refused(answer, make_softmax(cases=lambda generator: softmax_cases(generator)[:3]))
    assert verdict.mistake == "normalized_over_the_batch"
    assert "Column 0 sums to 1: a row should." in verdict.message
    assert dict(verdict.table).keys() == {"call", "expected", "received"}


def test_mistake_that_gives_nan_in_an_edge_case_is_recognized():
    def answer(logits):
        powers = np.exp(logits)
        return powers / powers.sum(axis=1)[:, None]

    verdict = refused(answer, SOFTMAX)
    assert verdict.mistake == "overflow"
    assert "4 cases of 5 right; the first that differs is case 4, “huge logits”" in verdict.message


def test_feedback_that_raises_does_not_break_the_check():
    mistake = ("times_two", lambda values, scale: 2 * mean_log(values, scale), "{nothing}")
    verdict = refused(
        lambda values, scale: 2 * mean_log(values, scale), make_mean_log(mistakes=[mistake], fields=NOTHING)
    )
    assert verdict.mistake == "times_two"
    assert "times two" in verdict.message


def test_slip_that_raises_everywhere_is_not_taken_for_a_mistake_that_raises_the_same_type():
    def mistake(values, scale):
        raise TypeError("can't multiply these")

    def slip(values, scale):
        return len(3)

    exercise = make_mean_log(mistakes=[("raises", mistake, "Do not multiply.")])
    assert refused(slip, exercise).mistake is None
    assert refused(mistake, exercise).mistake == "raises"


def test_fault_in_the_check_itself_does_not_break_the_notebook():
    def broken_cases(generator):
        raise ZeroDivisionError

    assert "fault of the course" in refused(mean_log, make_mean_log(cases=broken_cases)).message
