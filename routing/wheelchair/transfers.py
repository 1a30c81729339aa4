"""Changing vehicles in a wheelchair: how long each of the timetable's transfers takes, if it can.

A wheelchair's way is never quicker than the way on foot, so these are two further columns of the
timetable's transfers: as exact and as complete as those, used as one hop and never chained.
"""

from typing import Final, NamedTuple

import numpy as np

from routing.timetable import I32, Timetable

NO_WAY: Final = -1
"""No way is known that a wheelchair can use within the transfers' budget."""
BARRED: Final = -2
"""The feed's pathways say that the way within the station has steps or is too narrow or steep."""


class WheelTransfers(NamedTuple):
    """For each of a timetable's F transfers, seconds as ``transfer_s``, or ``NO_WAY``, ``BARRED``.

    Where both times are the same, the quickest way is verified.
    """

    usable_s: I32
    """(F,) by ways that nothing speaks against, whether or not all is known of them."""
    verified_s: I32
    """(F,) by ways of which all is known; never less than ``usable_s``."""


def unknown_transfers(timetable: Timetable) -> WheelTransfers:
    """Return transfers of which nothing is known but the time on foot."""
    foot_s = np.asarray(timetable.transfer_s, np.int32)
    here = timetable.stop_of[transfer_origins(timetable)]
    at_one_stop = here == timetable.stop_of[timetable.transfer_stop]
    verified_s = np.where(at_one_stop, foot_s, NO_WAY).astype(np.int32)
    return WheelTransfers(foot_s, verified_s)


def transfer_origins(timetable: Timetable) -> I32:
    """Return (F,) the stop that each transfer leaves."""
    stops = np.arange(timetable.n_stops, dtype=np.int32)
    return np.repeat(stops, np.diff(timetable.transfer_ptr))


def transfer_between(timetable: Timetable, origin: int, target: int) -> int | None:
    """Return a row of the transfers between two stops that riders know, or None.

    Rows between boarding points of the same two stops are about the same way.
    """
    for point in timetable.points_at(np.array([origin])).tolist():
        first, last = timetable.transfer_ptr[point : point + 2].tolist()
        there = timetable.stop_of[timetable.transfer_stop[first:last]]
        rows = np.flatnonzero(there == target)
        if rows.size:
            return int(first + rows[0])
    return None
