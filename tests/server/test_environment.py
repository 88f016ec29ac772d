"""What the package's installation puts into the environment, so that every Jupyter server in it finds the course."""

import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse import server
from tests.limits import LONGEST
from tests.profiles import nightly

SOURCE = Path(server.__file__).parent / "environment"
FILES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*") if path.is_file())
INSTALL = "install the package again: python -m pip install -c constraints.txt -e ."


@pytest.mark.parametrize("file", FILES, ids=str)
def test_each_file_is_installed_as_it_stands_in_the_source(file):
    installed = Path(sys.prefix) / file
    assert installed.is_file(), INSTALL
    assert installed.read_text() == (SOURCE / file).read_text(), INSTALL


@nightly
def test_jupyter_lists_the_servers_and_the_labs_extension_as_sound():
    modules = ("jupyter_server.extension.serverextension", "jupyterlab.labextensions")
    for module, words in zip(modules, ("dlcourse.server", "dlcourse v"), strict=True):
        code = f"from {module} import main; import sys; sys.argv = ['jupyter', 'list']; main()"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LONGEST, check=False)
        lines = [line for line in (run.stdout + run.stderr).splitlines() if words in line]
        assert any("OK" in line for line in lines), lines or run.stderr
