"""The course as a reader has it who installs its wheel: an environment of its own, and an empty folder to be in."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from tests.limits import LONGEST

REPOSITORY = Path(__file__).resolve().parents[1]
# What would lead back to the checkout, or to the person who runs the tests.
LEADS_AWAY = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DLCOURSE_HOME")


def build_wheel(folder: Path) -> Path:
    """Build the course's wheel as pip does, with the hatchling that is here."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(REPOSITORY)], check=True, timeout=LONGEST)
    (wheel,) = folder.glob("*.whl")
    return wheel


def links_to_all_but(package: str, folders: list[str], here: Path) -> Path:
    """A folder that shows what these folders hold, one package left out."""
    here.mkdir()
    for entry in (entry for folder in folders for entry in Path(folder).iterdir()):
        if entry.name != package and not entry.name.startswith(f"{package}-") and not (here / entry.name).exists():
            (here / entry.name).symlink_to(entry)
    return here


class Installed:
    """A new environment with the wheel in it. What else the course needs is found where the tests have it.

    ``without`` names a package that it lacks.
    """

    def __init__(self, wheel: Path, folder: Path, without: str = "") -> None:
        self.folder, self.home = folder, folder / "home"
        venv.create(folder / "environment", with_pip=False)
        self.bin = folder / "environment" / ("Scripts" if sys.platform == "win32" else "bin")
        self.python = self.bin / ("python.exe" if sys.platform == "win32" else "python")
        self.packages = Path(self.say("import sysconfig; print(sysconfig.get_paths()['purelib'])").strip())
        here = sorted({sysconfig.get_paths()[name] for name in ("purelib", "platlib")})
        if without:
            here = [str(links_to_all_but(without, here, folder / "shared"))]
        (self.packages / "of_the_tests.pth").write_text("\n".join(here) + "\n")
        command = [sys.executable, "-m", "pip", "--python", str(self.python), "install", "--quiet", "--no-deps"]
        subprocess.run([*command, "--no-index", str(wheel)], check=True, timeout=LONGEST)

    def environment(self) -> dict[str, str]:
        """The variables of a process in this environment: a home of its own, and JupyterLab's parts that are here."""
        kept = {name: value for name, value in os.environ.items() if name not in LEADS_AWAY}
        lab = {"JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter"), "JUPYTER_PLATFORM_DIRS": "1"}
        return kept | lab | {"DLCOURSE_HOME": str(self.home)}

    def say(self, code: str, cwd: Path | None = None) -> str:
        """What a few lines of Python print there."""
        return self._run([self.python, "-c", code], cwd).stdout

    def dlcourse(self, *arguments: object, cwd: Path) -> subprocess.CompletedProcess:
        """Run the installed command."""
        return self._run([self.bin / "dlcourse", *map(str, arguments)], cwd, check=False)

    def _run(self, command: list, cwd: Path | None, check: bool = True) -> subprocess.CompletedProcess:
        done = subprocess.run(
            command, cwd=cwd or self.folder, env=self.environment(), capture_output=True, text=True, timeout=LONGEST
        )
        assert done.returncode == 0 or not check, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done
