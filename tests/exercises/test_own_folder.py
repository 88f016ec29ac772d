"""No test of the exercises writes into the data folder of the person who runs it."""

import os
import re
import tempfile
from pathlib import Path

import platformdirs

from dlcourse import settings

FOLDER = Path(__file__).resolve().parent
FILES = [*sorted(FOLDER.glob("*.py")), FOLDER.parent / "chapters" / "test_exercises.py"]
# The variable taken away, or set to nothing: the check would then record in the person's own folder.
REMOVAL = re.compile(r"""(?:delenv|pop)\(\s*["']DLCOURSE_HOME|DLCOURSE_HOME["'\]]*\s*[=:,]\s*["']\s*["']""")


def test_progress_in_tests_goes_to_a_folder_made_for_them():
    assert Path(tempfile.gettempdir()) in settings.home().parents
    assert settings.home() != Path(platformdirs.user_data_dir("dlcourse", appauthor=False))


def test_no_test_takes_away_the_variable_that_says_so():
    assert os.environ["DLCOURSE_HOME"].strip()
    assert [path.name for path in FILES if path != Path(__file__) and REMOVAL.search(path.read_text("utf-8"))] == []


def test_search_for_a_removed_variable_finds_one():
    for line in (
        'monkeypatch.delenv("DLCOURSE_HOME")',
        "os.environ.pop('DLCOURSE_HOME', None)",
        'monkeypatch.setenv("DLCOURSE_HOME", "")',
        'environment = {"DLCOURSE_HOME": " "}',
        'os.environ["DLCOURSE_HOME"] = ""',
    ):
        assert REMOVAL.search(line), line
