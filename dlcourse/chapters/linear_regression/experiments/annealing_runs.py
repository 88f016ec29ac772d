"""Stochastic descent to the mean of a population, one example a step, with three learning-rate schedules."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.scratch import descent

STEPS = 10_000
SHOWN = np.unique(np.geomspace(1, STEPS, 121).round().astype(int))  # the steps that are drawn


def make_schedule(name: str, rate: float, parameter: float) -> descent.Schedule:
    """The schedule of that name; ``parameter``: decay of "exponential", half-time of "inverse", unused otherwise."""
    if name == "exponential":
        return descent.exponential_decay(rate, parameter)
    return descent.inverse_time(rate, parameter) if name == "inverse" else descent.constant(rate)


def all_schedules(rate: float, decay: float, half_time: float) -> list[tuple[str, float, float]]:
    """The three schedules that begin at ``rate``, each as the arguments of ``make_schedule``."""
    return [("constant", rate, 0.0), ("exponential", rate, decay), ("inverse", rate, half_time)]


@lru_cache(maxsize=32)
def rates_of(name: str, rate: float, parameter: float) -> Array:
    """The learning rates (10000,) of the steps 0 ... 9999; read-only."""
    schedule: Any = make_schedule(name, rate, parameter)  # a formula in k, which holds for an array of k as well
    with np.errstate(under="ignore"):  # a rate too small for a float is 0: the descent has stopped
        rates = np.broadcast_to(schedule(np.arange(STEPS)), STEPS).astype(float)
    rates.flags.writeable = False
    return rates


@lru_cache(maxsize=4)
def examples_of(seed: int) -> Array:
    """10,000 examples drawn from N(0, 1), whose mean, 0, is to be found; read-only."""
    drawn = np.random.default_rng(seed).normal(size=STEPS)
    drawn.flags.writeable = False
    return drawn


def run(name: str, rate: float, parameter: float, start: float, seed: int) -> Array:
    """The distance |theta_k| (shown steps,) of one run: theta <- theta - rate_k (theta - example_k).

    theta - example is the gradient of the example's loss (theta - example)^2 / 2. The step is linear in theta, so a run
    is the run from 0 and what is left of the start: start * product of all 1 - rate_k.
    """
    return np.abs(_run_from_zero(name, rate, parameter, seed) + start * _products(name, rate, parameter))


def expected(name: str, rate: float, parameter: float, start: float) -> Array:
    """The root mean square of theta_k over all possible runs (shown steps,), computed exactly."""
    with np.errstate(under="ignore"):
        return np.sqrt(_variances(name, rate, parameter) + (start * _products(name, rate, parameter)) ** 2)


@lru_cache(maxsize=32)
def _run_from_zero(name: str, rate: float, parameter: float, seed: int) -> Array:
    steps = zip(rates_of(name, rate, parameter).tolist(), examples_of(seed).tolist(), strict=True)
    return _shown(accumulate(steps, lambda theta, step: theta - step[0] * (theta - step[1]), initial=0.0))


@lru_cache(maxsize=32)
def _variances(name: str, rate: float, parameter: float) -> Array:
    """E theta_k^2 from 0; the example is independent of theta: E theta^2 <- (1 - rate_k)^2 E theta^2 + rate_k^2."""
    steps = rates_of(name, rate, parameter).tolist()
    return _shown(accumulate(steps, lambda square, eps: (1 - eps) ** 2 * square + eps**2, initial=0.0))


@lru_cache(maxsize=32)
def _products(name: str, rate: float, parameter: float) -> Array:
    """The product of 1 - rate_k of all steps so far: the part of the start's distance that is left."""
    with np.errstate(under="ignore"):  # next to nothing
        return _shown(np.append(1.0, np.cumprod(1 - rates_of(name, rate, parameter))))


def sums(name: str, rate: float, parameter: float) -> tuple[Array, Array]:
    """sum rate_k and sum rate_k^2 of the steps until each shown one, both (shown steps,)."""
    rates = rates_of(name, rate, parameter)
    with np.errstate(under="ignore"):
        return rates.cumsum()[SHOWN - 1], (rates**2).cumsum()[SHOWN - 1]


def inverse_square_sum(rate: float, half_time: float) -> float:
    """The sum over all k of the squared rates of 1/t: 10,000 of them, and the integral over the others."""
    counted = float(sums("inverse", rate, half_time)[1][-1])
    return counted + rate**2 * half_time**2 / (half_time + STEPS - 0.5)


@lru_cache(maxsize=32)
def uncovered(rate: float, decay: float) -> float:
    """The product over all k of 1 - rate * decay^k: the part of the start's distance that is never covered."""
    rates = rates_of("exponential", rate, decay)
    with np.errstate(under="ignore"):  # next to nothing is left
        return float(np.prod(1 - rates) * np.exp(-rates[-1] * decay / (1 - decay)))


def _shown(values: Iterable[float]) -> Array:
    """The entries at the shown steps; read-only."""
    chosen = np.array(list(values))[SHOWN]
    chosen.flags.writeable = False
    return chosen
