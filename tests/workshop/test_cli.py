"""The command dlcourse as a person types it, in a course of its own."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

from dlcourse.workshop import cli
from tests.limits import LONGEST

COMMAND = Path(sys.executable).parent / ("dlcourse.exe" if sys.platform == "win32" else "dlcourse")
OPENING = "# 7. Title\n\nYou will see something here.\n\nYou will be able to\n\n- compute it\n"


def dlcourse(*arguments, cwd):
    run = subprocess.run([COMMAND, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=LONGEST)
    assert "Traceback" not in run.stderr, run.stderr
    return run


@pytest.fixture
def typed(monkeypatch, capsys):
    """The same without a process of its own, which takes a second: exit status, what is printed, what is complained."""

    def run(*arguments, cwd):
        monkeypatch.chdir(cwd)
        try:
            status = cli.main([*map(str, arguments)])
        except SystemExit as refused:
            status = refused.code
        return subprocess.CompletedProcess(arguments, status, *capsys.readouterr())

    return run


def write(path, *sources, opening=OPENING):
    cells = [nbformat.v4.new_markdown_cell(opening), *map(nbformat.v4.new_code_cell, sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def small_course(root):
    """Two chapters, a README with an empty map, data."""
    for folder in ("notebooks", "data"):
        (root / folder).mkdir()
    (root / "data" / "checksums.sha256").touch()
    (root / "README.md").write_text("<!-- course map -->\n<!-- end of course map -->\n")
    write(root / "notebooks" / "00_start_here.ipynb", "from dlcourse.workshop import course_map\ncourse_map.show()")
    write(root / "notebooks" / "07_a.ipynb", "1 + 1")
    return root


@pytest.fixture
def course(tmp_path):
    return small_course(tmp_path)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A small course that was executed once; never changed by a test."""
    course = small_course(tmp_path_factory.mktemp("executed"))
    run = dlcourse("execute", "--quiet", cwd=course)
    assert run.returncode == 0, run.stderr
    return course


def test_help_names_every_command(tmp_path):
    run = dlcourse("--help", cwd=tmp_path)
    assert run.returncode == 0
    for command in ("open", "update", "doctor", "progress", "execute", "normalize", "map", "site"):
        assert re.search(rf"^ +{command}\b", run.stdout, re.MULTILINE), command
        assert dlcourse(command, "--help", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("arguments", [[], ["fly"], ["open", "--port", "many"]])
def test_a_misspelt_command_shows_the_usage(tmp_path, typed, arguments):
    run = typed(*arguments, cwd=tmp_path)
    assert run.returncode == 2
    assert "usage: dlcourse" in run.stderr


def test_progress_is_found_and_deleted(tmp_path, monkeypatch, typed):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    file = tmp_path / "progress.json"
    assert f"{file} (nothing is kept yet)" in typed("progress", cwd=tmp_path).stdout
    kept = {"passed": {"03_a": ["one"]}, "code": {"03_a": {"one": {"form": 1, "text": "def one(): ...\n"}}}}
    file.write_text(json.dumps(kept))
    assert f"{file}\n" in typed("progress", cwd=tmp_path).stdout
    assert "The code in your progress is deleted" in typed("progress", "--forget-code", cwd=tmp_path).stdout
    assert json.loads(file.read_text()) == {"passed": {"03_a": ["one"]}}
    assert "Your progress is deleted" in typed("progress", "--forget", cwd=tmp_path).stdout
    assert not file.exists()


KEPT = {
    "passed": {"03_a": ["one", "two"], "05_b": ["three"]},
    "predictions": {"03_a": {"coin": [0, True], "joint": [1, False], "lines": [-1, False]}},
    "code": {"03_a": {"one": {"form": 1, "text": "def one(): ...\n"}}},
    "milestones": {"05_b": ["digits"]},
    "later": {"03_a": 1},
}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A progress file in which two chapters stand."""
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    file = tmp_path / "home" / "progress.json"
    file.write_text(json.dumps(KEPT))
    return file


@pytest.mark.parametrize("arguments", [["progress"], ["progress", "show"]])
def test_progress_shows_what_is_known(tmp_path, kept, typed, arguments):
    run = typed(*arguments, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert f"Your progress: {kept}\n" in run.stdout
    assert "03_a: passed one, two; predictions made 2, right 1; code kept of one\n" in run.stdout
    assert "05_b: passed three; reached digits\n" in run.stdout


def test_progress_exports_a_copy_and_writes_over_nothing(tmp_path, kept, typed):
    assert typed("progress", "export", "copy.json", cwd=tmp_path).returncode == 0
    assert json.loads((tmp_path / "copy.json").read_text()) == KEPT
    before = (tmp_path / "copy.json").read_bytes()
    for name, words in (("copy.json", "is there already"), ("no/folder.json", "cannot be written")):
        run = typed("progress", "export", name, cwd=tmp_path)
        assert run.returncode == 1
        assert words in run.stderr
    assert (tmp_path / "copy.json").read_bytes() == before


def test_progress_resets_one_chapter_or_all(tmp_path, kept, typed):
    run = typed("progress", "reset", "--chapter", "3", "--yes", cwd=tmp_path)
    assert run.stdout == "Deleted: what is known of 03_a.\n"
    left = {"passed": {"05_b": ["three"]}, "predictions": {}, "code": {}, "milestones": {"05_b": ["digits"]}}
    assert json.loads(kept.read_text()) == left | {"later": {"03_a": 1}}
    run = typed("progress", "reset", "--chapter", "3", "--yes", cwd=tmp_path)
    assert run.returncode == 1
    assert "'3' names no single chapter in your progress. There are: 05_b." in run.stderr
    assert typed("progress", "reset", "--yes", cwd=tmp_path).returncode == 0
    assert not kept.exists()


@pytest.mark.parametrize(("answer", "deleted"), [("yes", True), ("no", False), ("", False)])
def test_progress_reset_asks_first(tmp_path, kept, typed, monkeypatch, answer, deleted):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: answer)
    assert typed("progress", "reset", cwd=tmp_path).returncode == (0 if deleted else 1)
    assert kept.exists() is not deleted


def test_progress_reset_deletes_nothing_where_nobody_can_be_asked(tmp_path, kept, typed, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    run = typed("progress", "reset", cwd=tmp_path)
    assert run.returncode == 1
    assert "add --yes" in run.stderr
    assert kept.exists()


def test_a_damaged_progress_file_is_said_and_stays(tmp_path, kept, typed):
    kept.write_text("{")
    for arguments in (["progress"], ["progress", "export", "copy.json"]):
        run = typed(*arguments, cwd=tmp_path)
        assert run.returncode == 1
        assert "is damaged" in run.stderr
    assert kept.read_text() == "{"
    assert not (tmp_path / "copy.json").exists()


def test_execute_runs_all_and_writes_times_and_both_maps(executed, tmp_path):
    course = shutil.copytree(executed, tmp_path / "course")
    assert "07_a" in (course / "notebooks" / "running_times.json").read_text()
    assert re.search(r"\[07 Title\]\(notebooks/07_a.ipynb\).*\d+ s", (course / "README.md").read_text())
    shown = nbformat.read(course / "notebooks" / "00_start_here.ipynb", as_version=4).cells[1].outputs[0]
    assert re.search(r"07 Title: core 0 min, going deeper –, running \d+ s", shown.data["text/plain"])
    before = files_without_times(course)
    assert dlcourse("execute", "--quiet", cwd=course / "notebooks").returncode == 0
    assert files_without_times(course) == before


def files_without_times(folder):
    """Every file's bytes, seconds left out: how fast a machine is just now is no property of the course."""
    in_words, in_tables, stored = (
        rb"(?<=running )\d+(?= s)",
        rb"(?<=[| >])\d+(?= s(?: \||</td>))",
        rb'(?<=": )\d+(?=,?\n)',
    )
    seconds = re.compile(b"|".join((in_words, in_tables)))
    found = {path: seconds.sub(b"_", path.read_bytes()) for path in folder.rglob("*") if path.is_file()}
    times = folder / "notebooks" / "running_times.json"
    return found | {times: re.sub(stored, b"_", found[times])}


def test_executing_one_chapter_brings_the_map_in_00_up_to_date(executed, tmp_path):
    course = shutil.copytree(executed, tmp_path / "course")
    write(course / "notebooks" / "07_a.ipynb", "2", opening=OPENING.replace("Title", "Renamed"))
    run = dlcourse("execute", "--quiet", "07", cwd=course)
    assert "00_start_here shows the course map, which changed" in run.stdout
    assert "07 Renamed" in (course / "notebooks" / "00_start_here.ipynb").read_text()
    assert "07 Renamed" in (course / "README.md").read_text()


def test_execute_goes_on_after_a_notebook_that_fails_and_exits_with_1(course):
    broken = write(course / "notebooks" / "05_broken.ipynb", "1 / 0")
    before = broken.read_bytes()
    run = dlcourse("execute", "--quiet", cwd=course)
    assert run.returncode == 1
    assert "05_broken.ipynb, cell 2, line 1 (`1 / 0`): ZeroDivisionError" in run.stderr
    assert broken.read_bytes() == before
    assert '"2"' in (course / "notebooks" / "07_a.ipynb").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["execute", "99"], "The chapters are: 00_start_here, 07_a"),
        (["execute", "0_"], "The chapters are: 00_start_here, 07_a"),
        (["open", "x.ipynb"], "no notebook"),
    ],
)
def test_an_unknown_notebook_is_refused_in_a_sentence(course, typed, arguments, words):
    run = typed(*arguments, cwd=course)
    assert run.returncode == 1
    assert words in run.stderr
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["7", "07", "007", "07_", "07_a", "notebooks/07_a.ipynb"])
def test_a_chapter_is_named_by_its_number_by_its_beginning_or_by_its_path(course, typed, name):
    assert f"{course / 'notebooks' / '07_a.ipynb'}: normalized\n" == typed("normalize", name, cwd=course).stdout


def test_the_first_chapter_has_the_number_0(course, typed):
    assert "00_start_here.ipynb: normalized" in typed("normalize", "0", cwd=course).stdout


def test_a_number_that_two_notebooks_have_is_refused(course, typed):
    write(course / "notebooks" / "07_b.ipynb", "1 + 1")
    run = typed("open", "7", cwd=course)
    assert run.returncode == 1
    assert run.stderr == "dlcourse: '7' is the beginning of 07_a, 07_b: say which.\n"


@pytest.mark.parametrize("port", ["99999", "0", "-1", "many", "8888.5"])
def test_a_port_that_cannot_be_is_refused_in_a_sentence(course, typed, port):
    run = typed("open", f"--port={port}", cwd=course)
    assert run.returncode == 2
    assert f"{port} is no port: choose a number from 1024 to 65535." in run.stderr


def test_normalize_check_tells_and_changes_nothing_and_normalize_mends(course, typed):
    path = course / "notebooks" / "07_a.ipynb"
    assert typed("normalize", cwd=course).returncode == 0
    assert typed("normalize", "--check", cwd=course).returncode == 0
    path.write_text(path.read_text().replace('"execution_count": null', '"execution_count":  null'))
    before = path.read_bytes()
    run = typed("normalize", "--check", "notebooks/07_a.ipynb", cwd=course)
    assert run.returncode == 1
    assert "run `dlcourse normalize" in run.stderr
    assert path.read_bytes() == before
    assert typed("normalize", "07", cwd=course).returncode == 0
    assert typed("normalize", "--check", cwd=course).returncode == 0


def test_map_needs_a_readme(course, typed):
    (course / "README.md").unlink()
    run = typed("map", cwd=course)
    assert run.returncode == 1
    assert "There is no README.md" in run.stderr


def test_open_starts_jupyterlab_at_the_chapter_in_the_course_s_folder(course):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"JUPYTER_TOKEN": "abc", "JUPYTER_CONFIG_DIR": str(course / "config")}
    command = [COMMAND, "open", "7", "--no-browser", f"--port={port}"]
    server = subprocess.Popen(
        command, cwd=course / "notebooks", env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        page = fetch(f"http://127.0.0.1:{port}/lab/tree/notebooks/07_a.ipynb?token=abc", server)
        contents = fetch(f"http://127.0.0.1:{port}/api/contents/notebooks?token=abc", server)
        news = f"http://127.0.0.1:{port}/lab/api/settings/@jupyterlab/apputils-extension:notification?token=abc"
        notification = json.loads(fetch(news, server))["schema"]["properties"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/?token=abc", timeout=LONGEST) as answer:
            start = answer.geturl()
    finally:
        stop(server)
    with pytest.raises(ConnectionRefusedError):  # no server is left behind
        socket.create_connection(("127.0.0.1", port), timeout=5)
    assert "JupyterLab" in page
    assert "07_a.ipynb" in contents
    assert "/lab/tree/notebooks/07_a.ipynb" in start  # where the address in the terminal leads
    assert '"news": {"disabled": true}' in page  # nothing is fetched from elsewhere
    assert notification["fetchNews"]["default"] == "false"  # and nobody is asked whether it may


def test_open_says_when_a_notebook_is_not_the_course_s(course, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "other.ipynb"
    write(elsewhere, "1")
    done = subprocess.run(
        [COMMAND, "open", str(elsewhere)], cwd=course, capture_output=True, text=True, timeout=LONGEST
    )
    assert done.returncode == 1
    assert "outside the course's folder" in done.stderr


def fetch(address, server, patience=LONGEST):
    deadline = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(address, timeout=LONGEST) as answer:
                return answer.read().decode()
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                stop(server)
                raise AssertionError(f"JupyterLab did not answer: {server.stdout.read()}") from None
            time.sleep(0.3)


def stop(server):
    import signal

    if server.poll() is None:
        server.send_signal(signal.SIGTERM)
        server.wait(LONGEST)
    if not server.stdout.closed:
        server.stdout.close()


def test_the_installed_command_is_this_package_s():
    assert COMMAND.exists(), "install the package: python -m pip install -c constraints.txt -e ."
    assert shutil.which(COMMAND)
