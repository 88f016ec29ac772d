"""Show the library's own source in a notebook: the textbook's code is the text that runs."""

from __future__ import annotations

import ast
import builtins
import html
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from dlcourse.errors import CourseError


@dataclass(frozen=True)
class Source:
    """Python source that a notebook shows as highlighted Markdown and a terminal as plain text."""

    text: str

    def __repr__(self) -> str:
        return self.text

    @property
    def html(self) -> str:
        """The source as HTML; `tex2jax_ignore` keeps a dollar sign in it from being read as mathematics."""
        return f'<pre class="tex2jax_ignore" style="color: inherit">{html.escape(self.text)}</pre>'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        fence = "```"
        while fence in self.text:
            fence += "`"
        return {"text/markdown": f"{fence}python\n{self.text}\n{fence}", "text/plain": self.text}


def source_of(function_or_class: Callable[..., Any] | type, docstring: bool = True) -> str:
    """Return the source of a function or class, without its outer indentation.

    With ``docstring=False`` the docstring of the object itself is left out. Raises `CourseError` when Python
    knows no source for it, as for a value, a built-in function or a function made by a C extension.
    """
    try:
        text = textwrap.dedent(inspect.getsource(function_or_class)).rstrip()
    except (OSError, TypeError) as error:
        raise CourseError(
            f"show_source expects a function or class written in Python; there is no source for "
            f"{_name_of(function_or_class)}."
        ) from error
    return text if docstring else _without_docstring(text)


def show_source(function_or_class: Callable[..., Any] | type, docstring: bool = True) -> Source:
    """Show the source of a function or class of the library as the output of a cell.

    Parameters: `function_or_class`, what to show; `docstring=False` leaves its docstring out, for a text that has
    explained it already. Raises `CourseError` as `source_of` does.
    """
    return Source(source_of(function_or_class, docstring))


def imports_of(function: Callable[..., Any]) -> list[str]:
    """Return the import lines that a function's source needs to run elsewhere, as in a cell of a notebook.

    A name that the function's module imports is imported in the same way, one that the module defines is imported
    from it. Raises `CourseError` as `source_of` does.
    """
    function = inspect.unwrap(function)  # a decorated function's names are those of its own module
    module = inspect.getmodule(function)
    if module is None or not hasattr(function, "__globals__"):
        return []
    nodes = ast.walk(ast.parse(source_of(function)))
    used = {node.id for node in nodes if isinstance(node, ast.Name)} & set(function.__globals__)
    used -= {function.__name__, *vars(builtins)}
    imported = _imports_in(module)
    return [imported.get(name, f"from {module.__name__} import {name}") for name in sorted(used)]


def _imports_in(module: ModuleType) -> dict[str, str]:
    """Return for each name that a module imports the line that does so."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for alias in node.names:
            alone = ast.Import([alias]) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, [alias], 0)
            found[alias.asname or alias.name] = ast.unparse(alone)
    return found


def _name_of(thing: object) -> str:
    name = getattr(thing, "__name__", None)
    return f"`{name}`" if isinstance(name, str) else f"a value of type {type(thing).__name__}"


def _without_docstring(text: str) -> str:
    definition = ast.parse(text).body[0]
    if not isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return text
    first, *others = definition.body
    is_docstring = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    if not is_docstring or not others:
        return text
    lines = text.splitlines()
    kept = lines[: first.lineno - 1] + lines[first.end_lineno :]
    while not kept[first.lineno - 1].strip():
        del kept[first.lineno - 1]
    return "\n".join(kept)
