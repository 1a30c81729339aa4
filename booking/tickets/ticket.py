"""What a ticket says: enough for an inspector without a network, and nothing about the rider."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.chain import ChainLeg, LegMode
from booking.domain.offers import Offer
from booking.domain.passengers import PassengerCategory

NAME_MAX_BYTES: Final = 40
"""Longer names are cut: they are for reading only, ids are kept whole."""


@dataclass(frozen=True, slots=True)
class TicketValidity:
    """How far a ticket is valid around the journey that was bought.

    Kommit's own choice, no published figure: an earlier bus may be taken, and an hourly connection
    that was missed does not leave the rider without a ticket.
    """

    before_departure: timedelta = timedelta(minutes=30)
    after_arrival: timedelta = timedelta(minutes=120)


@dataclass(frozen=True, slots=True)
class TicketLeg:
    """One ride. Times are aware, in UTC and whole seconds."""

    mode: LegMode
    route_name: str
    agency_id: str
    origin_name: str
    destination_name: str
    departure: datetime
    arrival: datetime
    trip_id: str
    """Feed-scoped; with ``board`` and ``alight`` it also says which stops are meant. Of a ride on
    demand: the service, from 0 to 1."""
    service_day: date
    board: int
    """0-based position in the trip's stop events."""
    alight: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right of a group to ride one chain. Times are aware, in UTC and whole seconds."""

    order_id: UUID
    issuer: str
    valid_from: datetime
    valid_until: datetime
    """Last second of validity."""
    passengers: tuple[tuple[PassengerCategory, int], ...]
    """How many of each category; only those who travel."""
    legs: tuple[TicketLeg, ...]


def make_ticket(order_id: UUID, offer: Offer, issuer: str, validity: TicketValidity) -> Ticket:
    """Return the ticket of a sold offer: a pure function, so it is the same each time."""
    rides = offer.chain.rides
    legs = tuple(_leg_of(leg) for leg in rides)
    counts = Counter(passenger.category for passenger in offer.passengers)
    return Ticket(
        order_id=order_id,
        issuer=cut_name(issuer),
        valid_from=legs[0].departure - validity.before_departure,
        valid_until=legs[-1].arrival + validity.after_arrival,
        passengers=tuple((kind, counts[kind]) for kind in PassengerCategory if counts[kind]),
        legs=legs,
    )


def cut_name(name: str, limit: int = NAME_MAX_BYTES) -> str:
    """Return a printable name of at most ``limit`` bytes of UTF-8; a cut one ends in an ellipsis.

    Feeds are not ours: what would move an inspector's cursor becomes a blank.
    """
    name = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if len(name.encode()) <= limit:
        return name
    kept = name.encode()[: limit - len("…".encode())].decode(errors="ignore")
    return kept.rstrip() + "…"


def whole_second(time: datetime) -> datetime:
    """Return an aware time in UTC without the fraction of its second."""
    return time.astimezone(UTC).replace(microsecond=0)


def _leg_of(leg: ChainLeg) -> TicketLeg:
    ride, shuttle, carrier = leg.ride, leg.shuttle, leg.carrier
    if carrier is None:
        raise ValueError("nobody needs a ticket where nobody carries them")
    named = ride.trip_id if ride else shuttle.service_id if shuttle else ""
    return TicketLeg(
        mode=leg.mode,
        route_name=cut_name(carrier.line),
        agency_id=carrier.agency_id,
        origin_name=cut_name(leg.origin.name),
        destination_name=cut_name(leg.destination.name),
        departure=whole_second(leg.departure),
        arrival=whole_second(leg.arrival),
        trip_id=named,
        service_day=ride.service_day if ride else leg.departure.date(),
        board=ride.board if ride else 0,
        alight=ride.alight if ride else 1,
    )
