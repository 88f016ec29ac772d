"""Every notebook keeps the rules, and every rule notices when it is broken."""

import copy
import json
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from dlcourse.files import write_atomically
from dlcourse.plots import words_as_html
from dlcourse.workshop.chapters import chapter_paths
from dlcourse.workshop.normalize import dumps, normalize
from tests.notebook_rules import ALL_RULES, CHAPTER_RULES, EVERY_FILE_RULES, RULES, read
from tests.notebook_rules.execution import in_stored_form
from tests.notebook_rules.notebook import START, Definitions
from tests.notebook_rules.outputs import no_host_name
from tests.notebook_rules.structure import FIRST_CODE_CELL

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
CHAPTERS = chapter_paths(NOTEBOOKS)
EVERY_FILE = sorted(NOTEBOOKS.glob("*.ipynb"))


def rules_for(path):
    if path not in CHAPTERS:
        return EVERY_FILE_RULES
    return [*EVERY_FILE_RULES, *RULES, *([] if path.stem == START else CHAPTER_RULES)]


ALT = "The likelihood of 7 heads in 10 throws is highest at 0.70."
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


@pytest.mark.parametrize(
    ("path", "rule"),
    [pytest.param(path, rule, id=f"{path.stem}-{rule.__name__}") for path in EVERY_FILE for rule in rules_for(path)],
)
def test_notebook(path, rule):
    problems = rule(read(path))
    assert not problems, f"{path.name}:\n" + "\n".join(f"- {problem}" for problem in problems)


def test_the_course_has_its_notebooks():
    assert {START, "03_probability_and_mle"} <= {path.stem for path in CHAPTERS}


# ---- The rules themselves: a small notebook that keeps all of them, and what breaks each.


def prose(source):
    return nbformat.v4.new_markdown_cell(source)


def code(source, *outputs, tags=(), **nbgrader):
    cell = nbformat.v4.new_code_cell(source, outputs=[nbformat.from_dict(output) for output in outputs])
    if tags:
        cell.metadata["tags"] = list(tags)
    if nbgrader:
        cell.metadata["nbgrader"] = nbgrader | {"schema_version": 3, "task": False}
    return cell


def stub(name):
    source = f'def {name}(values):\n    """Values -> value."""\n    ...  # your code here'
    return code(source, grade=False, grade_id=f"{name}-stub", locked=False, solution=True)


def check(name, points=2):
    shown = {"text/plain": f"{name}: not attempted yet.", "text/html": "<div>not attempted yet</div>"}
    source = f"exercises.{name}.check({name})"
    options = {"grade": True, "grade_id": f"{name}-check", "locked": True, "points": points, "solution": False}
    return code(source, result(shown), **options)


def result(data, alt=None):
    return displayed(data, alt) | {"output_type": "execute_result", "execution_count": 1}


def printed(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def figure(*words):
    """The outputs of a figure: its picture, and below it what it shows, in words."""
    picture = displayed({"image/png": PNG, "text/plain": ALT}, alt=ALT)
    return [picture, *[displayed({"text/html": words_as_html(text)}) for text in words]]


def displayed(data, alt=None):
    metadata = {"image/png": {"alt": alt}} if alt else {}
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def experiment(name):
    words = displayed({"text/html": '<div class="dlcourse-stored">A question.</div>', "text/plain": ""})
    shown = displayed({"image/png": PNG, "text/plain": f"Title. {ALT}"}, alt=ALT)
    return code(f"experiments.{name}()", words, shown, tags=["experiment"])


def good_cells():
    return [
        prose(
            "# 3. Likelihood\n\nYou will fit a coin's bias to the throws that you saw.\n\n"
            "You need first: [this chapter](03_likelihood.ipynb#Likelihood-of-a-coin). "
            "Core path: about 25 minutes. Going deeper: 5 minutes. Running time: about 20 s.\n\n"
            "You will be able to\n- compute a likelihood\n- draw it\n- maximize it"
        ),
        code(FIRST_CODE_CELL.format(stem="03_likelihood")),
        code("import numpy as np\n\nfrom dlcourse import plots"),
        prose("## Likelihood of a coin\n\nThere are $n!$ orders. Look at `!`."),
        code("generator = np.random.default_rng(3)\nprint('mean', 0.5)", printed("mean 0.5\n")),
        prose("A picture."),
        code("plots.show(ax)", *figure(ALT)),
        prose("What happens when the coin is fair?"),
        experiment("first"),
        prose("It moved. What happens with more throws?"),
        experiment("second"),
        prose("It narrows."),
        *[cell for name in ("one", "two", "three") for cell in (prose(f"Write {name}."), stub(name), check(name))],
        prose("## Where people go wrong\n\nA likelihood is no probability."),
        prose("## From scratch to PyTorch\n\nThe same twice."),
        prose("Now the real thing."),
        code("milestones.coin()", result({"text/plain": "Milestone: a coin. 0 of 3 pieces are yours."})),
        prose("## Summary\n\nA table."),
        prose("## Going deeper: all the words\n\n" + "word " * 600),
        prose("## References\n\nR. A. Fisher, 1922, On the foundations, Phil. Trans."),
    ]


DEFINITIONS = Definitions(
    {name: SimpleNamespace(prediction="?") for name in ("first", "second")},
    {
        "one": SimpleNamespace(points=2),
        "two": SimpleNamespace(points=2),
        "three": SimpleNamespace(points=2, choices={"a": "yes"}, task="Write three."),
    },
    {"coin": SimpleNamespace()},
)


def built(folder, change=lambda notebook: None, stored=lambda text: text, seconds=20, definitions=DEFINITIONS):
    """Write the good notebook, changed, as a stored one, and read it as the rules do."""
    notebook = nbformat.v4.new_notebook(cells=good_cells())
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code_cells, start=1):
        cell.execution_count = count
    change(notebook)
    path = folder / "03_likelihood.ipynb"
    write_atomically(path, stored(dumps(notebook)).encode())
    write_atomically(folder / "running_times.json", json.dumps({"03_likelihood": seconds}).encode())
    return read(path, definitions)


def test_a_good_notebook_keeps_every_rule(tmp_path):
    notebook = built(tmp_path, change=normalize)
    assert {rule.__name__: rule(notebook) for rule in ALL_RULES if rule(notebook)} == {}


def at(index, source):
    """A change: give the cell at this index another source."""
    return lambda notebook: notebook.cells[index].update(source=source)


def replace(index, old, new):
    """A change: replace text in the source of the cell at this index."""

    def change(notebook):
        assert old in notebook.cells[index].source
        notebook.cells[index].source = notebook.cells[index].source.replace(old, new)

    return change


def insert(index, *cells):
    return lambda notebook: notebook.cells.__setitem__(slice(index, index), copy.deepcopy(list(cells)))


def remove(index):
    return lambda notebook: notebook.cells.pop(index)


def grading(index, **values):
    return lambda notebook: notebook.cells[index].metadata["nbgrader"].update(values)


def output(index, *outputs):
    """A change: give the cell at this index other outputs."""
    return lambda notebook: notebook.cells[index].update(outputs=[nbformat.from_dict(found) for found in outputs])


PRINTS, FIGURE, FIRST, SECOND, STUB, CHECK, THIRD, MILESTONE = 4, 6, 8, 10, 13, 14, 18, -4

# rule, what breaks it, words of the message
BAD = [
    ("title_and_promise", remove(0), "cell 1 is not a Markdown cell"),
    ("title_and_promise", replace(0, "You will fit a coin's bias to the throws that you saw.", "Coins."), "no promise"),
    ("objectives", replace(0, "\n- maximize it", ""), "2 objectives"),
    ("objectives", replace(0, "- draw it", "- the drawing of it"), "does not begin with a verb"),
    ("objectives", replace(0, "# 3. Likelihood", "3. Likelihood"), "has no title"),
    ("first_code_cell", at(1, "from dlcourse import chapter"), "not the guarded one"),
    ("first_code_cell", replace(1, "03_likelihood", "04_other"), "not the guarded one"),
    ("times_and_prerequisites", replace(0, "You need first", "See"), "needs first"),
    ("times_and_prerequisites", replace(0, "Core path: about 25 minutes. ", ""), "write `Core path: 25 minutes`"),
    ("times_and_prerequisites", replace(0, "Going deeper: 5 minutes. ", ""), "write `Going deeper: 5 minutes`"),
    ("times_and_prerequisites", replace(0, "25 minutes", "30 minutes"), "30 minutes (Core path), counted are 25"),
    ("core_fits_a_week", insert(3, prose("word " * 11_000)), "the limit is 75"),
    ("deeper_sections_follow_the_core", insert(-1, prose("## An afterthought")), "`## An afterthought`"),
    ("times_and_prerequisites", replace(0, "Running time: about 20 s.", ""), "running time in seconds"),
    ("times_and_prerequisites", replace(0, "about 20 s", "about 13 s"), "20 s were measured"),
    ("cell_lengths", at(PRINTS, "\n".join(["x = 1"] * 26)), "cell 5 (`x = 1`) has 26 lines"),
    ("cell_lengths", lambda notebook: [cell.update(source="x = 1\n" * 9) for cell in notebook.cells], "median"),
    ("prose_between_code", insert(3, code("x = 1")), "cell 4 (`x = 1`) is the third code cell in a row"),
    ("sections", replace(-7, "## Where people go wrong", "## Errors"), "`Where people go wrong`"),
    ("sections", replace(-6, "## From scratch to PyTorch", "## Twice"), "`From scratch to PyTorch`"),
    ("sections", replace(-3, "## Summary", "## End"), "`Summary`"),
    ("sections", replace(-1, "## References", "## Books"), "`References`"),
    ("references_in_full", replace(-1, "1922, ", ""), "no work is named"),
    ("file_size", at(3, "word " * 700_000), "3.5 MB"),
    ("words_and_marks", at(3, "This is obviously true."), "cell 4 (`This is obviously true.`) says `obviously`"),
    ("words_and_marks", at(3, "Just look."), "says `Just`"),
    ("words_and_marks", at(3, "You can simply add."), "says `simply`"),
    ("words_and_marks", at(3, "Well done!"), "exclamation mark"),
    ("links_resolve", at(3, "See [there](07_other.ipynb)."), "no such file"),
    ("links_resolve", at(3, "See [there](03_likelihood.ipynb#Nowhere)."), "no heading"),
    ("plain_python", at(PRINTS, "%%time\nx = 1"), "line 1 is not plain Python"),
    ("plain_python", at(PRINTS, "plots.show(ax);"), "ends with `;`"),
    ("plain_python", at(PRINTS, ""), "is empty"),
    ("forbidden_names", at(PRINTS, "from ipywidgets import interact"), "`interact`"),
    ("forbidden_names", at(PRINTS, "widgets.interactive_output(f, {})"), "`interactive_output`"),
    ("forbidden_names", at(PRINTS, "out = widgets.Output()"), "`Output`"),
    ("forbidden_names", at(PRINTS, "clear_output()"), "`clear_output`"),
    ("forbidden_names", at(PRINTS, "import matplotlib.pyplot as plt"), "`pyplot`"),
    ("forbidden_names", at(PRINTS, "from matplotlib import pyplot"), "`pyplot`"),
    ("forbidden_names", at(PRINTS, "globals()['x'] = 1"), "`globals`"),
    ("imports", at(PRINTS, "import scipy.stats"), "imports scipy"),
    ("imports", at(PRINTS, "from dlcourse.scratch.probability import *"), "imports everything"),
    ("imports", at(PRINTS, "from dlcourse.exercises import _secret"), "private name `_secret`"),
    ("imports", at(PRINTS, "exercises.one._answer"), "private name `_answer`"),
    ("seeded_draws", at(PRINTS, "np.random.seed(3)"), "`np.random.seed`"),
    ("seeded_draws", at(PRINTS, "x = np.random.normal(size=3)"), "`np.random.normal`"),
    (
        "printed_times",
        at(PRINTS, "begin = time.perf_counter()\nprint(time.perf_counter() - begin)"),
        "measured time",
    ),
    ("printed_times", at(PRINTS, "took = timeit.timeit(f)\nf'{took:.2f} s'"), "measured time"),
    ("printed_times", at(PRINTS, "def took():\n    return time.time()\nprint(took())"), "measured time"),
    ("printed_times", at(PRINTS, "from timeit import repeat\nprint(min(repeat(f)))"), "measured time"),
    ("printed_times", at(PRINTS, "# NBVAL_IGNORE_OUTPUT\nprint(1)"), "left out of the comparison"),
    (
        "printed_times",
        lambda notebook: notebook.cells[PRINTS].metadata.update(tags=["nbval-ignore-output"]),
        "left out of the comparison",
    ),
    ("executed_in_order", lambda notebook: notebook.cells[PRINTS].update(execution_count=7), "count 7"),
    ("executed_in_order", lambda notebook: notebook.cells[PRINTS].update(execution_count=None), "count None"),
    ("outputs_are_stored", output(PRINTS), "no output of it is stored"),
    ("outputs_are_stored", output(FIGURE), "no output of it is stored"),
    ("outputs_are_stored", output(FIRST), "no output of it is stored"),
    ("no_paths", output(PRINTS, printed("saved in /home/ada/x.npz\n")), "`/home`"),
    ("no_paths", output(PRINTS, printed("/root\n")), "`/root`"),
    ("no_paths", output(PRINTS, printed("at /work/a\n")), "`/work`"),
    ("no_paths", output(PRINTS, printed("'/tmp/a'\n")), "`/tmp`"),
    ("no_paths", output(PRINTS, result({"text/html": "<b>C:\\Users\\ada</b>", "text/plain": "x"})), "`C:\\`"),
    ("no_addresses", output(PRINTS, printed("<object object at 0x0>\n")), "address in memory"),
    (
        "no_errors",
        output(PRINTS, {"output_type": "error", "ename": "E", "evalue": "e", "traceback": []}),
        "ends in an err",
    ),
    ("no_errors", output(PRINTS, printed("Traceback (most recent call last):\n")), "raw traceback"),
    ("no_stderr", output(PRINTS, printed("a warning\n", "stderr")), "stderr"),
    ("stored_types", output(PRINTS, result({"application/vnd.jupyter.widget-view+json": {}})), "model not found"),
    ("stored_types", output(PRINTS, result({"image/svg+xml": "<svg/>"})), "image/svg+xml"),
    ("stored_types", lambda notebook: notebook.metadata.update(widgets={}), "state of widgets"),
    ("alternative_texts", output(FIGURE, result({"image/png": PNG, "text/plain": ALT})), "alternative text ``"),
    (
        "alternative_texts",
        output(FIGURE, result({"image/png": PNG, "text/plain": "7"}, alt="It is 7.")),
        "shorter than",
    ),
    ("alternative_texts", output(FIGURE, result({"image/png": PNG}, alt="no number " * 9)), "has no number"),
    ("alternative_texts", output(FIGURE, result({"image/png": PNG, "text/plain": "a"}, alt=ALT)), "text/plain too"),
    ("alternative_texts", output(FIGURE, *figure()), "not shown below the picture"),
    ("alternative_texts", output(FIGURE, *figure("Other words.")), "not shown below the picture"),
    ("alternative_texts", at(3, "![](03_likelihood.ipynb)"), "no alternative text"),
    ("tagged", lambda notebook: notebook.cells[FIRST].metadata.pop("tags"), "give the cell the tag"),
    ("tagged", at(FIRST, "x = 1"), "calls 0 experiments"),
    ("defined_with_prediction", at(FIRST, "experiments.third()"), "does not list"),
    ("still_pictures", output(FIRST, result({"text/plain": "Title"})), "no picture"),
    ("text_between", remove(FIRST + 1), "follows an experiment at once"),
    ("text_between", remove(FIRST - 1), "after code"),
    ("enough_experiments", at(SECOND, "experiments.first()"), "1 experiments"),
    ("enough_experiments", at(SECOND, "experiments.first()"), "`second` is defined for this chapter and never shown"),
    ("grading_metadata", grading(STUB, solution=False), "should be"),
    ("grading_metadata", grading(CHECK, locked=False), "should be"),
    ("grading_metadata", grading(CHECK, grade_id="one-stub"), "`one-stub` is empty or taken"),
    ("grading_metadata", lambda notebook: notebook.cells[CHECK].metadata.pop("nbgrader"), "should be"),
    ("points", grading(CHECK, points=5), "gives 5 points"),
    ("points", replace(CHECK, "exercises.one", "exercises.four"), "does not list"),
    ("check_after_stub", remove(STUB), "is no stub"),
    ("check_after_stub", remove(CHECK), "does not check it"),
    ("check_after_stub", replace(CHECK, "(one)", "(one)\nexercises.two.check(two)"), "checks several"),
    ("stubs_are_empty", replace(STUB, "...", "return sum(values)"), "is not a stub"),
    ("stubs_are_empty", at(STUB, "answer = 0.5"), "is not a stub"),
    ("stubs_are_empty", output(STUB, printed("0.5\n")), "shows something"),
    ("checked_as_not_attempted", output(CHECK, result({"text/plain": "Passed."})), "not attempted"),
    ("stubs_are_used_only_in_checks", insert(15, code("one(3)")), "`one`"),
    ("questions_are_written_out", replace(THIRD, "three", "it"), "no text above holds the question"),
    ("enough_exercises", lambda notebook: notebook.cells.__delitem__(slice(12, 15)), "2 exercises"),
    ("enough_exercises", lambda notebook: notebook.cells.__delitem__(slice(12, 15)), "`one` is defined"),
    ("each_milestone_runs_once", remove(MILESTONE), "`coin` is defined for this chapter and run 0 times"),
    ("each_milestone_runs_once", at(MILESTONE, "milestones.dice()"), "does not list"),
    (
        "milestones_are_stored_untouched",
        output(MILESTONE, result({"text/plain": "Milestone: a coin. 2 of 3 pieces are yours."})),
        "0 of the pieces",
    ),
]


@pytest.mark.parametrize(("name", "change", "words"), BAD, ids=[f"{index}-{bad[0]}" for index, bad in enumerate(BAD)])
def test_a_rule_notices_what_breaks_it(tmp_path, name, change, words):
    rule = next(rule for rule in ALL_RULES if rule.__name__ == name)
    problems = rule(built(tmp_path, change=change))
    assert any(words in problem for problem in problems), f"expected a problem that says {words!r}, got {problems}"


def test_every_rule_is_tested_with_a_bad_notebook():
    tested = {name for name, _, _ in BAD} | {"in_stored_form", "no_host_name", "runs_quickly"}
    assert {rule.__name__ for rule in ALL_RULES} <= tested


def test_a_notebook_that_was_saved_by_hand_is_not_in_its_stored_form(tmp_path):
    notebook = built(tmp_path, change=normalize, stored=lambda text: text.replace('"tags"', '"scrolled": true, "tags"'))
    assert "not in its stored form (first difference in line" in in_stored_form(notebook)[0]


def test_the_machine_s_name_in_an_output_is_noticed(tmp_path):
    notebook = built(tmp_path, change=output(PRINTS, printed("on ada-laptop\n")))
    assert no_host_name(notebook, host="ada-laptop")
    assert not no_host_name(notebook, host="bob-laptop")


def test_a_slow_notebook_is_noticed(tmp_path):
    rule = next(rule for rule in ALL_RULES if rule.__name__ == "runs_quickly")
    assert "the limit is 60 s" in rule(built(tmp_path, seconds=61))[0]
    assert rule(built(tmp_path, seconds=60)) == []


def test_an_experiment_without_a_prediction_is_noticed(tmp_path):
    rule = next(rule for rule in ALL_RULES if rule.__name__ == "defined_with_prediction")
    definitions = Definitions({name: SimpleNamespace(prediction=None) for name in ("first", "second")}, {})
    assert len(rule(built(tmp_path, definitions=definitions))) == 2
