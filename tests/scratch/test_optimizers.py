"""Each optimizer against torch.optim over many steps, with all options; states, schedules and what is refused."""

import functools

import numpy as np
import pytest
import torch

from dlcourse.scratch import descent, functional, layers, optimizers, optimizing
from dlcourse.scratch.autograd import Tensor

STEPS = 25
OPTIONS = {
    "SGD": [
        {"lr": 0.1},
        {},
        {"lr": 0.1, "weight_decay": 0.05},
        {"lr": 0.1, "momentum": 0.9},
        {"lr": 0.1, "momentum": 0.9, "dampening": 0.9},
        {"lr": 0.1, "momentum": 0.5, "dampening": 0.3, "weight_decay": 0.1},
        {"lr": 0.1, "momentum": 0.5, "dampening": 1.0},
        {"lr": 0.1, "momentum": 0.9, "nesterov": True},
        {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
    ],
    "Adagrad": [
        {"lr": 0.3},
        {},
        {"lr": 0.3, "lr_decay": 0.1},
        {"lr": 0.3, "weight_decay": 0.1},
        {"lr": 0.3, "eps": 0.5, "lr_decay": 0.01, "weight_decay": 0.1},
    ],
    "RMSprop": [
        {"lr": 0.05},
        {},
        {"lr": 0.05, "alpha": 0.5},
        {"lr": 0.05, "alpha": 0.0},
        {"lr": 0.05, "momentum": 0.9},
        {"lr": 0.05, "eps": 0.5, "weight_decay": 0.1, "momentum": 0.5},
    ],
    "Adam": [
        {"lr": 0.1},
        {},
        {"lr": 0.1, "betas": (0.5, 0.9)},
        {"lr": 0.1, "betas": (0.0, 0.0)},
        {"lr": 0.1, "betas": (0.0, 0.99)},
        {"lr": 0.1, "eps": 0.5},
        {"lr": 0.1, "weight_decay": 0.1},
    ],
    "AdamW": [
        {"lr": 0.1},
        {},
        {"lr": 0.1, "weight_decay": 0.5},
        {"lr": 0.1, "weight_decay": 0.0},
        {"lr": 0.1, "betas": (0.5, 0.9), "eps": 0.1, "weight_decay": 0.3},
    ],
}
ALL = [(name, options) for name, listed in OPTIONS.items() for options in listed]
ONE_OF_EACH = [(name, listed[-1]) for name, listed in OPTIONS.items()]


def problem(shapes, dtype=np.float64, order="C", seed=0):
    """Parameters of both libraries, and the curvatures and minima of Σ c (θ − m)² / 2, which has the gradient below."""
    generator = np.random.default_rng(seed)
    starts = [np.array(generator.normal(size=shape), dtype, order=order) for shape in shapes]
    bowls = [
        (generator.uniform(0.1, 2, shape).astype(dtype), generator.normal(size=shape).astype(dtype)) for shape in shapes
    ]
    return [Tensor(start, requires_grad=True) for start in starts], bowls


def give_gradients(parameters, bowls, skip=()):
    for number, (parameter, (curvature, minimum)) in enumerate(zip(parameters, bowls, strict=True)):
        parameter.grad = None if number in skip else np.asarray(curvature * (parameter.data - minimum))


def compare(name, options, shapes=((3,), (2, 3), ()), dtype=np.float64, order="C", skip=lambda step: (), **tolerance):
    """Runs both for ``STEPS`` steps from the same start and compares after every one."""
    ours, bowls = problem(shapes, dtype, order)
    theirs = [torch.tensor(parameter.data, requires_grad=True) for parameter in ours]
    optimizer = getattr(optimizers, name)(ours, **options)
    their_optimizer = getattr(torch.optim, name)(theirs, **options)
    for step in range(STEPS):
        give_gradients(ours, bowls, skip(step))
        for number, (theta, (curvature, minimum)) in enumerate(zip(theirs, bowls, strict=True)):
            gradient = torch.tensor(curvature) * (theta.detach() - torch.tensor(minimum))
            theta.grad = None if number in skip(step) else gradient
        optimizer.step()
        their_optimizer.step()
        for mine, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(mine.data, other.detach().numpy(), **({"rtol": 1e-9, "atol": 1e-12} | tolerance))
            assert mine.dtype == dtype
    return ours, bowls


@pytest.mark.parametrize(("name", "options"), ALL)
def test_every_option_of_every_optimizer_goes_the_way_of_pytorch(name, options):
    compare(name, options)


@pytest.mark.parametrize(("name", "options"), ALL)
def test_float32_stays_float32_and_goes_the_way_of_pytorch(name, options):
    compare(name, options, dtype=np.float32, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("name", "options"), ALL)
def test_a_parameter_without_a_gradient_at_some_steps_counts_its_own_updates(name, options):
    """The first one misses the first five steps, the second every third: their corrections of bias start late."""
    compare(name, options, skip=lambda step: ({0} if step < 5 else set()) | ({1} if step % 3 == 1 else set()))


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(("name", "options"), ONE_OF_EACH)
def test_blocks_smaller_than_the_parameter_change_nothing(name, options, order, monkeypatch):
    whole, _ = compare(name, options, shapes=((7, 9), (50,), (2, 3, 4)), order=order)
    for block in (1, 8, 63):
        monkeypatch.setattr(optimizing, "BLOCK", block)
        pieces, _ = compare(name, options, shapes=((7, 9), (50,), (2, 3, 4)), order=order)
        for one, other in zip(whole, pieces, strict=True):
            np.testing.assert_array_equal(one.data, other.data)
            assert one.data.flags.f_contiguous == other.data.flags.f_contiguous


@pytest.mark.parametrize(("name", "options"), ONE_OF_EACH)
def test_a_parameter_larger_than_a_block_goes_the_way_of_pytorch(name, options):
    size = optimizing.BLOCK + 17
    ours, bowls = problem(((size,),), np.float32)
    theirs = torch.tensor(ours[0].data, requires_grad=True)
    optimizer, other = getattr(optimizers, name)(ours, **options), getattr(torch.optim, name)([theirs], **options)
    for _ in range(3):
        give_gradients(ours, bowls)
        theirs.grad = torch.tensor(ours[0].grad)
        optimizer.step()
        other.step()
    np.testing.assert_allclose(ours[0].data, theirs.detach().numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", OPTIONS)
def test_gradients_and_states_in_another_order_in_memory_change_nothing(name, monkeypatch):
    """A weight kept column by column, as Linear keeps it, with gradients row by row and a state that was read in."""
    monkeypatch.setattr(optimizing, "BLOCK", 8)
    options = OPTIONS[name][-1]
    results = []
    for orders in (("C", "C"), ("F", "F"), ("F", "C"), ("C", "F")):
        ours, bowls = problem(((5, 7),), order=orders[0])
        optimizer = getattr(optimizers, name)(ours, **options)
        for _ in range(5):
            give_gradients(ours, bowls)
            ours[0].grad = np.array(ours[0].grad, order=orders[1])
            optimizer.step()
            state = optimizer.state_dict()
            for each in state["state"]:
                each.update({key: np.array(array, order=orders[1]) for key, array in each.items()})
            optimizer.load_state_dict(state)
        results.append(ours[0].data)
    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])


@pytest.mark.parametrize("name", OPTIONS)
def test_a_parameter_that_is_neither_row_by_row_nor_column_by_column_is_changed_too(name, monkeypatch):
    monkeypatch.setattr(optimizing, "BLOCK", 8)
    ours, bowls = problem(((5, 7, 3),))
    strided, _ = problem(((5, 7, 3),))
    strided[0].data = np.array(ours[0].data.transpose(1, 0, 2), order="C").transpose(1, 0, 2)
    assert not strided[0].data.flags.forc
    for parameters in (ours, strided):
        optimizer = getattr(optimizers, name)(parameters, **OPTIONS[name][-1])
        for _ in range(3):
            give_gradients(parameters, bowls)
            optimizer.step()
    np.testing.assert_allclose(strided[0].data, ours[0].data, rtol=1e-12)


@pytest.mark.parametrize(("name", "options"), [*ONE_OF_EACH, ("SGD", OPTIONS["SGD"][3]), ("RMSprop", {"lr": 0.01})])
def test_training_that_is_interrupted_and_resumed_ends_where_the_uninterrupted_ends(name, options, tmp_path):
    """Bit for bit, in float32, through a file, with a schedule that goes on."""
    options = options | {"lr": descent.inverse_time(0.01, 10)}
    inputs = np.random.default_rng(0).normal(size=(16, 20)).astype(np.float32)
    labels = np.random.default_rng(1).integers(0, 3, 16)

    def start():
        generator = np.random.default_rng(2)
        network = layers.Sequential(
            layers.Linear(20, 33, generator=generator),
            layers.BatchNorm(33),
            layers.ReLU(),
            layers.Linear(33, 3, generator=generator),
        )
        return network, getattr(optimizers, name)(network.parameters(), **options)

    def train(network, optimizer, steps):
        for _ in range(steps):
            optimizer.zero_grad()
            functional.cross_entropy(network(inputs), labels).backward()
            optimizer.step()

    network, optimizer = start()
    train(network, optimizer, 20)
    first, its_optimizer = start()
    train(first, its_optimizer, 8)
    np.savez(tmp_path / "network.npz", **first.state_dict())
    np.save(tmp_path / "optimizer.npy", its_optimizer.state_dict(), allow_pickle=True)
    train(first, its_optimizer, 3)  # what is stored does not go on by itself
    second, resumed = start()
    with np.load(tmp_path / "network.npz") as state:
        second.load_state_dict(state)
    resumed.load_state_dict(np.load(tmp_path / "optimizer.npy", allow_pickle=True).item())
    train(second, resumed, 12)
    for (parameter_name, one), (_, other) in zip(network.named_parameters(), second.named_parameters(), strict=True):
        np.testing.assert_array_equal(one.data, other.data, err_msg=parameter_name)
    np.testing.assert_array_equal(network[1].running_var, second[1].running_var)


def test_a_state_of_another_optimizer_or_of_other_parameters_is_refused():
    ours, _ = problem(((3,), (2, 3)))
    state = optimizers.Adam(ours).state_dict()
    for other in (
        optimizers.SGD(ours),
        optimizers.Adagrad(ours),
        optimizers.Adam(ours[:1]),
        optimizers.Adam(ours[::-1]),
    ):
        with pytest.raises(ValueError, match="belongs to other parameters or to another kind"):
            other.load_state_dict(state)


def test_a_loaded_state_keeps_the_dtype_of_the_parameters():
    ours, bowls = problem(((3,),), np.float32)
    optimizer = optimizers.Adam(ours)
    state = optimizer.state_dict()
    state["state"][0] = {name: array.astype(np.float64) for name, array in state["state"][0].items()}
    optimizer.load_state_dict(state)
    give_gradients(ours, bowls)
    optimizer.step()
    assert {array.dtype for array in optimizer.state[0].values()} == {np.dtype(np.float32)}


# --- schedules


@pytest.mark.parametrize(
    ("schedule", "theirs"),
    [
        (descent.exponential_decay(0.1, 0.8), lambda step: 0.8**step),
        (descent.inverse_time(0.1, 5), lambda step: 1 / (1 + step / 5)),
        (lambda step: 0.1 if step < 10 else 0.01, lambda step: 1 if step < 10 else 0.1),
        (lambda step: np.float64(0.1) / np.sqrt(step + 1), lambda step: 1 / (step + 1) ** 0.5),
    ],
)
@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_schedule_gives_the_rate_of_every_step_as_in_pytorch(name, schedule, theirs, dtype):
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if dtype == np.float32 else {"rtol": 1e-9}
    ours, bowls = problem(((3,),), dtype)
    (other,) = (torch.tensor(parameter.data, requires_grad=True) for parameter in ours)
    optimizer, their_optimizer = (
        getattr(optimizers, name)(ours, lr=schedule),
        getattr(torch.optim, name)([other], lr=0.1),
    )
    their_schedule = torch.optim.lr_scheduler.LambdaLR(their_optimizer, theirs)
    for _ in range(STEPS):
        give_gradients(ours, bowls)
        other.grad = torch.tensor(ours[0].grad)
        optimizer.step()
        their_optimizer.step()
        their_schedule.step()
        np.testing.assert_allclose(ours[0].data, other.detach().numpy(), **tolerance)
        assert ours[0].dtype == dtype


def test_a_schedule_that_climbs_is_refused_and_changes_nothing():
    ours, bowls = problem(((3,),))
    optimizer = optimizers.SGD(ours, lr=lambda step: -0.1)
    give_gradients(ours, bowls)
    before = ours[0].data.copy()
    with pytest.raises(ValueError, match="a negative rate climbs"):
        optimizer.step()
    np.testing.assert_array_equal(ours[0].data, before)
    assert optimizer.steps == 0


# --- by hand


def one_step(make, gradient=2.0, steps=1):
    theta = Tensor([1.0], requires_grad=True)
    optimizer = make([theta])
    for _ in range(steps):
        theta.grad = np.array([gradient])
        optimizer.step()
    return theta.data.item()


def test_first_steps_by_hand():
    """From θ = 1 with the gradient 2 at both steps."""
    sgd = functools.partial(optimizers.SGD, lr=0.1)
    assert one_step(sgd) == pytest.approx(0.8)
    assert one_step(functools.partial(sgd, momentum=0.5), steps=2) == pytest.approx(1 - 0.2 - 0.3)
    assert one_step(functools.partial(sgd, momentum=0.5, dampening=0.5), steps=2) == pytest.approx(1 - 0.2 - 0.2)
    assert one_step(functools.partial(sgd, momentum=0.5, nesterov=True)) == pytest.approx(1 - 0.1 * (2 + 1))
    assert one_step(functools.partial(sgd, weight_decay=0.5)) == pytest.approx(1 - 0.1 * 2.5)
    assert one_step(functools.partial(optimizers.Adagrad, lr=0.1, eps=0)) == pytest.approx(0.9)
    assert one_step(functools.partial(optimizers.Adagrad, lr=0.1, eps=0), steps=2) == pytest.approx(0.9 - 0.1 / 2**0.5)
    assert one_step(functools.partial(optimizers.RMSprop, lr=0.1, alpha=0.75, eps=0)) == pytest.approx(0.8)
    assert one_step(functools.partial(optimizers.Adam, lr=0.1, eps=0)) == pytest.approx(0.9)
    assert one_step(functools.partial(optimizers.AdamW, lr=0.1, eps=0, weight_decay=0.5)) == pytest.approx(0.95 - 0.1)


@pytest.mark.parametrize("gradient", [1e-6, 1.0, 1e6])
def test_the_first_step_of_adam_is_as_long_as_its_rate_whatever_the_gradient(gradient):
    assert one_step(functools.partial(optimizers.Adam, lr=0.1, eps=0), gradient) == pytest.approx(0.9)


def test_decay_apart_from_the_gradient_is_not_divided_by_its_size():
    """With a huge gradient Adam's λ θ is lost in the division; AdamW's is not."""
    huge = 1e8
    plain = one_step(functools.partial(optimizers.Adam, lr=0.1), huge)
    coupled = one_step(functools.partial(optimizers.Adam, lr=0.1, weight_decay=0.5), huge)
    decoupled = one_step(functools.partial(optimizers.AdamW, lr=0.1, weight_decay=0.5), huge)
    assert coupled == pytest.approx(plain)
    assert decoupled == pytest.approx(plain - 0.05)


# --- the forms of momentum


def paths(optimizer_of, steps=30):
    """The path (steps, 3) of an optimizer on a bowl in three dimensions, and the gradient of that bowl."""
    curvature, minimum = np.array([0.5, 1.0, 2.0]), np.array([1.0, -1.0, 0.5])
    theta = Tensor(np.zeros(3), requires_grad=True)
    optimizer, path = optimizer_of([theta]), []
    for _ in range(steps):
        theta.grad = curvature * (theta.data - minimum)
        optimizer.step()
        path.append(theta.data.copy())
    return np.array(path), lambda point: curvature * (point - minimum)


def test_nesterovs_form_is_the_gradient_where_momentum_leads_to():
    """Sutskever et al. (2013), eq. 3 and 4: v ← μ v − ε ∇f(θ + μ v), θ ← θ + v; ours goes by φ = θ + μ v instead."""
    rate, mu = 0.1, 0.9
    path, gradient = paths(functools.partial(optimizers.SGD, lr=rate, momentum=mu, nesterov=True))
    theta, v = np.zeros(3), np.zeros(3)
    for phi in path:
        v = mu * v - rate * gradient(theta + mu * v)
        theta = theta + v
        np.testing.assert_allclose(phi, theta + mu * v, atol=1e-12)


def test_the_moving_average_at_a_larger_rate_is_the_classic_form_but_for_the_first_step():
    """At the first step v is g in both, as in PyTorch, so that the average goes 1/(1 − μ) times as far."""
    rate, mu = 0.02, 0.8
    path, gradient = paths(functools.partial(optimizers.SGD, lr=rate / (1 - mu), momentum=mu, dampening=mu))
    np.testing.assert_allclose(path[0], -rate / (1 - mu) * gradient(np.zeros(3)))
    theta, v = path[0], gradient(np.zeros(3)) / (1 - mu)
    for point in path[1:]:
        v = mu * v + gradient(theta)
        theta = theta - rate * v
        np.testing.assert_allclose(point, theta, atol=1e-12)


def test_under_a_steady_gradient_momentum_makes_steps_of_the_rate_over_one_minus_it():
    make = functools.partial(optimizers.SGD, lr=0.1, momentum=0.9)
    assert one_step(make, 1.0, 200) - one_step(make, 1.0, 201) == pytest.approx(0.1 / (1 - 0.9))


def test_only_without_memory_of_squares_is_an_l2_penalty_the_decoupled_decay():
    """θ ← θ − ε (g + λ θ) is θ ← (1 − ε λ) θ − ε g; Adam divides λ θ by √v̂ with the rest."""
    penalized, gradient = paths(functools.partial(optimizers.SGD, lr=0.1, weight_decay=0.3))
    theta = np.zeros(3)
    for point in penalized:
        theta = (1 - 0.1 * 0.3) * theta - 0.1 * gradient(theta)
        np.testing.assert_allclose(point, theta, atol=1e-12)
    coupled, decoupled = (
        paths(functools.partial(make, lr=0.1, weight_decay=0.3))[0] for make in (optimizers.Adam, optimizers.AdamW)
    )
    assert np.abs(coupled - decoupled).max() > 0.1


def test_adam_does_not_look_ahead_and_has_eps_outside_the_root():
    """Two claims of lecture slides, against PyTorch's Adam: what they describe are other methods, and other numbers."""
    generator = np.random.default_rng(0)
    theta, theirs = np.zeros(4), torch.zeros(4, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([theirs], lr=0.1, eps=1e-3)
    m = v = np.zeros(4)
    for t in range(1, 6):
        g = 1e-3 * generator.normal(size=4)
        theirs.grad = torch.tensor(g)
        before = theirs.detach().numpy().copy()
        optimizer.step()
        step = before - theirs.detach().numpy()
        theta, m, v = optimizers.adam_step(theta, g, m, v, t, 0.1, (0.9, 0.999), 1e-3)
        np.testing.assert_allclose(theta, theirs.detach().numpy(), atol=1e-12)
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
        under_the_root = 0.1 * m_hat / np.sqrt(v_hat + 1e-3)
        ahead = 0.1 * (0.9 * m / (1 - 0.9 ** (t + 1)) + 0.1 * g / (1 - 0.9**t)) / (np.sqrt(v_hat) + 1e-3)
        assert np.abs(under_the_root).max() < 0.1 * np.abs(step).max()
        assert np.abs(ahead - step).max() > 1e-4


# --- in place, and what is refused


def test_a_step_changes_parameters_in_place_and_graphs_notice():
    w = Tensor([1.0, 2.0], requires_grad=True)
    memory = w.data
    loss, late = (w * w).sum(), (w * w).sum()
    loss.backward()
    optimizers.SGD([w], lr=0.1).step()
    assert w.data is memory
    with pytest.raises(RuntimeError, match="assigned to since"):
        late.backward()


def test_a_step_leaves_the_gradient_and_what_has_none_as_they_were():
    w, v = (Tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    for name in OPTIONS:
        optimizer = getattr(optimizers, name)([w, v], **OPTIONS[name][-1])
        w.grad = np.array([1.0, -1.0])
        optimizer.step()
        assert w.grad.tolist() == [1, -1]
        assert v.data.tolist() == [1, 2]


def test_zero_grad_clears_all_gradients():
    w = Tensor([1.0], requires_grad=True)
    optimizer = optimizers.SGD([w])
    (w * w).backward()
    optimizer.zero_grad()
    assert w.grad is None
    optimizer.step()
    assert w.data.tolist() == [1]


@pytest.mark.parametrize("name", OPTIONS)
def test_what_is_no_list_of_parameters_is_refused(name):
    make = getattr(optimizers, name)
    w = Tensor([1.0], requires_grad=True)
    with pytest.raises(TypeError, match=r"Put it in a list"):
        make(w)
    with pytest.raises(ValueError, match="nothing to learn"):
        make([])
    with pytest.raises(TypeError, match="requires_grad=True"):
        make([Tensor([1.0])])
    with pytest.raises(TypeError, match="received ndarray"):
        make([np.ones(2)])
    with pytest.raises(ValueError, match="computed from others"):
        make([w * 2])
    with pytest.raises(ValueError, match="listed twice"):
        make([w, w])


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("SGD", {"lr": 0}, "positive"),
        ("Adam", {"lr": -1}, "positive"),
        ("SGD", {"weight_decay": -1}, "weight_decay"),
        ("SGD", {"momentum": 1.0}, "momentum"),
        ("SGD", {"momentum": -0.1}, "momentum"),
        ("SGD", {"dampening": 1.5}, "dampening"),
        ("SGD", {"nesterov": True}, "nesterov"),
        ("SGD", {"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "nesterov"),
        ("Adagrad", {"lr_decay": -1}, "lr_decay"),
        ("Adagrad", {"eps": -1}, "eps"),
        ("RMSprop", {"alpha": 1.0}, "alpha"),
        ("RMSprop", {"momentum": 1.0}, "momentum"),
        ("Adam", {"betas": (1.0, 0.9)}, r"betas\[0\]"),
        ("Adam", {"betas": (0.9, -0.1)}, r"betas\[1\]"),
        ("AdamW", {"weight_decay": -1}, "weight_decay"),
    ],
)
def test_settings_out_of_range_are_named(name, options, message):
    with pytest.raises(ValueError, match=message):
        getattr(optimizers, name)([Tensor([1.0], requires_grad=True)], **options)


@pytest.mark.parametrize("name", OPTIONS)
def test_defaults_are_those_of_pytorch(name):
    theirs = getattr(torch.optim, name)([torch.ones(1, requires_grad=True)]).defaults
    mine = getattr(optimizers, name)([Tensor([1.0], requires_grad=True)])
    assert mine.schedule(0) == theirs["lr"]
    for option in ("momentum", "dampening", "lr_decay", "eps", "alpha", "betas"):
        if option in theirs and hasattr(mine, option):
            assert getattr(mine, option) == theirs[option], option
    decay = mine.weight_decay
    assert decay == theirs["weight_decay"]


def test_an_optimizer_without_an_update_says_so():
    w = Tensor([1.0], requires_grad=True)
    optimizer = optimizers.Optimizer([w], 0.1)
    w.grad = np.ones(1)
    with pytest.raises(NotImplementedError, match="write its method update"):
        optimizer.step()


# --- settings that are changed on the way


@pytest.mark.parametrize(
    ("name", "options", "changes"),
    [
        ("SGD", {"lr": 0.1}, {"lr": 0.03}),
        ("SGD", {"lr": 0.1}, {"lr": 0.0}),
        ("SGD", {"lr": 0.1}, {"momentum": 0.9}),
        ("SGD", {"lr": 0.1, "momentum": 0.9}, {"momentum": 0.0}),
        ("SGD", {"lr": 0.1, "momentum": 0.9}, {"momentum": 0.5, "dampening": 0.2}),
        ("SGD", {"lr": 0.1, "momentum": 0.9}, {"nesterov": True}),
        ("SGD", {"lr": 0.1}, {"weight_decay": 0.5}),
        ("Adagrad", {"lr": 0.1}, {"lr_decay": 0.5, "eps": 0.1, "weight_decay": 0.1}),
        ("RMSprop", {"lr": 0.01}, {"alpha": 0.5, "eps": 0.1}),
        ("RMSprop", {"lr": 0.01, "momentum": 0.9}, {"momentum": 0.5}),
        ("Adam", {"lr": 0.1}, {"lr": 0.5, "betas": (0.5, 0.9), "eps": 0.1, "weight_decay": 0.1}),
        ("AdamW", {"lr": 0.1}, {"weight_decay": 0.5, "lr": 0.01}),
    ],
)
def test_a_setting_that_is_changed_holds_from_the_next_step_on_as_in_pytorch(name, options, changes):
    """``optimizer.lr = 0.0`` was taken and ignored, and so was AdamW's decay."""
    w = Tensor([1.0, -2.0, 0.5], requires_grad=True)
    other = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64, requires_grad=True)
    mine, theirs = getattr(optimizers, name)([w], **options), getattr(torch.optim, name)([other], **options)
    for step in range(6):
        if step == 3:
            for setting, value in changes.items():
                setattr(mine, setting, value)
                assert getattr(mine, setting) == value
            theirs.param_groups[0].update(changes)
        w.grad = np.cos(w.data + step)
        other.grad = torch.cos(other.detach() + step)
        mine.step()
        theirs.step()
        np.testing.assert_allclose(w.data, other.detach().numpy(), rtol=1e-12)


def test_a_momentum_that_comes_later_begins_with_no_velocity():
    """It was a bare KeyError: 'velocity'."""
    w = Tensor([1.0], requires_grad=True)
    optimizer = optimizers.RMSprop([w], lr=0.1)
    w.grad = np.ones(1)
    optimizer.step()
    optimizer.momentum = 0.9
    optimizer.step()
    assert optimizer.state[0]["velocity"] > 0


def test_a_schedule_may_take_the_place_of_a_rate_and_a_rate_that_of_a_schedule():
    w = Tensor([1.0], requires_grad=True)
    optimizer = optimizers.SGD([w], lr=0.5)
    w.grad = np.ones(1)
    optimizer.step()
    optimizer.lr = descent.exponential_decay(1.0, 0.5)
    optimizer.step()
    assert w.data == pytest.approx(1 - 0.5 - 0.5)
    optimizer.lr = 0.25
    optimizer.step()
    assert w.data == pytest.approx(-0.25)


@pytest.mark.parametrize(
    ("name", "setting", "value", "error", "message"),
    [
        ("SGD", "lr", -1.0, ValueError, "lr: expected 0 or a positive number"),
        ("SGD", "lr", "fast", TypeError, "lr: expected one number"),
        ("SGD", "momentum", 1.0, ValueError, "momentum: expected a number below 1"),
        ("SGD", "nesterov", True, ValueError, "nesterov: needs a momentum"),
        ("Adam", "betas", (0.9, 1.0), ValueError, r"betas\[1\]"),
        ("Adam", "betas", 0.9, ValueError, "betas: expected two numbers"),
        (
            "Adam",
            "momentum",
            0.9,
            AttributeError,
            "Adam has no setting 'momentum'. It has lr, weight_decay, betas, eps",
        ),
        ("SGD", "learning_rate", 0.1, AttributeError, r"no setting 'learning_rate'.*optimizer\.lr = "),
        ("SGD", "schedule", 0.1, AttributeError, "no setting 'schedule'"),
    ],
)
def test_a_setting_that_is_wrong_or_unknown_is_refused_and_changes_nothing(name, setting, value, error, message):
    w = Tensor([1.0], requires_grad=True)
    optimizer = getattr(optimizers, name)([w], lr=0.1)
    before = {key: getattr(optimizer, key) for key in optimizer.settings}
    with pytest.raises(error, match=message):
        setattr(optimizer, setting, value)
    assert {key: getattr(optimizer, key) for key in optimizer.settings} == before
    w.grad = np.ones(1)
    optimizer.step()


def test_groups_of_parameters_are_told_to_take_several_optimizers():
    optimizer = optimizers.SGD([Tensor([1.0], requires_grad=True)])
    with pytest.raises(AttributeError, match="make several optimizers"):
        optimizer.param_groups[0]["lr"] = 0.1


def test_an_optimizer_of_ones_own_may_have_attributes_of_its_own():
    class Signs(optimizers.Optimizer):
        def __init__(self, params, lr, momentum):
            super().__init__(params, lr)
            self.momentum = momentum

        def update(self, theta, g, state, rate):
            theta -= rate * np.sign(g)

    w = Tensor([1.0], requires_grad=True)
    optimizer = Signs([w], 0.1, 0.9)
    optimizer.momentum = 2
    w.grad = np.full(1, 7.0)
    optimizer.step()
    assert w.data == pytest.approx(0.9)


def test_a_module_in_place_of_its_parameters_is_told_what_to_write():
    network = layers.Sequential(layers.Linear(2, 1, generator=np.random.default_rng(0)))
    for wrong in (network, network[0], network.parameters):
        with pytest.raises(TypeError, match=r"model\.parameters\(\)"):
            optimizers.SGD(wrong)


# --- Adam by the letter


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.0, 0.0), (0.5, 0.9)])
def test_the_fast_form_of_adam_is_the_formula(betas, dtype):
    generator = np.random.default_rng(0)
    w = Tensor(generator.normal(size=(5, 3)).astype(dtype), requires_grad=True)
    optimizer = optimizers.Adam([w], lr=0.1, betas=betas, eps=1e-3)
    theta, m, v = w.data.astype(np.float64), np.zeros((5, 3)), np.zeros((5, 3))
    for t in range(1, 30):
        w.grad = generator.normal(size=(5, 3)).astype(dtype)
        theta, m, v = optimizers.adam_step(theta, w.grad.astype(np.float64), m, v, t, 0.1, betas, 1e-3)
        optimizer.step()
        np.testing.assert_allclose(w.data, theta, rtol=1e-12 if dtype is np.float64 else 1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
@pytest.mark.parametrize("size", [1e19, 1e20, 1e-19])
def test_large_and_small_gradients_in_float32_go_the_way_of_pytorch(name, size):
    """At 10¹⁹ the sum of squares overflowed, and every step was 0."""
    w = Tensor(np.ones(3, np.float32), requires_grad=True)
    other = torch.ones(3, requires_grad=True)
    mine, theirs = getattr(optimizers, name)([w], lr=0.1), getattr(torch.optim, name)([other], lr=0.1)
    for _ in range(20):
        w.grad = np.full(3, size, np.float32)
        other.grad = torch.full((3,), size)
        mine.step()
        theirs.step()
        np.testing.assert_allclose(w.data, other.detach().numpy(), rtol=1e-5, atol=1e-6)
    assert np.isfinite(w.data).all()
