"""What a ticket says: enough for an inspector without a network, and nothing about the rider."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from booking.domain.chain import ChainLeg, LegMode
from booking.domain.offers import Offer
from booking.domain.passengers import Passenger, PassengerCategory, TravelClass

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


class LegKind(StrEnum):
    """What a leg's ids name."""

    RIDE = "ride"
    """A trip of a timetable. Tickets of layout 1 call rides on demand so, too."""
    ON_DEMAND = "on-demand"
    """A ride on demand: ``trip_id`` is the service's."""
    RENTAL = "rental"


@dataclass(frozen=True, slots=True)
class TicketRental:
    """What is rented, and where it is fetched and left."""

    system_id: str
    vehicle_type: str
    """Id within the system."""
    vehicle: str | None = None
    """Public id of one vehicle; None: any of the type."""
    pick_up_station: str | None = None
    return_station: str | None = None


@dataclass(frozen=True, slots=True)
class TicketPassenger:
    """One person of the group, by what an inspector has to know."""

    id: int
    """As in the offer, so that legs can say whom they are for."""
    category: PassengerCategory
    subscriptions: tuple[str, ...] = ()
    """Ids of the subscriptions to be shown: the ticket is not valid for them alone."""
    travel_class: TravelClass = TravelClass.SECOND
    bicycle: bool = False


@dataclass(frozen=True, slots=True)
class TicketLeg:
    """One ride or rental. Times are aware, in UTC and whole seconds."""

    mode: LegMode
    route_name: str
    """What the vehicle shows: a line, a service or a sharing system."""
    agency_id: str
    origin_name: str
    destination_name: str
    departure: datetime
    arrival: datetime
    trip_id: str
    """Feed-scoped; with ``board`` and ``alight`` it also says which stops are meant. Of a ride on
    demand: the service, from 0 to 1. Of a rental: empty."""
    service_day: date
    """Of what is not in a timetable: the departure's in UTC."""
    board: int
    """0-based position in the trip's stop events."""
    alight: int
    position: int = 0
    """In the chain that was bought."""
    passengers: tuple[int, ...] = ()
    """``TicketPassenger.id`` of those for whom the leg is valid, ascending."""
    kind: LegKind = LegKind.RIDE
    rental: TicketRental | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right of a group to travel on one chain. Times are aware, in UTC and whole seconds."""

    order_id: UUID
    issuer: str
    valid_from: datetime
    valid_until: datetime
    """Last second of validity."""
    passengers: tuple[TicketPassenger, ...]
    """Who still travels."""
    legs: tuple[TicketLeg, ...]
    """Those that are still valid for somebody."""
    version: int = 1
    """Counts the tickets of an order; a newer one takes the place of all before."""
    device_key: bytes | None = None
    """The phone's public key (P-256, compressed); None: valid without a phone, on paper."""

    @property
    def is_static(self) -> bool:
        """Whether no phone has to sign the moment, so that a copy looks like the original."""
        return self.device_key is None

    @property
    def counts(self) -> tuple[tuple[PassengerCategory, int], ...]:
        """How many of each category travel; only categories that do."""
        counts = Counter(passenger.category for passenger in self.passengers)
        return tuple((kind, counts[kind]) for kind in PassengerCategory if counts[kind])


def make_ticket(
    order_id: UUID,
    offer: Offer,
    issuer: str,
    validity: TicketValidity,
    *,
    device_key: bytes | None = None,
    version: int = 1,
    without: frozenset[tuple[int, int]] = frozenset(),
) -> Ticket:
    """Return the ticket of a sold offer: a pure function, so it is the same each time.

    Parameters
    ----------
    without
        What was cancelled since: (position of the leg, id of the passenger).

    Raises
    ------
    ValueError
        If nothing is left.
    """
    everybody = [passenger.id for passenger in offer.passengers]
    legs = []
    for position, leg in offer.chain.sold:
        who = tuple(each for each in everybody if (position, each) not in without)
        if who:
            legs.append(_leg_of(position, leg, who))
    if not legs:
        raise ValueError(f"no leg of order {order_id} is left for a ticket")
    travelling = {passenger for leg in legs for passenger in leg.passengers}
    return Ticket(
        order_id=order_id,
        issuer=cut_name(issuer),
        valid_from=legs[0].departure - validity.before_departure,
        valid_until=legs[-1].arrival + validity.after_arrival,
        passengers=tuple(_passenger_of(each) for each in offer.passengers if each.id in travelling),
        legs=tuple(legs),
        version=version,
        device_key=device_key,
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


def _passenger_of(passenger: Passenger) -> TicketPassenger:
    return TicketPassenger(
        passenger.id,
        passenger.category,
        tuple(cut_name(each) for each in passenger.subscriptions),
        passenger.travel_class,
        passenger.bicycle,
    )


def _leg_of(position: int, leg: ChainLeg, passengers: tuple[int, ...]) -> TicketLeg:
    ride, shuttle, carrier = leg.ride, leg.shuttle, leg.carrier
    if carrier is None:
        raise ValueError("nobody needs a ticket where nobody carries them")
    departure = whole_second(leg.departure)
    kind = LegKind.RIDE if ride else LegKind.ON_DEMAND if shuttle else LegKind.RENTAL
    return TicketLeg(
        mode=leg.mode,
        route_name=cut_name(carrier.line),
        agency_id=carrier.agency_id,
        origin_name=cut_name(leg.origin.name),
        destination_name=cut_name(leg.destination.name),
        departure=departure,
        arrival=whole_second(leg.arrival),
        trip_id=ride.trip_id if ride else shuttle.service_id if shuttle else "",
        service_day=ride.service_day if ride else departure.date(),
        board=ride.board if ride else 0,
        alight=ride.alight if ride else 1,
        position=position,
        passengers=passengers,
        kind=kind,
        rental=_rental_of(leg),
    )


def _rental_of(leg: ChainLeg) -> TicketRental | None:
    rental = leg.rental
    if rental is None:
        return None
    return TicketRental(
        rental.system_id,
        rental.vehicle_type,
        rental.vehicle or None,
        rental.pick_up_station or None,
        rental.return_station or None,
    )
