"""The lanes that a filter leaves.

A filter leaves a lane in whole or out: its trips have the same route, booking rule and flags. What
is out has no slots in the records that a search goes by; the arrays behind them are shared.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from routing.timetable import I32
from routing.transit.arrays import END_SLOT, N_SLOTS, RECORD, Lanes

KEPT: Final = 8
"""Filters remembered for each direction of a day view."""


def choose_lanes(lanes: Lanes, is_taken: npt.NDArray[np.bool_]) -> I32:
    """Return (L * RECORD,) lane records in which lanes whose trips are not taken have no slots.

    ``is_taken`` is (T,), for all trips that slots may name. Deadlines for booking close slots of
    the others as ever, and nothing of a lane without slots.
    """
    records = lanes.records.copy()
    rows = records.reshape(-1, RECORD)
    lane = np.flatnonzero(rows[:, N_SLOTS])
    left_out = lane[~is_taken[lanes.slot_trip[lanes.slot_ptr[lane]]]]
    rows[left_out, N_SLOTS] = rows[left_out, END_SLOT] = 0
    return records
