"""The payload of a ticket, layout 1, byte by byte as in ``docs/ticket-format.md``.

Invariants: one ticket has one encoding (``encode(decode(data)) == data``, checked); times count
from the start of validity, and a text that occurs twice is carried once, to keep the code small.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.chain import LegMode
from booking.domain.passengers import PassengerCategory
from booking.tickets.errors import TicketMalformed
from booking.tickets.packing import DICTIONARY, deflate, inflate
from booking.tickets.ticket import Ticket, TicketLeg
from booking.tickets.wire import Reader, Writer

MODE_CODES: Final = {
    LegMode.OTHER: 0,
    LegMode.TRAM: 1,
    LegMode.SUBWAY: 2,
    LegMode.RAIL: 3,
    LegMode.BUS: 4,
    LegMode.FERRY: 5,
    LegMode.CABLE_CAR: 6,
    LegMode.COACH: 7,
    LegMode.ON_DEMAND: 8,
}
"""Fixed for ever: tickets that were sold carry them. Nobody needs a ticket to walk."""
MODES: Final = {code: mode for mode, code in MODE_CODES.items()}
CATEGORY_CODES: Final = {PassengerCategory.ADULT: 0, PassengerCategory.CHILD: 1}
CATEGORIES: Final = {code: category for category, code in CATEGORY_CODES.items()}
EPOCH_DAY: Final = date(1970, 1, 1)
MAX_PLAIN_BYTES: Final = 8_192


def pack(ticket: Ticket) -> bytes:
    """Return the payload of a ticket as envelopes carry it: encoded, then deflated."""
    return deflate(encode(ticket), DICTIONARY)


def unpack(payload: bytes) -> Ticket:
    """Return the ticket of a payload, or raise ``TicketMalformed``."""
    try:
        plain = inflate(payload, MAX_PLAIN_BYTES, DICTIONARY)
    except ValueError as error:
        raise TicketMalformed(f"the ticket cannot be unpacked: {error}") from None
    return decode(plain)


def encode(ticket: Ticket) -> bytes:
    """Return the fields of a ticket, one after the other.

    Raises
    ------
    ValueError
        If a leg departs before the validity begins, or arrives before it departs.
    """
    writer = Writer()
    writer.data += ticket.order_id.bytes
    writer.text(ticket.issuer)
    writer.varint(int(ticket.valid_from.timestamp()))
    writer.varint(_seconds(ticket.valid_until - ticket.valid_from))
    writer.varint(len(ticket.passengers))
    for category, count in ticket.passengers:
        writer.varint(CATEGORY_CODES[category])
        writer.varint(count)
    writer.varint(len(ticket.legs))
    for leg in ticket.legs:
        _write_leg(writer, leg, ticket.valid_from)
    return bytes(writer.data)


def decode(data: bytes) -> Ticket:
    """Return the ticket that ``encode`` wrote.

    Raises
    ------
    TicketMalformed
        If the bytes are anything but what ``encode`` would write.
    """
    try:
        ticket = _read_ticket(Reader(data))
        canonical = encode(ticket) == data
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        raise TicketMalformed(f"the ticket says what cannot be: {error}") from error
    if not canonical:
        raise TicketMalformed("the ticket is not written in its one canonical way")
    return ticket


def _leg_texts(leg: TicketLeg) -> tuple[str, str, str, str, str]:
    return leg.route_name, leg.agency_id, leg.trip_id, leg.origin_name, leg.destination_name


def _write_leg(writer: Writer, leg: TicketLeg, start: datetime) -> None:
    writer.varint(MODE_CODES[leg.mode])
    for text in _leg_texts(leg):
        writer.text(text)
    writer.varint((leg.service_day - EPOCH_DAY).days)
    writer.varint(leg.board)
    writer.varint(leg.alight)
    writer.varint(_seconds(leg.departure - start))
    writer.varint(_seconds(leg.arrival - leg.departure))


def _read_ticket(reader: Reader) -> Ticket:
    order_id = UUID(bytes=reader.take(16))
    issuer = reader.text()
    valid_from = datetime.fromtimestamp(reader.varint(), UTC)
    valid_until = valid_from + timedelta(seconds=reader.varint())
    passengers = tuple(
        (CATEGORIES[reader.varint()], reader.varint()) for _ in range(reader.varint())
    )
    legs = tuple(_read_leg(reader, valid_from) for _ in range(reader.varint()))
    reader.end()
    return Ticket(order_id, issuer, valid_from, valid_until, passengers, legs)


def _read_leg(reader: Reader, start: datetime) -> TicketLeg:
    mode = MODES[reader.varint()]
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
    )


def _seconds(duration: timedelta) -> int:
    return duration // timedelta(seconds=1)
