"""No edit of a reader's is lost, whatever the reader and the author do to a notebook at the same time."""

import copy
from collections import Counter

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.workshop.merging import CHANGED, MARK, merge
from dlcourse.workshop.updating import describe
from dlcourse.workshop.versions import content, exercise, from_json, to_json, version_of

FAMILY = ["kept", "added", "both", "orphans", "changed", "new", "back", "removed"]


def cell(name, source="text", kind="code", shows=(), **metadata):
    made = {"id": name, "cell_type": kind, "source": source, "metadata": metadata}
    if kind == "code":
        outputs = [{"output_type": "stream", "name": "stdout", "text": text} for text in shows]
        made |= {"outputs": outputs, "execution_count": 1 if shows else None}
    return made


def notebook(*cells):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def merged(base, mine, new):
    return merge(version_of(base["cells"]), mine, new)


def ids(result):
    return [each["id"] for each in result.notebook["cells"]]


def text(result):
    return [each["source"] for each in result.notebook["cells"]]


def came_about(result):
    return {name: [each["id"] for each in getattr(result, name)] for name in FAMILY if getattr(result, name)}


BASE = notebook(cell("a", "A", "markdown"), cell("b", "def f(x): ..."), cell("c", "check(f)", shows=["not yet"]))


def changed(base=BASE, **sources):
    """The same with other sources."""
    made = copy.deepcopy(base)
    for each in made["cells"]:
        each["source"] = sources.get(each["id"], each["source"])
    return made


def test_an_answer_stays_and_what_the_reader_left_alone_becomes_new():
    result = merged(BASE, changed(b="def f(x): return x"), changed(a="A, better"))
    assert text(result) == ["A, better", "def f(x): return x", "check(f)"]
    assert came_about(result) == {"kept": ["b"], "changed": ["a"]}


def test_a_cell_that_both_changed_stays_the_reader_s_and_the_new_one_stands_below_as_text():
    result = merged(BASE, changed(b="def f(x): return x"), changed(b="def f(x, y): ..."))
    kept, beside = result.notebook["cells"][1:3]
    assert kept["source"] == "def f(x): return x"
    assert beside["cell_type"] == "markdown", "it must not run over the answer"
    assert beside["source"] == f"{CHANGED}\n\n```python\ndef f(x, y): ...\n```"
    assert came_about(result) == {"both": ["b"]}
    assert describe(result) == (
        "no other cells; changed by both, yours stays and the new one stands below it: cell 2 (`def f(x): return x`)"
    )


def test_a_fence_is_longer_than_those_in_what_it_holds():
    result = merged(BASE, changed(b="mine"), changed(b="'''\n````\n'''"))
    assert "`````python" in text(result)[2]


def test_what_stands_beside_a_kept_cell_follows_the_next_version_and_goes_when_it_is_taken_over():
    first, second = changed(b="first"), changed(b="second")
    mine = merged(BASE, changed(b="mine"), first).notebook
    again = merged(first, mine, first)
    assert (
        text(again)
        == text(merge(version_of(first["cells"]), mine, first))
        == [each["source"] for each in mine["cells"]]
    )
    later = merged(first, mine, second)
    assert [each for each in text(later) if CHANGED in each] == [f"{CHANGED}\n\n```python\nsecond\n```"]
    taken = changed(later.notebook, b="second")
    assert text(merged(second, taken, second)) == ["A", "second", "check(f)"]


def test_what_the_reader_wrote_into_the_cell_beside_stays():
    first = changed(b="first")
    mine = merged(BASE, changed(b="mine"), first).notebook
    mine["cells"][2]["source"] += "\n\nmy note"
    assert text(merged(first, mine, changed(b="second")))[1:4] == [
        "mine",
        f"{CHANGED}\n\n```python\nsecond\n```",
        f"{CHANGED}\n\n```python\nfirst\n```\n\nmy note",
    ]


def test_a_cell_of_the_reader_s_stays_behind_its_neighbour():
    mine = copy.deepcopy(BASE)
    mine["cells"].insert(2, cell("x", "mine"))
    new = copy.deepcopy(BASE)
    new["cells"].insert(2, cell("n", "new"))
    new["cells"].insert(0, cell("m", "new too"))
    assert ids(merged(BASE, mine, new)) == ["m", "a", "b", "x", "n", "c"]


def test_an_order_that_the_reader_has_changed_stays():
    mine = notebook(*(BASE["cells"][i] for i in (2, 0, 1)))
    new = notebook(*BASE["cells"], cell("n", "new"))
    assert ids(merged(BASE, mine, new)) == ["c", "n", "a", "b"]


def test_what_the_author_took_out_goes_unless_the_reader_has_written_into_it():
    new = notebook(BASE["cells"][0])
    assert ids(merged(BASE, BASE, new)) == ["a"]
    result = merged(BASE, changed(b="mine"), new)
    assert text(result) == ["A", "mine"]
    assert "yours, of which the course has none any more: cell 2 (`mine`)" in describe(result)


def test_what_the_reader_took_out_stays_out_unless_it_has_changed():
    mine = notebook(BASE["cells"][1], BASE["cells"][2])
    assert ids(merged(BASE, mine, BASE)) == ["b", "c"]
    result = merged(BASE, mine, changed(a="A, corrected"))
    assert text(result)[0] == "A, corrected"
    assert "1 cell back that you had deleted, since it has changed" in describe(result)


def test_without_a_base_all_that_differs_is_the_reader_s():
    result = merge(None, changed(b="mine"), changed(a="A, better"))
    assert [each for each in text(result) if CHANGED not in each] == ["A", "mine", "check(f)"]
    assert came_about(result) == {"both": ["a", "b"]}
    assert "from which version your copy was made is not known" in describe(result, known=False)


def test_ids_that_a_program_has_dropped_are_found_again():
    mine = changed(b="mine")
    for number, each in enumerate(mine["cells"]):
        each["id"] = f"other-{number}"
    result = merged(BASE, mine, changed(a="A, better"))
    assert text(result) == ["A, better", "mine", "check(f)"]
    assert ids(result) == ["a", "other-1", "c"]


def test_an_answer_stays_where_its_check_is_when_the_author_has_made_the_cells_anew():
    base, new = (
        notebook(cell(f"{version}-a", "def f(x): ...", nbgrader={"grade_id": "f"}), cell(f"{version}-b", "check(f)"))
        for version in ("old", "new")
    )
    mine = changed(base, **{"old-a": "def f(x): return x"})
    result = merged(base, mine, new)
    assert text(result) == ["def f(x): return x", "check(f)"]
    assert ids(result) == ["new-a", "new-b"]
    assert came_about(result) == {"kept": ["new-a"], "new": ["new-b"], "removed": ["old-b"]}


RUN = [{"output_type": "stream", "name": "stdout", "text": "mine"}]


def with_outputs(base, name, outputs):
    made = copy.deepcopy(base)
    for each in made["cells"]:
        if each["id"] == name:
            each["outputs"], each["execution_count"] = copy.deepcopy(outputs), 7
    return made


def shown(result, name):
    (found,) = [each for each in result.notebook["cells"] if each["id"] == name]
    return [output["text"] for output in found["outputs"]], found["execution_count"]


def test_new_outputs_come_with_new_and_with_unchanged_cells():
    new = with_outputs(BASE, "c", [{"output_type": "stream", "name": "stdout", "text": "new"}])
    assert shown(merged(BASE, BASE, new), "c") == (["new"], 7)
    assert shown(merged(BASE, with_outputs(BASE, "c", RUN), new), "c") == (["new"], 7)
    assert shown(merged(BASE, with_outputs(BASE, "c", RUN), BASE), "c") == (["mine"], 7), "nothing new is known"


def test_the_verdict_on_an_answer_stays():
    base = copy.deepcopy(BASE)
    base["cells"][2]["metadata"] = {"nbgrader": {"grade": True}}
    new = with_outputs(base, "c", [{"output_type": "stream", "name": "stdout", "text": "not attempted"}])
    assert shown(merged(base, with_outputs(base, "c", RUN), new), "c") == (["mine"], 7)
    assert shown(merged(base, base, new), "c") == (["not attempted"], 7), "where the check was not run"


def test_metadata_is_the_new_version_s_and_what_an_editor_has_added():
    base, new = (notebook(cell("a", "A", tags=[tag])) for tag in ("old", "new"))
    mine = notebook(cell("a", "mine", tags=["old"], collapsed=True))
    assert merged(base, mine, new).notebook["cells"][0]["metadata"] == {"tags": ["new"], "collapsed": True}
    gone = notebook(cell("a", "A"))
    assert merged(base, mine, gone).notebook["cells"][0]["metadata"] == {"collapsed": True}


def test_the_reader_s_kernel_stays():
    mine = {
        **BASE,
        "metadata": {"kernelspec": {"name": "mine"}, "language_info": {"name": "python", "version": "3.11"}},
    }
    new = {**BASE, "metadata": {"kernelspec": {"name": "python3"}, "language_info": {"name": "python"}}}
    result = merged(BASE, mine, new).notebook["metadata"]
    assert result == {"kernelspec": {"name": "mine"}, "language_info": {"name": "python"}}


def test_a_version_is_written_and_read():
    version = version_of(BASE["cells"])
    assert from_json(to_json(version)) == version
    assert list(from_json(to_json(version))) == ["a", "b", "c"]


@pytest.mark.parametrize("damaged", [None, {}, ["a"], [["a", "b", "c"]], [["a", "b", "c", 3]], [[1, "b", "c", "d"]]])
def test_a_damaged_version_is_none(damaged):
    assert from_json(damaged) is None


# ---- Random edits. Few texts and few ids, so that edits meet.

SOURCES = st.sampled_from(["", "x = 1", "def f(): ...", "# text", "x = 1\n"])
KINDS = st.sampled_from(["code", "markdown"])
SHOWN = st.lists(st.sampled_from(["1", "2"]), max_size=1)
MINE = st.sampled_from(["mine", "mine too", "x = 1", "def f(): ..."])

GRADED = st.sampled_from([{}, {}, *({"nbgrader": {"grade": True, "grade_id": name}} for name in "fg")])


@st.composite
def notebooks(draw):
    number = draw(st.integers(0, 5))
    cells = [
        cell(
            f"c{i}",
            draw(SOURCES),
            draw(KINDS),
            draw(SHOWN),
            **draw(GRADED),
        )
        for i in range(number)
    ]
    return notebook(*cells)


def edited(draw, base, sources, prefix):
    """A notebook after some edits: cells changed, run, added, taken out, moved, doubled, renamed."""
    cells = copy.deepcopy(base["cells"])
    for step in range(draw(st.integers(0, 5))):
        edit = draw(st.sampled_from(["change", "run", "add", "delete", "move", "double", "rename", "retype"]))
        place = draw(st.integers(0, max(0, len(cells) - 1)))
        if edit == "add" or not cells:
            cells.insert(place, cell(f"{prefix}{step}", draw(sources), draw(KINDS)))
        elif edit == "change":
            cells[place]["source"] = draw(sources)
        elif edit == "run" and cells[place]["cell_type"] == "code":
            cells[place] |= cell("", "", "code", draw(SHOWN)) | {
                k: cells[place][k] for k in ("id", "source", "metadata")
            }
        elif edit == "delete":
            del cells[place]
        elif edit == "move":
            cells.insert(draw(st.integers(0, len(cells) - 1)), cells.pop(place))
        elif edit == "double":
            cells.insert(place, {**copy.deepcopy(cells[place]), "source": draw(sources)})
        elif edit == "rename":
            cells[place]["id"] = f"{prefix}-{step}"
        elif edit == "retype":
            kind = draw(KINDS)
            cells[place] = cell(cells[place]["id"], cells[place]["source"], kind, **cells[place]["metadata"])
    return notebook(*cells)


def with_own_ids(made):
    """The author's notebooks are in their stored form: ids differ, and so do the exercises' names."""
    taken = {""}
    for number, each in enumerate(made["cells"]):
        each["id"] = each["id"] if each["id"] not in taken else f"{each['id']}-{number}-again"
        if (name := exercise(each)) in taken:
            each["metadata"] = {}
        taken |= {each["id"], name}
    return made


@st.composite
def histories(draw):
    """A version, what the reader made of it, and the next two versions."""
    base = with_own_ids(draw(notebooks()))
    mine = edited(draw, base, MINE, "r")
    new = with_own_ids(edited(draw, base, SOURCES, draw(st.sampled_from(["n", "r"]))))
    return base, mine, new, with_own_ids(edited(draw, new, SOURCES, "m"))


def written_by_the_reader(base, mine):
    """What the reader's cells hold that no cell of the course held."""
    of_the_course = {content(each) for each in base["cells"]}
    return Counter(content(each) for each in mine["cells"] if content(each) not in of_the_course)


def holds(result, written):
    return written <= Counter(content(each) for each in result["cells"])


@given(histories())
def test_every_source_of_the_reader_s_survives_two_updates_and_the_notebook_is_valid(history):
    base, mine, new, newer = history
    written = written_by_the_reader(base, mine)
    before = copy.deepcopy(history)
    first = merged(base, mine, new).notebook
    assert holds(first, written)
    second = merged(new, first, newer).notebook
    assert holds(second, written - written_by_the_reader(notebook(), new))
    for each in (first, second):
        nbformat.validate(each)
        assert len({one["id"] for one in each["cells"]}) == len(each["cells"])
    assert history == before, "nothing is changed in place"


@given(histories())
def test_an_answer_in_a_course_cell_survives_even_if_it_is_what_another_cell_held(history):
    base, mine, new, _ = history
    known, seen = version_of(base["cells"]), set()
    result = Counter(content(each) for each in merged(base, mine, new).notebook["cells"])
    for each in mine["cells"]:
        if each["id"] in known and each["id"] not in seen and known[each["id"]].content != content(each):
            assert result[content(each)] >= 1
        seen.add(each["id"])


@given(histories())
def test_whoever_wrote_nothing_gets_the_new_version(history):
    base, _, new, _ = history
    assert merged(base, base, new).notebook["cells"] == new["cells"]


@given(histories())
def test_where_the_author_wrote_nothing_all_stays(history):
    base, mine, _, _ = history
    result = merged(base, mine, base).notebook["cells"]
    assert [content(each) for each in result] == [content(each) for each in mine["cells"]]


@given(histories(), st.booleans())
def test_a_second_update_to_the_same_version_changes_nothing(history, base_is_known):
    base, mine, new, _ = history
    once = merge(version_of(base["cells"]) if base_is_known else None, mine, new).notebook
    again = merged(new, once, new).notebook
    # Not more: a cell of the reader's that holds what a missing one of the course holds may be taken for that one.
    assert Counter(map(content, again["cells"])) == Counter(map(content, once["cells"]))


@given(histories())
def test_an_update_that_was_broken_off_before_it_was_noted_is_no_different(history):
    """The notebook was written, and what it was made from was not."""
    base, mine, new, _ = history
    once = merged(base, mine, new).notebook
    written = written_by_the_reader(base, mine)
    again = merged(base, once, new).notebook
    assert holds(again, written)
    marks = [each["source"] for each in again["cells"] if MARK in each["metadata"]]
    assert len(marks) == len([each for each in once["cells"] if MARK in each["metadata"]])


@given(histories())
def test_without_a_base_nothing_is_lost_either(history):
    _, mine, new, _ = history
    result = merge(None, mine, new).notebook
    assert holds(result, Counter(content(each) for each in mine["cells"]))
