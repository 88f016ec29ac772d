"""``dlcourse update`` in a folder of the reader's, with a course that gets a new version."""

import json
import shutil
import subprocess

import nbformat
import pytest

from dlcourse import installation, settings
from dlcourse.workshop import cli, reader_folder

STUB, ANSWER = "def softmax(logits):\n    ...", "def softmax(logits):\n    return logits"


def write(path, **sources):
    """A notebook whose cells have these ids and sources; the text of what stands in the file."""
    cells = [
        (nbformat.v4.new_markdown_cell if source.startswith("#") else nbformat.v4.new_code_cell)(source, id=name)
        for name, source in sources.items()
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    return path


def sources(path):
    return [each["source"] for each in nbformat.read(path, as_version=4).cells]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """An installed course of two notebooks; the working directory is an empty folder."""
    package = tmp_path / "site-packages" / "dlcourse"
    for folder in ("notebooks", "data"):
        (package / "course" / folder).mkdir(parents=True)
    (package / "course" / "data" / "checksums.sha256").touch()
    for module in (settings, installation):
        monkeypatch.setattr(module, "__file__", str(package / "settings.py"))
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "home"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    write(package / "course" / "notebooks" / "05_a.ipynb", title="# 5. A", stub=STUB, end="# End")
    write(package / "course" / "notebooks" / "07_b.ipynb", title="# 7. B")
    return package / "course" / "notebooks"


@pytest.fixture
def folder(course, tmp_path):
    folder = tmp_path / "here" / "dlcourse-notebooks"
    reader_folder.copy_missing(folder)
    return folder


@pytest.fixture
def typed(capsys):
    def run(*arguments):
        status = cli.main([*map(str, arguments)])
        return subprocess.CompletedProcess(arguments, status, *capsys.readouterr())

    return run


def test_new_text_comes_and_the_answer_stays_and_it_is_said(course, folder, typed):
    write(folder / "05_a.ipynb", title="# 5. A", stub=ANSWER, note="# My note", end="# End")
    before = (folder / "05_a.ipynb").read_bytes()
    write(course / "05_a.ipynb", title="# 5. A, better", stub=STUB, example="1 + 1", end="# End")
    run = typed("update")
    assert run.returncode == 0, run.stderr
    assert sources(folder / "05_a.ipynb") == ["# 5. A, better", ANSWER, "# My note", "1 + 1", "# End"]
    said = run.stdout.splitlines()
    assert said[0] == "05_a: 1 cell changed, 1 cell new; kept: 1 cell that you changed, 1 cell that you added."
    assert said[1] == f"{folder}: 1 brought up to date, 1 up to date before, 0 left as they are."
    (backup,) = (folder / ".dlcourse" / "backups").iterdir()
    assert said[2].startswith(f"As they were before: {backup}.")
    assert (backup / "05_a.ipynb").read_bytes() == before
    assert [path.name for path in backup.iterdir()] == ["05_a.ipynb"]
    again = typed("update")
    assert again.stdout == f"{folder}: 0 brought up to date, 2 up to date before, 0 left as they are.\n"


def test_several_updates_in_one_second_keep_several_backups(course, folder, typed):
    for number in range(3):
        write(course / "07_b.ipynb", title=f"# 7. B {number}")
        assert typed("update").returncode == 0
    backups = sorted((folder / ".dlcourse" / "backups").iterdir())
    assert [sources(backup / "07_b.ipynb") for backup in backups] == [["# 7. B"], ["# 7. B 0"], ["# 7. B 1"]]


def test_a_new_chapter_is_copied_and_one_that_left_the_course_stays(course, folder, typed):
    write(course / "09_c.ipynb", title="# 9. C")
    (course / "07_b.ipynb").unlink()
    assert "09_c: copied, since it was not here.\n" in typed("update").stdout
    assert sources(folder / "09_c.ipynb") == ["# 9. C"]
    assert (folder / "07_b.ipynb").is_file()


@pytest.mark.parametrize("text", ["", "not a notebook", '{"nbformat": 3}', "[]"])
def test_a_file_that_is_no_notebook_stays_and_the_others_are_updated(course, folder, typed, text):
    (folder / "05_a.ipynb").write_text(text)
    for name in ("05_a", "07_b"):
        write(course / f"{name}.ipynb", title="# New")
    run = typed("update")
    assert run.returncode == 1
    assert run.stderr.startswith("05_a: left as it is. ")
    assert (folder / "05_a.ipynb").read_text() == text
    assert sources(folder / "07_b.ipynb") == ["# New"]


@pytest.mark.parametrize("damage", ["{", "[]", '{"form": 99}', '{"form": 1, "notebooks": {"05_a": [["a"]]}}', None])
def test_where_it_is_not_known_what_was_copied_all_that_differs_stays(course, folder, typed, damage):
    file = folder / ".dlcourse" / "copied.json"
    file.unlink() if damage is None else file.write_text(damage)
    write(folder / "05_a.ipynb", title="# 5. A", stub=ANSWER, end="# End")
    write(course / "05_a.ipynb", title="# 5. A, better", stub=STUB, end="# End")
    run = typed("update", "--folder", folder)
    assert run.returncode == 0, run.stderr
    assert {"# 5. A", ANSWER, "# End"} <= set(sources(folder / "05_a.ipynb"))
    assert "from which version your copy was made is not known" in run.stdout
    assert json.loads(file.read_text())["notebooks"].keys() == {"05_a", "07_b"}


def test_an_update_that_breaks_off_leaves_a_whole_notebook_and_can_be_made_again(course, folder, typed, monkeypatch):
    write(folder / "05_a.ipynb", title="# 5. A", stub=ANSWER, end="# End")
    write(course / "05_a.ipynb", title="# 5. A", stub=f"{STUB}  # new", end="# End, new")
    with monkeypatch.context() as broken:
        broken.setattr(reader_folder.Records, "write", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            typed("update")
    halfway = (folder / "05_a.ipynb").read_bytes()
    assert ANSWER in sources(folder / "05_a.ipynb")
    assert typed("update").returncode == 0
    assert (folder / "05_a.ipynb").read_bytes() == halfway
    assert typed("update").stdout.startswith(f"{folder}: 0 brought")


def test_open_says_that_there_is_a_newer_version_and_changes_nothing(course, folder, typed, monkeypatch):
    monkeypatch.setattr("dlcourse.workshop.jupyter_lab.start", lambda *arguments: 0)
    before = (folder / "05_a.ipynb").read_bytes()
    write(course / "05_a.ipynb", title="# New")
    assert "newer versions of 05_a: `dlcourse update` brings them and keeps your answers" in typed("open", "5").stdout
    assert (folder / "05_a.ipynb").read_bytes() == before


def test_the_folder_is_the_one_around_here_then_the_one_used_last(course, folder, typed, monkeypatch, tmp_path):
    other = tmp_path / "other"
    assert typed("update", "--folder", other).returncode == 0
    monkeypatch.chdir(tmp_path)
    assert typed("update").stdout.startswith(f"{other}: 0 brought")
    (folder / "sub").mkdir()
    monkeypatch.chdir(folder / "sub")
    assert typed("update").stdout.startswith(f"{folder}: 0 brought")
    shutil.rmtree(other)
    monkeypatch.chdir(tmp_path)
    assert reader_folder.choose() in (folder, tmp_path / "dlcourse-notebooks")


def test_a_folder_that_cannot_be_chosen_is_refused_in_a_sentence(course, typed, tmp_path):
    (tmp_path / "file").touch()
    for chosen, words in (
        (course, "the course's own notebooks"),
        (course.parent, "own"),
        (tmp_path / "file", "a file"),
    ):
        run = typed("open", "--folder", chosen)
        assert run.returncode == 1
        assert words in run.stderr
        assert run.stderr.count("\n") == 1
    run = typed("update", "--folder", tmp_path / "file" / "below")
    assert run.returncode == 1
    assert "Choose another folder: --folder FOLDER." in run.stderr


def test_in_a_checkout_git_brings_new_versions_unless_a_folder_is_chosen(course, typed, monkeypatch, tmp_path):
    checkout = tmp_path / "checkout"
    shutil.copytree(course.parent, checkout)
    shutil.rmtree(course.parent)
    monkeypatch.chdir(checkout)
    run = typed("update")
    assert run.returncode == 1
    assert "`git pull`" in run.stderr
    assert "--folder FOLDER" in run.stderr
    assert typed("update", "--folder", tmp_path / "mine").returncode == 0
    assert sources(tmp_path / "mine" / "07_b.ipynb") == ["# 7. B"]
    assert typed("update").returncode == 1, "the folder used last is another one"
