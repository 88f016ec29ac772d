"""Random graphs over all operations of tensors: values and gradients are those of PyTorch and of central differences.

A *program* is drawn a step at a time. Each step is a pair of functions, one for the course's tensors and one for
PyTorch's, that take the list of all nodes so far and give the next. So it can be run again from other leaves.
"""

import itertools
import math
from dataclasses import dataclass, field

import numpy as np
import torch
from hypothesis import given, note, settings
from hypothesis import strategies as st

from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor, no_grad

LARGEST = 30.0  # a step whose numbers grow beyond it is left out: differences of large numbers say little
CASES = settings().max_examples  # 100 in continuous integration, 3,000 nightly


@dataclass
class Program:
    """Leaves, the steps from them, and the nodes that the steps gave when they were drawn."""

    draw: object
    dtypes: tuple
    leaves: list = field(default_factory=list)  # arrays
    learnt: list = field(default_factory=list)  # whether each requires a gradient
    steps: list = field(default_factory=list)  # (name, ours, torch's, leaf or None)
    nodes: list = field(default_factory=list)  # tensors as drawn
    corner: float = math.inf  # how near a corner of relu or max the graph passes

    def integer(self, low, high):
        return self.draw(st.integers(low, high))

    def one_of(self, *values):
        return self.draw(st.sampled_from(values))

    def numbers(self, shape, dtype=np.float64):
        return self.generator.normal(size=shape).astype(dtype)

    @property
    def generator(self):
        """A generator of its own for every use, so that a program stays the same when a step before is left out."""
        self.uses = getattr(self, "uses", 0) + 1
        return np.random.default_rng([self.uses, len(self.nodes)])

    def leaf(self, shape, dtype=None, learnt=None):
        """A new leaf; returns its number among the nodes."""
        dtype = self.one_of(*self.dtypes) if dtype is None else dtype
        array = self.numbers(shape, dtype)
        number = len(self.leaves)
        self.leaves.append(array)
        self.learnt.append(self.draw(st.booleans()) if learnt is None else learnt)
        self.steps.append((f"leaf {shape} {np.dtype(dtype)}", None, None, number))
        self.nodes.append(Tensor(array, requires_grad=self.learnt[-1]))
        return len(self.nodes) - 1

    def step(self, name, ours, theirs):
        """Adds a step, unless its numbers are too large to compare. Returns its number, or None."""
        with np.errstate(over="ignore", invalid="ignore"):
            node = ours(self.nodes)
        if not (np.abs(node.data) <= LARGEST).all():
            return None
        self.steps.append((name, ours, theirs, None))
        self.nodes.append(node)
        return len(self.nodes) - 1

    def any(self, fits=lambda node: True):
        """The number of some node that fits, the latest most often; None where there is none."""
        fitting = [number for number, node in enumerate(self.nodes) if fits(node)]
        return self.one_of(*reversed(fitting)) if fitting else None

    def near_corner(self, distances):
        distances = np.abs(np.asarray(distances))
        self.corner = min(self.corner, distances.min() if distances.size else math.inf)


def run(program, leaves, kind):
    """All nodes of a program, run from ``leaves``. ``kind``: 1 for the course's tensors, 2 for PyTorch's."""
    nodes = []
    for step in program.steps:
        nodes.append(leaves[step[3]] if step[3] is not None else step[kind](nodes))
    return nodes


def same_dtype(*tensors):
    """PyTorch multiplies matrices of one dtype only; the course promotes them as + does."""
    wanted = tensors[0].dtype
    for tensor in tensors[1:]:
        wanted = torch.promote_types(wanted, tensor.dtype)
    return [tensor.to(wanted) for tensor in tensors]


# --- the steps that can be drawn


def add_unary(p):
    i = p.any()
    name, ours, theirs = p.one_of(
        ("neg", lambda x: -x, lambda x: -x),
        ("tanh", functional.tanh, torch.tanh),
        ("sigmoid", functional.sigmoid, torch.sigmoid),
        ("exp", lambda x: x.exp(), torch.exp),
        ("gelu", functional.gelu, torch.nn.functional.gelu),
        (
            "gelu tanh",
            lambda x: functional.gelu(x, "tanh"),
            lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
        ),
        ("log", lambda x: (x * x + 0.1).log(), lambda x: (x * x + 0.1).log()),
        ("detach", lambda x: x.detach(), lambda x: x.detach()),
    )
    p.step(f"{name} of {i}", lambda nodes: ours(nodes[i]), lambda nodes: theirs(nodes[i]))


def add_bent(p):
    """Activations with a corner."""
    i = p.any()
    name, ours, theirs = p.one_of(
        ("relu", functional.relu, torch.relu),
        ("leaky relu", functional.leaky_relu, torch.nn.functional.leaky_relu),
        ("leaky relu 0.3", lambda x: functional.leaky_relu(x, 0.3), lambda x: torch.nn.functional.leaky_relu(x, 0.3)),
    )
    p.near_corner(p.nodes[i].data)
    p.step(f"{name} of {i}", lambda nodes: ours(nodes[i]), lambda nodes: theirs(nodes[i]))


def add_power(p):
    i, exponent = p.any(), p.one_of(0, 1, 2, 3, 2.0, -1, -2, 0.5, 1.5, -0.5)
    if isinstance(exponent, int) and exponent >= 0:
        p.step(f"{i} ** {exponent}", lambda nodes: nodes[i] ** exponent, lambda nodes: nodes[i] ** exponent)
    else:

        def root(nodes):
            return (nodes[i] * nodes[i] + 0.3) ** exponent

        p.step(f"({i}² + 0.3) ** {exponent}", root, root)


def broadcastable(p, shape):
    """A shape that fits ``shape`` entry by entry: axes left out in front, stretched, or added."""
    kept = list(shape[p.integer(0, len(shape)) :])
    kept = [1 if p.draw(st.booleans()) else size for size in kept]
    if len(kept) == len(shape) < 3 and p.draw(st.booleans()):
        kept = [p.integer(1, 2), *kept]
    return tuple(kept)


def fits(shape, other):
    try:
        return len(np.broadcast_shapes(shape, other)) <= 4
    except ValueError:
        return False


def add_binary(p):
    """Arithmetic with another node, the same one, a new leaf, a number, or an array, on either side."""
    i = p.any()
    shape = p.nodes[i].shape
    sort = p.one_of("node", "itself", "leaf", "number", "array", "integers")
    if sort == "itself":
        j = i
    elif sort == "node":
        j = p.any(lambda node: fits(node.shape, shape))
        if j is None:  # of five axes or more
            return None
    elif sort == "leaf":
        j = p.leaf(broadcastable(p, shape))
    else:
        return add_constant(p, i, sort)
    symbol, function = p.one_of(
        ("+", lambda a, b: a + b),
        ("−", lambda a, b: a - b),
        ("×", lambda a, b: a * b),
        ("/", lambda a, b: a / (b * b + 0.5)),
    )

    def step(nodes):
        return function(nodes[i], nodes[j])

    p.step(f"{i} {symbol} {j}", step, step)
    return None


def add_constant(p, i, sort):
    """Arithmetic with something that is not a tensor, most often on the left."""
    constant = {
        "number": lambda: p.one_of(2, -0.5, 3.0),
        "array": lambda: np.abs(p.numbers(broadcastable(p, p.nodes[i].shape) or (1,), p.one_of(*p.dtypes))) + 0.5,
        "integers": lambda: p.generator.integers(1, 4, broadcastable(p, p.nodes[i].shape) or (1,)),
    }[sort]()
    symbol, function = p.one_of(
        ("c + x", lambda c, x: c + x),
        ("c − x", lambda c, x: c - x),
        ("c × x", lambda c, x: c * x),
        ("c / x", lambda c, x: c / (x * x + 0.5)),
        ("x − c", lambda c, x: x - c),
        ("x / c", lambda c, x: x / c),
    )
    theirs = torch.tensor(constant) if isinstance(constant, np.ndarray) else constant
    p.step(
        f"{symbol} with {sort}, x = {i}",
        lambda nodes: function(constant, nodes[i]),
        lambda nodes: function(theirs, nodes[i]),
    )


def add_matmul(p):
    i = p.any(lambda node: node.ndim >= 1)
    if i is None:
        return
    shape = p.nodes[i].shape
    inner, batch = shape[-1], shape[:-2]
    others = [(inner,), (inner, 2), (1, inner, 2)] + ([(*batch, inner, 3)] if batch else [])
    if p.draw(st.booleans()):
        j = p.leaf(p.one_of(*others))
        left, right = i, j
    else:  # the other way round: the new leaf on the left
        rows = shape[-2] if len(shape) > 1 else shape[0]
        j = p.leaf(p.one_of((rows,), (2, rows), (1, 2, rows)))
        left, right = j, i
    array_on_the_left = right == i and p.draw(st.booleans())
    array = p.leaves[p.steps[left][3]] if array_on_the_left else None
    p.step(
        f"{left} @ {right}" + " as an array" * array_on_the_left,
        lambda nodes: (array if array_on_the_left else nodes[left]) @ nodes[right],
        lambda nodes: torch.matmul(
            *same_dtype(nodes[left].detach() if array_on_the_left else nodes[left], nodes[right])
        ),
    )


def add_reshape(p):
    i = p.any()
    size, shape = p.nodes[i].data.size, p.nodes[i].shape
    wanted = p.one_of((-1,), (size,), (1, size), (size, 1), (*shape, 1), (1, *shape))
    p.step(f"reshape {i} to {wanted}", lambda nodes: nodes[i].reshape(*wanted), lambda nodes: nodes[i].reshape(wanted))


def add_permute(p):
    i = p.any()
    axes = p.draw(st.permutations(range(p.nodes[i].ndim)))
    shifted = tuple(axis - len(axes) if p.draw(st.booleans()) else axis for axis in axes)
    p.step(f"permute {i} by {shifted}", lambda nodes: nodes[i].permute(shifted), lambda nodes: nodes[i].permute(axes))


def add_transpose(p):
    i = p.any()
    p.step(f"{i}.T", lambda nodes: nodes[i].T, lambda nodes: nodes[i].permute(tuple(reversed(range(nodes[i].ndim)))))


def add_select(p):
    i = p.any()
    shape = p.nodes[i].shape
    index, used, mixed = [], False, False
    for size in shape[: p.integer(0, len(shape))]:
        sort = p.one_of("integer", "slice", "all", "array", "list", "mask")
        if used and (sort in ("array", "list", "mask") or (sort == "integer" and mixed)):
            sort = "all"  # where a slice stands between arrays or integers, NumPy orders the axes in its own way
        mixed = mixed or sort in ("array", "list", "mask")
        used = used or mixed or sort == "integer"
        chosen = p.generator.integers(-size, size, p.integer(1, 4))
        index.append(
            {
                "integer": p.integer(-size, size - 1),
                "slice": slice(p.integer(0, size - 1), None, p.integer(1, 2)),
                "all": slice(None),
                "array": chosen,
                "list": chosen.tolist(),
                "mask": p.generator.random(size) < 0.6,
            }[sort]
        )
    extra = p.one_of("nothing", "ellipsis", "new axis")
    if extra == "ellipsis":
        index.append(Ellipsis)
    elif extra == "new axis" and len(shape) < 4 and not used:
        index.insert(p.integer(0, len(index)), None)
    index = index[0] if len(index) == 1 and p.draw(st.booleans()) else tuple(index)
    if p.nodes[i].data[index].size == 0:
        return

    def as_torch(each):
        return torch.tensor(each) if isinstance(each, np.ndarray) else each

    theirs = tuple(map(as_torch, index)) if isinstance(index, tuple) else as_torch(index)
    p.step(f"{i}[{index}]", lambda nodes: nodes[i][index], lambda nodes: nodes[i][theirs])


def some_dims(p, ndim):
    """None, an axis, or several; counted from either end."""
    if ndim == 0:
        return p.one_of(None, 0, -1)
    axes = p.draw(st.lists(st.integers(0, ndim - 1), min_size=1, max_size=ndim, unique=True))
    axes = tuple(axis - ndim if p.draw(st.booleans()) else axis for axis in axes)
    return p.one_of(None, axes[0], axes)


def add_reduction(p):
    i, keep = p.any(), p.draw(st.booleans())
    dim = some_dims(p, p.nodes[i].ndim)
    name = p.one_of("sum", "mean", "amax")
    options = {"dim": dim, "keepdim": keep} if dim is not None or p.draw(st.booleans()) else {}
    if name == "amax":
        ordered = np.sort(p.nodes[i].data, axis=None)  # any two that are equal may be the two largest of some axis
        p.near_corner(np.diff(ordered))
        theirs = {"dim": () if dim is None else dim, "keepdim": keep if options else False}
        p.step(
            f"amax {i} {options}",
            lambda nodes: functional.amax(nodes[i], **options),
            lambda nodes: torch.amax(nodes[i], **theirs),
        )
    else:
        p.step(
            f"{name} {i} {options}",
            lambda nodes: getattr(nodes[i], name)(**options),
            lambda nodes: getattr(torch, name)(nodes[i], **options),
        )


def add_softmax(p):
    i = p.any()
    ndim = p.nodes[i].ndim
    dim = p.integer(-max(ndim, 1), max(ndim, 1) - 1)
    name = p.one_of("softmax", "log_softmax")
    p.step(
        f"{name} {i} dim {dim}",
        lambda nodes: getattr(functional, name)(nodes[i], dim),
        lambda nodes: getattr(torch, name)(nodes[i], dim),
    )


def add_cat(p):
    i = p.any(lambda node: node.ndim >= 1)
    if i is None:
        return
    shape = p.nodes[i].shape
    dim = p.integer(-len(shape), len(shape) - 1)
    axis = dim % len(shape)
    numbers = [i]
    for _ in range(p.integer(1, 2)):
        sizes = list(shape)
        sizes[axis] = p.integer(1, 2)
        alike = p.any(lambda node: node.ndim == len(shape) and all(
            a == b for k, (a, b) in enumerate(zip(node.shape, shape, strict=True)) if k != axis
        ))  # fmt: skip
        numbers.append(p.one_of(alike, p.leaf(tuple(sizes))))
    p.step(
        f"cat {numbers} dim {dim}",
        lambda nodes: functional.cat([nodes[k] for k in numbers], dim),
        lambda nodes: torch.cat([nodes[k] for k in numbers], dim),
    )


def add_linear(p):
    i = p.any(lambda node: node.ndim >= 1)
    if i is None:
        return
    out = p.integer(1, 3)
    j = p.leaf((out, p.nodes[i].shape[-1]))
    k = p.leaf((out,)) if p.draw(st.booleans()) else None
    relu = p.draw(st.booleans())
    if relu:
        with no_grad():
            y = functional.linear(p.nodes[i], p.nodes[j], None if k is None else p.nodes[k])
        p.near_corner(y.data)

    def theirs(nodes):
        operands = same_dtype(nodes[i], nodes[j], *([] if k is None else [nodes[k]]))
        y = torch.nn.functional.linear(*operands)
        return torch.relu(y) if relu else y

    p.step(
        f"linear {i}, {j}, {k}" + ", relu" * relu,
        lambda nodes: functional.linear(nodes[i], nodes[j], None if k is None else nodes[k], relu=relu),
        theirs,
    )


def add_norm(p):
    """Batch and layer normalization, over three values at least: over two alike ones the slope is enormous."""
    training = p.draw(st.booleans())
    batch = p.draw(st.booleans())

    def fitting(node):
        if batch:
            return node.ndim >= 2 and node.data.size // node.shape[1] >= 3
        return node.ndim >= 1 and node.shape[-1] >= 3

    i = p.any(fitting)
    if i is None:
        return
    x = p.nodes[i]
    over = (0, *range(2, x.ndim)) if batch else -1
    if x.data.std(axis=over).min() < 0.3:
        return
    size = x.shape[1] if batch else x.shape[-1]
    j, k = p.leaf((size,), x.dtype), p.leaf((size,), x.dtype)
    if not batch:
        p.step(
            f"layer norm {i}, {j}, {k}",
            lambda nodes: functional.layer_norm(nodes[i], nodes[j], nodes[k]),
            lambda nodes: torch.nn.functional.layer_norm(nodes[i], (size,), nodes[j], nodes[k]),
        )
        return
    mean, variance = p.numbers(size, x.dtype), np.abs(p.numbers(size, x.dtype)) + 0.5
    p.step(
        f"batch norm {i}, {j}, {k}, training={training}",
        lambda nodes: functional.batch_norm(nodes[i], mean.copy(), variance.copy(), nodes[j], nodes[k], training),
        lambda nodes: torch.nn.functional.batch_norm(
            nodes[i], torch.tensor(mean), torch.tensor(variance), nodes[j], nodes[k], training
        ),
    )


def add_dropout(p):
    i, seed, training = p.any(), p.integer(0, 9), p.draw(st.booleans())
    share = p.one_of(0.0, 0.3, 0.5)

    def theirs(nodes):
        if not training or share == 0:
            return nodes[i]
        kept = np.random.default_rng(seed).random(tuple(nodes[i].shape)) >= share
        return nodes[i] * torch.tensor(kept / (1 - share), dtype=nodes[i].dtype)

    p.step(
        f"dropout {i} p={share} training={training}",
        lambda nodes: functional.dropout(nodes[i], share, training, generator=np.random.default_rng(seed)),
        theirs,
    )


def add_loss(p):
    name = p.one_of("cross entropy", "mse", "log-loss")
    i = p.any(lambda node: node.ndim == 2 or name != "cross entropy")
    if i is None:
        return
    x = p.nodes[i]
    if name == "cross entropy":
        labels = p.generator.integers(0, x.shape[1], x.shape[0])
        p.step(
            f"cross entropy {i}",
            lambda nodes: functional.cross_entropy(nodes[i], labels),
            lambda nodes: torch.nn.functional.cross_entropy(nodes[i], torch.tensor(labels)),
        )
        return
    j = p.leaf(x.shape, x.dtype)
    ours, theirs = {
        "mse": (functional.mse_loss, torch.nn.functional.mse_loss),
        "log-loss": (
            functional.binary_cross_entropy_with_logits,
            torch.nn.functional.binary_cross_entropy_with_logits,
        ),
    }[name]
    p.step(f"{name} {i}, {j}", lambda nodes: ours(nodes[i], nodes[j]), lambda nodes: theirs(nodes[i], nodes[j]))


def add_choice(p):
    """Clamp, where, the largest along an axis, the variance."""
    i = p.any()
    x, name = p.nodes[i], p.one_of("clamp", "where", "max", "var")
    dim = p.integer(-x.ndim, x.ndim - 1) if x.ndim else None
    if name == "clamp":
        limits = p.one_of({"min": -0.5, "max": 0.5}, {"max": 0.3}, {"min": -1.0})
        p.near_corner([x.data - limit for limit in limits.values()])
        p.step(f"clamp {i} {limits}", lambda nodes: nodes[i].clamp(**limits), lambda nodes: nodes[i].clamp(**limits))
    elif name == "where":
        j, condition = p.leaf(broadcastable(p, x.shape)), p.generator.random(x.shape) < 0.5
        p.step(
            f"where {i} or {j}",
            lambda nodes: functional.where(condition, nodes[i], nodes[j]),
            lambda nodes: torch.where(torch.tensor(condition), nodes[i], nodes[j]),
        )
    elif name == "max" and x.ndim:
        p.near_corner(np.diff(np.sort(x.data, axis=None)))
        keep = p.draw(st.booleans())
        p.step(f"max {i} {dim}", *[lambda nodes: nodes[i].max(dim, keep).values] * 2)
    else:
        dim, keep = some_dims(p, x.ndim), p.draw(st.booleans())
        p.step(f"var {i} {dim}", *[lambda nodes: nodes[i].var(dim, correction=0, keepdim=keep)] * 2)


def add_arrangement(p):
    """Flatten, squeeze, unsqueeze, stack, pad."""
    i = p.any(lambda node: node.ndim < 4)
    if i is None:
        return
    ndim, name = p.nodes[i].ndim, p.one_of("flatten", "squeeze", "unsqueeze", "stack", "pad")
    dim = p.integer(-ndim - 1, ndim)
    if name in ("flatten", "squeeze"):
        p.step(f"{name} {i}", *[lambda nodes: getattr(nodes[i], name)()] * 2)
    elif name == "unsqueeze":
        p.step(f"unsqueeze {i} {dim}", *[lambda nodes: nodes[i].unsqueeze(dim)] * 2)
    elif name == "stack":
        j = p.leaf(p.nodes[i].shape, p.nodes[i].dtype)
        p.step(
            f"stack {i}, {j}, {i} along {dim}",
            lambda nodes: functional.stack([nodes[i], nodes[j], nodes[i]], dim),
            lambda nodes: torch.stack([nodes[i], nodes[j], nodes[i]], dim),
        )
    else:
        around = (1, 0, 0, 2)[: 2 * min(ndim, 2)]
        p.step(
            f"pad {i} by {around}",
            lambda nodes: functional.pad(nodes[i], around, value=0.5),
            lambda nodes: torch.nn.functional.pad(nodes[i], around, value=0.5),
        )


def add_image_step(p):
    """A convolution with a new kernel, or a pooling, of some node's numbers taken for an image of one row."""
    i = p.any()
    size, name = p.nodes[i].data.size, p.one_of("conv2d", "max_pool2d", "avg_pool2d")
    width = p.integer(1, min(size, 3))
    options = {"stride": p.integer(1, 2), "padding": (0, p.integer(0, width // 2))}
    if name == "max_pool2d":
        p.near_corner(np.diff(np.sort(p.nodes[i].data, axis=None)))
    if name == "conv2d":
        j = p.leaf((2, 1, 1, width), p.nodes[i].dtype)
    p.step(
        f"{name} of {i}, width {width}, {options}",
        *(
            lambda nodes, library=library: getattr(library, name)(
                nodes[i].reshape(1, 1, 1, size), nodes[j] if name == "conv2d" else (1, width), **options
            )
            for library in (functional, torch.nn.functional)
        ),
    )


STEPS = (
    add_unary, add_bent, add_power, add_binary, add_binary, add_matmul, add_reshape, add_permute, add_transpose,
    add_select, add_reduction, add_softmax, add_cat, add_linear, add_norm, add_dropout, add_loss,
    add_choice, add_arrangement, add_image_step,
)  # fmt: skip


@st.composite
def programs(draw, dtypes):
    """A program of three to twelve steps from one to three leaves, the first learnt."""
    program = Program(draw, dtypes)
    for number in range(draw(st.integers(1, 3))):
        shape = tuple(draw(st.lists(st.sampled_from([3, 2, 1, 4]), max_size=3)))
        program.leaf(shape, learnt=True if number == 0 else None)
    for _ in range(draw(st.integers(3, 12))):
        draw(st.sampled_from(STEPS))(program)
    program.draw = None
    return program


def result_of(nodes, weights):
    """One number that depends on every node, as floats of the course or of PyTorch: Σ weight · sum(node)."""
    total = 0.0
    for node, weight in zip(nodes, weights, strict=True):
        total = total + node.sum() * weight
    return total


def gradients_of_both(program):
    """Every node and every leaf of a program in both libraries, after ``backward``."""
    ours = [Tensor(a, requires_grad=learnt) for a, learnt in zip(program.leaves, program.learnt, strict=True)]
    theirs = [torch.tensor(a, requires_grad=learnt) for a, learnt in zip(program.leaves, program.learnt, strict=True)]
    weights = np.random.default_rng(len(program.steps)).normal(size=len(program.steps)).tolist()
    nodes, expected = run(program, ours, 1), run(program, theirs, 2)
    result_of(nodes, weights).backward()
    result_of(expected, weights).backward()
    return ours, theirs, nodes, expected


def assert_close(received, expected, rtol, what):
    expected = expected.detach().numpy()
    assert received.dtype == expected.dtype, f"{what}: dtype {received.dtype}, expected {expected.dtype}"
    assert received.shape == expected.shape, f"{what}: shape {received.shape}, expected {expected.shape}"
    scale = np.abs(expected).max(initial=1.0)
    np.testing.assert_allclose(received, expected, rtol=rtol, atol=rtol * 1e-2 * scale, err_msg=what)


def compare_with_pytorch(program, rtol):
    note("\n".join(f"{number}: {step[0]}" for number, step in enumerate(program.steps)))
    ours, theirs, nodes, expected = gradients_of_both(program)
    for number, (node, other) in enumerate(zip(nodes, expected, strict=True)):
        assert_close(node.data, other, rtol, f"value of node {number}")
        assert node.requires_grad == other.requires_grad, f"requires_grad of node {number}"
    for number, (leaf, other) in enumerate(zip(ours, theirs, strict=True)):
        assert (leaf.grad is None) == (other.grad is None), f"leaf {number}"
        if leaf.grad is not None:
            assert type(leaf.grad) is np.ndarray
            assert_close(leaf.grad, other.grad, rtol, f"gradient of leaf {number}")
    arrays = [leaf.grad for leaf in ours if leaf.grad is not None] + [leaf.data for leaf in ours] + program.leaves
    learnt = [leaf for leaf in ours if leaf.requires_grad]
    shared = [
        (a, b) for a, b in itertools.combinations(arrays[: len(learnt)], 2) if a.size and np.may_share_memory(a, b)
    ]
    assert not shared, "two gradients share memory"
    for leaf in learnt:
        assert leaf.grad is None or not any(np.may_share_memory(leaf.grad, a) for a in arrays if a is not leaf.grad)


@settings(max_examples=4 * CASES)
@given(program=programs((np.float64,)))
def test_values_and_gradients_in_float64_are_those_of_pytorch(program):
    compare_with_pytorch(program, rtol=1e-6)


@settings(max_examples=2 * CASES)
@given(program=programs((np.float32, np.float64)))
def test_float32_and_float64_mixed_give_the_dtypes_of_pytorch(program):
    """Numbers to 1 in 1,000: a dozen steps of float32 lose about four of its seven digits."""
    compare_with_pytorch(program, rtol=1e-3)


@settings(max_examples=CASES)
@given(program=programs((np.float32,)))
def test_float32_stays_float32_and_gives_the_numbers_of_pytorch(program):
    compare_with_pytorch(program, rtol=1e-3)


@settings(max_examples=2 * CASES)
@given(program=programs((np.float64,)), seed=st.integers(0, 99))
def test_gradients_in_float64_are_those_of_central_differences(program, seed):
    """Along a random direction in the space of all leaves, where no corner is near."""
    note("\n".join(f"{number}: {step[0]}" for number, step in enumerate(program.steps)))
    generator = np.random.default_rng(seed)
    directions = [generator.normal(size=a.shape) * on for a, on in zip(program.leaves, program.learnt, strict=True)]
    weights = generator.normal(size=len(program.steps)).tolist()
    leaves = [Tensor(a, requires_grad=learnt) for a, learnt in zip(program.leaves, program.learnt, strict=True)]
    if program.corner < 1e-3 or any_detached(program):
        return
    result_of(run(program, leaves, 1), weights).backward()
    slope = sum((leaf.grad * d).sum() for leaf, d in zip(leaves, directions, strict=True) if leaf.grad is not None)

    def at(distance):
        moved = [Tensor(a + distance * d) for a, d in zip(program.leaves, directions, strict=True)]
        return result_of(run(program, moved, 1), weights).item()

    step = 1e-5
    difference = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)  # its error is h⁴
    assert abs(slope - difference) <= 1e-6 * max(1.0, abs(slope), abs(at(0.0)))


def any_detached(program):
    """Whether a part of the graph is cut off: what it depends on is then no part of the gradient."""
    return any(step[0].startswith("detach") or "as an array" in step[0] for step in program.steps)
