"""How fast a rider changes vehicles, and how much time to spare each change must leave."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from routing.timetable import I32

WALK_MPS: Final = 1.33
"""Walking speed that the times of a timetable's transfers are meant for (HBS 2015)."""
MOST_PERCENT: Final = 1000
MOST_BUFFER_S: Final = 3600


@dataclass(frozen=True, slots=True)
class TransferPace:
    """What becomes of the timetable's transfer and change times.

    A slow rider needs ``percent`` of every time. A quick one gains only where the way is known in
    metres: what the feed gives as a time, and changing at one stop, is never shorter than that,
    since it holds for what is not walking, too. ``buffer_s`` comes on top of each change.
    """

    percent: int = 100
    """Of the time at ``WALK_MPS``, rounded up to the second."""
    buffer_s: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.percent <= MOST_PERCENT:
            raise ValueError(f"a pace is 1 to {MOST_PERCENT} per cent: {self.percent}")
        if not 0 <= self.buffer_s <= MOST_BUFFER_S:
            raise ValueError(f"the buffer must be 0 to {MOST_BUFFER_S} s long: {self.buffer_s}")

    def change_s(self, seconds: I32) -> I32:
        """Return how long changes that the timetable gives as times take."""
        return (_scaled(seconds, max(self.percent, 100)) + self.buffer_s).astype(np.int32)

    def hop_s(self, seconds: I32, metres: I32) -> I32:
        """Return how long the timetable's transfers take; ``metres`` is negative if unknown."""
        timed = _scaled(seconds, max(self.percent, 100))
        walked = np.where(metres >= 0, _scaled(seconds, self.percent), timed)
        return (walked + self.buffer_s).astype(np.int32)


USUAL: Final = TransferPace()
"""The times of the timetable."""


def pace_of(walk_mps: float, buffer_s: int = 0) -> TransferPace:
    """Return the pace of somebody who walks at a speed."""
    return TransferPace(int(np.ceil(round(100 * WALK_MPS / walk_mps, 6))), buffer_s)


def _scaled(seconds: I32, percent: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return -(-seconds.astype(np.int64) * percent // 100)
