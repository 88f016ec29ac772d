"""The text of a function that the reader wrote, with all that it needs: it runs elsewhere, and another day.

A pickle would be tied to the versions of Python and of the course; a text is what the reader typed.
"""

from __future__ import annotations

import ast
import dis
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from dlcourse.exercises.running.sending import home_of
from dlcourse.exercises.wording import kind_of
from dlcourse.progress import LONGEST_CODE

LONGEST_CONSTANT = 1000  # characters
LOADS = {"LOAD_GLOBAL", "LOAD_NAME"}


class NotKept(Exception):
    """Raised where a function's text would not run by itself; the message is for the reader."""


def own_source(function: Any, name: str) -> str:
    """Return Python source that defines ``name`` as ``function`` is: its own text, helpers, constants and imports.

    Raises NotKept where that cannot be done, for whatever reason.
    """
    try:
        parts = _Parts(function)
        text = parts.text(name)
        compile(text, f"<{name}>", "exec", dont_inherit=True)
    except NotKept:
        raise
    except Exception as error:  # of a reader's objects nothing is certain
        raise NotKept(f"Your code cannot be kept for milestones ({type(error).__name__}).") from error
    if len(text) > LONGEST_CODE:
        raise NotKept(f"Your code cannot be kept for milestones: it has more than {LONGEST_CODE:,} characters.")
    return text


class _Parts:
    """The imports, constants and definitions that a function needs, each name once, in the order of use."""

    def __init__(self, function: Any) -> None:
        if not isinstance(function, FunctionType):
            raise NotKept(
                f"Your code cannot be kept for milestones: it is {kind_of(function)}, and only a function that is made "
                "with `def` is."
            )
        self._home = function.__module__
        self._known: dict[str, Any] = {}
        self._imports: list[str] = []
        self._constants: list[str] = []
        self._definitions: list[str] = []
        self._name = self._define(function)

    def text(self, name: str) -> str:
        """The source that defines ``name``."""
        ends = [] if self._name == name else [f"{name} = {self._name}"]
        head = "\n".join([*self._imports, *self._constants])
        return "\n\n\n".join([*([head] if head else []), *self._definitions, *ends]) + "\n"

    def _define(self, function: FunctionType) -> str:
        """Add a function after all that it uses; return the name under which its text defines it."""
        text = textwrap.dedent(inspect.getsource(function)).rstrip()
        statement = ast.parse(text).body[0]
        name = _name_defined_by(statement)
        if not name:
            raise NotKept("Your code cannot be kept for milestones: only a function that is made with `def` is.")
        self._known[name] = function
        for used, value in _used_by(inspect.unwrap(function), statement).items():
            self._add(used, value)
        self._definitions.append(text)
        return name

    def _add(self, name: str, value: Any) -> None:
        if name in self._known:
            if self._known[name] is not value:
                raise NotKept(f"Your code cannot be kept for milestones: `{name}` means two things in it.")
            return
        if isinstance(value, FunctionType) and value.__module__ == self._home:
            defined = self._define(value)
            if defined != name:
                self._definitions.append(f"{name} = {defined}")
        elif line := _import_of(name, value):
            self._imports.append(line)
        elif _is_constant(value):
            self._constants.append(f"{name} = {value!r}")
        else:
            raise NotKept(
                f"Your code cannot be kept for milestones: it uses the variable `{name}`, which is {kind_of(value)}. "
                "Make what your function needs inside it."
            )
        self._known[name] = value


def _name_defined_by(statement: ast.stmt) -> str:
    if isinstance(statement, ast.FunctionDef):
        return statement.name
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
        targets = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        return targets[0] if targets else ""
    return ""


def _used_by(function: Callable[..., Any], statement: ast.stmt) -> dict[str, Any]:
    """What the text of a function needs from outside of it, by name: variables of its module and of functions around.

    Names of its own that are called like a variable of the notebook are none of them.
    """
    assert isinstance(function, FunctionType)
    names = [*_names_loaded(function.__code__), *_names_in_head(statement)]
    found = {name: function.__globals__[name] for name in names if name in function.__globals__}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        found[name] = cell.cell_contents
    return found


def _names_loaded(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname in LOADS:
            yield str(step.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_loaded(constant)


def _names_in_head(statement: ast.stmt) -> Iterator[str]:
    """The names in decorators, defaults and annotations: they are looked up when the function is made."""
    if isinstance(statement, ast.FunctionDef):
        parts: list[ast.AST] = [*statement.decorator_list, statement.args]
        parts += [statement.returns] if statement.returns else []
        for part in parts:
            yield from (node.id for node in ast.walk(part) if isinstance(node, ast.Name))


def _import_of(name: str, value: Any) -> str:
    """The line that imports ``value`` under this name, "" where no module holds it."""
    if isinstance(value, ModuleType):
        return f"import {value.__name__}" if value.__name__ == name else f"import {value.__name__} as {name}"
    if _is_constant(value):
        return ""
    module, original = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    holder = None if module == "__main__" else sys.modules.get(str(module))
    if getattr(holder, str(original), None) is not value:
        module, original = home_of(value) or ("", "")
    if not module:
        return ""
    return f"from {module} import {original}" + ("" if original == name else f" as {name}")


def _is_constant(value: Any) -> bool:
    """Whether a value is a number, a text or a small collection of such, which its text gives back."""
    try:
        text = repr(value)
        return len(text) <= LONGEST_CONSTANT and bool(ast.literal_eval(text) == value)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return False
