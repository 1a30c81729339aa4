"""What is done with tickets after the sale, as the routes ask for it."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from booking.service.boxes import Boxes
from booking.service.inspections import Inspections
from booking.service.revocations import Phones, RevocationLists
from booking.tickets.errors import TicketMalformed
from booking.tickets.figures import FRESHNESS
from booking.tickets.ticket import Ticket as DomainTicket
from booking.tickets.wallet_pass import PassSigner
from kommit.api.errors import InvalidInput
from kommit.api.network import Network
from kommit.api.schemas.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Ticketing:
    """Services around tickets that were sold."""

    phones: Phones
    revocations: RevocationLists
    inspections: Inspections
    boxes: Boxes | None
    """None where no locks are connected."""
    passes: PassSigner | None
    """None where no certificate is set."""


def ticket_json(data: bytes, ticket: DomainTicket, network: Network, now: datetime) -> Ticket:
    """Return a ticket as its rider's phone gets it."""
    key = ticket.device_key
    return Ticket(
        ticket=base64url(data),
        valid_from=network.local(ticket.valid_from),
        valid_until=network.local(ticket.valid_until),
        order_id=ticket.order_id,
        version=ticket.version,
        device_key=None if key is None else base64url(key),
        redraw_s=FRESHNESS.to_document()["redraw_s"],
        answered_at=network.local(now),
    )


def base64url(data: bytes) -> str:
    """Return bytes as text, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def ticket_of_text(text: str) -> bytes:
    """Return the bytes of a ticket that was written as text, or raise ``TicketMalformed``."""
    try:
        return _bytes_of(text)
    except (binascii.Error, ValueError):
        raise TicketMalformed("this is no ticket: not base64url text") from None


def bytes_of_text(text: str, field: str) -> bytes:
    """Return the bytes of a field of a body, or raise ``InvalidInput``."""
    try:
        return _bytes_of(text)
    except (binascii.Error, ValueError):
        raise InvalidInput(("body", field), "write it as base64url") from None


def _bytes_of(text: str) -> bytes:
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
