"""Starting JupyterLab at a notebook."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote


def start(root: Path, notebook: Path, browser: bool = True, port: int | None = None) -> int:
    """Start JupyterLab in the folder ``root`` at a notebook in it, and return its exit status when it has ended.

    On POSIX JupyterLab takes this process over, so that whatever ends the command ends the server; nothing is returned
    then.
    """
    command = lab_command(root, notebook.relative_to(root), browser, port)
    environment = os.environ | {"JUPYTER_PLATFORM_DIRS": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    if os.name == "posix":
        sys.stdout.flush()
        os.chdir(root)
        os.execve(command[0], command, environment)
    try:
        return subprocess.run(command, cwd=root, env=environment, check=False).returncode
    except KeyboardInterrupt:  # Ctrl-C reaches the server too, which says goodbye itself
        return 0


def lab_command(root: Path, notebook: Path, browser: bool, port: int | None) -> list[str]:
    """What starts JupyterLab. The address that the terminal shows leads to the notebook, for those who copy it."""
    start = f"--LabApp.default_url=/lab/tree/{quote(notebook.as_posix())}"
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", start]
    command += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    if not browser:
        command.append("--no-browser")
    if port:
        command.append(f"--port={port}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container; Jupyter refuses to run as root unless told
        command.append("--allow-root")
    return command
