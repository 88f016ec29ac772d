"""What readers of chapter 7 are told of answers in another style; the numbers of the four runs to diagnose."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from dlcourse.chapters.optimization import exercises
from dlcourse.chapters.optimization.exercises.choices import TABLE
from dlcourse.scratch.whitening import Whitening

READ = (0, 40, 80, 120, 160)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))


def one_step(kind, theta, g, state, **settings):
    """A step of an optimizer of PyTorch that remembers ``state``: θ and what it remembers then."""
    parameter = torch.tensor(theta, requires_grad=True)
    parameter.grad = torch.tensor(g)
    optimizer = kind([parameter], **settings)
    optimizer.state[parameter] = {name: torch.tensor(value) for name, value in state.items()}
    optimizer.step()
    return parameter.detach().numpy(), {name: np.array(value) for name, value in optimizer.state[parameter].items()}


def adam_of_pytorch(theta, g, m, v, t, rate, betas, eps, weight_decay=0.0, kind=torch.optim.Adam):
    state = {"step": float(t - 1), "exp_avg": m, "exp_avg_sq": v}
    theta, after = one_step(kind, theta, g, state, lr=rate, betas=betas, eps=eps, weight_decay=weight_decay)
    return theta, after["exp_avg"], after["exp_avg_sq"]


def adamw_of_pytorch(*call):
    return adam_of_pytorch(*call, kind=torch.optim.AdamW)


def momentum_of_pytorch(theta, g, v, rate, momentum, average=False):
    if not momentum:
        return theta - rate * g, g
    dampening = momentum if average else 0
    theta, after = one_step(
        torch.optim.SGD, theta, g, {"momentum_buffer": v}, lr=rate, momentum=momentum, dampening=dampening
    )
    return theta, after["momentum_buffer"]


def newton_by_inverse(theta, g, hessian):
    return theta + np.linalg.inv(hessian).dot(-g)


def momentum_in_a_loop(theta, g, v, rate, momentum, average=False):
    new_theta, new_v = theta.copy(), v.copy()
    for place in np.ndindex(theta.shape):
        new_v[place] = momentum * v[place] + (g[place] * (1 - momentum) if average else g[place])
        new_theta[place] -= rate * new_v[place]
    return new_theta, new_v


def whitened_by_cholesky(x):
    factor = np.linalg.cholesky(np.atleast_2d(np.cov(x, rowvar=False)))
    return np.linalg.solve(factor, (x - x.mean(axis=0)).T).T


def whitened_by_scikit_learn(x):
    return PCA(whiten=True).fit_transform(x)


def whitened_by_singular_values(x):
    return np.linalg.svd(x - x.mean(axis=0), full_matrices=False)[0] * np.sqrt(len(x) - 1)


def whitened_with_a_number_under_the_root(x, added=1e-8):
    variances, axes = np.linalg.eigh(np.cov(x, rowvar=False))
    return (x - x.mean(axis=0)) @ axes / np.sqrt(variances + added)


def whitened_and_turned_back(x):
    return Whitening.fit(x, "zca").apply(x)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (exercises.whiten, whitened_by_cholesky),
        (exercises.whiten, whitened_by_scikit_learn),
        (exercises.whiten, whitened_by_singular_values),
        (exercises.whiten, whitened_and_turned_back),
        (exercises.whiten, whitened_with_a_number_under_the_root),
        (exercises.adam_step, adam_of_pytorch),
        (exercises.adamw_step, adamw_of_pytorch),
        (exercises.momentum_step, momentum_of_pytorch),
        (exercises.momentum_step, momentum_in_a_loop),
        (exercises.newton_step, newton_by_inverse),
    ],
)
def test_right_answers_in_another_style_pass(exercise, answer):
    verdict = exercise.examine(answer)
    assert verdict.passed, verdict.text()


@pytest.mark.parametrize(
    ("answer", "mistake", "words"),
    [
        (lambda x: np.random.default_rng(0).normal(size=x.shape), None, "not 0"),
        (
            lambda x: whitened_by_cholesky(np.random.default_rng(0).normal(size=x.shape)),
            None,
            "no linear map of the inputs",
        ),
        (lambda x: whitened_by_cholesky(x).tolist(), None, "expected is a NumPy array of shape (30, 2)"),
        (lambda x: whitened_by_cholesky(x).T, None, "Your result has the shape (2, 30); expected is that of `x`"),
        (lambda x: whitened_by_cholesky(x) / 0 * 0, None, "not finite"),
        (lambda x: (x - x.mean(axis=0)) @ PCA().fit(x).components_.T, "turned_only", "Divide each column by"),
        (lambda x: x - x.mean(axis=0), "centred_only", "nothing else changes"),
        (lambda x: PCA().fit_transform((x - x.mean(axis=0)) / x.std(axis=0)), None, "The variance of your feature"),
        (lambda x: (x - x.mean(axis=0)) / x.std(axis=0, ddof=1), None, "still vary together: the covariance of 0 and"),
        (lambda x: whitened_with_a_number_under_the_root(x, 1e-4), None, ", not 1"),
        (lambda x: whitened_by_singular_values(x) / np.sqrt(len(x) - 1), "no_divisor", "each column has length 1"),
    ],
)
def test_what_is_not_white_is_told_by_what_it_is_like_however_it_is_turned(answer, mistake, words):
    with np.errstate(all="ignore"):
        verdict = exercises.whiten.examine(answer)
    assert verdict.mistake == mistake
    assert words in verdict.message


def test_adam_with_the_correction_moved_into_the_rate_is_right_but_for_where_eps_stands():
    """As in section 2 of Kingma and Ba."""

    def with_eps(of):
        def adam_step(theta, g, m, v, t, rate, betas, eps):
            m, v = betas[0] * m + (1 - betas[0]) * g, betas[1] * v + (1 - betas[1]) * g * g
            root = np.sqrt(1 - betas[1] ** t)
            return theta - rate * root / (1 - betas[0] ** t) * m / (np.sqrt(v) + of(eps, root)), m, v

        return adam_step

    assert exercises.adam_step.examine(with_eps(lambda eps, root: eps * root)).passed
    verdict = exercises.adam_step.examine(with_eps(lambda eps, root: eps))
    assert (verdict.status, verdict.mistake) == ("not yet", "eps_before_the_correction"), verdict.text()


# --- the four runs


def run(gradient, start, rate):
    theta, path, gradients = np.array(start), [], []
    for _ in range(READ[-1] + 1):
        path.append(theta)
        gradients.append(gradient(theta))
        theta = theta - rate * gradients[-1]
    return np.array(path), np.array(gradients)


def bowl(*curvatures):
    return lambda theta: np.array(curvatures) * theta, lambda path: (np.array(curvatures) * path**2).sum(axis=1) / 2


def four_runs():
    """By letter: the losses, the gradients that were used."""
    steep, steep_loss = bowl(1.0, 10.0)
    valley, valley_loss = bowl(1.0, 200.0)
    round_, round_loss = bowl(1.0, 1.0)
    generator = np.random.default_rng(0)
    runs = {
        "P": (*run(lambda theta: np.array([theta[0], theta[1] ** 3 - theta[1]]), [1.0, 1e-4], 0.1),
              lambda path: path[:, 0] ** 2 / 2 + (path[:, 1] ** 2 - 1) ** 2 / 4),
        "Q": (*run(steep, [1.0, 0.01], 0.203), steep_loss),
        "R": (*run(valley, [1.0, 0.3], 0.005), valley_loss),
        "S": (*run(lambda theta: round_(theta) + generator.normal(size=2), [2.0, 2.0], 0.1), round_loss),
    }  # fmt: skip
    return {letter: (loss(path), gradients) for letter, (path, gradients, loss) in runs.items()}


def rows(letter, losses, gradients):
    lengths = np.linalg.norm(gradients, axis=1)
    cosines = (gradients[1:] * gradients[:-1]).sum(axis=1) / (lengths[1:] * lengths[:-1])
    told = [f"{losses[k]:.2f}" for k in READ], [f"{lengths[k]:.2f}" for k in READ]
    told[1][0] = f"{lengths[0]:.1f}"
    cosine = f"{cosines[-80:].mean():.1f}".replace("-", "−")
    return (
        f"| **{letter}**: loss | {' | '.join(told[0])} | {cosine} |\n| {letter}: gradient | {' | '.join(told[1])} | |"
    )


def test_the_table_holds_the_numbers_of_runs_that_do_what_the_answer_says():
    runs = four_runs()
    for letter, (losses, gradients) in runs.items():
        assert rows(letter, losses, gradients) in TABLE
    losses = {letter: found[0] for letter, found in runs.items()}
    assert (np.diff(losses["P"]) < 0).all()  # it leaves no minimum: nowhere it climbs
    np.testing.assert_allclose(losses["R"][100:] / losses["R"][99:-1], 0.99, atol=1e-3)  # 1 % a step
    steep = runs["Q"][1][:, 1]
    np.testing.assert_allclose(steep[1:] / steep[:-1], -1.03)  # opposite, and growing by the same factor
