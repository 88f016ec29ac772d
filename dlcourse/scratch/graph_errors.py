"""What is said when a computational graph is used in a way that cannot work: the rule, what came, the likely cause."""

from collections.abc import Sequence

from dlcourse.shapes import show_shape

Shape = tuple[int, ...]


def not_recorded() -> RuntimeError:
    """``backward`` was called on a tensor without a graph."""
    return RuntimeError(
        "backward(): this tensor has no graph. None of the tensors that it was computed from has requires_grad=True, "
        "or it was computed inside `with no_grad():`, or it was detached."
    )


def not_floats(operation: str, dtype: object) -> TypeError:
    """An operation made numbers that are not floating-point, and would be differentiated."""
    return TypeError(
        f"{operation!r} gives numbers of dtype {dtype}, and its operands require a gradient, which would be cut to "
        "that dtype. Compute with floats; what has no derivative starts from x.data or x.detach()."
    )


def tensors_in_a_list() -> TypeError:
    """``Tensor([x, y])`` of tensors."""
    return TypeError(
        "Tensor([x, y]) of tensors would forget how they were computed. Write functional.stack([x, y]), which "
        "puts them below each other and passes gradients on; for numbers alone Tensor([x.item(), y.item()])."
    )


def not_one_number(shape: Shape) -> RuntimeError:
    """``backward`` without a gradient was called on more than one number."""
    return RuntimeError(
        f"backward() starts from one number, but this tensor has shape {show_shape(shape)}. Sum or average it first, "
        "as a loss does, or pass backward(gradient), an array of that shape with the gradient of each entry."
    )


def wrong_gradient(shape: Shape, received: Shape) -> ValueError:
    """The gradient given to ``backward`` has another shape than the tensor."""
    return ValueError(
        f"backward(gradient): expected the shape of the tensor itself, {show_shape(shape)}, received "
        f"{show_shape(received)}. The gradient holds one derivative for each entry of the tensor."
    )


def freed(operation: str) -> RuntimeError:
    """A second ``backward`` went into a graph that the first one had freed."""
    return RuntimeError(
        f"backward(): the graph was freed at the operation {operation!r}, because backward() went through it before. "
        "Compute the result anew before each backward(), add up two losses that share a part of the graph and call "
        "backward() once, or keep the graph with backward(retain_graph=True)."
    )


def changed(operation: str, shapes: Sequence[Shape]) -> RuntimeError:
    """Numbers that a rule needs were changed in place after they had been used."""
    listed = " and ".join(show_shape(shape) for shape in shapes)
    return RuntimeError(
        f"backward(): the derivative of the operation {operation!r} needs the numbers that it computed with "
        f"(shape {listed}), but `.data` was assigned to since, so the gradient would be wrong. Change parameters after "
        "backward(), not between the forward pass and it; elsewhere make a new tensor instead."
    )


def wrong_count(operation: str, parents: int, received: int) -> ValueError:
    """A rule returned too few gradients, or too many."""
    return ValueError(
        f"The rule of {operation!r} returned {received} gradients for {parents} operands. It returns a tuple with one "
        "for each, None for an operand that needs none; for a single one it ends with a comma: return (gradient,)."
    )


def wrong_part(operation: str, shape: Shape, received: Shape) -> ValueError:
    """A rule returned a gradient that does not have the operand's shape."""
    return ValueError(
        f"The rule of {operation!r} returned a gradient of shape {show_shape(received)} for an operand of shape "
        f"{show_shape(shape)}. It has the operand's shape, or one that broadcasting makes of it."
    )


def not_broadcastable(operation: str, left: Shape, right: Shape) -> ValueError:
    """Two shapes do not fit each other entry by entry."""
    message = (
        f"{operation}: shapes {show_shape(left)} and {show_shape(right)} do not fit. Counted from the last axis, sizes "
        "must be equal, or one of them 1."
    )
    if len(left) == 2 and right == (left[0],) and left[0] != left[1]:
        message += f" For one number a row, give the second the shape {show_shape((left[0], 1))}: use [:, None]."
    return ValueError(message)


def not_multipliable(left: Shape, right: Shape) -> ValueError:
    """Two shapes cannot be multiplied as matrices."""
    if not left or not right:
        return ValueError("@ multiplies matrices and vectors; for a single number use *.")
    inner = right[-2] if len(right) > 1 else right[0]
    message = (
        f"@: {show_shape(left)} @ {show_shape(right)} does not fit: each row on the left has {left[-1]} entries, each "
        f"column on the right has {inner}."
    )
    if left[-1] == inner:
        message = f"@: the axes before the last two of {show_shape(left)} and {show_shape(right)} do not fit."
    elif len(right) == 2 and left[-1] == right[1]:
        message += " The right one seems to be transposed: use .T."
    elif len(left) == 2 and left[0] == inner:
        message += " The left one seems to be transposed: use .T."
    return ValueError(message)
