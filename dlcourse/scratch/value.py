"""Automatic differentiation of single numbers: the operations that networks are made of, and one backward pass.

Every operation computes its value and, in the same line, its *local derivatives*, those of its result with respect to
each operand. ``backward`` multiplies them along every path from the result to an input and adds the paths up: the chain
rule. ``autograd.Tensor`` does the same with arrays. Source of the design: Karpathy (2020), "micrograd"; here without
recursion, with numbers in place of closures.
"""

import math
from operator import attrgetter

from dlcourse.validation import check_number


class _Shut(float):
    """The derivative 0 of a gate that is shut: nothing passes it, not even an infinite gradient, where ∞ · 0 is nan."""

    __slots__ = ()

    def __rmul__(self, gradient: float) -> float:
        return 0.0


SHUT = _Shut(0.0)
TOO_LARGE = "larger than every float (they end at 1.8e308)"


class Value:
    """A number that remembers how it was computed.

    ``data``: its value, a float. ``grad``: the derivative, with respect to this number, of the last result that
    ``backward`` was called on; 0.0 before. ``left`` and ``right``: the operands, None where there is none; ``by_left``
    and ``by_right``: the local derivatives with respect to them. ``operation``: the operation's sign, "" for an input.
    ``depth``: the operations on the longest path from an input. Raises TypeError when ``data`` is not one number.

    What has no value (1 / 0, the logarithm of 0, a power larger than every float) is an error, as in Python, not nan or
    infinity, as in NumPy and PyTorch. A derivative may be infinite where the value is a number: that of √x at 0.
    """

    __slots__ = ("by_left", "by_right", "data", "depth", "grad", "left", "operation", "right")
    __array_ufunc__ = None  # NumPy's number * value is left to the value's own __rmul__

    left: "Value | None"
    right: "Value | None"

    def __init__(self, data: float) -> None:
        self.data = check_number(data, "data")
        self.grad = self.by_left = self.by_right = 0.0
        self.left = self.right = None
        self.operation = ""
        self.depth = 0

    @property
    def parents(self) -> "tuple[Value, ...]":
        """The operands."""
        left, right = self.left, self.right
        return () if left is None else (left,) if right is None else (left, right)

    @property
    def derivatives(self) -> tuple[float, ...]:
        """The local derivatives: of this number with respect to each of its operands."""
        return (self.by_left, self.by_right)[: len(self.parents)]

    def backward(self) -> None:
        """Adds d self / d input to the ``grad`` of every input that ``self`` was computed from.

        The gradients of the nodes between are those of this call alone; those of the inputs add up over calls, so
        set them to 0 between two steps of learning. It is ``graph.backward`` with its inner loop written out, in an
        order that is found faster.
        """
        nodes = deepest_first(self)
        for node in nodes:
            if node.left is not None:
                node.grad = 0.0
        self.grad += 1.0
        for node in nodes:
            left, right = node.left, node.right
            if left is not None:
                left.grad += node.grad * node.by_left
            if right is not None:
                right.grad += node.grad * node.by_right

    def __add__(self, other: "Value | float") -> "Value":
        other = other if type(other) is Value else Value(other)  # type: ignore[arg-type]
        return _binary("+", self.data + other.data, self, other, 1.0, 1.0)

    def __mul__(self, other: "Value | float") -> "Value":
        other = other if type(other) is Value else Value(other)  # type: ignore[arg-type]
        return _binary("×", self.data * other.data, self, other, other.data, self.data)

    def __sub__(self, other: "Value | float") -> "Value":
        other = other if type(other) is Value else Value(other)  # type: ignore[arg-type]
        return _binary("−", self.data - other.data, self, other, 1.0, -1.0)

    def __truediv__(self, other: "Value | float") -> "Value":
        other = other if type(other) is Value else Value(other)  # type: ignore[arg-type]
        try:
            quotient = self.data / other.data
        except ZeroDivisionError:
            raise ZeroDivisionError(f"/: {self.data:g} is divided by 0. The quotient is no number.") from None
        return _binary("/", quotient, self, other, 1 / other.data, -quotient / other.data)

    def __pow__(self, exponent: float) -> "Value":
        """``self`` to the power of a constant number n; its derivative is n xⁿ⁻¹, infinite for a root of 0.

        Raises ValueError for a root of a negative number, ZeroDivisionError for a negative power of 0.
        """
        if isinstance(exponent, Value):
            raise TypeError(
                "**: the exponent is a constant number. For a power with a Value write (b * a.log()).exp()."
            )
        power = check_number(exponent, "exponent")
        if self.data < 0 and not power.is_integer():
            raise ValueError(f"**: {self.data:g} to the power of {power:g} is not a real number.")
        if self.data == 0 and power < 0:
            raise ZeroDivisionError(f"**: 0 to the power of {power:g} divides by 0.")
        return _unary(f"^{power:g}", _power(self.data, power), self, _slope_of_power(self.data, power))

    def __rpow__(self, base: float) -> "Value":
        """A positive constant to the power of ``self``; its derivative is bˣ log b. Raises ValueError otherwise."""
        constant = check_number(base, "base")
        if constant <= 0:
            raise ValueError(f"**: a power with a Value as exponent needs a positive base, received {constant:g}.")
        power = _power(constant, self.data)
        return _unary(f"{constant:g}^", power, self, power * math.log(constant))

    def __neg__(self) -> "Value":
        return _unary("neg", -self.data, self, -1.0)

    def __radd__(self, other: float) -> "Value":
        return self + other

    def __rmul__(self, other: float) -> "Value":
        return self * other

    def __rsub__(self, other: float) -> "Value":
        return Value(other) - self

    def __rtruediv__(self, other: float) -> "Value":
        return Value(other) / self

    def exp(self) -> "Value":
        """e to the power of ``self``, its own derivative."""
        try:
            power = math.exp(self.data)
        except OverflowError:
            raise OverflowError(f"exp: e to the power of {self.data:g} is {TOO_LARGE}.") from None
        return _unary("exp", power, self, power)

    def log(self) -> "Value":
        """The natural logarithm; its derivative is 1 / x. Raises ValueError for a number that is not positive."""
        if self.data <= 0:
            raise ValueError(f"log: only positive numbers have a logarithm, received {self.data:g}.")
        return _unary("log", math.log(self.data), self, 1 / self.data)

    def tanh(self) -> "Value":
        """The hyperbolic tangent; its derivative is 1 − tanh²."""
        height = math.tanh(self.data)
        return _unary("tanh", height, self, 1 - height**2)

    def sigmoid(self) -> "Value":
        """σ(x) = 1 / (1 + e⁻ˣ), for x < 0 as eˣ / (1 + eˣ), so that nothing overflows; its derivative is σ (1 − σ)."""
        small = math.exp(-abs(self.data))
        height = (1 if self.data >= 0 else small) / (1 + small)
        return _unary("σ", height, self, height * (1 - height))

    def relu(self) -> "Value":
        """max(x, 0); its derivative is 1 for x > 0, else 0 (at 0 the corner has none; 0 is the usual choice)."""
        if self.data <= 0:
            return _unary("relu", 0.0, self, SHUT)
        return _unary("relu", self.data, self, 1.0)

    def __repr__(self) -> str:
        return f"Value({self.data:g})"


_depth = attrgetter("depth")


def deepest_first(root: Value) -> list[Value]:
    """``root`` and every number with operands that it was computed from, each before all of its operands.

    A reverse of ``graph.topological_order`` without a search for it: a node lies deeper than each of its operands, so
    sorting by ``depth`` is enough. Inputs, which have nothing to pass on, are left out.
    """
    found, waiting, seen = [root], [root], {root}
    while waiting:
        node = waiting.pop()
        for parent in (node.left, node.right):
            if parent is not None and parent.depth and parent not in seen:
                seen.add(parent)
                found.append(parent)
                waiting.append(parent)
    found.sort(key=_depth, reverse=True)
    return found


def _binary(operation: str, data: float, left: Value, right: Value, by_left: float, by_right: float) -> Value:
    """The result ``data`` of two operands, with its local derivative with respect to each."""
    node = Value.__new__(Value)  # __init__ would check a number that is one
    node.data = data
    node.grad = 0.0
    node.left, node.right = left, right
    node.by_left, node.by_right = by_left, by_right
    node.operation = operation
    node.depth = 1 + (left.depth if left.depth > right.depth else right.depth)
    return node


def _unary(operation: str, data: float, operand: Value, derivative: float) -> Value:
    """The result ``data`` of one operand, with its local derivative."""
    node = Value.__new__(Value)
    node.data = data
    node.grad = 0.0
    node.left, node.right = operand, None
    node.by_left, node.by_right = derivative, 0.0
    node.operation = operation
    node.depth = 1 + operand.depth
    return node


def _power(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except OverflowError:
        raise OverflowError(f"**: {base:g} to the power of {exponent:g} is {TOO_LARGE}.") from None


def _slope_of_power(base: float, exponent: float) -> float:
    """n xⁿ⁻¹, 0 for n = 0 also at x = 0; infinite where it is larger than every float, as NumPy and PyTorch have it."""
    if not exponent:
        return 0.0
    try:
        return float(exponent * base ** (exponent - 1))
    except (OverflowError, ZeroDivisionError):
        falls = (exponent < 0) != (base < 0 and exponent % 2 == 0)
        return -math.inf if falls else math.inf
