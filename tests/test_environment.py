"""The files that say what the course runs with agree, and the README's commands are the ones that are tested."""

import importlib.metadata
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

import dlcourse
from tests.limits import LONGEST

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# What conda-forge calls differently.
CONDA_NAMES = {"pytorch": "torch", "matplotlib-base": "matplotlib"}
NOT_IN_PROJECT = {"python", "pip"}


def requirements():
    """Every requirement of the package and of its extras."""
    texts = [*PROJECT["dependencies"], *(text for extra in PROJECT["optional-dependencies"].values() for text in extra)]
    return [Requirement(text) for text in texts]


def readers_requirements():
    """What the package itself needs, without its extras."""
    return [Requirement(text) for text in PROJECT["dependencies"]]


def constraints():
    """The pinned version of each package in constraints.txt, in the file's order."""
    pins = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, version = line.partition("==")
            pins[canonicalize_name(name)] = version.partition("#")[0].strip()
    return pins


def conda_versions():
    """The version of each package in environment.yml, by the name that the package index knows."""
    versions = {}
    for entry in yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]:
        for text in entry["pip"] if isinstance(entry, dict) else [entry]:
            if text.startswith("--"):
                continue
            name, _, version = text.replace("==", "=").partition("=")
            versions[canonicalize_name(CONDA_NAMES.get(name, name))] = version
    return versions


def command(name):
    """The command in the README's fenced block after the marker of this name."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} command -->\s*```\w*\n(.+?)```", readme, re.DOTALL)
    assert found, f"README.md has no fenced block after the line <!-- {name} command -->"
    return found[1].strip()


@pytest.mark.parametrize("requirement", requirements(), ids=lambda requirement: requirement.name)
def test_each_requirement_is_pinned_within_its_range(requirement):
    pins, name = constraints(), canonicalize_name(requirement.name)
    assert name in pins, f"{name} is in pyproject.toml but has no exact version in constraints.txt"
    assert requirement.specifier.contains(pins[name]), f"{name}=={pins[name]} is outside {requirement.specifier}"
    assert requirement.specifier, f"{name} has no range in pyproject.toml"


@pytest.mark.parametrize("requirement", readers_requirements(), ids=lambda requirement: requirement.name)
def test_environment_yml_has_the_version_of_constraints_txt(requirement):
    name = canonicalize_name(requirement.name)
    assert conda_versions().get(name) == constraints()[name]


def test_environment_yml_has_nothing_that_readers_do_not_need():
    asked = {canonicalize_name(requirement.name) for requirement in readers_requirements()}
    assert set(conda_versions()) - asked == NOT_IN_PROJECT


def test_environment_yml_has_a_python_that_the_project_accepts():
    assert SpecifierSet(PROJECT["requires-python"]).contains(conda_versions()["python"] + ".0")


@pytest.mark.parametrize("name", ["environment.yml", "pyproject.toml"])
def test_each_dependency_has_its_reason(name):
    pattern = r"^ +- [\w-]" if name.endswith(".yml") else r'^ +"[a-z-]+[><=]'
    text = (ROOT / name).read_text(encoding="utf-8")
    if name.endswith(".yml"):
        text = text.partition("dependencies:")[2]
    lines = [line for line in text.splitlines() if re.match(pattern, line) and line.strip() != "- pip:"]
    assert len(lines) >= len(PROJECT["dependencies"])
    assert [line for line in lines if len(line.partition("#")[2].strip()) < 5] == []


def test_constraints_are_exact_and_torch_comes_first():
    pins = constraints()
    assert next(iter(pins)) == "torch"  # before anything that could bring in another build of it
    assert [name for name, version in pins.items() if str(Version(version)) != version] == []


def test_what_is_installed_here_is_what_the_constraints_say():
    differing = {}
    for name, version in constraints().items():
        try:
            installed = Version(importlib.metadata.version(name)).public
        except importlib.metadata.PackageNotFoundError:
            continue  # an extra that is not installed
        if installed != version:
            differing[name] = f"{installed} instead of {version}"
    assert not differing, f"install with `-c constraints.txt`: {differing}"


def test_the_commands_of_the_readme_install_these_versions_in_a_new_environment():
    for name, ending in (("open", ".venv/bin/dlcourse open"), ("test", ".venv/bin/python -m pytest")):
        text = command(name)
        assert "\n" not in text, f"the {name} command is not one line"
        assert text.startswith("python3 -m venv .venv && ")
        assert " -c constraints.txt " in text
        assert text.endswith(ending)
    extras = re.search(r"\.\[([\w,]+)\]", command("test"))[1].split(",")
    assert {"test"} <= set(extras) <= set(PROJECT["optional-dependencies"])


@pytest.fixture
def checkout(tmp_path):
    """A folder with .ci/run and a README whose test command leaves a trace; Chromium seems to be installed."""
    for folder in (".ci", "bin", ".venv"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / ".venv" / "old").touch()
    browser = tmp_path / "bin" / "chromium"
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    return tmp_path


def run_ci(checkout, readme):
    (checkout / "README.md").write_text(readme)
    environment = os.environ | {"PATH": f"{checkout / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run([checkout / ".ci" / "run"], env=environment, capture_output=True, text=True, timeout=LONGEST)


@pytest.mark.skipif(sys.platform == "win32", reason="continuous integration runs on Linux")
@pytest.mark.parametrize("status", [0, 3])
def test_ci_runs_the_readme_s_test_scriptin_a_fresh_environment(checkout, status):
    other = "<!-- open command -->\n```bash\ntouch wrong\n```\n"
    script = f"test -e .venv || echo gone > trace; (exit {status})"
    text = f"{other}\n<!-- test command -->\n```bash\n{script}\n```\n"
    run = run_ci(checkout, text + other)
    assert run.returncode == status, run.stderr
    assert (checkout / "trace").read_text() == "gone\n", "the old environment was still there"
    assert not (checkout / "wrong").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="continuous integration runs on Linux")
def test_ci_fails_when_the_readme_has_no_test_command(checkout):
    run = run_ci(checkout, "# dlcourse\n")
    assert run.returncode == 1
    assert "no fenced block" in run.stderr


def test_pre_commit_needs_no_network_and_its_commands_are_there():
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    hooks = [hook for repository in repositories for hook in repository["hooks"]]
    assert {repository["repo"] for repository in repositories} == {"local"}
    assert {hook["language"] for hook in hooks} == {"system"}
    programs = {shlex.split(hook["entry"])[0] for hook in hooks}
    assert programs == {"ruff", "mypy", "dlcourse"}
    folder = Path(sys.executable).parent
    assert [program for program in programs if not shutil.which(program, path=str(folder))] == []


def test_the_licences_that_the_package_names_are_there():
    assert PROJECT["license"] == "MIT AND CC-BY-4.0"
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in PROJECT["license-files"]]
    assert "MIT License" in texts[0]
    assert "creativecommons.org/licenses/by/4.0" in texts[1]


def test_the_package_and_the_project_have_the_same_version():
    assert PROJECT["version"] == dlcourse.__version__
