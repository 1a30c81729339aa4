"""The ways between a door and stops: on foot, or by the quickest vehicle where that is quicker."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

import numpy as np

from routing.footways import StopWalks
from routing.sharing.found import NEVER, RentalWay
from routing.sharing.own import OwnWay
from routing.street.graph import I32

Way_co = TypeVar("Way_co", covariant=True)
AnyWay = TypeVar("AnyWay")

VehicleWay = RentalWay | OwnWay
"""A way with a vehicle that the rider rides."""


class WaysToStops(Protocol[Way_co]):
    """Ways of one kind between a door and all stops."""

    @property
    def seconds(self) -> I32:
        """(S,) of the whole way, or ``NEVER``."""
        ...

    def way(self, stop: int) -> Way_co:
        """Return the way of a stop that has one."""
        ...


class Doors(NamedTuple, Generic[AnyWay]):
    """The stops in reach of a door, each once; N in all."""

    stop: I32
    seconds: I32
    source: I32
    """(N,) which of ``found`` it is, or -1 on foot."""
    found: Sequence[WaysToStops[AnyWay]]

    def way(self, at: int) -> AnyWay | None:
        """Return the way of one, or None on foot."""
        source = int(self.source[at])
        return None if source < 0 else self.found[source].way(int(self.stop[at]))


def doors_of(
    walks: StopWalks | None, found: Sequence[WaysToStops[AnyWay]], n_stops: int
) -> Doors[AnyWay]:
    """Return the quickest way of each stop; without ``walks``, nobody walks all the way."""
    seconds = np.full(n_stops, NEVER, np.int32)
    source = np.full(n_stops, -1, np.int32)
    if walks is not None:
        seconds[walks.stop] = walks.seconds
    for number, one in enumerate(found):
        quicker = one.seconds < seconds
        seconds[quicker], source[quicker] = one.seconds[quicker], number
    stop = np.flatnonzero(seconds < NEVER).astype(np.int32)
    return Doors(stop, seconds[stop], source[stop], found)
