"""The doctor's examination of the widgets, the course's folder and its data, the memory and the reader's own folder."""

import json
import os
import tempfile
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from dlcourse import data_files, installation, settings
from dlcourse.errors import CourseError
from dlcourse.workshop.examine_packages import installed
from dlcourse.workshop.finding import Finding

NEEDED_MEMORY = 1_000_000_000  # bytes free: the largest chapter's kernel and JupyterLab fit in them
# The package that brings it -> its part that lives in JupyterLab.
LAB_EXTENSIONS = {"jupyterlab_widgets": "@jupyter-widgets/jupyterlab-manager", "anywidget": "anywidget"}
SERVER_EXTENSION = "dlcourse.server"


def examine_widgets() -> list[Finding]:
    """Do the widgets' packages fit together, and does JupyterLab have their parts, in the same version, switched on?

    And does it save what they show?
    """
    from jupyter_core.paths import jupyter_config_path, jupyter_path

    found = _examine_fit()
    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    settings_of_jupyter = [Path(folder) for folder in jupyter_config_path()]
    switched_off = _switched_off(settings_of_jupyter)
    for package, extension in LAB_EXTENSIONS.items():
        if installed(package) is None:
            continue  # said elsewhere
        found += _examine_extension(package, extension, folders)
        if extension in switched_off:
            summary = f"the JupyterLab extension {extension} is switched off."
            found.append(Finding("Widgets", "problem", summary, remedy=f"jupyter labextension enable {extension}"))
    found += _examine_saving(settings_of_jupyter)
    if not found:
        versions = ", ".join(f"{name} {installed(name)}" for name in ("ipywidgets", *LAB_EXTENSIONS))
        found.append(Finding("Widgets", "ok", "they fit together, and JupyterLab can show them.", versions))
    return found


def _examine_fit() -> list[Finding]:
    """Does ipywidgets find the packages that it states it needs?"""
    if installed("ipywidgets") is None:
        summary = "ipywidgets is not installed: no slider can be shown."
        return [Finding("Widgets", "problem", summary, remedy=installation.command())]
    from packaging.requirements import Requirement

    found = []
    for requirement in map(Requirement, metadata.requires("ipywidgets") or []):
        if requirement.name not in ("jupyterlab-widgets", "jupyterlab_widgets", "widgetsnbextension"):
            continue
        version = installed(requirement.name)
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            state = f"{version} is installed" if version else "it is not installed"
            summary = (
                f"ipywidgets {installed('ipywidgets')} needs {requirement}, and {state}: sliders would not appear."
            )
            found.append(Finding("Widgets", "problem", summary, remedy=installation.command()))
    return found


def _examine_extension(package: str, extension: str, folders: list[Path]) -> list[Finding]:
    """Is the copy that JupyterLab loads (the first in its folders) the one that the package brought?"""
    reinstall = installation.add(package, again=True)
    loaded = next((folder / extension for folder in folders if (folder / extension / "package.json").is_file()), None)
    if loaded is None:
        summary = f"JupyterLab lacks the extension {extension}, which {package} brings: widgets would stay empty."
        return [Finding("Widgets", "problem", summary, remedy=reinstall)]
    brought = next(
        (
            Path(str(file.locate()))
            for file in metadata.files(package) or []
            if file.as_posix().endswith(f"share/jupyter/labextensions/{extension}/package.json")
        ),
        None,
    )
    if brought is None or not brought.is_file():
        return []
    versions = [_json(path).get("version") for path in (loaded / "package.json", brought)]
    if versions[0] == versions[1]:
        return []
    summary = f"JupyterLab loads {extension} {versions[0]} from {loaded}, and {package} brought {versions[1]}."
    return [Finding("Widgets", "problem", summary, remedy=f'delete the folder "{loaded}"')]


def _switched_off(folders: list[Path]) -> set[str]:
    """The JupyterLab extensions that a page_config.json disables."""
    names: set[str] = set()
    for folder in folders:
        disabled = _json(folder / "labconfig" / "page_config.json").get("disabledExtensions", {})
        names |= {name for name in disabled if not isinstance(disabled, dict) or disabled[name]}
    return names


def _examine_saving(folders: list[Path]) -> list[Finding]:
    """Does a Jupyter server with these settings load the course's extension, which looks after saved notebooks?"""
    from jupyter_server.extension.config import ExtensionConfigManager

    manager = ExtensionConfigManager(read_config_path=[str(folder) for folder in folders])
    switch = manager.get_jpserver_extensions().get(SERVER_EXTENSION)
    if switch:
        return []
    state = "is not installed" if switch is None else "is switched off"
    summary = f"the Jupyter server extension {SERVER_EXTENSION} {state}: a saved notebook would lose its pictures."
    remedy = installation.command() if switch is None else f"jupyter server extension enable {SERVER_EXTENSION}"
    return [Finding("Widgets", "problem", summary, remedy=remedy)]


def _json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty when there is no such file or it is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def examine_data(root: Path | None) -> list[Finding]:
    """Are the files in data/ what the course was written with?"""
    if root is None:
        summary = "the course's folder, with notebooks/ and data/, was not found from here or from the package."
        remedy = f"cd into the course's folder; if data/ is gone, run there: {installation.repair()}"
        return [Finding("Data", "problem", summary, remedy=remedy)]
    try:
        damaged = data_files.damaged(root / "data")
    except CourseError as error:
        return [Finding("Data", "problem", str(error), remedy=data_files.remedy(data_files.CHECKSUMS))]
    found = [
        Finding("Data", "problem", f"data/{name} is {state}.", remedy=data_files.remedy(name))
        for name, state in damaged.items()
    ]
    detail = f"{len(data_files.checksums(root / 'data'))} verified in {root / 'data'}"
    return found or [Finding("Data", "ok", "the files are what the course was written with.", detail)]


def examine_memory(needed: int = NEEDED_MEMORY) -> list[Finding]:
    """Is enough memory free (bytes)? Also within the limit of a container."""
    free = free_memory()
    if free is None:
        return [Finding("Memory", "ok", "enough for every chapter.", "how much is free cannot be told here")]
    if free < needed:
        summary = f"only {free / 1e9:.1f} GB are free, and the course wants {needed / 1e9:.1f} GB."
        return [Finding("Memory", "problem", summary, remedy="shut down other kernels and close other programs")]
    return [Finding("Memory", "ok", "enough for every chapter.", f"{free / 1e9:.1f} GB free")]


def free_memory(control_group: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Free memory in bytes, of the machine or of the container, whichever is less; None when it cannot be told."""
    amounts = []
    try:
        psutil = import_module("psutil")
        amounts.append(int(psutil.virtual_memory().available))
    except Exception:  # psutil is not ours to require
        amounts += []
    try:
        limit = (control_group / "memory.max").read_text().strip()
        used = int((control_group / "memory.current").read_text())
        if limit != "max":
            amounts.append(max(int(limit) - used, 0) + _reclaimable(control_group))
    except (OSError, ValueError):
        amounts += []
    return min(amounts, default=None)


def _reclaimable(control_group: Path) -> int:
    """Bytes of file cache in the container, which the system gives back when they are needed."""
    for line in (control_group / "memory.stat").read_text().splitlines():
        name, value = line.split()
        if name == "inactive_file":
            return int(value)
    return 0


def examine_progress() -> list[Finding]:
    """Can the reader's progress be written?"""
    remedy = "set the environment variable DLCOURSE_HOME to a folder that you may write to, and restart the kernel"
    try:
        folder = settings.home()
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor."):
            pass
    except CourseError as error:
        return [Finding("Progress", "problem", str(error), remedy=remedy)]
    except OSError as error:
        summary = f"your progress cannot be written to {os.fspath(folder)} ({error.strerror})."
        return [Finding("Progress", "problem", summary, remedy=remedy)]
    return [Finding("Progress", "ok", "your own folder can be written to.", str(folder))]
