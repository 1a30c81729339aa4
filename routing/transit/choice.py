"""The lanes that a filter leaves.

A filter leaves a lane in whole or out: its trips have the same route, booking rule and flags. What
is out has no slots in the records that a search goes by; the arrays behind them are shared.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.timetable import I32
from routing.transit.arrays import END_SLOT, N_SLOTS, RECORD, RULE, Lanes

KEPT: Final = 8
"""Filters remembered for each direction of a day view."""


class LaneChoice(NamedTuple):
    """What a filter leaves of the lanes of a view in one direction."""

    records: I32
    """(L * RECORD,) the lane records; those left out have no slots."""
    need_booking: I32
    """Lanes left in that need a booking."""


def choose_lanes(lanes: Lanes, is_taken: npt.NDArray[np.bool_]) -> LaneChoice:
    """Return the lanes whose trips are taken; ``is_taken`` is (T,), for all that slots may name."""
    records = lanes.records.copy()
    rows = records.reshape(-1, RECORD)
    lane = np.flatnonzero(rows[:, N_SLOTS])
    left_out = lane[~is_taken[lanes.slot_trip[lanes.slot_ptr[lane]]]]
    rows[left_out, N_SLOTS] = rows[left_out, END_SLOT] = 0
    need_booking = np.flatnonzero((rows[:, RULE] != 0) & (rows[:, N_SLOTS] != 0))
    return LaneChoice(records, need_booking.astype(np.int32))
