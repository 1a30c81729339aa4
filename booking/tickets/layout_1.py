"""The payload's fields in layout 1: of tickets that were sold before layout 2, read only.

Passengers were counted by category, every leg was a ride for all of them, and no phone signed.
``encode`` is here because a ticket has one writing only, which a reader has to compare.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from booking.tickets.codes import CATEGORIES, CATEGORY_CODES, MODE_CODES, MODES_1
from booking.tickets.errors import TicketMalformed
from booking.tickets.ticket import Ticket, TicketLeg, TicketPassenger
from booking.tickets.wire import Reader, Writer

EPOCH_DAY: Final = date(1970, 1, 1)
MAX_COUNTED: Final = 255


def encode(ticket: Ticket) -> bytes:
    """Return the fields of a ticket, one after the other, or raise ``ValueError``."""
    writer = Writer()
    writer.data += ticket.order_id.bytes
    writer.text(ticket.issuer)
    writer.varint(int(ticket.valid_from.timestamp()))
    writer.varint(seconds(ticket.valid_until - ticket.valid_from))
    categories = groupby(each.category for each in ticket.passengers)
    counts = [(category, len(list(each))) for category, each in categories]
    writer.varint(len(counts))
    for category, count in counts:
        writer.varint(CATEGORY_CODES[category])
        writer.varint(count)
    writer.varint(len(ticket.legs))
    for leg in ticket.legs:
        _write_leg(writer, leg, ticket.valid_from)
    return bytes(writer.data)


def read(reader: Reader) -> Ticket:
    """Return the ticket that these fields say; whether they are canonical is not looked at."""
    order_id = UUID(bytes=reader.take(16))
    issuer = reader.text()
    valid_from = datetime.fromtimestamp(reader.varint(), UTC)
    valid_until = valid_from + timedelta(seconds=reader.varint())
    passengers = _read_passengers(reader)
    everybody = tuple(passenger.id for passenger in passengers)
    legs = tuple(
        _read_leg(reader, valid_from, position, everybody) for position in range(reader.varint())
    )
    reader.end()
    return Ticket(order_id, issuer, valid_from, valid_until, passengers, legs)


def seconds(duration: timedelta) -> int:
    """Return a duration in whole seconds."""
    return duration // timedelta(seconds=1)


def _read_passengers(reader: Reader) -> tuple[TicketPassenger, ...]:
    passengers: list[TicketPassenger] = []
    for _ in range(reader.varint()):
        category, count = CATEGORIES[reader.varint()], reader.varint()
        if len(passengers) + count > MAX_COUNTED:
            raise TicketMalformed(f"the ticket counts more than {MAX_COUNTED} passengers")
        first = len(passengers)
        passengers += [TicketPassenger(first + i, category) for i in range(count)]
    return tuple(passengers)


def _leg_texts(leg: TicketLeg) -> tuple[str, str, str, str, str]:
    return leg.route_name, leg.agency_id, leg.trip_id, leg.origin_name, leg.destination_name


def _write_leg(writer: Writer, leg: TicketLeg, start: datetime) -> None:
    writer.varint(MODE_CODES[leg.mode])
    for text in _leg_texts(leg):
        writer.text(text)
    writer.varint((leg.service_day - EPOCH_DAY).days)
    writer.varint(leg.board)
    writer.varint(leg.alight)
    writer.varint(seconds(leg.departure - start))
    writer.varint(seconds(leg.arrival - leg.departure))


def _read_leg(
    reader: Reader, start: datetime, position: int, passengers: tuple[int, ...]
) -> TicketLeg:
    mode = MODES_1[reader.varint()]
    route_name, agency_id, trip_id, origin_name, destination_name = (
        reader.text() for _ in range(5)
    )
    service_day = EPOCH_DAY + timedelta(days=reader.varint())
    board, alight = reader.varint(), reader.varint()
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
        service_day=service_day,
        board=board,
        alight=alight,
        position=position,
        passengers=passengers,
    )
