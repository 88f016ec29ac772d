"""What a product of matrices whose sizes do not fit is made of: which shapes, and whether a transposed factor fits."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

PRODUCTS = ("matmul", "dot", "mm")
SIGNS = ("matmul:", "shapes (", "mat1 and mat2 shapes", "size mismatch, got")  # of NumPy's and PyTorch's messages


def advice_on_product(message: str, line: str, names: Mapping[str, Any]) -> str:
    """Return a sentence on the product in ``line`` whose factors do not fit, or "".

    `names` are the values of the names in that line. Only what can be read off without calling anything is judged: a
    name, its `.T`, and its entries, as in `x[:, t] @ w.T`.
    """
    if not message.startswith(SIGNS):
        return ""
    wrong = [pair for pair in _products(line, names) if not _fits(*(shape for _, shape in pair))]
    if not wrong:
        return ""
    (left, one), (right, other) = wrong[0]
    told = (
        f"`{left}` has shape {one} and `{right}` {other}. In `{left} @ {right}` the last axis of the first, "
        f"{one[-1]} long, meets the {'first' if len(other) < 3 else 'last but one'} axis of the second, "
        f"{other[max(-2, -len(other))]} long: they have to be equally long."
    )
    turned = [
        f"`{_transposed(name)}`"
        for name, shape, fits in ((left, one, _fits(one[::-1], other)), (right, other, _fits(one, other[::-1])))
        if len(shape) == 2 and fits
    ]
    if not turned:
        return told
    return f"{told} Transposed, {' or '.join(turned)}, {'it' if len(turned) == 1 else 'either'} would fit."


def _products(line: str, names: Mapping[str, Any]) -> Iterator[tuple[tuple[str, tuple[int, ...]], ...]]:
    """The products in a line as Python computes them, each the two factors as they are written with their shapes."""
    nodes = [node for node in ast.walk(_parsed(line)) if isinstance(node, ast.expr)]
    for node in sorted(nodes, key=lambda node: (node.end_lineno, node.end_col_offset)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            factors = [node.left, node.right]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PRODUCTS:
            factors = node.args if len(node.args) == 2 else [node.func.value, *node.args]
        else:
            continue
        found = tuple((ast.unparse(each), _shape(_value(each, names))) for each in factors)
        if len(found) == 2 and all(shape for _, shape in found):
            yield found


def _parsed(line: str) -> ast.AST:
    """A line of code as a tree; an empty one where it is no whole statement."""
    line = textwrap.dedent(line).strip()
    for text in (line, f"{line}\n    pass", f"def f():\n    {line}"):
        try:
            return ast.parse(text)
        except SyntaxError:
            continue
    return ast.Module([], [])


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """The array that an expression stands for, or None: names, transposes and entries of arrays alone."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        array = _array(_value(node.value, names))
        return None if array is None else array.T
    if isinstance(node, ast.Subscript):
        array = _array(_value(node.value, names))
        try:
            return None if array is None else array[_index(node.slice, names)]
        except (IndexError, TypeError, ValueError):
            return None
    return None


def _index(node: ast.expr | None, names: Mapping[str, Any]) -> Any:
    """What stands between brackets: whole numbers, slices of them, and None. Raises TypeError on anything else."""
    if isinstance(node, ast.Tuple):
        return tuple(_index(each, names) for each in node.elts)
    if isinstance(node, ast.Slice):
        return slice(*(_index(each, names) for each in (node.lower, node.upper, node.step)))
    if node is None:
        return None
    value = names.get(node.id, "") if isinstance(node, ast.Name) else ast.literal_eval(node)
    if value is None or isinstance(value, int | np.integer):
        return value
    raise TypeError("no whole number")


def _array(value: Any) -> np.ndarray[Any, Any] | None:
    """An array of that shape, or None: of tensors, too, only the shape counts here."""
    if isinstance(value, np.ndarray):
        return value
    is_known = type(value).__module__.partition(".")[0] in ("torch", "dlcourse")
    return np.broadcast_to(0, tuple(value.shape)) if is_known and hasattr(value, "shape") else None


def _shape(value: Any) -> tuple[int, ...]:
    array = _array(value)
    return () if array is None else array.shape


def _fits(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return one[-1] == other[max(-2, -len(other))]


def _transposed(name: str) -> str:
    return name.removesuffix(".T") if name.endswith(".T") else f"{name}.T"
