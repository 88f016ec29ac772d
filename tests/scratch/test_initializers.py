"""How weights begin: means, variances, bounds, orthogonality, against their formulas and torch.nn.init."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from dlcourse.scratch import initializers

SHAPE = (300, 200)
FAN_IN, FAN_OUT = 200, 300
KERNEL = (40, 30, 3, 5)

VARIANCES = {
    "normal": (lambda shape, **options: initializers.normal(shape, 0.02, **options), lambda i, o: 0.02**2),
    "uniform": (lambda shape, **options: initializers.uniform(shape, 0.3, **options), lambda i, o: 0.3**2 / 3),
    "lecun_normal": (initializers.lecun_normal, lambda i, o: 1 / i),
    "xavier_uniform": (initializers.xavier_uniform, lambda i, o: 2 / (i + o)),
    "xavier_uniform, gain": (
        lambda shape, **options: initializers.xavier_uniform(shape, 3.0, **options),
        lambda i, o: 9 * 2 / (i + o),
    ),
    "xavier_normal": (initializers.xavier_normal, lambda i, o: 2 / (i + o)),
    "xavier_normal, gain": (
        lambda shape, **options: initializers.xavier_normal(shape, 3.0, **options),
        lambda i, o: 9 * 2 / (i + o),
    ),
    "kaiming_normal": (initializers.kaiming_normal, lambda i, o: 2 / i),
    "kaiming_uniform": (initializers.kaiming_uniform, lambda i, o: 2 / i),
}


@pytest.mark.parametrize("shape", [SHAPE, KERNEL])
@pytest.mark.parametrize("name", VARIANCES)
def test_mean_and_variance_are_those_of_the_formula(name, shape):
    """Within five standard errors, of n draws: of the mean σ/√n, of the variance at most σ² √(2/n)."""
    make, variance = VARIANCES[name]
    field = math.prod(shape[2:])
    expected = variance(shape[1] * field, shape[0] * field)
    weights = make(shape, generator=np.random.default_rng(0), dtype=np.float64)
    assert weights.shape == shape
    assert abs(weights.mean()) < 5 * math.sqrt(expected / weights.size)
    assert weights.var() == pytest.approx(expected, rel=5 * math.sqrt(2 / weights.size))


@pytest.mark.parametrize("name", VARIANCES)
def test_draws_follow_the_normal_or_the_uniform_distribution(name):
    make, variance = VARIANCES[name]
    deviation = math.sqrt(variance(FAN_IN, FAN_OUT))
    draws = make(SHAPE, generator=np.random.default_rng(1), dtype=np.float64).ravel()
    bound = math.sqrt(3) * deviation
    expected = stats.uniform(-bound, 2 * bound) if "uniform" in name else stats.norm(0, deviation)
    assert stats.kstest(draws, expected.cdf).pvalue > 1e-3
    if "uniform" in name:
        assert np.abs(draws).max() <= bound


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("xavier_uniform", torch.nn.init.xavier_uniform_),
        ("xavier_normal", torch.nn.init.xavier_normal_),
        ("kaiming_normal", lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu")),
        ("kaiming_uniform", lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu")),
    ],
)
@pytest.mark.parametrize("shape", [SHAPE, KERNEL])
def test_distributions_are_those_of_pytorch(name, theirs, shape):
    weights = getattr(initializers, name)(shape, generator=np.random.default_rng(2)).ravel()
    torch.manual_seed(0)
    expected = theirs(torch.empty(shape)).numpy().ravel()
    assert stats.ks_2samp(weights, expected).pvalue > 1e-3


@pytest.mark.parametrize("shape", [(5, 5), (7, 4), (4, 7), (1, 6), (6, 1), (8, 2, 2), (4, 3, 2, 2)])
@pytest.mark.parametrize("gain", [1.0, 2.5])
def test_orthogonal_weights_have_orthogonal_rows_or_columns_of_length_gain(shape, gain):
    weights = initializers.orthogonal(shape, gain, generator=np.random.default_rng(0), dtype=np.float64)
    assert weights.shape == shape
    flat = weights.reshape(shape[0], -1)
    product = flat @ flat.T if flat.shape[0] <= flat.shape[1] else flat.T @ flat
    np.testing.assert_allclose(product, gain**2 * np.eye(len(product)), atol=1e-12)


def test_a_square_orthogonal_matrix_keeps_lengths():
    weights = initializers.orthogonal((30, 30), generator=np.random.default_rng(0), dtype=np.float64)
    x = np.random.default_rng(1).normal(size=30)
    assert np.linalg.norm(weights @ x) == pytest.approx(np.linalg.norm(x))


def test_orthogonal_matrices_prefer_no_direction():
    """Without the signs of R taken out, the diagonal of Q would lean to one sign."""
    generator = np.random.default_rng(0)
    corners = [initializers.orthogonal((3, 3), generator=generator)[0, 0] for _ in range(600)]
    assert stats.kstest(corners, stats.uniform(-1, 2).cdf).pvalue > 1e-3  # even: the sphere's, in three dimensions


def test_zeros_and_constants():
    assert not initializers.zeros((2, 3)).any()
    assert initializers.zeros((2, 3)).dtype == np.float32
    np.testing.assert_array_equal(initializers.constant((2, 3), 0.5, np.float64), np.full((2, 3), 0.5))
    assert initializers.zeros((3,)).shape == (3,)


DRAWN = ["lecun_normal", "xavier_uniform", "xavier_normal", "kaiming_normal", "kaiming_uniform", "orthogonal"]


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_seed_gives_the_same_weights_and_the_dtype_asked_for(name):
    make = getattr(initializers, name)
    first, second = (make((4, 3), generator=np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.dtype == np.float32
    assert (first != make((4, 3), generator=np.random.default_rng(6))).all()
    double = make((4, 3), generator=np.random.default_rng(5), dtype=np.float64)
    assert double.dtype == np.float64
    np.testing.assert_array_equal(double.astype(np.float32), first)


@pytest.mark.parametrize(
    ("shape", "expected"), [((4, 3), (3, 4)), ((8, 3, 5, 5), (75, 200)), ((8, 3, 2), (6, 16)), ((1, 1), (1, 1))]
)
def test_fans_are_those_of_pytorch(shape, expected):
    assert initializers.fans(shape) == expected
    assert torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape)) == expected


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("shape", [(3,), ()])
def test_weights_have_two_axes_at_least(name, shape):
    with pytest.raises(ValueError, match=r"expected a weight \(out, in\)"):
        getattr(initializers, name)(shape, generator=np.random.default_rng(0))


def test_what_is_no_size_no_spread_or_no_generator_is_refused():
    generator = np.random.default_rng(0)
    with pytest.raises(ValueError, match="a size in shape"):
        initializers.normal((0, 3), generator=generator)
    with pytest.raises(TypeError, match="a size in shape"):
        initializers.uniform((2.5, 3), 1.0, generator=generator)
    with pytest.raises(ValueError, match="std: expected a positive number"):
        initializers.normal((2, 3), -1.0, generator=generator)
    with pytest.raises(ValueError, match="bound: expected a positive number"):
        initializers.uniform((2, 3), -1.0, generator=generator)
    with pytest.raises(TypeError, match="random generator"):
        initializers.kaiming_normal((2, 3), generator=0)
    with pytest.raises(TypeError, match="value: expected one number"):
        initializers.constant((2, 3), "a")
    assert not initializers.normal((2, 3), 0.0, generator=generator).any()
    assert not initializers.uniform((2, 3), 0, generator=generator).any()
