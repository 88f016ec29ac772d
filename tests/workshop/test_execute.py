"""Executing notebooks in real kernels: what is stored, and what is not when a cell fails."""

import io
import json
import os
import sys
import threading

import nbformat
import pytest

from dlcourse.errors import CourseError
from dlcourse.workshop import uncompared
from dlcourse.workshop.execute import execute, report
from dlcourse.workshop.running_times import FILE_NAME, read_running_times, record_running_time
from tests.limits import LONGEST


def write(path, *sources):
    cells = [nbformat.v4.new_markdown_cell("# Title"), *map(nbformat.v4.new_code_cell, sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def run(path, **options):
    return execute(path, progress=False, **options)


EVERYTHING = (
    "import sys, ipywidgets\nfor number in range(3):\n    print(number, flush=True)\nprint('careful', file=sys.stderr)",
    "ipywidgets.VBox([ipywidgets.IntSlider(), ipywidgets.Text()])",
    """
import io, time
from IPython.display import display
from matplotlib.figure import Figure
figure, file = Figure(), io.BytesIO()
figure.subplots().plot([1, 2])
figure.savefig(file, metadata={'Creation Time': time.ctime()})
alternative = {'image/png': {'alt': 'A line to 2'}}
display({'image/png': file.getvalue(), 'text/plain': 'x'}, raw=True, metadata=alternative)
""",
    "object()",
    "from IPython.display import Markdown\nMarkdown('**bold**')",
)


def test_an_unchanged_notebook_with_widgets_prints_and_pictures_gives_no_diff(tmp_path):
    path = write(tmp_path / "a.ipynb", *EVERYTHING)
    first = run(path)
    text = path.read_text()
    second = run(path)
    assert (first.changed, second.changed) == (True, False)
    assert path.read_text() == text
    outputs = json.dumps([cell.get("outputs") for cell in json.loads(text, object_hook=nbformat.from_dict).cells])
    for trace in ("widget-view", "careful", "Creation", "stderr", "at 0x7"):
        assert trace not in outputs, trace
    for kept in ("A line to 2", "text/markdown", "image/png", "VBox", "0\\n"):
        assert kept in outputs, kept
    assert "state" not in json.loads(text)["metadata"]


def test_an_edited_line_gives_a_diff_of_its_source_and_output_only(tmp_path):
    path = write(tmp_path / "a.ipynb", *EVERYTHING, "6 * 7")
    run(path)
    before = path.read_text().splitlines()
    path.write_text(path.read_text().replace('"6 * 7"', '"6 * 8"'))
    run(path)
    after = path.read_text().splitlines()
    assert len(before) == len(after)
    assert [new.strip() for old, new in zip(before, after, strict=True) if old != new] == ['"48"', '"6 * 8"']


def test_cells_are_counted_from_one_whatever_was_stored(tmp_path):
    path = write(tmp_path / "a.ipynb", "1", "2")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].execution_count = 17
    nbformat.write(notebook, path)
    run(path)
    cells = nbformat.read(path, as_version=4).cells[1:]
    assert [cell.execution_count for cell in cells] == [1, 2]
    assert [cell.outputs[0].execution_count for cell in cells] == [1, 2]


def test_what_went_to_stderr_is_reported_and_not_stored(tmp_path, capsys):
    execution = run(write(tmp_path / "a.ipynb", "import warnings\nwarnings.warn('old function')"))
    report(execution)
    assert "cell 2 wrote to stderr" in capsys.readouterr().err
    assert "old function" not in execution.path.read_text().replace("warnings.warn('old function')", "")


def test_the_kernel_works_in_the_notebook_s_folder_with_an_empty_home(tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "progress.json").write_text("{}")
    monkeypatch.setenv("DLCOURSE_HOME", str(mine))
    monkeypatch.setenv("DLCOURSE_PREDICTIONS", "off")
    source = (
        "import os\nfrom pathlib import Path\nfrom dlcourse import settings\n"
        "print(sorted(os.listdir()), list(settings.home().iterdir()), os.environ['OMP_NUM_THREADS'],"
        " os.environ['DLCOURSE_PREDICTIONS'])\n(settings.home() / 'trace').touch()"
    )
    folder = tmp_path / "notebooks"
    folder.mkdir()
    path = run(write(folder / "a.ipynb", source)).path
    shown = nbformat.read(path, as_version=4).cells[1].outputs[0].text
    assert shown == "['a.ipynb'] [] 1 off\n"
    assert [file.name for file in mine.iterdir()] == ["progress.json"]


def test_the_kernel_is_the_one_of_this_environment(tmp_path):
    path = run(write(tmp_path / "a.ipynb", f"import sys\nsys.executable == {sys.executable!r}")).path
    assert nbformat.read(path, as_version=4).cells[1].outputs[0].data["text/plain"] == "True"


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (
            ["def half(x):\n    return 1 / x", "a = 1\n\nhalf(0)"],
            r"cell 3, line 3 \(`half\(0\)`\): ZeroDivisionError: div",
        ),
        (["x = 1\ny = ("], r"cell 2, line 2 \(`y = \(`\): SyntaxError: "),
        (["raise SystemExit('Install dlcourse')"], "cell 2, .*Install dlcourse"),
        (
            ["from dlcourse.errors import CourseError\nraise CourseError('Open the folder')"],
            "cell 2, .*Open the folder",
        ),
        (["1", "import os\nos._exit(1)"], r"cell 3 \(it begins `import os`\): the kernel died"),
        (["while True:\n    pass"], "cell 2 .* ran longer than 2 s"),
    ],
)
def test_a_failing_cell_is_named_in_a_sentence_and_nothing_is_stored(tmp_path, sources, message):
    path = write(tmp_path / "a.ipynb", *sources)
    before = path.read_bytes()
    with pytest.raises(CourseError, match=message) as caught:
        run(path, cell_seconds=2 if "while True" in sources[0] else int(LONGEST))
    assert "Nothing was stored" in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.ipynb"]


def test_a_notebook_without_code_is_stored_without_a_kernel(tmp_path):
    path = write(tmp_path / "a.ipynb")
    execution = run(path)
    assert execution.seconds == 0
    assert execution.changed


def test_progress_is_shown_cell_by_cell(tmp_path, monkeypatch):
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    execute(write(tmp_path / "lesson.ipynb", "import time\ntime.sleep(0.3)", "1"))
    assert "lesson:" in shown.getvalue()
    assert "/3" in shown.getvalue()


@pytest.mark.parametrize(
    ("stored", "measured", "kept"),
    [
        (None, 7.4, 7),
        (None, 0.2, 1),
        (10, 12.9, 10),
        (10, 13.1, 13),
        (10, 6.9, 7),
        (3, 4.9, 3),
        (3, 5.1, 5),
        (40, 50, 40),
    ],
)
def test_a_running_time_changes_only_when_it_differs_by_a_third_and_two_seconds(tmp_path, stored, measured, kept):
    if stored is not None:
        record_running_time(tmp_path / "a.ipynb", stored)
    assert record_running_time(tmp_path / "a.ipynb", measured) == kept
    assert read_running_times(tmp_path) == {"a": kept}


def test_running_times_that_are_damaged_are_named(tmp_path):
    (tmp_path / FILE_NAME).write_text("{")
    with pytest.raises(CourseError, match="damaged"):
        read_running_times(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("8.9 ms for 30 steps", "6.0 ms for 30 steps", True),
        ("8.9 ms for 30 steps", "2.9 ms for 30 steps", False),
        ("8.9 ms for 30 steps", "27.0 ms for 30 steps", False),
        ("8.9 ms for 30 steps", "8.9 ms for 60 steps", False),
        ("8.9 ms", "8.9 s", False),
        ("0.0 ms", "0.0 ms", True),
        ("0.1 ms", "0.0 ms", False),
    ],
)
def test_a_measured_time_that_is_about_the_same_stays_as_it_was_stored(old, new, kept):
    outputs = [[nbformat.v4.new_output("stream", name="stdout", text=text)] for text in (old, new)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", id="a", outputs=outputs[1])])
    uncompared.keep_similar(notebook, {"a": outputs[0]})
    assert notebook.cells[0].outputs == outputs[0 if kept else 1]


def test_a_notebook_that_shows_a_measured_time_gives_no_diff(tmp_path):
    path = write(tmp_path / "a.ipynb", "import time\nprint(f'{10 + time.time() % 5:.3f} ms')")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].metadata["tags"] = [uncompared.TAG]
    nbformat.write(notebook, path)
    run(path)
    assert not run(path).changed


def test_no_thread_and_no_file_is_left_behind(tmp_path):
    before = threading.active_count()
    descriptors = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    run(write(tmp_path / "a.ipynb", "1"))
    assert threading.active_count() <= before + 2
    if descriptors is not None:
        assert len(os.listdir("/proc/self/fd")) <= descriptors + 8
