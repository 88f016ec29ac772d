"""What a forge, Binder and a citation read is well-formed, agrees with the project, and needs no more than it has."""

import json
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Commands that install the course, wherever they stand: with pinned versions and without CUDA libraries.
COMMANDS = (".devcontainer/devcontainer.json", "binder/postBuild", "README.md")


def loaded(name):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_citation_and_the_changes_have_the_project_s_version():
    citation = loaded("CITATION.cff")
    assert str(citation["version"]) == PROJECT["version"]
    assert " AND ".join(citation["license"]) == PROJECT["license"]
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)", changes, re.MULTILINE)[0] == PROJECT["version"]


def test_the_issue_form_asks_for_what_is_needed_and_each_field_once():
    form = loaded(".github/ISSUE_TEMPLATE/something-is-wrong-on-this-page.yml")
    assert form["name"] == "Something is wrong on this page"
    fields = [each for each in form["body"] if each["type"] != "markdown"]
    assert [each["id"] for each in fields] == ["page", "expected", "came", "doctor"]
    assert all(each["attributes"]["label"] for each in fields)


def test_the_workflow_runs_every_version_that_the_project_supports_on_three_systems_and_says_that_it_was_not_run():
    text = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    assert "This file was never run" in text
    jobs = yaml.safe_load(text)["jobs"]
    matrix = jobs["pinned"]["strategy"]["matrix"]
    assert matrix["os"] == jobs["newest"]["strategy"]["matrix"]["os"]
    assert [name.partition("-")[0] for name in matrix["os"]] == ["ubuntu", "macos", "windows"]
    assert all(SpecifierSet(PROJECT["requires-python"]).contains(f"{version}.0") for version in matrix["python"])
    assert f">={matrix['python'][0]}" == PROJECT["requires-python"], "the oldest is tried too"
    pinned, newest = (" ".join(step.get("run", "") for step in jobs[name]["steps"]) for name in ("pinned", "newest"))
    assert "-c constraints.txt" in pinned
    assert "constraints.txt" not in newest
    for extras in re.findall(r"\.\[([\w,]+)\]", pinned + newest):
        assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])


def test_the_test_that_the_newest_versions_cannot_pass_is_there():
    text = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    (file, name) = re.search(r"--deselect (\S+)::(\S+)", text).groups()
    assert f"def {name}()" in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_what_installs_the_course_takes_pinned_versions_and_no_cuda_libraries(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.search(r"uv pip install .*--torch-backend cpu -c constraints\.txt -e ", text)


def test_the_dev_container_is_a_python_that_the_project_accepts_and_has_what_the_tests_need():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert SpecifierSet(PROJECT["requires-python"]).contains(container["image"].partition(":")[2] + ".0")
    assert "chromium" in container["onCreateCommand"]


def test_binder_is_lean():
    assert sorted(path.name for path in (ROOT / "binder").iterdir()) == ["postBuild", "requirements.txt", "runtime.txt"]
    python = (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert SpecifierSet(PROJECT["requires-python"]).contains(f"{python}.0")
    assert not re.search(r"\[\w+\]", (ROOT / "binder" / "postBuild").read_text(encoding="utf-8")), "no extra"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such right")
def test_what_binder_runs_may_be_run():
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)
