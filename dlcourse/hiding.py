"""Files that hide a package: Python finds a file ``numpy.py`` beside a notebook before NumPy itself."""

import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

# What chapters import, themselves or through the course.
PACKAGES = {
    "numpy",
    "matplotlib",
    "ipywidgets",
    "anywidget",
    "torch",
    "sklearn",
    "scipy",
    "PIL",
    "platformdirs",
    "tqdm",
    "traitlets",
    "IPython",
}


def hiding_packages(folder: Path) -> list[Path]:
    """The files and folders in ``folder`` that Python would import in place of a package that the course needs."""
    return sorted(path for name, path in _importable(folder) if name in PACKAGES)


def hiding_python(folder: Path) -> list[Path]:
    """Those that Python would import in place of a module of its own, such as ``random.py``.

    They do harm only where that module was not imported before.
    """
    return sorted(path for name, path in _importable(folder) if name in sys.stdlib_module_names)


def involved(paths: list[Path], error: Exception) -> list[Path]:
    """Those of ``paths`` that were imported before ``error`` was raised, or while."""
    text = "".join(traceback.format_exception(error))
    loaded = {path: getattr(sys.modules.get(path.stem), "__file__", None) or "" for path in paths}
    return [path for path in paths if str(path.resolve()) in f"{text} {loaded[path]}"]


def explain(path: Path) -> str:
    """What a file does that hides a package: a sentence's beginning, without what to do."""
    owner = "the package" if path.stem in PACKAGES else "Python's own module"
    return f"{path.name} beside the notebook hides {owner} {path.stem}"


def _importable(folder: Path) -> Iterator[tuple[str, Path]]:
    """The names under which Python finds something in ``folder``, and what it finds."""
    try:
        for path in folder.iterdir():
            if path.suffix == ".py" or (path / "__init__.py").is_file():
                yield path.stem, path
    except OSError:  # the folder was deleted under us, or cannot be read: nothing is imported from it either
        return
