"""The timetable search: all good journeys between stops, by the fast kernels."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.filters import RideFilter
from routing.pace import USUAL, TransferPace
from routing.query import TimeKind
from routing.timetable import I32, Timetable
from routing.transit.arrays import NEVER
from routing.transit.bookable import Rules
from routing.transit.bounds import Bounds
from routing.transit.dayview import DayView, DayViews, Direction
from routing.transit.frame import Frame
from routing.transit.profile import find_journeys, reach_stops
from routing.transit.sifting import Sifter, avoids_stops
from routing.transit.stopovers import TransitVia, ViaFinder
from routing.transit.through import ThroughRuns
from routing.transit.workspace import (
    JOURNEY,
    MAX_RIDES,
    MAX_WINDOW_S,
    RIDE,
    Ends,
    Terms,
    Workspace,
    with_room,
)

DAY_S = 86_400
MAX_OFFSET_S = DAY_S
"""Longest access or egress."""

_DEPARTURE_THEN_ARRIVAL = itemgetter(0, 1)

Integers = Sequence[int] | npt.NDArray[np.int32] | npt.NDArray[np.int64]
Offsets = tuple[Integers, Integers]
"""Stop indices and the seconds between each and the rider's door."""


class TransitRide(NamedTuple):
    """A ride on one trip. Times are Unix seconds."""

    trip: int
    day: int
    """Index of the service day."""
    board: int
    """Position of the trip at which the rider boards."""
    alight: int
    departure: int
    arrival: int
    from_stop: int
    to_stop: int
    stay_seated: bool = False
    """Riders stay in the vehicle of the ride before."""


class TransitHop(NamedTuple):
    """A walk between two stops, by one row of the timetable's transfers."""

    from_stop: int
    to_stop: int
    seconds: int
    """At the rider's pace, without the buffer."""


class TransitJourney(NamedTuple):
    """An answer, door to door: the access, rides and hops, the egress. Times are Unix seconds."""

    departure: int
    """When the rider sets out for the first stop."""
    arrival: int
    """When the rider is there after the last one."""
    access: int
    """Index into ``TransitQuery.access``."""
    egress: int
    """Index into ``TransitQuery.egress``."""
    legs: tuple[TransitRide | TransitHop, ...]

    @property
    def rides(self) -> int:
        """Number of vehicles boarded."""
        return sum(isinstance(leg, TransitRide) and not leg.stay_seated for leg in self.legs)

    @property
    def access_s(self) -> int:
        """Seconds from the door to the first ride."""
        first = self.legs[0]
        assert isinstance(first, TransitRide)  # noqa: S101 - a journey starts with a ride
        return first.departure - self.departure

    @property
    def egress_s(self) -> int:
        """Seconds from the last ride to the door."""
        last = self.legs[-1]
        assert isinstance(last, TransitRide)  # noqa: S101 - a journey ends with a ride
        return self.arrival - last.arrival


@dataclass(frozen=True, slots=True, eq=False)
class TransitQuery:
    """A question between stops. Times are Unix seconds."""

    access: Offsets
    """Stops at which the rider may board first, and the seconds to get to each."""
    egress: Offsets
    """Stops at which the rider may leave last, and the seconds from each to the destination."""
    time: int
    """Earliest departure (``DEPART``) or latest arrival (``ARRIVE``)."""
    kind: TimeKind = TimeKind.DEPART
    window_s: int = 0
    """Asks for departures in ``[time, time + window_s)``, arrivals in ``(time - window_s, time]``.
    0 asks for the earliest arrivals (latest departures) only, one for each number of rides."""
    max_rides: int = MAX_RIDES
    now: int | None = None
    """When the question is asked; None does not ask whether rides can still be booked."""
    max_duration_s: int = DAY_S
    filter: RideFilter | None = None
    """What every ride must be; None takes all."""
    pace: TransferPace = USUAL
    """How fast the rider changes vehicles."""
    vias: tuple[TransitVia, ...] = ()
    """Stops on the way, in this order."""

    def __post_init__(self) -> None:
        if not 0 <= self.window_s <= MAX_WINDOW_S:
            raise ValueError(f"the window must be 0 to {MAX_WINDOW_S} s long: {self.window_s}")
        if not 1 <= self.max_rides <= MAX_RIDES:
            raise ValueError(f"there may be 1 to {MAX_RIDES} rides: {self.max_rides}")
        if not 0 < self.max_duration_s <= 7 * DAY_S:
            raise ValueError(f"a journey may take up to a week: {self.max_duration_s} s")


class TransitSearch:
    """Answers questions on one timetable. Thread-safe; the kernels run without the GIL."""

    def __init__(
        self, timetable: Timetable, views: DayViews | None = None, bounds: Bounds | None = None
    ) -> None:
        self.views = views or DayViews(timetable, frame=Frame(timetable, bounds))
        self._rules = Rules(timetable.booking_rules)
        self._rank = self.views.frame.rank
        self._sifter = Sifter(self.views.frame)

    def search(self, query: TransitQuery) -> list[TransitJourney]:
        """Return the Pareto-optimal journeys, by departure and then arrival.

        Optimal in departure (late), arrival (early) and rides (few), among all journeys that
        depart at ``time`` or later (``ARRIVE``: arrive at ``time`` or earlier); a journey in the
        window is left out if one outside of it is better.

        Raises
        ------
        ValueError
            If access or egress name a stop that does not exist or a negative time.
        """
        access, egress = self._offsets(query.access), self._offsets(query.egress)
        if not avoids_stops(query.filter):
            return self._search(query, access, egress)
        access, access_at = self._sifter.open_ends(access, query.filter)
        egress, egress_at = self._sifter.open_ends(egress, query.filter)
        return [
            found._replace(access=int(access_at[found.access]), egress=int(egress_at[found.egress]))
            for found in self._search(query, access, egress)
        ]

    def _search(self, query: TransitQuery, access: Ends, egress: Ends) -> list[TransitJourney]:
        reach_s = query.window_s + query.max_duration_s
        if query.kind is TimeKind.DEPART:
            view = self.views.covering(query.time, query.time + reach_s)
            begin = query.time - view.start
            return self._found(view, view.forward, query, begin, access, egress)
        view = self.views.covering(query.time - reach_s, query.time)
        return self._found(view, view.mirrored, query, view.start - query.time, egress, access)

    def reach(
        self,
        access: Offsets,
        time: int,
        limit_s: int,
        max_rides: int = MAX_RIDES,
        *,
        wanted: RideFilter | None = None,
        pace: TransferPace = USUAL,
    ) -> I32:
        """Return the (S,) seconds from ``time`` at which a ride arrives at each stop at best.

        ``NEVER`` where no ride that is ``wanted`` arrives within ``limit_s``.
        """
        sources = self._offsets(access)
        if avoids_stops(wanted):
            sources, _ = self._sifter.open_ends(sources, wanted)
        view = self.views.covering(time, time + limit_s)
        arrivals = np.empty(self._rank.size, dtype=np.int32)
        begin = time - view.start
        terms = Terms(begin, 0, max_rides, limit_s, 1, view.start)
        pooled = view.forward.pool.take()
        lanes, work = self._sifter.sift(view.forward, pooled, wanted, pace)
        self._rules.restrict(lanes, view.bookable, work, None, 1)
        reach_stops(lanes, work, sources, terms, arrivals)
        view.forward.pool.give(pooled)
        if avoids_stops(wanted):
            arrivals[self._sifter.is_closed(wanted)] = NEVER
        return np.where(arrivals == NEVER, arrivals, arrivals - begin).astype(np.int32)

    def _found(
        self,
        view: DayView,
        direction: Direction,
        query: TransitQuery,
        begin: int,
        sources: Ends,
        targets: Ends,
    ) -> list[TransitJourney]:
        sign = direction.sign
        find = find_journeys
        if query.vias:
            find = ViaFinder(query.vias[::sign], self._rank, direction.pool)
        now_s = None if query.now is None else query.now - view.start
        pooled = direction.pool.take()
        lanes, work = self._sifter.sift(direction, pooled, query.filter, query.pace)
        self._rules.restrict(lanes, view.bookable, work, now_s, sign)
        terms = Terms(
            begin, query.window_s, query.max_rides, query.max_duration_s, sign, view.start
        )
        n_journeys = find(lanes, work, sources, targets, terms)
        while n_journeys < 0:
            work = with_room(work, 2 * work.journeys.size)
            n_journeys = find(lanes, work, sources, targets, terms)
        found = _journeys(work, n_journeys, view.through, query.pace.buffer_s)
        journeys = sorted(found, key=_DEPARTURE_THEN_ARRIVAL)
        direction.pool.give(work if work.records is pooled.records else pooled)
        return journeys

    def _offsets(self, offsets: Offsets) -> Ends:
        stops, seconds = (np.asarray(part, dtype=np.int32) for part in offsets)
        if stops.shape != seconds.shape or stops.ndim != 1:
            raise ValueError("access and egress need as many seconds as stops, in flat lists")
        # read without a sign, what is negative is too large
        if np.maximum.reduce(seconds.view(np.uint32), initial=0) > MAX_OFFSET_S:
            raise ValueError(f"access and egress take 0 to {MAX_OFFSET_S} s")
        try:
            return Ends(self._rank.take(stops.view(np.uint32)), seconds)
        except IndexError:
            message = f"the timetable has stops 0 to {self._rank.size - 1} only"
            raise ValueError(message) from None


def _journeys(
    work: Workspace, n_journeys: int, through: ThroughRuns, buffer_s: int = 0
) -> list[TransitJourney]:
    rows = work.journeys[: n_journeys * JOURNEY].reshape(-1, JOURNEY).tolist()
    block = work.rides[: n_journeys * MAX_RIDES * RIDE].reshape(-1, MAX_RIDES, RIDE)
    return [
        TransitJourney(
            departure, arrival, access, egress, _legs(block[at, :rides].tolist(), through, buffer_s)
        )
        for at, (departure, arrival, access, egress, rides) in enumerate(rows)
    ]


def _legs(
    rows: list[list[int]], through: ThroughRuns, buffer_s: int
) -> tuple[TransitRide | TransitHop, ...]:
    legs: list[TransitRide | TransitHop] = []
    hop_s = 0
    for row in rows:
        ride = TransitRide._make([*row[:-1], False])
        if legs and legs[-1].to_stop != ride.from_stop:
            legs.append(TransitHop(legs[-1].to_stop, ride.from_stop, hop_s - buffer_s))
        if through.is_empty:
            legs.append(ride)
        else:
            legs += _apart(ride, through)
        hop_s = row[-1]
    return tuple(legs)


def _apart(ride: TransitRide, through: ThroughRuns) -> list[TransitRide]:
    """Return the rides on trips with a name that a ride of the search is."""
    stretches = through.stretches(ride.trip, ride.board, ride.alight, ride.departure)
    if not stretches:
        return [ride._replace(trip=through.name(ride.trip))]
    return [
        TransitRide(stretch.trip, ride.day, *stretch[1:], stay_seated=number > 0)
        for number, stretch in enumerate(stretches)
    ]
