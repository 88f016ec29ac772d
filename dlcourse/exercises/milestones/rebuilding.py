"""The reader's code as it was kept, on its way to the worker process: it is run there and nowhere else."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dlcourse.exercises.running.handed_in import Packed, Surroundings
from dlcourse.exercises.running.packing import working_folder
from dlcourse.exercises.running.sending import packed

NUMPY = "numpy"


def packed_one(name: str, text: str) -> Packed:
    """Return the function that a text defines, as an answer for a check."""
    return _packed(_Rebuilt(function_of, (name, text)), {name: text})


def packed_all(texts: Mapping[str, str]) -> Packed:
    """Return the functions that texts define, a dictionary by name."""
    return _packed(_Rebuilt(functions_of, (dict(texts),)), texts)


def functions_of(texts: Mapping[str, str]) -> dict[str, Callable[..., Any]]:
    """Run each text in a namespace of its own, and return the functions by name."""
    return {name: function_of(name, text) for name, text in texts.items()}


def function_of(name: str, text: str) -> Any:
    """Run a text in a fresh namespace, and return what it calls by the name. Raises whatever it raises."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, _file(name), "exec", dont_inherit=True), namespace)
    return namespace[name]


class _Rebuilt:
    """What is pickled as a call, and so becomes what the call returns."""

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._call


def _file(name: str) -> str:
    """The name that stands for a file, under which the text's lines are found for messages."""
    return f"<your {name}>"


def _packed(thing: _Rebuilt, texts: Mapping[str, str]) -> Packed:
    data, _ = packed(thing)
    sources = {_file(name): text.splitlines(keepends=True) for name, text in texts.items()}
    imports = [pair for text in texts.values() for pair in _imports(text)]
    libraries = tuple(dict.fromkeys(module for module, _ in imports if module in sys.modules))
    numpy_names = tuple(dict.fromkeys(name for module, name in imports if module == NUMPY))
    path, deepest = tuple(sys.path), sys.getrecursionlimit()
    around = Surroundings(working_folder(), path, sources, numpy_names, deepest, in_notebook=False, libraries=libraries)
    return Packed(data, around)


def _imports(text: str) -> Iterator[tuple[str, str]]:
    """The modules that a text imports, each with its name there."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError):  # the check says so
        return
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, alias.asname or alias.name) for alias in node.names)
