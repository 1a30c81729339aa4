"""The payload of a ticket: its fields in one of two layouts, deflated.

Invariant: one ticket has one writing in a layout (``encode(decode(data)) == data``, checked).
New tickets are written in layout 2; those of layout 1 stay readable.
"""

from typing import Final, NamedTuple, Protocol

from booking.tickets import layout_1, layout_2
from booking.tickets.errors import TicketMalformed
from booking.tickets.packing import DICTIONARY, DICTIONARY_2, deflate, inflate
from booking.tickets.ticket import Ticket
from booking.tickets.wire import Reader

MAX_PLAIN_BYTES: Final = 8_192
NEWEST: Final = 2


class _Encode(Protocol):
    def __call__(self, ticket: Ticket) -> bytes: ...


class _Read(Protocol):
    def __call__(self, reader: Reader) -> Ticket: ...


class _Layout(NamedTuple):
    encode: _Encode
    read: _Read
    dictionary: bytes


LAYOUTS: Final = {
    1: _Layout(layout_1.encode, layout_1.read, DICTIONARY),
    2: _Layout(layout_2.encode, layout_2.read, DICTIONARY_2),
}


def pack(ticket: Ticket, layout: int = NEWEST) -> bytes:
    """Return the payload of a ticket as envelopes carry it: encoded, then deflated."""
    return deflate(encode(ticket, layout), LAYOUTS[layout].dictionary)


def unpack(payload: bytes, layout: int) -> Ticket:
    """Return the ticket of a payload, or raise ``TicketMalformed``."""
    try:
        plain = inflate(payload, MAX_PLAIN_BYTES, LAYOUTS[layout].dictionary)
    except ValueError as error:
        raise TicketMalformed(f"the ticket cannot be unpacked: {error}") from None
    return decode(plain, layout)


def encode(ticket: Ticket, layout: int = NEWEST) -> bytes:
    """Return the fields of a ticket, or raise ``ValueError`` for what a ticket cannot say."""
    return LAYOUTS[layout].encode(ticket)


def decode(data: bytes, layout: int = NEWEST) -> Ticket:
    """Return the ticket that ``encode`` wrote.

    Raises
    ------
    TicketMalformed
        If the bytes are anything but what ``encode`` would write.
    """
    try:
        ticket = LAYOUTS[layout].read(Reader(data))
        canonical = encode(ticket, layout) == data
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        raise TicketMalformed(f"the ticket says what cannot be: {error}") from error
    if not canonical:
        raise TicketMalformed("the ticket is not written in its one canonical way")
    return ticket
