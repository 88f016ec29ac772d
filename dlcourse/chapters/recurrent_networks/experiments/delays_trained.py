"""What the networks of ``delays`` have learnt: measured once, by ``measured``, since it takes minutes."""

import numpy as np
from numpy.typing import NDArray

from dlcourse.chapters.recurrent_networks.experiments.delays import LENGTH, SEEDS, train

DISTANCES = range(1, 13)

Percents = NDArray[np.int64]


def measured(window: int = LENGTH, *, frozen: bool = False) -> Percents:
    """Trains anew (half a minute): right answers in percent, (distances, seeds). Without ``window`` nothing is cut.

    ``frozen``: only the output layer learns.
    """
    return np.rint(100 * train(DISTANCES, window, frozen=frozen)).astype(np.int64)


def _read(numbers: str) -> Percents:
    return np.array(numbers.split(), dtype=np.int64).reshape(-1, len(DISTANCES), len(SEEDS))


# Two lines for each window from 1 to 12: distances 1 to 6, then 7 to 12, three networks each.
WINDOWS = _read("""
    99 50 100  99 96 100  96 100 98  99 50 99  88 95 86  63 78 53
    55 64 58  59 65 59  52 62 61  53 64 60  57 57 63  64 62 60
    100 100 100  52 49 51  56 65 57  54 50 53  55 52 50  54 55 50
    53 52 57  50 55 55  57 52 52  50 63 51  61 52 50  53 58 56
    100 100 100  100 100 100  53 62 56  54 54 54  52 52 56  58 50 53
    56 51 53  54 52 54  49 54 53  51 56 51  51 57 49  61 49 51
    100 100 100  100 100 100  100 100 100  53 53 51  54 62 52  53 52 49
    58 51 49  50 57 57  50 51 49  50 51 53  60 53 49  55 49 51
    100 100 100  100 100 100  100 100 100  100 100 100  57 59 55  50 53 54
    50 50 50  50 53 49  50 52 51  50 50 51  52 55 49  54 56 53
    100 100 100  100 100 100  100 100 100  100 100 100  100 99 99  50 51 52
    52 52 47  55 51 50  49 58 56  52 57 55  49 48 55  55 63 54
    100 100 100  100 100 100  100 100 100  100 100 100  100 100 100  100 100 100
    54 51 54  55 52 52  50 52 51  54 54 49  51 48 52  49 52 51
    100 100 100  100 100 100  100 100 100  100 100 100  100 100 100  100 100 100
    99 98 87  50 52 51  51 56 52  50 53 54  56 49 49  49 56 57
    100 100 100  100 100 100  100 100 100  100 100 100  100 100 100  100 100 100
    100 100 99  96 59 93  55 51 54  50 50 51  58 52 55  54 50 51
    100 100 100  100 100 100  100 100 100  100 100 100  100 100 100  100 100 100
    100 100 100  96 98 59  53 93 60  50 50 55  50 48 54  49 51 52
    100 100 100  100 100 100  100 100 100  100 100 100  100 100 100  100 100 100
    100 100 100  100 100 100  57 64 61  54 52 53  51 49 49  56 49 52
    100 100 100  100 100 100  100 100 100  100 100 100  100 100 100  100 100 100
    100 100 100  100 100 100  99 98 95  56 55 53  59 60 54  53 49 53
""")
WHOLE, FROZEN = _read("""
    100 100 100  100 100 100  100 100 100  100 100 100  100 100 100  100 100 100
    100 100 100  100 100 100  100 100 100  100 100 100  100 100 100  100 100 100
    100 100 100  100 100 100  89 94 78  100 83 98  70 83 74  63 58 51
    59 56 55  50 53 54  50 51 52  51 51 49  50 50 49  49 50 51
""")
