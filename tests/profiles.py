"""What runs by day and what by night: `python -m pytest --hypothesis-profile=nightly` runs everything.

By day one of each kind runs, so that a fault shows within minutes; the whole matrix runs in the profile "nightly".
"""

from collections.abc import Sequence
from typing import TypeVar

import pytest
from hypothesis import settings

Any = TypeVar("Any")

NIGHTLY = settings.get_current_profile_name() == "nightly"
nightly = pytest.mark.nightly  # conftest.py leaves such tests out by day


def by_day(chosen: Sequence[Any], everything: Sequence[Any]) -> Sequence[Any]:
    """What is tried: everything by night, by day what was chosen."""
    return everything if NIGHTLY else chosen
