"""The stored form of a notebook: what changes at every run is gone, everything else is as it was."""

import base64
import io
import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from dlcourse.errors import CourseError
from dlcourse.workshop import normalize


def code(source="x = 1", outputs=(), **fields):
    return nbformat.v4.new_code_cell(source, outputs=[nbformat.from_dict(output) for output in outputs], **fields)


def stored(*cells, **metadata):
    """The normalized notebook with these cells."""
    return normalize.normalize(nbformat.v4.new_notebook(cells=list(cells), metadata=metadata))


def result(data, metadata=None):
    return {"output_type": "execute_result", "data": data, "metadata": metadata or {}, "execution_count": 9}


def printed(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def png(**text):
    information = PngImagePlugin.PngInfo()
    for key, value in text.items():
        information.add_text(key, value)
        information.add_itxt(key + "2", value)
    file = io.BytesIO()
    Image.new("RGB", (3, 2), (200, 10, 30)).save(file, "PNG", pnginfo=information, dpi=(100, 100))
    return file.getvalue()


def test_prints_are_joined_and_stderr_is_dropped():
    [cell] = stored(code(outputs=[printed("a\n"), printed("warning", "stderr"), printed("b\n")])).cells
    assert cell.outputs == [printed("a\n") | {"text": "a\nb\n"}]


def test_prints_before_and_after_a_result_stay_in_their_order():
    [cell] = stored(code(outputs=[printed("a\n"), result({"text/plain": "1"}), printed("b\n")])).cells
    assert [output.output_type for output in cell.outputs] == ["stream", "execute_result", "stream"]


def test_a_widget_view_goes_and_the_picture_beside_it_stays():
    data = {normalize.WIDGET_VIEW: {"model_id": "f00"}, "image/png": "", "text/plain": "A picture"}
    metadata = {"image/png": {"alt": "A picture"}, normalize.WIDGET_VIEW: {"x": 1}}
    [cell] = stored(code(outputs=[result(data, metadata)])).cells
    assert set(cell.outputs[0].data) == {"image/png", "text/plain"}
    assert cell.outputs[0].metadata == {"image/png": {"alt": "A picture"}}


def test_an_output_with_nothing_but_a_widget_view_goes():
    [cell] = stored(code(outputs=[result({normalize.WIDGET_VIEW: {"model_id": "f00"}})])).cells
    assert cell.outputs == []


@pytest.mark.parametrize("key", ["widgets", "signature", "papermill", "toc"])
def test_what_editors_write_about_themselves_goes(key):
    notebook = stored(code(), dlcourse={"level": 60}, **{key: {"a": 1}})
    assert set(notebook.metadata) == {"kernelspec", "language_info", "dlcourse"}


def test_a_cell_keeps_its_tags_and_grading_and_loses_time_stamps():
    kept = {"tags": ["experiment"], "nbgrader": {"grade": True, "points": 2}}
    lost = {"execution": {"iopub.status.busy": "2026-01-01"}, "scrolled": True, "collapsed": False, "slideshow": {}}
    [cell] = stored(code(metadata=kept | lost | {"editable": True, "jupyter": {"outputs_hidden": True}})).cells
    assert cell.metadata == kept


def test_the_kernel_of_whoever_ran_it_is_not_stored():
    notebook = stored(
        code(),
        kernelspec={"name": "my-env", "display_name": "Mine"},
        language_info={"name": "python", "version": "3.99"},
    )
    assert notebook.metadata.kernelspec.name == "python3"
    assert "3.99" not in normalize.dumps(notebook)


def test_addresses_in_memory_are_made_alike_and_other_numbers_stay():
    texts = ["<f at 0x7f3a2c1b9d00>", "<f at 0x0000021B4C6D8E90>", "mask at 0xff"]
    [cell] = stored(code(outputs=[result({"text/plain": text}) for text in texts])).cells
    assert [output.data["text/plain"] for output in cell.outputs] == ["<f at 0x0>", "<f at 0x0>", "mask at 0xff"]


def test_ids_are_kept_and_missing_or_repeated_ones_follow_from_the_source(tmp_path):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# T"], "id": "mine"},
        {"cell_type": "markdown", "metadata": {}, "source": ["two"], "id": "mine"},
        {"cell_type": "markdown", "metadata": {}, "source": ["two"]},
    ]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    first, second = [[cell.id for cell in normalize.normalize(normalize.read(path)).cells] for _ in range(2)]
    assert first == second
    assert first[0] == "mine"
    assert len(set(first)) == 3


def test_an_execution_count_is_never_invented():
    cells = [code(execution_count=count) for count in (3, None, 1)]
    assert [cell.execution_count for cell in stored(*cells).cells] == [3, None, 1]


def test_png_metadata_goes_and_the_pixels_stay():
    dated, plain = png(Software="Matplotlib 3.11", date="2026-01-01"), png()
    assert dated != plain
    assert normalize.strip_png_metadata(dated) == normalize.strip_png_metadata(plain) == plain
    picture = Image.open(io.BytesIO(normalize.strip_png_metadata(dated)))
    assert picture.getpixel((1, 1)) == (200, 10, 30)
    assert picture.info["dpi"] == pytest.approx((100, 100), abs=0.1)


@given(st.integers(0, 200))
def test_a_png_that_was_cut_short_is_left_as_it_is(length):
    data = png(Software="x" * 50)[:length]
    if data.startswith(normalize.PNG_SIGNATURE) and len(data) < len(png(Software="x" * 50)) - 12:
        assert data.startswith(normalize.strip_png_metadata(data)[:8])
    else:
        assert normalize.strip_png_metadata(data) == data


def test_the_same_picture_is_stored_as_the_same_text():
    texts = []
    for data in (png(Software="a"), png(Software="b")):
        encoded = base64.encodebytes(data).decode()  # with line breaks, as some libraries write it
        texts.append(normalize.dumps(stored(code(id="a", outputs=[result({"image/png": encoded})]))))
    assert texts[0] == texts[1]


SOURCES = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"))


@given(st.lists(SOURCES, max_size=5))
def test_sources_are_untouched_and_the_stored_form_is_stable(tmp_path_factory, sources):
    path = tmp_path_factory.mktemp("notebook") / "a.ipynb"
    cells = [
        code(source) if number % 2 else nbformat.v4.new_markdown_cell(source) for number, source in enumerate(sources)
    ]
    normalize.store(stored(*cells), path)
    before, after = normalize.normalized_text(path)
    assert before == after
    assert before.endswith("\n}\n")
    assert [cell.source for cell in normalize.read(path).cells] == sources


def test_storing_what_is_stored_already_leaves_the_file_alone(tmp_path):
    path = tmp_path / "a.ipynb"
    notebook = stored(code())
    assert normalize.store(notebook, path)
    before = path.stat().st_mtime_ns
    assert not normalize.store(notebook, path)
    assert path.stat().st_mtime_ns == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.ipynb"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a notebook"),
        ("{}", "not a notebook"),
        ("[1]", "not a notebook"),
        ('{"cells": [], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}', "format 3"),
        ('{"cells": [{"cell_type": "code"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "not a notebook"),
        ('{"cells": 7, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "not a notebook"),
    ],
)
def test_a_file_that_is_no_notebook_is_refused_in_a_sentence(tmp_path, text, words):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(CourseError, match=words):
        normalize.read(path)


def test_a_notebook_that_is_not_there_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(CourseError, match="There is no notebook"):
        normalize.read(tmp_path / "a.ipynb")
