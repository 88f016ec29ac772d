"""Networks that ``freeze_and_tune`` trains while the reader watches: one a setting, as far as it was asked about."""

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from dlcourse.chapters.transfer_learning import tuning_map
from dlcourse.chapters.transfer_learning.transfer_runs import grid
from dlcourse.chapters.transfer_learning.tuning import DEPTH

EVERY, MOST_UPDATES = 5, 100
DRAW = 10  # the seed of its digits and its head: none of the stored runs has it


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A network on its way: the share of 500 test digits that is right, where 200 are on the map, and how alike.

    ``own``: for how many of the 200 the nearest other one is of the same class.
    """

    accuracy: float
    places: NDArray[np.float64]
    own: float


class LiveRun:
    """One network in training. What it was every 5 updates is kept, so that going back trains nothing again.

    Two shown experiments may ask the same run: a lock lets one in at a time.
    """

    def __init__(self, depth: int, labels: int, rate: float) -> None:
        self.tuned = tuning_map.training(depth, labels, rate, DRAW)
        self.watched, mapped = tuning_map.watched()
        self.rows = np.array([np.flatnonzero(self.watched.labels == digit)[: len(mapped) // 10] for digit in range(10)])
        self.before = self.tuned.before(self.watched.inputs)
        self.snapshots: list[Snapshot] = []
        self._lock = Lock()

    def upto(self, updates: int) -> list[Snapshot]:
        """The snapshots after 0, 5, 10 … updates, up to ``updates``, a multiple of 5."""
        with self._lock:
            while len(self.snapshots) <= updates // EVERY:
                self.tuned.train(len(self.snapshots) * EVERY)
                self.snapshots.append(self._look())
            return self.snapshots[: updates // EVERY + 1]

    def _look(self) -> Snapshot:
        """The network as it is now: what the head reads of the test digits is computed once for all three."""
        import torch

        features = self.tuned.features(self.before)
        with torch.no_grad():
            answers = self.tuned.tail[-1](torch.from_numpy(features)).argmax(dim=1).numpy()
        mapped, labels = features[self.rows.ravel()], self.watched.labels[self.rows.ravel()]
        places = tuning_map.places(mapped, grid().basis)
        accuracy = float((answers == self.watched.labels).mean())
        return Snapshot(accuracy, places, tuning_map.among_own(mapped, labels))


@lru_cache(maxsize=16)
def _run(depth: int, labels: int, rate: float) -> LiveRun:
    return LiveRun(depth, labels, rate)


def live_run(depth: int, labels: int, rate: float) -> LiveRun:
    """The run of these settings, as far as it was trained until now; where all is frozen the rate is no setting."""
    return _run(depth, labels, 0.0 if depth == DEPTH else rate)
