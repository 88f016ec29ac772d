"""What is said to the habits of PyTorch and NumPy that a Tensor does not share: what to write instead."""

from typing import Any

import numpy as np

Dim = int | tuple[int, ...] | list[int] | None

# Attributes that PyTorch's tensors or NumPy's arrays have and ours do not: what is written for each.
INSTEAD = {
    "view": "x.reshape(...)",
    "ravel": "x.flatten()",
    "transpose": "x.permute(...), with all axes in their new order, or x.T",
    "t": "x.T",
    "size": "x.shape",
    "dim": "x.ndim",
    "min": "-(-x).amax(dim)",
    "clip": "x.clamp(min, max)",
    "abs": "functional.relu(x) + functional.relu(-x)",
    "sqrt": "x ** 0.5",
    "pow": "x ** n",
    "square": "x * x",
    "std": "x.var() ** 0.5",
    "dot": "x @ y",
    "mm": "x @ y",
    "matmul": "x @ y",
    "relu": "functional.relu(x)",
    "sigmoid": "functional.sigmoid(x)",
    "tanh": "functional.tanh(x)",
    "softmax": "functional.softmax(x, dim)",
    "log_softmax": "functional.log_softmax(x, dim)",
    "clone": "x * 1",
    "astype": "Tensor(x.data, dtype=...)",
    "float": "Tensor(x.data, dtype=np.float32)",
    "double": "Tensor(x.data, dtype=np.float64)",
    "to": "nothing: arrays have no device",
    "cpu": "nothing: arrays have no device",
    "zero_": "x.data[...] = 0",
    "add_": "x.data += ...",
    "sub_": "x.data -= ...",
    "mul_": "x.data *= ...",
    "copy_": "x.data[...] = ...",
    "zero_grad": "x.grad = None, or optimizer.zero_grad() for all parameters",
    "requires_grad_": "Tensor(data, requires_grad=True)",
    "grad_fn": "x.operation and x.parents",
    "is_leaf": "x.depth == 0",
}
OF_NUMPY = {
    "maximum": "x.clamp(min=0) or functional.relu(x) for np.maximum(x, 0), x.amax(dim) for the largest along an axis",
    "clip": "x.clamp(min, max)",
    "sqrt": "x ** 0.5",
    "square": "x * x",
    "tanh": "functional.tanh(x)",
    "absolute": "functional.relu(x) + functional.relu(-x)",
}


class Answers(np.ndarray):
    """An array of truth values, from comparing a tensor: where one answer is needed, it says that there are several."""

    def __bool__(self) -> bool:
        if self.size == 1:
            return bool(self.item())
        raise several_answers(f"A comparison of a tensor gives one answer for each of its {self.size} numbers")

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        return array[()] if return_scalar else array  # what is computed from the answers is a plain array

    def __repr__(self) -> str:
        return repr(np.asarray(self))


def answers(received: Any) -> Any:
    """What NumPy's comparison gave, as ``Answers`` where there are several."""
    return received.view(Answers) if type(received) is np.ndarray and received.dtype.kind == "b" else received


def several_answers(beginning: str) -> ValueError:
    """A truth value was asked of several numbers."""
    return ValueError(
        f"{beginning}, and `if`, `and`, `not`, max() and min() need one: with several the answer is ambiguous. Write "
        ".any() or .all() behind a comparison; for max(x, 0) write functional.relu(x)."
    )


def not_in_place(sign: str) -> Any:
    """The operator of ``x += ...`` or the like, which only says what to write."""

    def refuse(tensor: Any, other: Any) -> Any:
        raise TypeError(
            f"x {sign}= y: a tensor is not changed in place, since a graph may need its numbers. A parameter learns by "
            "optimizer.step(), or by hand, after backward(): p.data -= lr * p.grad. For a new tensor, as in a sum that "
            f"grows, write x = x {sign} y."
        )

    return refuse


class Missing:
    """An attribute that a Tensor has not, though others have it: looking it up says what to write.

    (A method ``__getattr__`` would say it too, and make every attribute of every tensor slower.)
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, tensor: Any, owner: type | None = None) -> Any:
        raise AttributeError(f"A Tensor has no attribute {self.name!r}. Write {INSTEAD[self.name]}.", name=self.name)


def tell_instead(tensors: type) -> type:
    """Gives a class of tensors all that is ``Missing``."""
    for name in INSTEAD:
        missing = Missing()
        missing.__set_name__(tensors, name)
        setattr(tensors, name, missing)
    return tensors


def no_function_of_numpy(name: str) -> TypeError:
    """``np.name(x)``, which has no rule here."""
    instead = f" Write {OF_NUMPY[name]}." if name in OF_NUMPY else ""
    return TypeError(
        f"np.{name} of a Tensor has no rule for its derivative.{instead} Operations that have one: dlcourse.scratch."
        "operations and functional. Without a derivative: the function of x.data."
    )


def dim_of(function: str, dim: Dim, keepdim: bool, names: dict[str, Any]) -> tuple[Dim, bool]:
    """``dim`` and ``keepdim``, also where NumPy's ``names`` for them, axis and keepdims, were used.

    Raises TypeError for any other name.
    """
    for name, value in names.items():
        if name == "axis" and dim is None:
            dim = value
        elif name == "keepdims":
            keepdim = bool(value)
        elif (
            name not in ("out", "dtype") or value is not None
        ):  # np.sum(x) calls x.sum(axis=None, dtype=None, out=None)
            raise TypeError(f"{function}: takes dim and keepdim (or axis and keepdims), received {name}={value!r}.")
    return (tuple(dim) if isinstance(dim, list) else dim), keepdim
