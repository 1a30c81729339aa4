"""Streets as they come from the map, before they are cut into a graph."""

from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.street.graph import F64, I32, I64, U8

F32 = npt.NDArray[np.float32]

ROUNDABOUT: Final = 1
"""Bit of ``Ways.flags``: part of a roundabout."""
RAMP: Final = 2
"""Bit of ``Ways.flags``: a link from one road to another, such as a slip road."""
CROSSING: Final = 4
"""Bit of ``Ways.flags``: a way across a road."""
TUNNEL: Final = 8
"""Bit of ``Ways.flags``."""
BRIDGE: Final = 16
"""Bit of ``Ways.flags``."""

NO_TURN: Final = 0
ONLY_TURN: Final = 1


class WheelchairState(IntEnum):
    """What is known of a way for somebody in a wheelchair; the first reason that holds."""

    VERIFIED = 0
    """Tags say that it can be used, or say all that matters: surface, kerb, incline, width."""
    ASSUMED = 1
    """Nothing speaks against it, but not all is known."""
    STEPS = 2
    KERB = 3
    SURFACE = 4
    INCLINE = 5
    WIDTH = 6
    NO_ACCESS = 7
    """Tagged ``wheelchair=no``, or closed to people on foot."""


class Ways(NamedTuple):
    """Streets with W ways and P points in all, K barriers, T turn restrictions.

    A way is a run of points of one way of the map; a way that leaves the extract and comes back
    gives several runs. The last axis of ``stretch``, ``barrier_wait_s`` is over ``Profile``.
    """

    point_ptr: I64
    """(W+1,) where the points of each way start; each has at least two."""
    point_id: I64
    """(P,) ways meet where they share the id of a point."""
    point_lat: F64
    """(P,) WGS84 degrees."""
    point_lon: F64
    """(P,) WGS84 degrees."""
    point_height: F32
    """(P,) metres above sea level, NaN where not known."""
    way_id: I64
    """(W,) id in the map."""
    street_class: U8
    """(W,) ``StreetClass``."""
    flags: U8
    """(W,) ``ROUNDABOUT`` | ``RAMP`` | …"""
    name: I32
    """(W,) index of the name, or -1."""
    wheelchair: U8
    """(W,) ``WheelchairState``."""
    stretch: F32
    """(W, 2, 6) time along and against the way over the time at ``REFERENCE_MPS``, on the level;
    infinite where the profile may not use the way in that direction."""
    barrier_id: I64
    """(K,) ids of points with something in the way, ascending."""
    barrier_closed: U8
    """(K,) bits ``1 << profile`` of those who cannot pass the point."""
    barrier_wait_s: F32
    """(K, 6) seconds lost at the point: gates, lifts, traffic lights."""
    turn_from: I64
    """(T,) id in the map of the way before the turn; restrictions are for cars."""
    turn_via: I64
    """(T,) id of the point at which both ways meet."""
    turn_to: I64
    """(T,) id in the map of the way after the turn."""
    turn_kind: U8
    """(T,) ``NO_TURN``, or ``ONLY_TURN``: no other turn is allowed from the way at the point."""
    incline: F32 = np.empty(0, np.float32)
    """(W,) rise over run along the way as tagged, NaN where it is not; empty where none is."""
