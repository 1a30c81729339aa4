"""E03: on both databases: tickets of orders of which a part was given back, put together as in the application."""

from datetime import timedelta
from uuid import UUID

import pytest

from booking.adapters.database import Database
from booking.domain.errors import NotCancellable
from booking.domain.orders import Order
from booking.service.revocations import GivenBack, Phones, RevocationLists
from booking.service.selling import Selling
from booking.tickets.errors import TicketRevoked
from booking.tickets.phone import show
from booking.tickets.revocations import Revocations
from tests.booking.test_after_sales import there_and_back
from tests.booking.tickets.phones import compressed, phone, raw
from tests.support.shop import LEAVES, TICKETS, Shop


class Counter(Shop):
    """A shop whose tickets follow what is given back."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.phones = Phones(self.store, self.clock, TICKETS)
        self.lists = RevocationLists(self.store, self.clock, TICKETS)

    def sells(self) -> Selling:
        selling = super().sells()
        selling.issue_ticket = TICKETS.of_order
        selling.on_refund = [*selling.on_refund, GivenBack(TICKETS)]
        return selling

    def bought(self) -> tuple[UUID, Order]:
        rider = self.rider(5_000)
        order = self.orders.hold(rider, there_and_back())
        return rider, self.orders.pay(order.id, rider, "wallet")

    def revoked(self) -> Revocations:
        return Revocations.read(self.lists.signed(), TICKETS.public_keys)


@pytest.fixture
def counter(database: Database) -> Counter:
    return Counter(database)


def test_one_leg_of_one_passenger_leaves_the_ticket(counter: Counter) -> None:
    rider, order = counter.bought()
    counter.after_sales.cancel(order.id, rider, legs=[1], passengers=[1])
    after = counter.orders.get(order.id, rider)
    ticket = TICKETS.read(after.ticket)
    assert ticket.version == 2
    assert [(leg.position, leg.passengers) for leg in ticket.legs] == [(0, (0, 1)), (1, (0,))]
    with pytest.raises(TicketRevoked):
        TICKETS.inspect(order.ticket, LEAVES, counter.revoked())
    assert TICKETS.inspect(after.ticket, LEAVES, counter.revoked()).ticket == ticket


def test_the_phone_keeps_its_ticket_when_a_part_is_given_back(counter: Counter) -> None:
    rider, order = counter.bought()
    counter.phones.bind(order.id, rider, raw(phone()))
    counter.after_sales.cancel(order.id, rider, legs=[0])
    rest = TICKETS.read(counter.orders.get(order.id, rider).ticket)
    assert (rest.version, rest.device_key) == (3, compressed(phone()))
    counter.phones.bind(order.id, rider, raw(phone(2)))
    after = counter.orders.get(order.id, rider)
    ticket = TICKETS.read(after.ticket)
    assert (ticket.version, ticket.device_key) == (4, compressed(phone(2)))
    assert [leg.position for leg in ticket.legs] == [1], "what was given back stays so"
    at = ticket.valid_from
    assert TICKETS.inspect(show(after.ticket, phone(2), at), at, counter.revoked()).shown_at == at
    names = [counter.revoked().names(order.id, version) for version in (1, 2, 3, 4)]
    assert names == [True, True, True, False]


def test_an_order_that_was_given_back_whole_has_no_valid_ticket(counter: Counter) -> None:
    rider, order = counter.bought()
    counter.after_sales.cancel(order.id, rider)
    with pytest.raises(TicketRevoked):
        TICKETS.inspect(order.ticket, LEAVES, counter.revoked())
    with counter.store.read() as uow:
        (one,) = uow.revocations.list_current(LEAVES)
    assert one.reason == "refunded"


def test_an_order_that_was_changed_for_another_has_no_valid_ticket(counter: Counter) -> None:
    rider, old = counter.bought()
    new = counter.after_sales.change(old.id, rider, there_and_back(2))
    assert counter.revoked().entries == (), "the old one stays valid until the new one is paid"
    paid = counter.orders.pay(new.id, rider, "wallet")
    with pytest.raises(TicketRevoked):
        TICKETS.inspect(old.ticket, LEAVES, counter.revoked())
    assert TICKETS.inspect(paid.ticket, LEAVES, counter.revoked()).ticket.order_id == new.id


def test_a_refusal_revokes_nothing(counter: Counter) -> None:
    rider, order = counter.bought()
    counter.clock.move(days=3)
    with pytest.raises(NotCancellable):
        counter.after_sales.cancel(order.id, rider)
    counter.clock.at -= timedelta(days=3)
    assert counter.revoked().entries == ()
