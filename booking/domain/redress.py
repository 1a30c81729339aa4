"""What went wrong on the way, and what the rider may ask for: money back, another way, or a taxi.

A chain is walked along as it is expected to be travelled: walks and rentals take as long as
planned, vehicles leave and arrive as forecast. The first leg that cannot be had is the incident.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from booking.domain.after_sales import Guarantee
from booking.domain.chain import Chain, ChainLeg, ChainPoint
from booking.domain.money import Money
from booking.domain.orders import Order
from booking.domain.refunds import RefundReason


class LegForecast(NamedTuple):
    """When a vehicle is expected to leave with the rider and to set them down. Aware times."""

    leg: int
    """Position in the chain."""
    departure: datetime | None
    """None: it does not run, or not stop there."""
    arrival: datetime | None


class IncidentKind(StrEnum):
    """What went wrong."""

    LATE = "late"
    """The vehicle leaves so late that the mobility guarantee pays."""
    MISSED = "missed"
    """The rider is there after it has left."""
    CANCELLED = "cancelled"
    """The vehicle does not come."""


RANK: Final = tuple(IncidentKind)
"""From what is least bad."""


@dataclass(frozen=True, slots=True)
class Incident:
    """The first leg of a chain that cannot be had as it was sold."""

    leg: int
    kind: IncidentKind
    late_s: int
    """Of a late vehicle: by how much it leaves late. Of a missed one: by how much the rider comes
    too late. Of a cancelled one: 0."""

    def is_worse_than(self, other: "Incident | None") -> bool:
        """Say whether this one is to be kept in place of another."""
        if other is None:
            return True
        return (RANK.index(self.kind), self.late_s) > (RANK.index(other.kind), other.late_s)

    def is_same_as(self, other: "Incident | None") -> bool:
        """Say whether another one differs by nothing but how late it is."""
        return other is not None and (self.leg, self.kind) == (other.leg, other.kind)


@dataclass(frozen=True, slots=True)
class SeenIncident:
    """An incident and when it was seen first at this gravity: claims are judged by it."""

    order_id: UUID
    incident: Incident
    at: datetime


class RedressKind(StrEnum):
    """What a rider may ask for."""

    REFUND = "refund"
    ALTERNATIVE = "alternative"
    GUARANTEE = "guarantee"


@dataclass(frozen=True, slots=True)
class RedressClaim:
    """What was granted for an order; there is one at most.

    Either the rest of the journey is paid back, or the taxi that was taken in its place: both
    would pay more for the missed journey than it has cost.
    """

    order_id: UUID
    kind: RedressKind
    leg: int
    at: datetime
    asked: Money
    granted: Money
    receipt: str | None = None
    """Of the taxi, as the rider calls it."""
    refund_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RefundOption:
    """The legs from the incident on are paid back without a fee."""

    legs: tuple[int, ...]
    passengers: tuple[int, ...]
    amount: Money
    until: datetime


@dataclass(frozen=True, slots=True)
class AlternativeOption:
    """Where the rider goes on from; the present ticket is good for later vehicles, too."""

    origin: ChainPoint
    destination: ChainPoint
    depart: datetime
    ticket_valid_until: datetime


@dataclass(frozen=True, slots=True)
class GuaranteeOption:
    """A taxi is paid back up to a cap."""

    cap: Money
    until: datetime


@dataclass(frozen=True, slots=True)
class Redress:
    """How an order stands, and what its rider may ask for."""

    order_id: UUID
    seen: SeenIncident | None
    refund: RefundOption | None = None
    alternative: AlternativeOption | None = None
    guarantee: GuaranteeOption | None = None
    claim: RedressClaim | None = None


def incident_of(
    chain: Chain,
    forecasts: Sequence[LegForecast],
    guarantee: Guarantee,
    legs: Collection[int] | None = None,
) -> Incident | None:
    """Return the first leg of a chain that cannot be had as it was sold, or None.

    Parameters
    ----------
    forecasts
        Of rides and shuttles; without one, a leg runs as planned. A vehicle that is expected
        early waits until it is planned to leave.
    legs
        Those that are looked at: riders who gave one back know another way, and are in time.
        None: all.
    """
    known = {one.leg: one for one in forecasts}
    ready = chain.departure
    for position, leg in enumerate(chain.legs):
        if leg.ride is None and leg.shuttle is None:
            begin = max(ready, leg.departure) if leg.rental is not None else ready
            ready = begin + (leg.arrival - leg.departure)
            continue
        if legs is not None and position not in legs:
            ready = leg.arrival
            continue
        planned = latest_departure(leg)
        one = known.get(position, LegForecast(position, planned, leg.arrival))
        if one.departure is None or one.arrival is None:
            return Incident(position, IncidentKind.CANCELLED, 0)
        leaves = max(one.departure, planned)
        if ready > leaves:
            return Incident(position, IncidentKind.MISSED, _seconds(ready - planned))
        late_s = _seconds(leaves - planned)
        if late_s >= guarantee.late_from_s:
            return Incident(position, IncidentKind.LATE, late_s)
        ready = one.arrival
    return None


def latest_departure(leg: ChainLeg) -> datetime:
    """Return when a leg leaves as it was sold: a shuttle by the end of its window."""
    return leg.departure if leg.shuttle is None else leg.shuttle.pickup_until


def goes_on_at(chain: Chain, incident: Incident, now: datetime) -> datetime:
    """Return from when on the rider needs another way, where the incident is."""
    leg = chain.legs[incident.leg]
    if incident.kind is IncidentKind.MISSED:
        there = latest_departure(leg) + timedelta(seconds=incident.late_s)
    else:
        there = leg.departure
    return max(there, now)


def claimable_until(seen: SeenIncident, guarantee: Guarantee) -> datetime:
    """Return until when a taxi can be claimed."""
    return seen.at + timedelta(days=guarantee.claim_within_days)


def refundable_until(order: Order, seen: SeenIncident, guarantee: Guarantee) -> datetime:
    """Return until when the fare is paid back: of a late vehicle, until it leaves.

    Who is there when it comes is carried; what never came, or had left, is claimed for days.
    """
    if seen.incident.kind is not IncidentKind.LATE:
        return claimable_until(seen, guarantee)
    leg = order.offer.chain.legs[seen.incident.leg]
    return latest_departure(leg) + timedelta(seconds=seen.incident.late_s)


def watched_legs(order: Order) -> frozenset[int]:
    """Return the sold legs that the rider did not give back.

    What was paid back because nobody came is among them: the journey after it is missed.
    """
    given = {
        (leg, passenger)
        for refund in order.refunds
        if refund.reason is not RefundReason.NOT_CARRIED
        for leg in refund.legs
        for passenger in refund.passengers
    }
    return frozenset(
        leg
        for leg, _ in order.offer.chain.sold
        if any((leg, one.id) not in given for one in order.offer.passengers)
    )


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
