"""Tickets for sold offers. One ticket covers the whole chain and the whole group."""

from datetime import datetime
from typing import Final
from uuid import UUID

from booking.domain.errors import NotOnSale
from booking.domain.offers import Offer
from booking.domain.orders import Order
from booking.tickets.envelope import MAX_BYTES, size_of, take_apart
from booking.tickets.figures import FRESHNESS
from booking.tickets.keys import PublicKeys
from booking.tickets.payload import pack
from booking.tickets.phone import PHONE_KEY_BYTES
from booking.tickets.revocations import Revocations
from booking.tickets.sign import KeyRing
from booking.tickets.ticket import NAME_MAX_BYTES, Ticket, TicketValidity, make_ticket
from booking.tickets.verify import Accepted, inspect, pin_of, read_genuine

AS_SOLD: Final = TicketValidity()
ROOM_TO_CHANGE: Final = 12
"""Bytes by which another window of validity and a later version may make a ticket longer."""
NOTHING: Final[frozenset[tuple[int, int]]] = frozenset()


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

    def issue(
        self,
        order_id: UUID,
        offer: Offer,
        *,
        device_key: bytes | None = None,
        version: int = 1,
        without: frozenset[tuple[int, int]] = NOTHING,
    ) -> bytes:
        """Return the signed ticket of an order.

        The key is chosen by the time of the offer, and the signature has no randomness in it: an
        order whose ticket is issued again after a crash gets the same bytes.

        Parameters
        ----------
        device_key
            The phone on which alone it is valid (``booking.tickets.phone.phone_key``); None: a
            ticket that is valid on paper.
        version
            Counts the tickets of the order, from 1.
        without
            What was cancelled: (position of the leg, id of the passenger).

        Raises
        ------
        ValueError
            If nothing is left of the order.
        """
        ticket = make_ticket(
            order_id,
            offer,
            self._issuer,
            self._validity,
            device_key=device_key,
            version=version,
            without=without,
        )
        return self._keys.signing_key(offer.issued_at, ticket.valid_until).sign(ticket)

    def of_order(self, order: Order) -> bytes:
        """Return the ticket of an order as it is now: its phone, its version, what is left of it.

        Raises
        ------
        ValueError
            If nothing is left.
        """
        return self.issue(
            order.id,
            order.offer,
            device_key=order.device_key,
            version=order.ticket_version,
            without=order.given_back,
        )

    def read(self, data: bytes) -> Ticket:
        """Return what a ticket of ours says, whether or not it is valid now."""
        return read_genuine(data, self._keys.public)

    def inspect(
        self, data: bytes, now: datetime, revocations: Revocations | None = None
    ) -> Accepted:
        """Return a ticket of ours that may be accepted now, or raise ``TicketError``."""
        return inspect(data, self._keys.public, now, revocations=revocations, freshness=FRESHNESS)

    def cancelled(self, data: bytes, offer: Offer) -> frozenset[tuple[int, int]]:
        """Return what of its offer a ticket of ours no longer covers, as ``issue`` takes it."""
        if take_apart(data).version == 1:
            return NOTHING  # parts could not be cancelled yet, and legs had no positions
        return _cancelled_in(self.read(data), offer)

    def pin(self, data: bytes) -> str:
        """Return the digits that are printed beside a ticket's code."""
        return pin_of(take_apart(data))

    def sign_revocations(self, revocations: Revocations) -> bytes:
        """Return a list of revocations that inspectors can take along."""
        issued_at, until = revocations.issued_at, revocations.good_until
        return revocations.sign(self._keys.signing_key(issued_at, until))


def _cancelled_in(ticket: Ticket, offer: Offer) -> frozenset[tuple[int, int]]:
    covered = {(leg.position, each) for leg in ticket.legs for each in leg.passengers}
    bought = {
        (position, passenger.id)
        for position, _ in offer.chain.sold
        for passenger in offer.passengers
    }
    return frozenset(bought - covered)


def check_fits(offer: Offer) -> None:
    """Raise ``NotOnSale`` for a chain whose ticket no code could hold, before anybody pays."""
    ticket = make_ticket(
        offer.id, offer, "i" * NAME_MAX_BYTES, AS_SOLD, device_key=bytes(PHONE_KEY_BYTES)
    )
    if size_of(len(pack(ticket))) + PHONE_KEY_BYTES + ROOM_TO_CHANGE > MAX_BYTES:
        raise NotOnSale("this journey has too many rides to fit one ticket")
