"""E02: on both databases: a box with a reader opens by the ticket of an order that rents from it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from booking.adapters.database import Database
from booking.adapters.locks.simulator import SimulatedLocks
from booking.domain.calendar import Span
from booking.domain.errors import RentalRefused
from booking.domain.rentals import Action, Rental
from booking.service.boxes import Boxes
from booking.service.rentals import Rentals
from booking.service.transactions import in_transaction
from booking.tickets.errors import BoxNotInTicket, PhoneDidNotSign, TicketExpired, TicketRevoked
from booking.tickets.figures import RETURN_WITHIN
from booking.tickets.phone import show
from tests.booking.tickets.phones import compressed, phone
from tests.booking.tickets.rented import cargo_bike
from tests.booking.trips import chain
from tests.support.fleets import FLEET, Yard
from tests.support.shop import NOON, TICKETS, Shop, offer

HOURS = 3


class Corner(Yard):
    """A yard whose boxes read tickets; one bicycle is part of an order that was paid."""

    def __post_init__(self) -> None:
        super().__post_init__()
        rentals = Rentals(self.store, self.clock, SimulatedLocks())
        self.boxes = Boxes(self.store, self.clock, TICKETS, rentals)

    def order(self, leg: int = 0) -> tuple[UUID, Rental]:
        """Reserve cb-1 and make it a leg of an order, as an order with a rental would."""
        shop = Shop(self.database, self.clock)
        rider = shop.rider()
        order = shop.orders.hold(rider, offer())
        rental = self.reserve(Span(NOON, NOON + timedelta(hours=HOURS)), rider=rider)

        def link(uow: Any) -> None:
            mine = uow.rentals.get(rental.id)
            mine.order_id, mine.leg = order.id, leg
            uow.rentals.save(mine)

        in_transaction(self.store, link)
        return order.id, rental

    def ticket(self, order_id: UUID, **how: Any) -> bytes:
        leg = cargo_bike(NOON, 60 * HOURS)
        here = replace(
            leg.rental, system_id=FLEET, pick_up_station="meadow", return_station="meadow"
        )
        return TICKETS.issue(order_id, offer(chain=chain(replace(leg, rental=here))), **how)

    def open(self, ticket: bytes, station: str = "meadow", box: int | None = None) -> Rental:
        return self.boxes.open(ticket, FLEET, station, box)


@pytest.fixture
def corner(database: Database) -> Corner:
    corner = Corner(database)
    corner.fill()
    return corner


def test_the_box_opens_by_the_ticket_and_the_rental_begins(corner: Corner) -> None:
    order_id, rental = corner.order()
    opened = corner.open(corner.ticket(order_id), box=1)
    assert (opened.id, opened.state) == (rental.id, "active")
    assert corner.journal(rental.id)[-2:] == ["?open", "open"]


def test_it_opens_again_to_put_the_bicycle_back_even_late(corner: Corner) -> None:
    order_id, rental = corner.order()
    ticket = corner.ticket(order_id)
    corner.open(ticket)
    corner.clock.move(hours=HOURS, seconds=RETURN_WITHIN.total_seconds())
    corner.open(ticket)
    assert corner.journal(rental.id)[-2:] == ["?open", "open"]
    corner.clock.move(seconds=1)
    with pytest.raises(TicketExpired):
        corner.open(ticket)


def test_nothing_is_handed_out_after_the_reserved_time(corner: Corner) -> None:
    order_id, _ = corner.order()
    corner.clock.move(hours=HOURS, seconds=1)
    with pytest.raises(RentalRefused, match="the reserved time is over"):
        corner.open(corner.ticket(order_id))


def test_it_opens_a_pause_too(corner: Corner) -> None:
    order_id, rental = corner.order()
    ticket = corner.ticket(order_id)
    corner.open(ticket)
    corner.boxes.rentals.act(rental.id, rental.rider_id, Action.PAUSE)
    assert corner.open(ticket).state == "active"


def test_another_box_another_station_another_order(corner: Corner) -> None:
    order_id, _ = corner.order()
    ticket = corner.ticket(order_id)
    with pytest.raises(RentalRefused, match="for box 1, not for box 2"):
        corner.open(ticket, box=2)
    with pytest.raises(BoxNotInTicket, match="no vehicle at market"):
        corner.open(ticket, "market")
    with pytest.raises(BoxNotInTicket, match="no vehicle of elsewhere"):
        corner.boxes.open(ticket, "elsewhere", "meadow")
    with pytest.raises(BoxNotInTicket, match="no vehicle here any more"):
        corner.open(corner.ticket(UUID(int=77)))


def test_a_leg_at_another_position_is_another_rental(corner: Corner) -> None:
    order_id, _ = corner.order(leg=4)
    with pytest.raises(BoxNotInTicket):
        corner.open(corner.ticket(order_id))


def test_a_ticket_on_a_phone_opens_only_live(corner: Corner) -> None:
    order_id, _ = corner.order()
    ticket = corner.ticket(order_id, device_key=compressed(phone()))
    with pytest.raises(PhoneDidNotSign):
        corner.open(ticket)
    assert corner.open(show(ticket, phone(), NOON)).state == "active"


def test_a_revoked_ticket_opens_nothing(corner: Corner) -> None:
    order_id, rental = corner.order()
    until = NOON + timedelta(days=1)
    in_transaction(
        corner.store, lambda uow: uow.revocations.add(order_id, 1, until, "superseded", NOON)
    )
    with pytest.raises(TicketRevoked):
        corner.open(corner.ticket(order_id))
    assert corner.open(corner.ticket(order_id, version=2)).id == rental.id
