"""The doctor's examination of Python and of the installed packages."""

import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

from dlcourse import chapter, hiding, installation
from dlcourse.workshop import import_probe
from dlcourse.workshop.finding import Finding

OLDEST_PYTHON = (3, 11)
PATIENCE = 120  # seconds for importing every package
MODULE_NAMES = {"scikit-learn": "sklearn", "pillow": "PIL"}
IMPORTED = "Imports"


def examine_python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> list[Finding]:
    """Is this Python new enough?"""
    shown, oldest = ".".join(map(str, version)), ".".join(map(str, OLDEST_PYTHON))
    if version[:2] < OLDEST_PYTHON:
        summary = f"the course needs Python {oldest} or newer, and this is {shown}."
        remedy = f"install Python {oldest} or newer, then in the course's folder: python3 -m venv .venv"
        return [Finding("Python", "problem", summary, remedy=remedy)]
    return [Finding("Python", "ok", "new enough for the course.", f"{shown} at {sys.executable}")]


def examine_packages(root: Path | None) -> list[Finding]:
    """Is every required package here, in a version that pyproject.toml allows; does it differ from constraints.txt?"""
    from packaging.requirements import Requirement

    requirements = [Requirement(text) for text in required(root)]
    pins = pinned(root)
    found: list[Finding] = []
    for requirement in requirements:
        if requirement.name == "torch" and not chapter.has_torch():
            continue  # `examine_torch` says what that means
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            found += _examine_requirement(requirement)
    found += _differences(pins)
    if not any(finding.status == "problem" for finding in found):
        found.insert(
            0, Finding("Packages", "ok", "all that the course needs are here.", f"{len(requirements)} required")
        )
    return found


def _examine_requirement(requirement: Any) -> list[Finding]:
    version = installed(requirement.name)
    if version is None:
        return [Finding("Packages", "problem", f"{requirement.name} is not installed.", remedy=installation.command())]
    if not requirement.specifier.contains(version, prereleases=True):
        allowed = ",".join(sorted(str(part) for part in requirement.specifier))
        summary = f"{requirement.name} {version} is installed, and the course needs {requirement.name}{allowed}."
        return [Finding("Packages", "problem", summary, remedy=installation.command())]
    return []


def examine_torch(root: Path | None) -> list[Finding]:
    """Without PyTorch: which chapters need it, and which run all the same? Silent when it is installed."""
    if chapter.has_torch():
        return []
    needing, folder = ", ".join(chapter.NEED_TORCH), (root / "notebooks" if root else Path())
    others = [path.stem for path in sorted(folder.glob("[0-9]*.ipynb")) if path.stem not in chapter.NEED_TORCH]
    running = f"these chapters run, up to their sections on PyTorch: {', '.join(others) or 'all others'}."
    return [
        Finding("PyTorch", "problem", f"it is not installed. {needing} need it.", remedy=installation.add("torch")),
        Finding("PyTorch", "ok", f"without it {running}"),
    ]


def _differences(pins: dict[str, str]) -> list[Finding]:
    """A note for each installed package whose version is not the one that the stored outputs were made with."""
    notes = []
    for name, pin in pins.items():
        version = installed(name)
        if version is not None and version.split("+")[0] != pin:
            summary = f"{name} is {version}; the stored outputs were made with {pin}."
            notes.append(Finding("Packages", "note", summary))
    return notes


def required(root: Path | None) -> list[str]:
    """The required dependencies: from the course's pyproject.toml, else from the installed package."""
    path = root / "pyproject.toml" if root else None
    if path is not None and path.is_file():
        return list(tomllib.loads(path.read_text(encoding="utf-8"))["project"]["dependencies"])
    return [text for text in metadata.requires("dlcourse") or [] if "extra" not in text.partition(";")[2]]


def pinned(root: Path | None) -> dict[str, str]:
    """The exact versions in constraints.txt: package name -> version; empty when there is no such file."""
    path = root / "constraints.txt" if root else None
    if path is None or not path.is_file():
        return {}
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (re.fullmatch(r"([\w.\-]+)==([^\s;]+)", line) for line in lines)
    return {pair[1]: pair[2] for pair in pairs if pair}


def installed(name: str) -> str | None:
    """The installed version of a package; None when it is not installed, or its installation is broken."""
    try:
        return metadata.version(name) or None
    except (metadata.PackageNotFoundError, KeyError):
        return None


def examine_hiding(root: Path | None) -> list[Finding]:
    """Does a file beside the notebooks, or here, hide a package or a module of Python? Silent when all is well."""
    folders = {Path.cwd(), root / "notebooks"} if root else {Path.cwd()}
    files = [path for folder in folders for path in hiding.hiding_packages(folder) + hiding.hiding_python(folder)]
    return [
        Finding(IMPORTED, "problem", f"{hiding.explain(path)}.", remedy=f'give another name to "{path}"')
        for path in sorted(files)
    ]


def examine_imports(root: Path | None) -> list[Finding]:
    """Can every installed required package be imported, and is there a GPU? Answered by a process of its own."""
    try:
        names = [re.split(r"[^\w.\-]", text)[0] for text in required(root)]
    except Exception:  # examine_packages has said so
        return []
    modules = {MODULE_NAMES.get(name, name.replace("-", "_")): name for name in names if installed(name)}
    answers, reason = _probe(list(modules))
    found, device = [], ""
    for module, name in modules.items():
        answer = answers.get(module, {"bad": module, "reason": reason})
        device = answer.get("device", device)
        if "bad" in answer:
            summary = f"{name} is installed but cannot be imported ({answer['reason']})."
            remedy = installation.add(name, again=True)
            found.append(Finding(IMPORTED, "problem", summary, remedy=remedy))
            if not answers.get(module):
                break  # what comes after a crash was never tried
    if not found:
        found.append(Finding(IMPORTED, "ok", "every package can be imported.", ", ".join(modules)))
    detail = f"a GPU is here too: {device}" if device else "no GPU found, and none is needed"
    return [*found, Finding("Device", "ok", "the processor is enough for every chapter.", detail)]


def _probe(modules: list[str]) -> tuple[dict[str, dict[str, str]], str]:
    """The answer for each module that was tried, and what befell the process when one is missing."""
    # -P: what lies in the working directory is no package; `examine_hiding` looks there.
    command = [sys.executable, "-P", "-W", "ignore", import_probe.__file__, *modules]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False)
        output, reason = done.stdout, f"Python stopped with exit status {done.returncode}"
    except subprocess.TimeoutExpired as error:
        output, reason = error.stdout or b"", f"it took more than {PATIENCE} seconds"
    answers = {}
    for line in output.decode("utf-8", "replace").splitlines():
        if line.startswith(('{"ok"', '{"bad"')):
            answer = json.loads(line)
            answers[answer.get("ok") or answer["bad"]] = answer
    return answers, reason
