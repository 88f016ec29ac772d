"""What a recording is made from: the code that it runs, the data, and the packages that compute and draw."""

from __future__ import annotations

import ast
import functools
import hashlib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from dlcourse import settings

PACKAGE = Path(__file__).parents[1]
RECORDER = "dlcourse.site.recording"
# Packages whose versions may change a picture, by what is imported.
DRAWING = {
    "PIL": "pillow",
    "matplotlib": "matplotlib",
    "numpy": "numpy",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "torch": "torch",
}


def digest(module: str) -> str:
    """A digest of everything from which the experiments of ``module`` are recorded: it changes when they may."""
    names = _closure(module) | _closure(RECORDER)
    found = hashlib.sha256()
    for name in sorted(names & DRAWING.keys()):
        found.update(f"{name} {metadata.version(DRAWING[name])}\n".encode())
    files = {path for name in names if (path := file_of(name)) is not None}
    room = PACKAGE.joinpath(*module.split(".")[1:3])  # what lies there and is no code is read by code
    files |= {path for path in room.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
    for path in [*sorted(files), settings.data_folder() / "checksums.sha256"]:
        found.update(f"{path.name}\n".encode() + path.read_bytes())
    return found.hexdigest()


def file_of(module: str) -> Path | None:
    """The file of a module of the course; None for any other name."""
    top, *rest = module.split(".")
    place = PACKAGE.joinpath(*rest)
    files = (place / "__init__.py", place.with_suffix(".py")) if top == PACKAGE.name else ()
    return next((path for path in files if path.is_file()), None)


@functools.cache
def _closure(module: str) -> frozenset[str]:
    """``module`` and all that it imports, also inside functions, of the course and of others."""
    known, open_ = {module}, [module]
    while open_:
        news = set(_imported(open_.pop())) - known
        known |= news
        open_ += news
    return frozenset(known)


@functools.cache
def _imported(module: str) -> tuple[str, ...]:
    path = file_of(module)
    return tuple(_names(ast.parse(path.read_text(encoding="utf-8")))) if path is not None else ()


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            yield name if file_of(name) is not None else name.partition(".")[0]
