"""Trips by check-in and check-out (be-in and be-out): ridden first, priced and paid afterwards.

::

    CHECKED_IN ──▶ CHECKED_OUT ──▶ BILLED ◀──▶ DISPUTED
        │  │                          ▲
        │  └─────▶ ABANDONED ─────────┘   nobody checked out: closed where it was seen last
        ▼
    CANCELLED                             within a few minutes, and nobody rode

A trip is billed once. What comes to light later (a late check-out, a dispute) is booked as a
correction of that bill, whose number ``Trip.revision`` counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from booking.domain.chain import Chain, ChainLeg, ChainPoint, LegMode, TripRef
from booking.domain.offers import Offer, Price
from booking.domain.orders import Order
from booking.domain.passengers import Passenger
from booking.domain.travel_errors import ClockWrong, IllegalTrip

UNASSIGNED: Final = "unassigned"
"""Operator of a ride that no trip of a timetable explains; its revenue waits to be shared."""


class TripState(StrEnum):
    """States of a trip."""

    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    """Over, and not priced yet: only for a moment, unless a process died in it."""
    ABANDONED = "abandoned"
    """Over where it was seen last, because nobody checked out; not priced yet."""
    BILLED = "billed"
    CANCELLED = "cancelled"
    """Nobody rode; nothing is charged."""
    DISPUTED = "disputed"
    """Billed, and the rider says it was otherwise."""


ALLOWED: Final = {
    TripState.CHECKED_IN: {TripState.CHECKED_OUT, TripState.ABANDONED, TripState.CANCELLED},
    TripState.CHECKED_OUT: {TripState.BILLED},
    TripState.ABANDONED: {TripState.BILLED},
    TripState.BILLED: {TripState.DISPUTED},
    TripState.DISPUTED: {TripState.BILLED},
    TripState.CANCELLED: set[TripState](),
}
"""The transition table: from each state, the states a trip may move to."""

TO_BILL: Final = frozenset({TripState.CHECKED_OUT, TripState.ABANDONED})
"""States of trips that are over and not priced yet."""


@dataclass(frozen=True, slots=True)
class CicoRules:
    """How check-in and check-out behave; none of it is a price."""

    tolerance: timedelta = timedelta(minutes=2)
    """By how much a phone's clock may be ahead of ours."""
    latest: timedelta = timedelta(hours=24)
    """How late a phone without a network may tell what happened."""
    abandon_after: timedelta = timedelta(hours=6)
    """How long after the last sign of life a trip is closed."""
    cancel_within: timedelta = timedelta(minutes=5)
    """How long after the check-in a trip may be taken back."""
    ride_m: int = 300
    """Who was seen farther than this from the check-in has ridden, for all we know."""
    far_m: int = 500
    """A check-out farther than this from every stop is doubted."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a rider was seen: a position, at a time, perhaps at a stop or in a vehicle."""

    at: datetime
    """Aware; never after the moment at which we heard of it."""
    lat: float
    lon: float
    stop_id: str | None = None
    """Feed-scoped: of a beacon or code at a stop."""
    vehicle: str | None = None
    """Feed-scoped id of the trip, or the label of the vehicle, as a beacon on board tells it."""


@dataclass(frozen=True, slots=True)
class TripMoved:
    """A trip changed; goes to the outbox in the same transaction."""

    trip_id: UUID
    rider_id: UUID
    to: TripState
    at: datetime


@dataclass(eq=False)
class Trip:
    """One trip of a rider and those who travel along."""

    id: UUID
    """UUIDv7."""
    rider_id: UUID
    passengers: tuple[Passenger, ...]
    begin: Spot
    received_at: datetime
    """When we heard of the check-in: an inspector must know that it is no afterthought."""
    state: TripState = TripState.CHECKED_IN
    end: Spot | None = None
    """The check-out, or where it was seen last."""
    chain: Chain | None = None
    """What was ridden, as far as it can be told; once it is billed."""
    price: Price | None = None
    revision: int = 0
    """How often the bill was corrected."""
    means: str | None = None
    """How it was paid: ``wallet`` or ``invoice``; None where there was nothing to pay."""
    notices: tuple[str, ...] = ()
    """What the rider must know of it: ``far-from-stops``, ``no-check-out``, …"""
    billed_at: datetime | None = None
    dispute: str | None = None
    """What the rider says, in their words."""
    version: int = 1
    events: list[TripMoved] = field(default_factory=list)

    def move(self, to: TripState, at: datetime) -> None:
        """Change state; moving to the present state changes nothing.

        Raises
        ------
        IllegalTrip
            If ``ALLOWED`` has no such step.
        """
        if to is self.state:
            return
        if to not in ALLOWED[self.state]:
            raise IllegalTrip(f"a trip that is {self.state} cannot become {to}")
        self.state = to
        self.tell(at)

    def tell(self, at: datetime) -> None:
        """Leave an event that tells of the trip as it is."""
        self.events.append(TripMoved(self.id, self.rider_id, self.state, at))

    @property
    def bill_id(self) -> UUID:
        """The newest bill, as the books and what was spent name it: one for each revision."""
        return uuid5(self.id, str(self.revision)) if self.revision else self.id

    def bill(self) -> Order:
        """Return the bill as an order: to the books, a trip is one that was sold afterwards.

        Raises
        ------
        ValueError
            If the trip is not billed.
        """
        if self.chain is None or self.price is None or self.billed_at is None:
            raise ValueError(f"trip {self.id} has no bill yet")
        at, bill = self.billed_at, self.bill_id
        offer = Offer(bill, self.chain, self.passengers, self.price, "cico", at, at, self.rider_id)
        return Order(bill, self.rider_id, offer, created_at=at, expires_at=at)

    def notice(self, code: str) -> None:
        """Add what the rider must know."""
        if code not in self.notices:
            self.notices = (*self.notices, code)


def bounded(at: datetime | None, now: datetime, rules: CicoRules) -> datetime:
    """Return when something happened that a phone tells of now: never later than now.

    Raises
    ------
    ClockWrong
        If the phone's clock is ahead by more than the tolerance, or it is too long ago.
    """
    if at is None:
        return now
    if at > now + rules.tolerance:
        ahead_s = round((at - now).total_seconds())
        raise ClockWrong(f"the phone's clock is {ahead_s} s ahead of ours: send no time, or set it")
    if at < now - rules.latest:
        hours = round(rules.latest.total_seconds() / 3600)
        raise ClockWrong(f"that is too long ago: trips are told of within {hours} hours")
    return min(at, now)


def overlap(trips: Iterable[Trip], begin: datetime, end: datetime) -> Trip | None:
    """Return a trip that is over, was not cancelled and had a moment in ``[begin, end]``.

    One may end when the next begins.
    """
    for trip in trips:
        if trip.end is None or trip.state is TripState.CANCELLED:
            continue
        if trip.begin.at < end and begin < trip.end.at:
            return trip
        if begin == end and trip.begin.at <= begin < trip.end.at:
            return trip
    return None


def unassigned(origin: ChainPoint, destination: ChainPoint, begin: Spot, end: Spot) -> ChainLeg:
    """Return the ride that is billed where no trip of a timetable explains what was seen."""
    ride = TripRef(UNASSIGNED, begin.at.date(), 0, 1, UNASSIGNED, "", UNASSIGNED, UNASSIGNED)
    return ChainLeg(LegMode.OTHER, origin, destination, begin.at, end.at, 0, ride)


def seen_in_order(begin: Spot, sightings: Sequence[Spot], end: Spot | None) -> tuple[Spot, ...]:
    """Return check-in, sightings and check-out by time; what lies outside of them is left out."""
    inside = [
        spot for spot in sightings if begin.at < spot.at and (end is None or spot.at < end.at)
    ]
    return (begin, *sorted(inside, key=lambda spot: spot.at), *(() if end is None else (end,)))
