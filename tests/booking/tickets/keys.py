"""Keys and signed tickets for tests; the private keys are made from fixed seeds."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from booking.service.tickets import Tickets
from booking.tickets.sign import KeyRing, SigningKey
from booking.tickets.ticket import Ticket
from tests.booking.trips import ORDER_ID, sold

ISSUER = "kommit Senden"


def key(seed: int = 1, since: int = 2026, until: int = 2028) -> SigningKey:
    """Return a key that is valid from the start of one year to the start of another."""
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return SigningKey(private, datetime(since, 1, 1, tzinfo=UTC), datetime(until, 1, 1, tzinfo=UTC))


RING = KeyRing([key()])
TICKETS = Tickets(RING, ISSUER)


def signed() -> bytes:
    """Return the ticket of a commute of three rides."""
    return TICKETS.issue(ORDER_ID, sold())


def content() -> Ticket:
    """Return what it says."""
    return TICKETS.read(signed())
