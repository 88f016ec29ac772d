"""The reader's progress survives damage, folders that cannot be written, and two notebooks at once."""

import json
import multiprocessing
import sys
import threading
from pathlib import Path

import filelock
import pytest

from dlcourse import progress
from dlcourse.errors import CourseError
from tests.limits import LONGEST

CHAPTER = "03_probability_and_mle"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return tmp_path


def test_nothing_is_passed_at_first():
    assert progress.passed() == {}
    assert progress.problem() == ""


def test_recorded_exercises_come_back():
    assert progress.record(CHAPTER, "gaussian_pdf") == ""
    assert progress.record(CHAPTER, "conditional") == ""
    assert progress.record("00_start_here", "longer_year") == ""
    assert progress.passed() == {CHAPTER: {"gaussian_pdf", "conditional"}, "00_start_here": {"longer_year"}}


def test_recording_twice_changes_nothing(home):
    progress.record(CHAPTER, "gaussian_pdf")
    before = (home / progress.FILE_NAME).stat().st_mtime_ns
    progress.record(CHAPTER, "gaussian_pdf")
    assert (home / progress.FILE_NAME).stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b'{"passed": {"03',
        b"[]",
        b"null",
        b'{"other": 1}',
        b'{"passed": 3}',
        b'{"passed": {"a": 1}}',
        b'{"passed": {"a": [1]}}',
        b'{"passed": {}, "predictions": 3}',
        b'{"passed": {}, "predictions": {"a": [1]}}',
        b'{"passed": {}, "predictions": {"a": {"b": 1}}}',
        b'{"passed": {}, "predictions": {"a": {"b": [true, 1]}}}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_damaged_file_is_set_aside_and_told(home, content):
    file = home / progress.FILE_NAME
    file.write_bytes(content)
    assert progress.passed() == {}
    assert "damaged" in progress.problem()
    assert "set aside as progress.damaged.json" in progress.record(CHAPTER, "gaussian_pdf")
    assert (home / "progress.damaged.json").read_bytes() == content
    assert progress.passed() == {CHAPTER: {"gaussian_pdf"}}
    assert progress.problem() == ""


def test_folder_in_place_of_the_file_is_told(home):
    (home / progress.FILE_NAME).mkdir()
    assert "cannot be read" in progress.problem()
    assert progress.record(CHAPTER, "gaussian_pdf") != ""


def test_file_in_place_of_the_folder_is_told(home, monkeypatch):
    (home / "file").write_text("")
    monkeypatch.setenv("DLCOURSE_HOME", str(home / "file" / "below"))
    assert progress.passed() == {}
    assert progress.problem() != ""
    assert "not recorded" in progress.record(CHAPTER, "gaussian_pdf")


def test_read_only_folder_is_told(home, monkeypatch):
    read_only = Path("/proc/self")  # not even a superuser makes files there
    if read_only.exists():
        monkeypatch.setenv("DLCOURSE_HOME", str(read_only))
    else:
        home.chmod(0o500)
    message = progress.record(CHAPTER, "gaussian_pdf")
    home.chmod(0o700)
    assert "could not be recorded" in message


def test_full_disk_is_told_and_leaves_the_old_file(home, monkeypatch):
    progress.record(CHAPTER, "gaussian_pdf")

    def full(*arguments, **keywords):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(progress.json, "dump", full)
    assert "No space left on device" in progress.record(CHAPTER, "conditional")
    assert progress.passed() == {CHAPTER: {"gaussian_pdf"}}
    assert [path.name for path in home.glob(".progress-*")] == []


def test_home_that_cannot_be_made_is_told(monkeypatch):
    def no_home():
        raise CourseError("Set DLCOURSE_HOME.")

    monkeypatch.setattr(progress.settings, "home", no_home)
    assert progress.record(CHAPTER, "gaussian_pdf") == "This is not recorded in your progress. Set DLCOURSE_HOME."
    assert progress.problem() == "Set DLCOURSE_HOME."


def test_predictions_come_back_can_be_taken_back_and_leave_the_exercises_alone():
    progress.record(CHAPTER, "gaussian_pdf")
    assert progress.prediction(CHAPTER, "coin") is None
    assert progress.record_prediction(CHAPTER, "coin", 2, right=True) == ""
    assert progress.record_prediction(CHAPTER, "skipped", -1, right=False) == ""
    assert progress.predictions() == {CHAPTER: {"coin": (2, True), "skipped": (-1, False)}}
    assert progress.prediction(CHAPTER, "skipped") == -1
    assert progress.forget_prediction(CHAPTER, "coin") == ""
    assert progress.prediction(CHAPTER, "coin") is None
    assert progress.passed() == {CHAPTER: {"gaussian_pdf"}}


def test_prediction_that_was_never_made_is_forgotten_without_a_file(home):
    assert progress.forget_prediction(CHAPTER, "coin") == ""
    assert not (home / progress.FILE_NAME).exists()


def test_file_of_an_older_or_newer_version_keeps_all_it_holds(home):
    file = home / progress.FILE_NAME
    file.write_text(json.dumps({"passed": {CHAPTER: ["gaussian_pdf"]}, "notes": {"a": [1]}}))
    assert progress.predictions() == {}
    progress.record_prediction(CHAPTER, "coin", 0, right=False)
    progress.record(CHAPTER, "conditional")
    assert json.loads(file.read_text()) == {
        "passed": {CHAPTER: ["conditional", "gaussian_pdf"]},
        "predictions": {CHAPTER: {"coin": [0, False]}},
        "notes": {"a": [1]},
    }


def test_nothing_is_recorded_while_grading(home, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert progress.record_prediction(CHAPTER, "coin", 1, right=True) == ""
    assert progress.forget_prediction(CHAPTER, "coin") == ""
    assert progress.record(CHAPTER, "gaussian_pdf") == ""
    assert list(home.iterdir()) == []


def record_twenty(number):
    for i in range(20):
        progress.record(CHAPTER, f"exercise_{number}_{i}")


def test_two_kernels_that_record_at_once_lose_nothing():
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=record_twenty, args=(number,)) for number in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(LONGEST)
    assert progress.passed()[CHAPTER] == {f"exercise_{number}_{i}" for number in range(3) for i in range(20)}


def test_two_threads_that_record_at_once_lose_nothing():
    writers = [threading.Thread(target=record_twenty, args=(number,)) for number in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(LONGEST)
    assert len(progress.passed()[CHAPTER]) == 40


def test_lock_held_by_a_stopped_kernel_is_not_waited_for_without_end(home, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    with filelock.FileLock(home / f"{progress.FILE_NAME}.lock"):
        assert progress.record(CHAPTER, "gaussian_pdf") == ""
    assert progress.passed() == {CHAPTER: {"gaussian_pdf"}}


def test_a_missing_package_is_named(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "filelock", None)
    assert "The package filelock is missing" in progress.record(CHAPTER, "gaussian_pdf")
    assert "The package filelock is missing" in progress.forget()


def test_file_is_readable_text(home):
    progress.record(CHAPTER, "gaussian_pdf")
    assert json.loads((home / progress.FILE_NAME).read_text()) == {"passed": {CHAPTER: ["gaussian_pdf"]}}


CODE = "def gaussian_pdf(x):\n    return x\n"


def test_code_that_passed_comes_back_and_the_latest_counts():
    assert progress.record(CHAPTER, "gaussian_pdf", "def gaussian_pdf(x): ...\n") == ""
    assert progress.record(CHAPTER, "gaussian_pdf", CODE) == ""
    assert progress.record(CHAPTER, "conditional") == ""
    assert progress.code(CHAPTER) == ({"gaussian_pdf": CODE}, "")
    assert progress.code("00_start_here") == ({}, "")
    assert progress.passed() == {CHAPTER: {"gaussian_pdf", "conditional"}}


def test_code_that_is_too_long_is_not_kept_and_the_exercise_is_passed():
    progress.record(CHAPTER, "gaussian_pdf", "#" * (progress.LONGEST_CODE + 1))
    assert progress.code(CHAPTER) == ({}, "")
    assert progress.passed() == {CHAPTER: {"gaussian_pdf"}}


@pytest.mark.parametrize(
    "entry", [3, None, [], {}, {"form": 2, "text": CODE}, {"form": 1, "text": 3}, {"form": 1, "text": "#" * 30_000}]
)
def test_damaged_code_is_left_out_and_told_and_the_rest_is_used(home, entry):
    progress.record(CHAPTER, "gaussian_pdf", CODE)
    content = json.loads((home / progress.FILE_NAME).read_text())
    content["code"][CHAPTER]["conditional"] = entry
    (home / progress.FILE_NAME).write_text(json.dumps(content))
    texts, note = progress.code(CHAPTER)
    assert texts == {"gaussian_pdf": CODE}
    assert "your code of conditional cannot be used" in note
    assert progress.problem() == ""
    progress.record(CHAPTER, "conditional", CODE)
    assert progress.code(CHAPTER) == ({"gaussian_pdf": CODE, "conditional": CODE}, "")


@pytest.mark.parametrize("part", [3, None, [], {CHAPTER: 3}, {CHAPTER: [3]}, {CHAPTER: {"a": 3}}])
def test_damaged_parts_of_code_and_milestones_do_no_harm(home, part):
    (home / progress.FILE_NAME).write_text(json.dumps({"passed": {}, "code": part, "milestones": part}))
    assert progress.code(CHAPTER)[0] == {}
    assert progress.milestones().get(CHAPTER, set()) == set()
    assert progress.record(CHAPTER, "gaussian_pdf", CODE) == ""
    assert progress.record_milestone(CHAPTER, "engine") == ""
    assert progress.code(CHAPTER)[0] == {"gaussian_pdf": CODE}
    assert progress.milestones() == {CHAPTER: {"engine"}}


def test_code_is_forgotten_alone_and_all_of_it_together(home):
    progress.record(CHAPTER, "gaussian_pdf", CODE)
    progress.record_milestone(CHAPTER, "engine")
    assert progress.forget_code() == ""
    assert progress.code(CHAPTER) == ({}, "")
    assert CODE.splitlines()[0] not in (home / progress.FILE_NAME).read_text()
    assert progress.passed() == {CHAPTER: {"gaussian_pdf"}}
    assert progress.milestones() == {CHAPTER: {"engine"}}
    (home / "progress.damaged.json").write_text(CODE)
    assert progress.forget() == ""
    assert [path.name for path in home.iterdir()] == [progress.FILE_NAME + ".lock"]
    assert progress.passed() == {}
    assert progress.forget() == ""


def test_progress_that_cannot_be_deleted_is_told(home):
    (home / progress.FILE_NAME).mkdir()
    assert "could not be deleted" in progress.forget()


def test_no_code_is_kept_while_grading(home, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert progress.record(CHAPTER, "gaussian_pdf", CODE) == ""
    assert progress.record_milestone(CHAPTER, "engine") == ""
    assert list(home.iterdir()) == []
