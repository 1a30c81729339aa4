"""Check-in, sightings, check-out; what was ridden is billed by ``booking.service.trip_billing``.

Phones lose their network and lie about the time, so every call may come late and more than once: a
rider has one open trip, a trip has one place at a time, and the server's clock bounds all times.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from booking.domain.cico import (
    CicoRules,
    Spot,
    Trip,
    TripState,
    bounded,
    overlap,
    seen_in_order,
)
from booking.domain.errors import BookingError
from booking.domain.passengers import Passenger
from booking.domain.travel_errors import ClockWrong, IllegalTrip, TripNotFound, TripOverlaps
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction
from booking.service.trip_billing import TripBilling
from booking.service.trip_ports import TripMatcher
from kommit.kit.clock import Clock
from kommit.kit.geo import distance_m
from kommit.kit.ids import uuid7

log = logging.getLogger(__name__)

LISTED: Final = 50
AT_ONCE: Final = 100
"""Trips that a job looks at in one go."""
MOST_SIGHTINGS: Final = 500
"""In one batch."""
FAR_FROM_STOPS: Final = "far-from-stops"
NO_CHECK_OUT: Final = "no-check-out"


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a phone or a vehicle saw a rider, as it was told; ``at`` is by its clock."""

    lat: float
    lon: float
    at: datetime | None = None
    stop_id: str | None = None
    vehicle: str | None = None


class Reported(NamedTuple):
    """What became of a batch of sightings."""

    new: int
    known: int
    """A place at that moment was known already."""
    ignored: int
    """Before the check-in, after the check-out, or at times that cannot be."""


class Trips:
    """Riders' trips by check-in and check-out."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        matcher: TripMatcher,
        billing: TripBilling,
        rules: CicoRules | None = None,
    ) -> None:
        self._store, self._clock, self._matcher = store, clock, matcher
        self._billing, self.rules = billing, rules or CicoRules()

    def check_in(
        self, rider_id: UUID, seen: Seen, passengers: Sequence[Passenger]
    ) -> tuple[Trip, bool]:
        """Begin a trip; return it, and whether it is new: who is on a trip stays on it.

        Raises
        ------
        ClockWrong
            If the phone's time cannot be.
        TripOverlaps
            If the rider was on another trip then.
        """
        now = self._clock.now()
        at = bounded(seen.at, now, self.rules)

        def work(uow: UnitOfWork) -> tuple[Trip, bool]:
            open_trip = uow.trips.find_open(rider_id)
            if open_trip is not None:
                return uow.trips.get(open_trip), False
            _check_free(uow, rider_id, at, at)
            trip = Trip(uuid7(), rider_id, tuple(passengers), _spot(seen, at), now)
            trip.tell(now)
            uow.trips.add(trip)
            return trip, True

        return in_transaction(self._store, work)

    def report(self, trip_id: UUID, rider_id: UUID, batch: Sequence[Seen]) -> Reported:
        """Add where a trip was seen; the same place and time may be told again.

        Raises
        ------
        TripNotFound
            If it is not a trip of the rider.
        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Reported:
            trip = _own(uow, trip_id, rider_id)
            spots = {spot.at: spot for each in batch if (spot := self._possible(trip, each, now))}
            new = uow.trips.add_sightings(trip_id, spots.values(), now)
            return Reported(new, len(spots) - new, len(batch) - len(spots))

        return in_transaction(self._store, work)

    def check_out(self, trip_id: UUID, rider_id: UUID, seen: Seen) -> Trip:
        """End a trip and bill it; doing it twice changes nothing.

        Who did not move and checks out within a few minutes cancels the trip. A trip that was
        closed because nobody checked out is corrected.

        Raises
        ------
        TripNotFound, TripOverlaps, ClockWrong
            If it cannot end there and then.
        """
        now = self._clock.now()
        at = bounded(seen.at, now, self.rules)
        spot = _spot(seen, at)
        far = self._is_far(spot)

        def work(uow: UnitOfWork) -> Trip:
            trip = _own(uow, trip_id, rider_id)
            if trip.state is TripState.CHECKED_IN:
                self._end(uow, trip, spot, now, is_far=far)
                uow.trips.save(trip)
            return trip

        trip = in_transaction(self._store, work)
        if trip.state is TripState.CANCELLED:
            return trip
        billed = self._billing.bill(trip.id)
        return self._billing.correct(trip_id, spot) if _closed_without(billed, spot) else billed

    def cancel(self, trip_id: UUID, rider_id: UUID) -> Trip:
        """Take a check-in back: within a few minutes, and only if nobody rode.

        Raises
        ------
        TripNotFound, IllegalTrip
            If it cannot be taken back.
        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Trip:
            trip = _own(uow, trip_id, rider_id)
            if trip.state is TripState.CANCELLED:
                return trip
            if trip.state is not TripState.CHECKED_IN or not self._is_fresh(uow, trip, now):
                minutes = round(self.rules.cancel_within.total_seconds() / 60)
                raise IllegalTrip(
                    f"a check-in is taken back within {minutes} minutes, if nobody rode: check out"
                )
            trip.end = trip.begin
            trip.move(TripState.CANCELLED, now)
            uow.trips.save(trip)
            return trip

        return in_transaction(self._store, work)

    def dispute(self, trip_id: UUID, rider_id: UUID, words: str) -> Trip:
        """Say that a billed trip was otherwise; somebody looks at it.

        Raises
        ------
        TripNotFound, IllegalTrip
            If it is not billed.
        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Trip:
            trip = _own(uow, trip_id, rider_id)
            trip.move(TripState.DISPUTED, now)
            trip.dispute = words
            uow.trips.save(trip)
            return trip

        return in_transaction(self._store, work)

    def get(self, trip_id: UUID, rider_id: UUID) -> Trip:
        """Return a rider's trip, or raise ``TripNotFound``."""
        with self._store.read() as uow:
            return _own(uow, trip_id, rider_id)

    def list_trips(
        self, rider_id: UUID, limit: int = LISTED, before: UUID | None = None
    ) -> Sequence[Trip]:
        """Return a rider's newest trips, of those older than ``before``, newest first."""
        with self._store.read() as uow:
            return uow.trips.list_of(rider_id, limit, before)

    def list_disputed(self) -> Sequence[Trip]:
        """Return the trips that somebody has to look at, the oldest first."""
        with self._store.read() as uow:
            return uow.trips.list_disputed(AT_ONCE)

    # --- jobs

    def bill_all(self) -> int:
        """Bill what is over and was not billed, because a process died; return how many."""
        with self._store.read() as uow:
            waiting = uow.trips.list_to_bill(AT_ONCE)
        return sum(self._tried(trip_id) for trip_id in waiting)

    def close_forgotten(self) -> int:
        """Close trips that nobody checked out of, where they were seen last; return how many."""
        now = self._clock.now()
        with self._store.read() as uow:
            silent = uow.trips.list_silent(now - self.rules.abandon_after, AT_ONCE)
        return sum(self._closed(trip_id, now) for trip_id in silent)

    # --- parts

    def _possible(self, trip: Trip, seen: Seen, now: datetime) -> Spot | None:
        """Return a sighting of a trip, or None where it cannot be one."""
        try:
            at = bounded(seen.at, now, self.rules)
        except ClockWrong:
            return None
        ended = trip.end.at if trip.end and trip.state is not TripState.CHECKED_IN else None
        if at <= trip.begin.at or (ended is not None and at >= ended):
            return None
        return _spot(seen, at)

    def _end(self, uow: UnitOfWork, trip: Trip, spot: Spot, now: datetime, *, is_far: bool) -> None:
        if spot.at < trip.begin.at:
            raise ClockWrong("a check-out cannot be before its check-in")
        _check_free(uow, trip.rider_id, trip.begin.at, spot.at)
        stayed = distance_m(trip.begin.lat, trip.begin.lon, spot.lat, spot.lon) < self.rules.ride_m
        trip.end = spot
        if stayed and self._is_fresh(uow, trip, spot.at):
            trip.move(TripState.CANCELLED, now)
            return
        if is_far:
            trip.notice(FAR_FROM_STOPS)
        trip.move(TripState.CHECKED_OUT, now)

    def _is_fresh(self, uow: UnitOfWork, trip: Trip, at: datetime) -> bool:
        """Say whether a trip has just begun, and nobody was seen to ride."""
        begin = trip.begin
        moved = any(
            distance_m(begin.lat, begin.lon, spot.lat, spot.lon) >= self.rules.ride_m
            for spot in uow.trips.sightings(trip.id)
        )
        return at - begin.at <= self.rules.cancel_within and not moved

    def _is_far(self, spot: Spot) -> bool:
        near = self._matcher.nearest(spot)
        return near is None or near.distance_m > self.rules.far_m

    def _closed(self, trip_id: UUID, now: datetime) -> bool:
        def work(uow: UnitOfWork) -> bool:
            trip = uow.trips.get(trip_id)
            if trip.state is not TripState.CHECKED_IN:
                return False
            trip.end = _last_seen(uow, trip)
            trip.notice(NO_CHECK_OUT)
            trip.move(TripState.ABANDONED, now)
            uow.trips.save(trip)
            return True

        return in_transaction(self._store, work) and self._tried(trip_id)

    def _tried(self, trip_id: UUID) -> bool:
        """Bill a trip; one that cannot be billed does not keep the others waiting."""
        try:
            self._billing.bill(trip_id)
        except BookingError:
            log.exception("trip %s could not be billed, it is tried again", trip_id)
            return False
        return True


def _own(uow: UnitOfWork, trip_id: UUID, rider_id: UUID) -> Trip:
    trip = uow.trips.get(trip_id)
    if trip.rider_id != rider_id:
        raise TripNotFound(trip_id)
    return trip


def _spot(seen: Seen, at: datetime) -> Spot:
    return Spot(at, seen.lat, seen.lon, seen.stop_id, seen.vehicle)


def _check_free(uow: UnitOfWork, rider_id: UUID, begin: datetime, end: datetime) -> None:
    other = overlap(uow.trips.list_between(rider_id, begin, end), begin, end)
    if other is not None and other.end is not None:
        raise TripOverlaps(other.begin.at, other.end.at)


def _last_seen(uow: UnitOfWork, trip: Trip) -> Spot:
    """Return where a trip was seen last before the rider's next one began."""
    seen = seen_in_order(trip.begin, uow.trips.sightings(trip.id), None)
    others = uow.trips.list_between(trip.rider_id, trip.begin.at, seen[-1].at)
    next_at = min(
        (other.begin.at for other in others if other.begin.at > trip.begin.at), default=None
    )
    return max(
        (spot for spot in seen if next_at is None or spot.at <= next_at), key=lambda spot: spot.at
    )


def _closed_without(trip: Trip, spot: Spot) -> bool:
    """Say whether a job has closed a trip that ends by this check-out instead."""
    return (
        trip.state is TripState.BILLED
        and NO_CHECK_OUT in trip.notices
        and trip.end is not None
        and spot.at > trip.begin.at
        and spot != trip.end
        and trip.revision == 0
    )
