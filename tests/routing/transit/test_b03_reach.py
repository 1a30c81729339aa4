"""B03: from one place to every stop."""

import numpy as np
import pytest

from routing.transit.arrays import NEVER
from tests.support.timetables import network

NETWORK = network(
    """
    R1
    A     B     C
    8:05  8:10  8:20

    R2
    D     E
    8:30  9:30

    C ~ 4m ~ D
    """
)


@pytest.mark.parametrize(
    ("limit_min", "expected"),
    [(120, [None, 10, 20, None, 90]), (60, [None, 10, 20, None, None]), (5, [None] * 5)],
)
def test_reach(limit_min: int, expected: list[int | None]) -> None:
    seconds = NETWORK.search.reach(([0], [60]), NETWORK.midnight + 8 * 3600, limit_min * 60)
    assert [None if s == NEVER else s // 60 for s in seconds.tolist()] == expected
    assert seconds.dtype == np.int32


def test_reach_with_fewer_rides() -> None:
    seconds = NETWORK.search.reach(([0], [60]), NETWORK.midnight + 8 * 3600, 7200, max_rides=1)
    assert seconds[4] == NEVER
