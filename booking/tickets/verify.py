"""Says whether a ticket is genuine and valid: from its bytes, public keys and the time alone."""

from datetime import datetime

from booking.tickets.envelope import Envelope, take_apart
from booking.tickets.errors import TicketExpired, TicketNotYetValid
from booking.tickets.keys import PublicKey, PublicKeys
from booking.tickets.payload import unpack
from booking.tickets.ticket import Ticket


def verify(data: bytes, keys: PublicKeys, now: datetime) -> Ticket:
    """Return the ticket that an inspector may accept at an aware time.

    Raises
    ------
    TicketMalformed, UnknownKey, KeyNotValid, BadSignature, TicketNotYetValid, TicketExpired
        If it is not to be accepted, and why. Nothing of the payload is read before its signature
        was found right.
    """
    envelope = take_apart(data)
    ticket = _open(envelope, keys.get_trusted(envelope.key_id.hex(), now))
    if now < ticket.valid_from:
        raise TicketNotYetValid(ticket.valid_from)
    if now > ticket.valid_until:
        raise TicketExpired(ticket.valid_until)
    return ticket


def read_genuine(data: bytes, keys: PublicKeys) -> Ticket:
    """Return a ticket that was signed by one of the keys, whenever it is or was valid.

    Raises
    ------
    TicketMalformed, UnknownKey, BadSignature
        If it was not.
    """
    envelope = take_apart(data)
    return _open(envelope, keys.get(envelope.key_id.hex()))


def _open(envelope: Envelope, key: PublicKey) -> Ticket:
    key.check(envelope.signature, envelope.signed)
    return unpack(envelope.payload)
