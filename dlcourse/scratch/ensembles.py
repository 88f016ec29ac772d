"""Ensembles: several networks that answer together, and why the mean is seldom worse than its members.

p_k (n, classes) are the probabilities that member k of m gives, p̄ = (1/m) Σ_k p_k is the ensemble's answer, y (n,) the
labels. Since −log is convex, the cross-entropy of p̄ is at most the *mean* cross-entropy of the members (not that of the
best one), whatever the members are. For the squared error, here to the one-hot label e_y (the Brier score), the gain is
known exactly: it is the *ambiguity*, the mean squared distance of the members from p̄. Equal members gain nothing.
Source: Krogh and Vedelsby (1995), "Neural network ensembles, cross validation, and active learning", equation 6;
of probabilities as such Lakshminarayanan, Pritzel and Blundell (2017), "Simple and scalable predictive uncertainty
estimation using deep ensembles".
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.validation import check_labels, check_probabilities, check_same_length, check_shape


class Ambiguity(NamedTuple):
    """ensemble = members − ambiguity: the squared error of the mean, the mean of theirs, and their spread."""

    ensemble: float
    members: float
    ambiguity: float


def mean_of_probabilities(members: ArrayLike) -> Array:
    """p̄ (n, classes), the mean over the members' probabilities (m, n, classes). Its rows sum to 1 again.

    Raises ValueError for other shapes, and for numbers that are no probabilities: logits are not averaged here, since
    each member may have its own scale.
    """
    return np.asarray(_members(members).mean(axis=0))


def majority(members: ArrayLike) -> Array:
    """The class that most members choose, (n,) int64, from their probabilities (m, n, classes); of several the first.

    It forgets how sure each member is. Raises ValueError as ``mean_of_probabilities``.
    """
    votes = _members(members).argmax(axis=2)
    classes = np.shape(members)[2]
    counts = np.stack([(votes == label).sum(axis=0) for label in range(classes)], axis=1)
    return np.asarray(counts.argmax(axis=1), np.int64)


def squared_errors(members: ArrayLike, labels: ArrayLike) -> Ambiguity:
    """The ensemble's squared error in its two parts, means over the examples of sums over the classes.

    members: (m, n, classes) probabilities; labels: (n,). (1/m) Σ_k ‖p_k − e_y‖² = ‖p̄ − e_y‖² + (1/m) Σ_k ‖p_k − p̄‖²:
    the spread around a mean, as variance and bias are parts of a mean square. Raises ValueError or TypeError for what
    does not fit.
    """
    p = _members(members)
    y = check_labels(labels, "labels", p.shape[2])
    check_same_length(**{"each member": p[0], "labels": y})
    target, mean = np.eye(p.shape[2])[y], p.mean(axis=0)

    def apart(first: Array, second: Array) -> float:
        return float(((first - second) ** 2).sum(axis=-1).mean())

    return Ambiguity(apart(mean, target), apart(p, target), apart(p, mean))


def _members(members: ArrayLike) -> Array:
    p = check_shape(members, ("members", "n", "classes"), "members")
    if not p.size:
        raise ValueError(f"members: expected at least one member, example and class, received shape {p.shape}.")
    return check_probabilities(p, "members", axis=2, tolerance=1e-4).astype(np.float64)
