"""Says whether a ticket is genuine and valid: from its bytes, public keys and the time alone.

With a list of revocations it also says whether the ticket was cancelled or replaced since.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.tickets.envelope import Envelope, take_apart
from booking.tickets.errors import (
    BadPhoneSignature,
    CodeFromLater,
    CodeTooOld,
    PhoneDidNotSign,
    TicketExpired,
    TicketNotYetValid,
    TicketRevoked,
)
from booking.tickets.figures import FRESHNESS, Freshness
from booking.tickets.keys import PublicKey, PublicKeys
from booking.tickets.payload import unpack
from booking.tickets.phone import check_moment
from booking.tickets.revocations import Revocations
from booking.tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Accepted:
    """A ticket that an inspector may accept, and what that rests on."""

    ticket: Ticket
    shown_at: datetime | None
    """The moment that the phone signed; None for a static ticket, of which a copy looks the same:
    then the PIN on the paper is compared (``pin``)."""
    pin: str
    list_age: timedelta | None
    """Of the list of revocations that was asked; None: none was, so it may have been cancelled."""
    list_is_old: bool = False
    """Whether a newer list should have been fetched by now."""


def verify(data: bytes, keys: PublicKeys, now: datetime) -> Ticket:
    """Return the ticket that an inspector may accept at an aware time; see ``inspect``."""
    return inspect(data, keys, now).ticket


def inspect(
    data: bytes,
    keys: PublicKeys,
    now: datetime,
    *,
    revocations: Revocations | None = None,
    freshness: Freshness = FRESHNESS,
) -> Accepted:
    """Return the ticket that an inspector may accept at an aware time, and why.

    Raises
    ------
    TicketMalformed, UnknownKey, KeyNotValid, BadSignature, TicketNotYetValid, TicketExpired,
    TicketRevoked, NotLive
        If it is not to be accepted, and why. Nothing of the payload is read before its signature
        was found right.
    """
    envelope = take_apart(data)
    ticket = _open(envelope, keys.get_trusted(envelope.key_id.hex(), now))
    if now < ticket.valid_from:
        raise TicketNotYetValid(ticket.valid_from)
    if now > ticket.valid_until:
        raise TicketExpired(ticket.valid_until)
    if revocations is not None and revocations.names(ticket.order_id, ticket.version):
        raise TicketRevoked(revocations.issued_at)
    shown_at = _check_live(envelope, ticket, now, freshness)
    return Accepted(
        ticket,
        shown_at,
        pin_of(envelope),
        None if revocations is None else max(now - revocations.issued_at, timedelta()),
        revocations is not None and revocations.is_old(now),
    )


def read_genuine(data: bytes, keys: PublicKeys) -> Ticket:
    """Return a ticket that was signed by one of the keys, whenever it is or was valid.

    Raises
    ------
    TicketMalformed, UnknownKey, BadSignature
        If it was not.
    """
    envelope = take_apart(data)
    return _open(envelope, keys.get(envelope.key_id.hex()))


def pin_of(envelope: Envelope) -> str:
    """Return the six digits that are printed beside the code.

    They tie a paper to its code: a code that was photographed and stuck on another ticket is found
    out. A copy of the whole paper is not; double use of it shows when inspections are compared.
    """
    return f"{int.from_bytes(envelope.signature[:8], 'big') % 1_000_000:06}"


def _open(envelope: Envelope, key: PublicKey) -> Ticket:
    key.check(envelope.signature, envelope.signed)
    return unpack(envelope.payload, envelope.version)


def _check_live(
    envelope: Envelope, ticket: Ticket, now: datetime, freshness: Freshness
) -> datetime | None:
    """Return when the ticket's phone drew the code; None for a ticket that has no phone.

    A static ticket with a moment of some phone is no ticket that anybody made.
    """
    moment, device_key = envelope.moment, ticket.device_key
    if device_key is None:
        if moment is not None:
            raise BadPhoneSignature
        return None
    if moment is None:
        raise PhoneDidNotSign
    check_moment(envelope.level_1, moment, device_key)
    age = now - moment.at
    if age > freshness.oldest:
        raise CodeTooOld(moment.at, age // timedelta(seconds=1))
    if -age > freshness.clock_skew:
        raise CodeFromLater(moment.at)
    return moment.at
