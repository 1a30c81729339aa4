"""The payload's fields in layout 2, byte by byte as in ``docs/ticket-format.md``.

Times count from the start of validity, and a text that occurs twice is carried once, to keep the
code small.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.passengers import TravelClass
from booking.tickets.codes import (
    BICYCLE,
    CATEGORIES,
    CATEGORY_CODES,
    FIRST_CLASS,
    KIND_CODES,
    KINDS,
    MODE_CODES,
    MODES,
)
from booking.tickets.layout_1 import EPOCH_DAY, seconds
from booking.tickets.phone import PHONE_KEY_BYTES
from booking.tickets.ticket import LegKind, Ticket, TicketLeg, TicketPassenger, TicketRental
from booking.tickets.wire import Reader, Writer

MAX_PASSENGER_ID: Final = 40
"""Whom a leg is for is a number with a bit for each."""


def encode(ticket: Ticket) -> bytes:
    """Return the fields of a ticket, one after the other.

    Raises
    ------
    ValueError
        If a leg departs before the validity begins, arrives before it departs, or the phone's key
        has another length.
    """
    writer = Writer()
    writer.data += ticket.order_id.bytes
    writer.varint(ticket.version)
    _write_key(writer, ticket.device_key)
    writer.text(ticket.issuer)
    writer.varint(int(ticket.valid_from.timestamp()))
    writer.varint(seconds(ticket.valid_until - ticket.valid_from))
    writer.varint(len(ticket.passengers))
    for passenger in ticket.passengers:
        _write_passenger(writer, passenger)
    writer.varint(len(ticket.legs))
    for leg in ticket.legs:
        _write_leg(writer, leg, ticket.valid_from)
    return bytes(writer.data)


def read(reader: Reader) -> Ticket:
    """Return the ticket that these fields say; whether they are canonical is not looked at."""
    order_id = UUID(bytes=reader.take(16))
    version = reader.varint()
    size = reader.varint()
    device_key = reader.take(size) if size else None
    issuer = reader.text()
    valid_from = datetime.fromtimestamp(reader.varint(), UTC)
    valid_until = valid_from + timedelta(seconds=reader.varint())
    passengers = tuple(_read_passenger(reader) for _ in range(reader.varint()))
    legs = tuple(_read_leg(reader, valid_from) for _ in range(reader.varint()))
    reader.end()
    return Ticket(order_id, issuer, valid_from, valid_until, passengers, legs, version, device_key)


def _write_key(writer: Writer, device_key: bytes | None) -> None:
    if device_key is not None and len(device_key) != PHONE_KEY_BYTES:
        raise ValueError(f"a phone's key has {PHONE_KEY_BYTES} bytes, not {len(device_key)}")
    writer.varint(len(device_key or b""))
    writer.data += device_key or b""


def _write_passenger(writer: Writer, passenger: TicketPassenger) -> None:
    first_class = passenger.travel_class is TravelClass.FIRST
    writer.varint(passenger.id)
    writer.varint(CATEGORY_CODES[passenger.category])
    writer.varint(FIRST_CLASS * first_class + BICYCLE * passenger.bicycle)
    writer.varint(len(passenger.subscriptions))
    for subscription in passenger.subscriptions:
        writer.text(subscription)


def _read_passenger(reader: Reader) -> TicketPassenger:
    number, category, flags = reader.varint(), CATEGORIES[reader.varint()], reader.varint()
    return TicketPassenger(
        id=number,
        category=category,
        subscriptions=tuple(reader.text() for _ in range(reader.varint())),
        travel_class=TravelClass.FIRST if flags & FIRST_CLASS else TravelClass.SECOND,
        bicycle=bool(flags & BICYCLE),
    )


def _write_leg(writer: Writer, leg: TicketLeg, start: datetime) -> None:
    writer.varint(leg.position)
    writer.varint(MODE_CODES[leg.mode])
    writer.varint(KIND_CODES[leg.kind])
    writer.varint(sum(1 << passenger for passenger in leg.passengers))
    for text in (leg.route_name, leg.agency_id, *_ids(leg), leg.origin_name, leg.destination_name):
        writer.text(text)
    if leg.kind is LegKind.RIDE:
        writer.varint((leg.service_day - EPOCH_DAY).days)
        writer.varint(leg.board)
        writer.varint(leg.alight)
    writer.varint(seconds(leg.departure - start))
    writer.varint(seconds(leg.arrival - leg.departure))


def _ids(leg: TicketLeg) -> tuple[str, ...]:
    if leg.kind is not LegKind.RENTAL:
        return (leg.trip_id,)
    rental = leg.rental
    if rental is None:
        raise ValueError("a rental says what is rented")
    stations = rental.pick_up_station or "", rental.return_station or ""
    return (rental.system_id, rental.vehicle_type, rental.vehicle or "", *stations)


def _read_leg(reader: Reader, start: datetime) -> TicketLeg:
    position, mode = reader.varint(), MODES[reader.varint()]
    kind, who = KINDS[reader.varint()], reader.varint()
    route_name, agency_id = reader.text(), reader.text()
    rental = _read_rental(reader) if kind is LegKind.RENTAL else None
    trip_id = "" if rental else reader.text()
    origin_name, destination_name = reader.text(), reader.text()
    is_ride = kind is LegKind.RIDE
    day, board, alight = (reader.varint() for _ in range(3)) if is_ride else (0, 0, 1)
    departure = start + timedelta(seconds=reader.varint())
    return TicketLeg(
        mode=mode,
        route_name=route_name,
        agency_id=agency_id,
        origin_name=origin_name,
        destination_name=destination_name,
        departure=departure,
        arrival=departure + timedelta(seconds=reader.varint()),
        trip_id=trip_id,
        service_day=EPOCH_DAY + timedelta(days=day) if is_ride else departure.date(),
        board=board,
        alight=alight,
        position=position,
        passengers=tuple(each for each in range(MAX_PASSENGER_ID) if who >> each & 1),
        kind=kind,
        rental=rental,
    )


def _read_rental(reader: Reader) -> TicketRental:
    system_id, vehicle_type, vehicle, pick_up, brought = (reader.text() for _ in range(5))
    return TicketRental(system_id, vehicle_type, vehicle or None, pick_up or None, brought or None)
