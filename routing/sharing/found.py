"""Ways by rented vehicles as they are found, and what their searches share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from routing.sharing.fleet import Fleet
from routing.sharing.goals import Exit
from routing.sharing.rides import Bound, Rates, Seeds, Workspace, ride
from routing.street.graph import I32

OPEN: Final = np.ones(1, np.uint8)
"""Gates of what is always open."""
NEVER: Final = 2**30


class Trace(NamedTuple):
    """Where the ride can still be read off the buffers of the search that found it."""

    label: int
    start: int
    """Of a search against the direction: the row of ``Fleet.starts``, else -1."""
    number: int
    """Of the search; another one by now means that the ride is to be searched again."""
    name: str
    """Of the buffers."""


NO_TRACE: Final = Trace(-1, -1, -1, "")


class RentalWay(NamedTuple):
    """A way by a rented vehicle, in seconds and decimetres."""

    fleet: Fleet
    pickup: int
    """Of the class."""
    exit: Exit
    walk_s: int
    """To the vehicle."""
    rental_s: int
    """Unlocking, riding and locking."""
    last_walk_s: int
    length_dm: int
    """Of the ride."""
    trace: Trace = NO_TRACE

    @property
    def seconds(self) -> int:
        """All of it."""
        return self.walk_s + self.rental_s + self.last_walk_s


@dataclass(frozen=True, eq=False)
class Found:
    """The quickest ways of one class between a point and all stops, S in all."""

    fleet: Fleet
    seconds: I32
    """(S,) of the whole way, or ``NEVER``."""
    walk_s: I32
    """(S,) to the vehicle; this and what follows hold where there is a way."""
    pickup: I32
    """(S,) vehicle of the class."""
    length_dm: I32
    """(S,) of the ride."""
    exit_of: Callable[[int], tuple[Exit, int, Trace]]
    """Where the way of a stop ends its ride, the seconds on foot from there, and its trace."""
    direct: RentalWay | None = None
    """To the other point of the question, if one was given."""

    def way(self, stop: int) -> RentalWay:
        """Return the way of a stop that has one."""
        found, last_s, trace = self.exit_of(stop)
        walk_s = int(self.walk_s[stop])
        rental_s = int(self.seconds[stop]) - walk_s - last_s
        pickup, length = int(self.pickup[stop]), int(self.length_dm[stop])
        return RentalWay(self.fleet, pickup, found, walk_s, rental_s, last_s, length, trace)


def nothing(fleet: Fleet) -> Found:
    """Return that a class has no way."""
    none = np.full(fleet.ground.n_stops, NEVER, np.int32)

    def no_exit(stop: int) -> tuple[Exit, int, Trace]:
        raise LookupError(f"there is no way to stop {stop}")

    return Found(fleet, none, none, none, none, no_exit)


class Rider(NamedTuple):
    """How somebody gets to vehicles, and how long a way with one may take."""

    walk_mps: float
    max_s: int


def rates_of(fleet: Fleet, rider: Rider) -> Rates:
    """Return how long the parts of a rental take."""
    return Rates(fleet.dm_a_second, fleet.unlock_s, fleet.lock_s, rider.walk_mps)


def seeds_of(*columns: I32) -> Seeds:
    """Return seeds with columns as kernels want them."""
    return Seeds(*(np.ascontiguousarray(column, np.int32) for column in columns))


AHEAD: Final = "ahead"
BACK: Final = "back"
SMALL: Final = "small"
"""Names of buffers: rides on, rides back as if batteries were full, and as they are."""
AGAIN: Final = "again"
"""Rides on that are searched once more for their way."""


def searched(fleet: Fleet, seeds: Seeds, bound: Bound, name: str) -> Workspace:
    """Return the buffers of a name after a search, larger ones where labels need more room."""
    arcs = fleet.ahead if name in (AHEAD, AGAIN) else fleet.back
    work, lengths = fleet.work(name), fleet.ground.graph.segment_length_dm
    while not ride(arcs, lengths, seeds, bound, work):
        work = fleet.more_room(name)
    return work
