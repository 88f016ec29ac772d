"""What exercises with several results share: saying which of them is wrong."""

from collections.abc import Callable

import numpy as np

from dlcourse.exercises.kinds.exercise import Outcome
from dlcourse.exercises.teaching.feedback import differing_entry
from dlcourse.exercises.wording import numbers_apart


def at(*names: str) -> Callable[[Outcome], str]:
    """A field for feedback: the first of several named results that differs, with its entry that differs most."""

    def told(outcome: Outcome) -> str:
        named = zip(names, outcome.expected, outcome.received, strict=True)
        wrong = [each for each in named if not np.allclose(each[1], each[2], rtol=1e-6, atol=1e-9)]
        name, right, own = wrong[0]
        *entries, where = differing_entry(right, own)
        expected, received = numbers_apart(*entries)
        place = f"[{', '.join(map(str, where))}]" if where else ""
        return f"On “{outcome.case.label}” {name}{place} should be {expected}, and you return {received}. "

    return told
