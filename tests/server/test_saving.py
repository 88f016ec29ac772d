"""What a Jupyter server writes when it saves a notebook with the course's outputs: its own contents manager does it."""

import copy
import logging

import nbformat
import pytest
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager, FileContentsManager
from tornado.web import HTTPError

from dlcourse import server
from dlcourse.server.saving import STATE, VIEW

COURSE = {"dlcourse": True}


def output(model="a", metadata=COURSE, **data):
    view = {VIEW: {"model_id": model, "version_major": 2, "version_minor": 0}} if model else {}
    return nbformat.v4.new_output("display_data", {**view, **data}, metadata=metadata)


def notebook(*outputs, state=None):
    """A notebook with these outputs, one cell each, and the state of these models: name -> what it refers to."""
    cells = [nbformat.v4.new_code_cell("x", outputs=[output]) for output in outputs]
    made = nbformat.v4.new_notebook(cells=cells)
    if state is not None:
        entries = {name: {"model_name": "M", "state": {"to": to}} for name, to in state.items()}
        made.metadata["widgets"] = {STATE: {"state": entries, "version_major": 2, "version_minor": 0}}
    return made


class Application:
    """What a server extension is given: the server's contents manager and its log."""

    def __init__(self, manager):
        self.contents_manager, self.log = manager, logging.getLogger("tests.server")


@pytest.fixture
def manager(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))  # where it remembers which notebooks are trusted
    manager = FileContentsManager(root_dir=str(tmp_path))
    server._load_jupyter_server_extension(Application(manager))
    return manager


def saved(manager, content, name="a.ipynb"):
    """The content of the file after the server has saved it."""
    manager.save({"type": "notebook", "format": "json", "content": content}, name)
    return nbformat.read(f"{manager.root_dir}/{name}", as_version=4)


def types_of(notebook):
    return [sorted(output["data"]) for cell in notebook["cells"] for output in cell["outputs"]]


def test_pictures_verdicts_and_words_are_written_and_their_widgets_are_not(manager):
    experiment = output("a", **{"image/png": "iVBOR", "text/plain": "A wave."})
    verdict = output("b", **{"text/html": "<b>Passed</b>", "text/plain": "Passed"})
    written = saved(manager, notebook(experiment, verdict, state={"a": "IPY_MODEL_l", "l": "", "b": "", "old": ""}))
    assert types_of(written) == [["image/png", "text/plain"], ["text/html", "text/plain"]]
    assert "widgets" not in written["metadata"]
    assert written["cells"][0]["outputs"][0]["metadata"] == COURSE


def test_an_output_that_is_a_widget_and_nothing_else_stays_with_its_state(manager):
    before = notebook(output("a"), state={"a": ""})
    assert saved(manager, copy.deepcopy(before)) == before


@pytest.mark.parametrize("metadata", [{}, {"dlcourse": False}, {"image/png": {"alt": "A wave."}}])
def test_a_notebook_without_the_courses_outputs_is_written_as_it_is(manager, metadata):
    before = notebook(output("a", metadata, **{"text/plain": "IntSlider()"}), state={"a": "", "old": ""})
    assert saved(manager, copy.deepcopy(before)) == before


def test_a_readers_own_widget_beside_an_experiment_keeps_its_view_and_its_state(manager):
    own = output("box", {}, **{"text/plain": "VBox()"})
    experiment = output("e", **{"image/png": "iVBOR"})
    state = {"box": ["IPY_MODEL_slider"], "slider": "IPY_MODEL_style", "style": "", "e": "IPY_MODEL_l", "l": ""}
    # jslink: the link names two sliders, and nothing names the link
    state |= {"link": ["IPY_MODEL_slider", "value"], "another": "IPY_MODEL_another", "gone": "IPY_MODEL_absent"}
    written = saved(manager, notebook(own, experiment, state=state))
    assert types_of(written) == [[VIEW, "text/plain"], ["image/png"]]
    assert set(written["metadata"]["widgets"][STATE]["state"]) == {"box", "slider", "style", "link"}


def test_an_experiment_that_a_reader_put_into_an_own_box_keeps_its_state(manager):
    own = output("box", {}, **{"text/plain": "VBox()"})
    experiment = output("e", **{"image/png": "iVBOR"})
    written = saved(manager, notebook(own, experiment, state={"box": ["IPY_MODEL_e"], "e": ""}))
    assert set(written["metadata"]["widgets"][STATE]["state"]) == {"box", "e"}


def test_other_widget_data_of_the_notebook_stays(manager):
    content = notebook(output("a", **{"image/png": "iVBOR"}), state={"a": ""})
    content.metadata["widgets"]["application/x-other+json"] = {"kept": True}
    assert saved(manager, content)["metadata"]["widgets"] == {"application/x-other+json": {"kept": True}}


def test_printed_lines_errors_and_texts_stay(manager):
    content = notebook(output("a", **{"image/png": "iVBOR"}))
    content.cells[0].outputs.append(nbformat.v4.new_output("stream", text="printed\n"))
    content.cells[0].outputs.append(nbformat.v4.new_output("error", ename="E", evalue="e", traceback=[]))
    content.cells.append(nbformat.v4.new_markdown_cell("Text."))
    written = saved(manager, copy.deepcopy(content))
    assert written["cells"][0]["outputs"][1:] == content.cells[0].outputs[1:]
    assert written["cells"][1] == content.cells[1]


def test_saving_twice_gives_the_same_bytes(manager, tmp_path):
    content = notebook(output("a", **{"image/png": "iVBOR"}), state={"a": ""})
    saved(manager, content)
    first = (tmp_path / "a.ipynb").read_bytes()
    manager.save(manager.get("a.ipynb"), "a.ipynb")
    assert (tmp_path / "a.ipynb").read_bytes() == first


def test_a_trusted_notebook_stays_trusted(manager):
    content = notebook(output("a", **{"image/png": "iVBOR"}))
    content.cells[0].metadata["trusted"] = True
    saved(manager, content)
    assert manager.get("a.ipynb")["content"].cells[0].metadata["trusted"] is True


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content["cells"][0]["outputs"][0]["data"].update({VIEW: "no object"}),
        lambda content: content["metadata"].update(widgets={STATE: {}}),
        lambda content: content["metadata"].update(widgets={STATE: "no object"}),
    ],
)
def test_a_notebook_that_cannot_be_understood_is_saved_and_the_log_says_so(manager, caplog, damage):
    own = output("own", {}, **{"text/plain": "IntSlider()"})
    content = notebook(own, output("a", **{"image/png": "iVBOR"}), state={"a": ""})
    damage(content)
    manager.log = logging.getLogger("tests.server")
    written = saved(manager, content)
    assert types_of(written)[1][0] == "image/png"
    assert "a.ipynb is saved with its widgets as they are" in caplog.text


def test_files_that_are_no_notebooks_and_older_formats_are_not_touched(manager, tmp_path):
    manager.save({"type": "file", "format": "text", "content": "text"}, "a.txt")
    manager.save({"type": "directory"}, "folder")
    assert (tmp_path / "a.txt").read_text() == "text"
    older = {"nbformat": 3, "worksheets": [], "metadata": {}}
    model = {"type": "notebook", "content": copy.deepcopy(older)}
    manager.run_pre_save_hooks(model=model, path="old.ipynb")
    assert model["content"] == older


@pytest.mark.parametrize("kind", [FileContentsManager, AsyncFileContentsManager])
def test_a_hook_that_somebody_else_set_up_runs_too(tmp_path, kind):
    """One by configuration, one registered before and one after the course's."""
    seen = []
    manager = kind(root_dir=str(tmp_path))
    manager.pre_save_hook = lambda **_: seen.append("configured")
    manager.register_pre_save_hook(lambda **_: seen.append("before"))
    server._load_jupyter_server_extension(Application(manager))
    manager.register_pre_save_hook(lambda **_: seen.append("after"))
    model = {"type": "notebook", "content": notebook(output("a", **{"image/png": "iVBOR"}))}
    manager.run_pre_save_hooks(model=model, path="a.ipynb")
    assert seen == ["configured", "before", "after"]
    assert types_of(model["content"]) == [["image/png"]]


def test_a_hook_that_refuses_a_save_still_refuses_it(tmp_path):
    def refuse(**_):
        raise HTTPError(403, "no")

    manager = FileContentsManager(root_dir=str(tmp_path))
    manager.pre_save_hook = refuse
    server._load_jupyter_server_extension(Application(manager))
    with pytest.raises(HTTPError, match="no"):
        saved(manager, notebook())


def test_a_server_whose_files_have_no_hooks_starts_all_the_same(caplog):
    server._load_jupyter_server_extension(Application(object()))
    assert "cannot be looked after" in caplog.text
