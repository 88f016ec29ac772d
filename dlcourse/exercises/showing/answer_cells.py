"""Which cell the reader's answer came from, and whether that cell came as far as defining it when it last ran."""

from __future__ import annotations

import ast
import functools
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dlcourse.page.cells import kernel_shell

# A line that defines a name, in a cell that cannot be parsed.
DEFINITION = re.compile(r"^(?:(?:async\s+)?def|class)\s+(\w+)|^(\w+)\s*(?::[^=\n]*)?=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class AnswerCell:
    """A run of a cell that defines a name: the front end's id of the cell ("" where it gives none), its text, and the
    name of the exception that ended it before the name was defined, "" where it was defined.
    """

    id: str = ""
    source: str = ""
    failure: str = ""


def watch() -> None:
    """From now on, note which cells define which names; does nothing outside of a kernel, or when called again."""
    shell = kernel_shell()
    if shell is not None:
        _log(shell)


def cell_of(name: str, answer: Any) -> AnswerCell | None:
    """Return the last run of a cell that defines `name`; None where it is unknown, or `answer` is not what it holds."""
    shell = kernel_shell()
    if shell is None or shell.user_ns.get(name) is not answer:
        return None
    return _log(shell).cells.get(name)


@functools.cache
def _log(shell: Any) -> _Log:
    log = _Log(shell)
    shell.events.register("pre_run_cell", log.start)
    shell.events.register("post_run_cell", log.end)
    return log


class _Log:
    """For each name the last run of a cell that defines it."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.cells: dict[str, AnswerCell] = {}

    def start(self, info: Any) -> None:
        """A cell starts: a check in it judges what it has defined above."""
        for name in self._definitions(info.raw_cell):
            self.cells[name] = AnswerCell(info.cell_id or "", info.raw_cell)

    def end(self, result: Any) -> None:
        """A cell has ended, perhaps in an exception."""
        info = result.info
        error = result.error_before_exec or result.error_in_exec
        failed_at = self._line_of(error) if error is not None else None
        for name, line in self._definitions(info.raw_cell).items():
            failure = type(error).__name__ if failed_at is not None and failed_at <= line else ""
            self.cells[name] = AnswerCell(info.cell_id or "", info.raw_cell, failure)

    def _line_of(self, error: BaseException) -> int:
        """The line of the cell that an exception came through; 0 where the cell did not begin to run."""
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_globals is self.shell.user_ns:
                return trace.tb_lineno
            trace = trace.tb_next
        return 0

    def _definitions(self, source: str) -> dict[str, int]:
        """The names that a cell defines, each with the last line of the statement that does so."""
        try:
            with warnings.catch_warnings():  # the cell itself shows what Python has to say about it
                warnings.simplefilter("ignore")
                body = ast.parse(self.shell.transform_cell(source)).body
        except Exception:  # whatever a reader has typed
            return {one or other: 0 for one, other in DEFINITION.findall(source)}
        return {name: statement.end_lineno or 0 for statement in body for name in _names_in(statement)}


def _names_in(node: ast.AST) -> Iterator[str]:
    """The names that a statement defines in the notebook; those inside of a function or a class are its own."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if isinstance(node, ast.alias):
        yield (node.asname or node.name).partition(".")[0]
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            yield from _names_in(child)
