"""The telephone: agents book for people without an account or a smartphone.

Such a rider is a guest: a name, and a number to call back. The order is paid on board and known to
the driver by its PIN.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from booking.domain.accounts import Rider, normal_name
from booking.domain.errors import BadAccountData, NotOnSale, NotYours, OrderNotFound
from booking.domain.offers import Offer
from booking.domain.orders import Order
from booking.domain.refunds import RefundReason
from booking.domain.staff import Role, StaffMember
from booking.service.after_sales import AfterSales
from booking.service.orders import Orders
from booking.service.ports import Store, UnitOfWork
from booking.service.shuttle_repositories import Guest
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

ON_BOARD: Final = "on_board"
"""The means of payment that only agents use."""
LISTED: Final = 50
NO_PASSWORD: Final = "!"  # noqa: S105 - no hash looks like that, so nobody signs in with it


class Booking(NamedTuple):
    """An order that an agent made, and for whom."""

    order: Order
    name: str
    phone: str


@dataclass(frozen=True)
class Counter:
    """What agents do."""

    store: Store
    clock: Clock
    orders: Orders
    after_sales: AfterSales

    def book(self, agent: StaffMember, offer: Offer, name: str, phone: str) -> Order:
        """Hold, pay on board and confirm an offer for a guest, and return the order.

        Raises
        ------
        NotYours, BadAccountData, NotOnSale
            If the agent may not, the guest cannot be, or the chain has no ride of their service.
        OfferExpired, OfferTaken, BookingDeadlinePassed, NoPlacesLeft, ShuttleNotFree
            As ``Orders.hold``. Nothing is kept then.
        """
        _check_agent(agent)
        mine = [leg for _, leg in offer.chain.shuttles if leg.shuttle]
        if not any(leg.shuttle and leg.shuttle.service_id == agent.service_id for leg in mine):
            raise NotOnSale("agents book journeys with a ride of their service")
        rider = Rider(uuid7(), "", normal_name(name), self.clock.now())
        guest = Guest(rider.id, normal_phone(phone), agent.id)

        def work(uow: UnitOfWork) -> None:
            address = f"{rider.id}@guest.invalid"
            uow.riders.add(Rider(rider.id, address, rider.name, rider.created_at), NO_PASSWORD)
            uow.staff.add_guest(guest)

        order = self.orders.hold(rider.id, offer)
        in_transaction(self.store, work)
        return self.orders.pay(order.id, rider.id, ON_BOARD)

    def find(self, agent: StaffMember, text: str = "") -> Sequence[Booking]:
        """Return the newest bookings of a service's agents whose name or number has a text."""
        _check_agent(agent)
        wanted = text.strip().casefold()
        with self.store.read() as uow:
            agents = [one.id for one in uow.staff.list_all() if one.service_id == agent.service_id]
            found = []
            for guest in uow.staff.guests_of(agents, 4 * LISTED):
                rider = uow.riders.find(guest.rider_id)
                name = "" if rider is None else rider.name
                if wanted in name.casefold() or wanted in guest.phone:
                    orders = uow.orders.list_of(guest.rider_id, 1, None)
                    found += [Booking(order, name, guest.phone) for order in orders]
            return found[:LISTED]

    def cancel(self, agent: StaffMember, order_id: UUID) -> Booking:
        """Give a guest's order back, so that no vehicle comes and no operator owes anything.

        It is paid on board, so nobody has paid yet: all of it is taken back without a fee.

        Raises
        ------
        NotYours, OrderNotFound
            If it is not a booking of the agent's service.
        """
        booking = next((one for one in self.find(agent) if one.order.id == order_id), None)
        if booking is None:
            raise OrderNotFound(order_id)

        owner = str(uuid7())

        def work(uow: UnitOfWork) -> Order:
            order = uow.orders.get(order_id)
            parts = frozenset(order.parts)
            refund = self.after_sales.in_full(order, parts, RefundReason.CANCELLED)
            if refund is not None:
                self.after_sales.give_back(uow, order, parts, refund, owner)
            return order

        return booking._replace(order=in_transaction(self.store, work))


def normal_phone(text: str) -> str:
    """Return a telephone number without what people write between its digits.

    Raises
    ------
    BadAccountData
        If it has fewer than 5 or more than 20 digits, or letters.
    """
    kept = "".join(c for c in text if c not in " -/().")
    digits = kept.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 20):
        raise BadAccountData(f"{text!r} does not look like a telephone number")
    return kept


def _check_agent(agent: StaffMember) -> None:
    if agent.role is not Role.DISPATCHER:
        raise NotYours
