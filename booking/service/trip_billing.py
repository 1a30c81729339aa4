"""Bills trips by check-in and check-out: what was ridden, what it costs, and who pays.

A bill is one transaction: price, revenue, payment and what caps count are written together with the
trip's state, under the rider's lock, so that two trips of a rider never both take the same room
under a cap. A process that dies before it leaves a trip that is over; a job bills it.
"""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Final, TypeVar
from uuid import UUID, uuid5

from booking.domain.chain import Chain, ChainPoint
from booking.domain.cico import (
    TO_BILL,
    CicoRules,
    Spot,
    Trip,
    TripState,
    overlap,
    seen_in_order,
    unassigned,
)
from booking.domain.errors import NotEnoughMoney, NotOnSale
from booking.domain.giving_back import net_of_price
from booking.domain.money import Money
from booking.domain.offers import Price
from booking.domain.passengers import Passenger
from booking.domain.pricing.ways import began_at
from booking.domain.refunds import Refund, RefundReason, RefundState
from booking.domain.travel_errors import IllegalTrip, TripOverlaps
from booking.service.ports import Store, UnitOfWork
from booking.service.spending import credited, record_spent, spending_of, take_back
from booking.service.subscriptions import subscriptions_on
from booking.service.transactions import in_transaction
from booking.service.trip_ports import TripDesk
from kommit.kit.clock import Clock
from kommit.kit.geo import distance_m

T = TypeVar("T")

NO_RIDE: Final = "no-ride"
"""Nobody was seen to move: nothing is charged."""
NOT_ON_SALE: Final = "not-on-sale"
"""No product sells what was ridden: nothing is charged."""
UNASSIGNED: Final = "unassigned"
"""No trip of the timetable explains what was seen: billed as the crow flies."""


class TripBilling:
    """Prices and bills trips, and corrects bills."""

    def __init__(self, store: Store, clock: Clock, desk: TripDesk, rules: CicoRules) -> None:
        self._store, self._clock, self._desk, self._rules = store, clock, desk, rules

    def bill(self, trip_id: UUID) -> Trip:
        """Bill a trip that is over, once; one that is billed already stays as it is.

        Raises
        ------
        TripNotFound
            If there is no such trip.
        """
        with self._store.read() as uow:
            trip = uow.trips.get(trip_id)
            sightings = uow.trips.sightings(trip_id)
        if trip.state not in TO_BILL or trip.end is None:
            return trip
        ridden = self._ridden(seen_in_order(trip.begin, sightings, trip.end))

        def work(uow: UnitOfWork, *, from_wallet: bool) -> Trip:
            uow.spending.lock(trip.rider_id)
            fresh = uow.trips.get(trip_id)
            if fresh.state not in TO_BILL:
                return fresh
            now = self._clock.now()
            owed = self._sell(uow, fresh, ridden, now)
            self._settle(uow, fresh, owed, from_wallet=from_wallet)
            fresh.move(TripState.BILLED, now)
            uow.trips.save(fresh)
            return fresh

        return self._paid(work)

    def correct(self, trip_id: UUID, end: Spot | None) -> Trip:
        """Bill a trip anew that ended elsewhere, or that was none (``end`` is None).

        The old bill is taken back whole, the new one is written beside it, and only the difference
        moves. A dispute of the trip is over by that.

        Raises
        ------
        IllegalTrip
            If the trip is not billed, or the end is before its beginning.
        TripOverlaps
            If the rider was on another trip before that end.
        """
        with self._store.read() as uow:
            trip = uow.trips.get(trip_id)
            sightings = uow.trips.sightings(trip_id)
        if end is not None and end.at <= trip.begin.at:
            raise IllegalTrip("a trip cannot end before it begins")
        seen = seen_in_order(trip.begin, sightings, end)
        ridden = None if end is None else self._ridden(seen)

        def work(uow: UnitOfWork, *, from_wallet: bool) -> Trip:
            uow.spending.lock(trip.rider_id)
            fresh = uow.trips.get(trip_id)
            if fresh.state not in {TripState.BILLED, TripState.DISPUTED}:
                raise IllegalTrip(f"a trip that is {fresh.state} has no bill to correct")
            if fresh.revision != trip.revision:
                return fresh
            _check_alone(uow, fresh, end)
            now = self._clock.now()
            back = self._take_back(uow, fresh, now)
            fresh.revision += 1
            fresh.end = end or fresh.begin
            owed = self._sell(uow, fresh, ridden, now)
            self._settle(uow, fresh, owed - back, from_wallet=from_wallet)
            fresh.move(TripState.BILLED, now)
            fresh.tell(now)
            uow.trips.save(fresh)
            return fresh

        return self._paid(work)

    def keep(self, trip_id: UUID) -> Trip:
        """End a dispute: the bill is right as it is.

        Raises
        ------
        IllegalTrip
            If there is no dispute.
        """

        def work(uow: UnitOfWork) -> Trip:
            trip = uow.trips.get(trip_id)
            if trip.state is not TripState.DISPUTED:
                raise IllegalTrip(f"a trip that is {trip.state} is not disputed")
            trip.move(TripState.BILLED, self._clock.now())
            uow.trips.save(trip)
            return trip

        return in_transaction(self._store, work)

    # --- parts

    def _paid(self, work: Callable[..., T]) -> T:
        """Run a transaction that charges; where the wallet is emptied meanwhile, without it."""
        try:
            return in_transaction(self._store, lambda uow: work(uow, from_wallet=True))
        except NotEnoughMoney:
            return in_transaction(self._store, lambda uow: work(uow, from_wallet=False))

    def _ridden(self, seen: tuple[Spot, ...]) -> Chain | None:
        """Return what was ridden, or None where nobody was seen to move."""
        begin, end = seen[0], seen[-1]
        farthest = max(seen, key=lambda spot: _apart_m(begin, spot))
        if _apart_m(begin, farthest) < self._rules.ride_m:
            return None
        legs = self._desk.matcher.rides(seen)
        if not legs:
            # Through where it was farthest away, so that a tariff sees who came back.
            way = [begin, end] if farthest in (begin, end) else [begin, farthest, end]
            legs = tuple(
                unassigned(self._place(one), self._place(other), one, other)
                for one, other in pairwise(way)
            )
        return Chain(self._desk.matcher.image_id, legs)

    def _place(self, spot: Spot) -> ChainPoint:
        """Return the stop next to a spot; far from all of them, the spot itself."""
        near = self._desk.matcher.nearest(spot)
        if near is not None:
            return near.point
        return ChainPoint(f"{spot.lat:.4f}, {spot.lon:.4f}", spot.lat, spot.lon)

    def _sell(self, uow: UnitOfWork, trip: Trip, ridden: Chain | None, now: datetime) -> Money:
        """Write the newest bill of a trip, and return what it comes to."""
        trip.chain, trip.billed_at = ridden, now
        trip.price = self._priced(uow, trip)
        if ridden is None or not trip.price.lines:
            return trip.price.total
        bill = trip.bill()
        self._desk.books.sold(uow, bill, now)
        self._desk.books.performed(uow, bill, now)
        record_spent(uow, bill)
        return trip.price.total

    def _priced(self, uow: UnitOfWork, trip: Trip) -> Price:
        chain = trip.chain
        if chain is None:
            trip.notice(NO_RIDE)
            return self._desk.nothing
        if any(leg.ride and leg.ride.trip_id == UNASSIGNED for leg in chain.legs):
            trip.notice(UNASSIGNED)
        at = began_at(chain)
        spending = spending_of(uow, trip.rider_id, at)
        try:
            return self._desk.pricer.price(chain, self._passengers(uow, trip, at), spending)
        except NotOnSale:
            trip.notice(NOT_ON_SALE)
            return self._desk.nothing

    def _passengers(self, uow: UnitOfWork, trip: Trip, at: datetime) -> tuple[Passenger, ...]:
        """Return who travels; the first is the rider, with the subscriptions of the day."""
        owned = subscriptions_on(uow, trip.rider_id, at.astimezone(self._desk.zone).date())
        first, *others = trip.passengers
        with_owned = tuple(sorted({*first.subscriptions, *owned}))
        trip.passengers = (
            Passenger(first.category, first.id, with_owned, first.travel_class, first.bicycle),
            *others,
        )
        return trip.passengers

    def _take_back(self, uow: UnitOfWork, trip: Trip, now: datetime) -> Money:
        """Take the newest bill of a trip back whole; return what the rider gets for it."""
        if trip.chain is None or trip.price is None or not trip.price.lines:
            return self._desk.nothing.total
        bill = trip.bill()
        lines = net_of_price(trip.price, credited(uow, bill.id))
        refund = Refund(
            uuid5(bill.id, "correction"),
            bill.id,
            now,
            RefundReason.GOODWILL,
            lines,
            legs=tuple(range(len(trip.chain.legs))),
            fee=self._desk.nothing.total,
            state=RefundState.DONE,
        )
        if lines:
            self._desk.books.refunded(uow, bill, refund, now)
        take_back(uow, bill, refund)
        return refund.amount

    def _settle(self, uow: UnitOfWork, trip: Trip, owed: Money, *, from_wallet: bool) -> None:
        key = f"{trip.bill_id}:cico"
        if owed.minor > 0:
            trip.means = self._desk.accounts.charge(
                uow, trip.rider_id, owed, key, from_wallet=from_wallet
            )
        elif owed.minor < 0:
            self._desk.accounts.credit(uow, trip.rider_id, -owed, key)


def _apart_m(one: Spot, other: Spot) -> float:
    return distance_m(one.lat, one.lon, other.lat, other.lon)


def _check_alone(uow: UnitOfWork, trip: Trip, end: Spot | None) -> None:
    if end is None:
        return
    others = [
        other
        for other in uow.trips.list_between(trip.rider_id, trip.begin.at, end.at)
        if other.id != trip.id
    ]
    other = overlap(others, trip.begin.at, end.at)
    if other is not None and other.end is not None:
        raise TripOverlaps(other.begin.at, other.end.at)
