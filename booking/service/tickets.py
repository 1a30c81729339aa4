"""Tickets for sold offers. One ticket covers the whole chain and the whole group."""

from typing import Final
from uuid import UUID

from booking.domain.errors import NotOnSale
from booking.domain.offers import Offer
from booking.tickets.envelope import HEAD, MAX_BYTES, SIGNATURE_BYTES
from booking.tickets.keys import PublicKeys
from booking.tickets.payload import pack
from booking.tickets.sign import KeyRing
from booking.tickets.ticket import NAME_MAX_BYTES, Ticket, TicketValidity, make_ticket
from booking.tickets.verify import read_genuine

AS_SOLD: Final = TicketValidity()
ROOM_FOR_WINDOW: Final = 8
"""Bytes by which another window of validity may make a ticket longer."""


class Tickets:
    """Issues tickets and reads our own.

    Parameters
    ----------
    issuer
        Who answers for the ticket, as an inspector reads it.
    """

    def __init__(self, keys: KeyRing, issuer: str, validity: TicketValidity = AS_SOLD) -> None:
        self._keys, self._issuer, self._validity = keys, issuer, validity

    @property
    def public_keys(self) -> PublicKeys:
        """What inspectors need."""
        return self._keys.public

    def issue(self, order_id: UUID, offer: Offer) -> bytes:
        """Return the signed ticket of an order.

        The key is chosen by the time of the offer, and the signature has no randomness in it: an
        order whose ticket is issued again after a crash gets the same bytes.
        """
        ticket = make_ticket(order_id, offer, self._issuer, self._validity)
        return self._keys.signing_key(offer.issued_at, ticket.valid_until).sign(ticket)

    def read(self, data: bytes) -> Ticket:
        """Return what a ticket of ours says, whether or not it is valid now."""
        return read_genuine(data, self._keys.public)


def check_fits(offer: Offer) -> None:
    """Raise ``NotOnSale`` for a chain whose ticket no code could hold, before anybody pays."""
    ticket = make_ticket(offer.id, offer, "i" * NAME_MAX_BYTES, AS_SOLD)
    if HEAD.size + len(pack(ticket)) + SIGNATURE_BYTES + ROOM_FOR_WINDOW > MAX_BYTES:
        raise NotOnSale("this journey has too many rides to fit one ticket")
