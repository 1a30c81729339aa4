"""The arrays that the kernels work on: lanes of one span of days, as documented records.

A **lane** is a list of trips with the same stops, route and flags, pick-up and booking rules,
none of which overtakes another; its trips stand in **slots**, ordered by time. Stops are numbered
by **rank** (their place along a Hilbert curve), so that neighbours share cache lines. Times are
seconds since the epoch of the day view.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.timetable import I32, U16

U64 = npt.NDArray[np.uint64]

NEVER: Final = 2**31 - 1
"""The time of what cannot be reached; its negative, of a departure nobody can catch."""

RECORD: Final = 8
"""Fields of a lane record: one half of a cache line."""
N_STOPS: Final = 0
"""Positions of the lane."""
N_SLOTS: Final = 1
"""Trips of the lane."""
STOP_AT: Final = 2
"""Where its positions start in ``stops``."""
EVENT_AT: Final = 3
"""Where its events start in ``departures`` and ``arrivals``."""
MARK_AT: Final = 4
"""Where its words start in the workspace's ``position_marks``."""
FIRST_SLOT: Final = 5
"""First slot that may be used; everything before cannot be booked any more."""
END_SLOT: Final = 6
"""One past the last slot that may be used."""
RULE: Final = 7
"""Row of the workspace's ``windows``: 0 for lanes that need no booking."""

TICK_BITS: Final = 11
"""A tick is ``2 ** TICK_BITS`` = 2048 seconds; 64 of them are one turn of the dial, 36 hours."""


class Lanes(NamedTuple):
    """The trips of a day view in one direction of time. All arrays are one-dimensional.

    Shapes use L lanes, P positions (stops over all lanes), E events, N stops, K slots (trips over
    all lanes), B and A positions at which riders may board and alight, H transfers.
    """

    records: I32
    """(L * RECORD,) the lane records."""
    stops: I32
    """(P,) stop rank of each position."""
    departures: I32
    """(E,) seconds, by lane, then position, then slot; ``-NEVER`` where nobody may board."""
    arrivals: I32
    """(E,) seconds, by lane, then slot, then position; ``NEVER`` where nobody may alight."""
    boarding_ptr: I32
    """(N+1,) where the boardings of each stop start, counted in pairs."""
    boardings: I32
    """(B * 2,) word of ``position_marks``, then ``lane << 6 | bit``."""
    boarding_ticks: U64
    """(B,) the ticks of the dial in which the lane departs from there on any of its days."""
    alighting_ptr: I32
    """(N+1,) where the alightings of each stop start, counted in pairs."""
    alightings: I32
    """(A * 2,) lane, position."""
    hop_ptr: I32
    """(N+1,) where the transfers leaving each stop start, counted in pairs."""
    hops: I32
    """(H * 2,) stop rank reached, seconds; ascending seconds within a stop."""
    hop_in_ptr: I32
    """(N+1,) where the transfers reaching each stop start, counted in pairs."""
    hops_in: I32
    """(H * 2,) stop rank they leave, seconds; ascending seconds within a stop."""
    bounds: U16
    """(C * B,) seconds at least from each block of stops to each cluster; empty if unknown."""
    haste: I32
    """(B + C,) seconds at least from each block to a stop of a vehicle that may be faster than
    the bounds know, then from such a stop to each cluster."""
    change_s: I32
    """(N,) seconds between alighting and boarding at the same stop."""
    slot_ptr: I32
    """(L+1,) where the slots of each lane start."""
    slot_trip: I32
    """(K,) trip index of the timetable."""
    slot_day: I32
    """(K,) index of the trip's service day."""
    stop_order: I32
    """(N,) stop index of the timetable by rank."""
