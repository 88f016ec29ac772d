"""How this copy of the course came here, and the commands that mend it: a checkout, or a wheel that holds the course.

A wheel has notebooks and data inside the package, in ``dlcourse/course/``; in a checkout they lie beside it.
"""

from pathlib import Path

from dlcourse import __version__

PINS = "-c constraints.txt"  # the exact versions, in a checkout


def packaged() -> Path | None:
    """The folder inside the package that holds ``notebooks/`` and ``data/``; None in a checkout, which has none."""
    folder = Path(__file__).resolve().parent / "course"
    return folder if folder.is_dir() else None


def wheel() -> str:
    """The name of the file from which this version of the course is installed."""
    return f"dlcourse-{__version__}-py3-none-any.whl"


def command(extra: str = "") -> str:
    """The command that installs what the course needs; with the packages of an extra, such as ``"teach"``."""
    extras = f"[{extra}]" if extra else ""
    name = wheel() if packaged() else "."
    return f"python -m pip install {'' if packaged() else f'{PINS} -e '}" + (f'"{name}{extras}"' if extras else name)


def repair(checkout: str = "git checkout -- data") -> str:
    """The command that brings damaged files of the course back: in a checkout the one that is given."""
    return f"python -m pip install --force-reinstall --no-deps {wheel()}" if packaged() else checkout


def add(package: str, again: bool = False) -> str:
    """The command that installs one package; ``again`` where it is there and broken."""
    options = [*(["--force-reinstall --no-deps"] if again else []), *([] if packaged() else [PINS])]
    return " ".join(["python -m pip install", *options, package])


def place() -> str:
    """Where these commands are run, to be put after one of them."""
    return "in the folder of the wheel that you downloaded" if packaged() else "in the course's folder"


def advice(extra: str = "") -> str:
    """What to do where something is missing, in a sentence without its full stop."""
    return f"{place()[0].upper()}{place()[1:]} run `{command(extra)}` and restart the kernel"
