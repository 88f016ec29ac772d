"""Exercises on a page that is a file: every question of the course is judged there as its check judges it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from dlcourse.chapters import exercise_of
from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise, NumberExercise, WrongNumber
from dlcourse.exercises.kinds.several_numbers import NumbersExercise, WrongNumbers
from dlcourse.exercises.showing.verdict import SYMBOLS, TITLES
from dlcourse.site.exercise_places import exercise_html, exercises_script, exercises_style, question_of
from tests.browser.jupyter_lab import watched_page
from tests.site.questions import ASKED, answers_to, as_texts, name_of, plain

CHAPTER = "99_trial"
COLOUR = ChoiceExercise(
    name="colour",
    chapter=CHAPTER,
    question="Which?",
    choices={
        "a": Choice("red, $x^2$", "No: $y_1$ is not."),
        "b": Choice("green", "Yes, since <b> & `c` hold."),
    },
    answer="b",
    hints=["Look.", "Look *again*.", "Green?"],
)
HALF = NumberExercise(
    name="half",
    chapter=CHAPTER,
    task="?",
    answer=0.5,
    tolerance=0.01,
    hints=["One of two."],
    explanation="That is so.",
    mistakes=[WrongNumber("double", 2.0, "Twice {as} much & more.")],
    probability=True,
)
PAIR = NumbersExercise(
    name="pair",
    chapter=CHAPTER,
    task="?",
    answer={"a + b": 3, "c": -1},
    tolerance=0.1,
    hints=["Add."],
    explanation="Added.",
    mistakes=[WrongNumbers("times", {"a + b": 2, "c": 7}, "Multiplied.")],
)
FUNCTION = exercise_of("05_softmax_regression", "softmax")
SAMPLE = [COLOUR, HALF, PAIR, FUNCTION]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 400, "height": 800}


def written(folder, tasks, head=""):
    """A bare page with these exercises; returns its address."""
    places = "".join(f"<h2>{task.name}</h2>{exercise_html(task)}" for task in tasks)
    path = folder / "page.html"
    path.write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Exercises</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>:root {{ color-scheme: light dark }} {exercises_style()}</style>{head}</head>"
        f"<body><main><h1>Exercises</h1>{places}</main><script>{exercises_script()}</script></body></html>",
        encoding="utf-8",
    )
    return path.as_uri()


def place(page, task):
    return page.locator(f'[data-exercise="{name_of(task)}"]')


def verdict(page, task):
    return place(page, task).locator(".dlcourse-answer-verdict")


def judged(page, task, answers):
    """What the page says of each answer, typed into the form and sent: (status, words)."""
    return page.evaluate(
        """([name, answers]) => {
            const place = document.querySelector(`[data-exercise="${name}"]`);
            const form = place.querySelector("form");
            const inputs = [...form.querySelectorAll("input")];
            return answers.map((texts) => {
                if (inputs[0].type === "radio") inputs.find((input) => input.value === texts[0]).checked = true;
                else inputs.forEach((input, i) => (input.value = texts[i]));
                form.requestSubmit();
                const box = place.querySelector(".dlcourse-answer-verdict");
                const words = [...box.children].slice(1).map((part) => part.textContent).join(" ");
                return [box.dataset.status, words.replace(/\\s+/g, " ").trim()];
            });
        }""",
        [name_of(task), [as_texts(answer) for answer in answers]],
    )


@pytest.fixture(scope="module")
def whole_course(browser, tmp_path_factory):
    with watched_page(browser) as page:
        page.goto(written(tmp_path_factory.mktemp("course"), ASKED))
        yield page


@pytest.mark.parametrize("task", ASKED, ids=name_of)
def test_the_page_judges_as_the_check_does(whole_course, task):
    question = question_of(task)
    answers = answers_to(question)
    expected = [question.examine(answer) for answer in answers]
    said = judged(whole_course, task, answers)
    for answer, wanted, (status, words) in zip(answers, expected, said, strict=True):
        assert (status, words) == (wanted.status, plain(wanted.message)), answer
    assert {"passed", "not yet"} == {status for status, _ in said}


@pytest.mark.parametrize("task", ASKED, ids=name_of)
def test_each_listed_mistake_has_its_own_words_on_the_page(whole_course, task):
    question = question_of(task)
    if isinstance(question, ChoiceExercise):
        mistakes = {letter: choice.feedback for letter, choice in question.choices.items() if letter != question.answer}
    elif isinstance(question, NumberExercise):
        mistakes = {mistake.number: mistake.feedback for mistake in question.mistakes}
    else:
        mistakes = {tuple(mistake.values.values()): mistake.feedback for mistake in question.mistakes}
    answers = [dict(enumerate(each)) if isinstance(each, tuple) else each for each in mistakes]
    said = judged(whole_course, task, answers)
    for (status, words), feedback in zip(said, mistakes.values(), strict=True):
        assert status == "not yet"
        assert words.endswith(plain(feedback))


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("1/2", "passed", "0.5 is right, within 0.01. That is so."),
        (" 5e-1 ", "passed", "0.5 is right"),
        ("+.5", "passed", "0.5 is right"),
        ("−0.5", "not yet", "-0.5 has the wrong sign."),  # a true minus sign, as pages write it
        ("2", "not yet", "Twice {as} much & more."),
        ("50", "not yet", "looks like a percentage"),
        ("1/0", "not yet", "inf is not a number that can be the answer"),
        ("0,5", "not yet", "“0,5” is no number"),
        ("<b>half</b>", "not yet", "“<b>half</b>” is no number"),
        ("1/2/3", "not yet", "is no number"),
        ("", "not attempted", "Write a number first."),
    ],
)
def test_numbers_are_read_as_people_write_them(page, tmp_path, typed, status, words):
    page.goto(written(tmp_path, SAMPLE))
    [(found, said)] = judged(page, HALF, [typed])
    assert (found, words in said) == (status, True), said


def test_several_numbers_say_which_is_missing(page, tmp_path):
    page.goto(written(tmp_path, SAMPLE))
    (empty, _), (_, half), (_, wrong) = judged(
        page, PAIR, [{"a": "", "c": ""}, {"a": "3", "c": " "}, {"a": "3", "c": "x"}]
    )
    assert empty == "not attempted"
    assert half == "There is no number yet for c."
    assert wrong.startswith("“x” is no number")


def test_a_reader_with_a_keyboard_answers_and_is_remembered(page, tmp_path):
    page.goto(written(tmp_path, SAMPLE))
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert SYMBOLS["not yet"] in verdict(page, COLOUR).inner_text()
    assert verdict(page, COLOUR).get_attribute("role") == "status"
    page.keyboard.press("ArrowDown")  # another answer: what was said of the first is gone
    assert verdict(page, COLOUR).inner_text() == ""
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert TITLES["passed"] in verdict(page, COLOUR).inner_text()
    assert "Yes, since <b> & c hold." in verdict(page, COLOUR).inner_text()

    page.reload()
    legend = place(page, COLOUR).locator("legend")
    assert TITLES["passed"] in legend.inner_text()
    assert place(page, COLOUR).get_by_role("radio").nth(1).is_checked()
    assert TITLES["passed"] not in place(page, HALF).locator("legend").inner_text()
    place(page, COLOUR).get_by_role("button", name="Answer again").press("Enter")
    assert place(page, COLOUR).locator("input:checked").count() == 0
    page.reload()
    assert TITLES["passed"] not in legend.inner_text()


@pytest.mark.parametrize(
    "kept", ['{"99_trial/colour": ["a"]}', '{"99_trial/colour": ["z"]}', "[", "null", '{"99_trial/colour": 7}']
)
def test_what_is_remembered_of_another_question_counts_for_nothing(page, tmp_path, kept):
    address = written(tmp_path, SAMPLE)
    page.goto(address)
    page.evaluate("(kept) => localStorage.setItem('dlcourse.answers', kept)", kept)
    page.reload()
    assert place(page, COLOUR).locator("legend").inner_text() == "Your answer"
    assert place(page, COLOUR).locator("input:checked").count() == 0
    assert judged(page, COLOUR, ["b"])[0][0] == "passed"


def test_hints_come_one_after_the_other_and_the_solution_on_request(page, tmp_path):
    page.goto(written(tmp_path, SAMPLE))
    hints = place(page, FUNCTION).locator(".dlcourse-hint")
    solution = place(page, FUNCTION).locator(".dlcourse-solution")
    for opened in range(hints.count()):
        hints.nth(opened).wait_for()
        assert [hint.is_visible() for hint in hints.all()] == [at <= opened for at in range(hints.count())]
        hints.nth(opened).locator("summary").press("Enter")
        assert hints.nth(opened).locator("p").first.is_visible()
    assert not solution.locator("pre").is_visible()
    solution.locator("summary").press("Enter")
    assert "def softmax" in solution.locator("pre").inner_text()
    assert "dlcourse open 05" in place(page, FUNCTION).inner_text()


def test_formulas_in_what_is_said_are_handed_to_mathjax(page, tmp_path):
    stub = "globalThis.set = []; globalThis.MathJax = { typesetPromise: ([part]) => set.push(part.className) }"
    page.goto(written(tmp_path, SAMPLE, f"<script>{stub}</script>"))
    assert place(page, COLOUR).locator("label .math").inner_text() == r"\(x^2\)"
    judged(page, COLOUR, ["a"])
    assert verdict(page, COLOUR).locator(".math").inner_text() == r"\(y_1\)"
    assert page.evaluate("set") == ["dlcourse-answer-verdict"]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_accessible_asks_no_server_and_fits(browser, tmp_path, screenshot, viewport, theme):
    requests = []
    with watched_page(browser, viewport=viewport, color_scheme=theme) as page:
        page.on("request", lambda request: requests.append(request.url))
        page.goto(written(tmp_path, SAMPLE))
        for task, answer in ((COLOUR, "a"), (HALF, 0.5), (PAIR, {"a + b": 2, "c": -1})):
            judged(page, task, [answer])
        for summary in page.locator("summary").all():
            summary.wait_for()  # a hint is there once the one before is open
            summary.press("Enter")
        page.locator("pre").wait_for()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        screenshot(page, f"exercises_{viewport['width']}_{theme}")
    assert [url for url in requests if not re.match("file:", url)] == []


def test_without_javascript_questions_can_be_read(browser, tmp_path):
    with watched_page(browser, java_script_enabled=False) as page:
        page.goto(written(tmp_path, SAMPLE))
        assert "green" in place(page, COLOUR).inner_text()
        assert "the notebook can" in place(page, COLOUR).inner_text()
        assert not page.get_by_role("button").first.is_visible()
        assert place(page, COLOUR).locator("summary").count() == len(COLOUR.hints)
