"""B04: which box a ticket opens, and when: from the ticket and the time alone."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from booking.domain.chain import ChainLeg
from booking.domain.rentals import EARLY_OPEN
from booking.tickets.boxes import may_open
from booking.tickets.errors import BoxNotInTicket
from booking.tickets.figures import RETURN_WITHIN
from booking.tickets.ticket import Ticket
from tests.booking.tickets.keys import TICKETS, content
from tests.booking.tickets.rented import cargo_bike
from tests.booking.trips import EIGHT, ORDER_ID, chain, sold

SECOND = timedelta(seconds=1)
NINE = EIGHT + timedelta(hours=1)
BOX = ("senden-lastenrad", "cargo", "busbahnhof")


def ticket_of(*legs: ChainLeg) -> Ticket:
    return TICKETS.read(TICKETS.issue(ORDER_ID, replace(sold(), chain=chain(*legs))))


def one_way() -> ChainLeg:
    leg = cargo_bike()
    return replace(leg, rental=replace(leg.rental, return_station="markt"))


@pytest.mark.parametrize("now", [EIGHT - EARLY_OPEN, EIGHT, NINE, NINE + RETURN_WITHIN], ids=str)
def test_the_box_opens_from_a_little_before_until_it_can_be_back(now: datetime) -> None:
    assert may_open(ticket_of(cargo_bike()), *BOX, now).position == 0


@pytest.mark.parametrize("now", [EIGHT - EARLY_OPEN - SECOND, NINE + RETURN_WITHIN + SECOND])
def test_and_not_before_or_after(now: datetime) -> None:
    with pytest.raises(BoxNotInTicket, match=r"only from 2026-05-04T05:50:00.* until .*09:00"):
        may_open(ticket_of(cargo_bike()), *BOX, now)


@pytest.mark.parametrize(
    ("box", "sentence"),
    [
        (("other", "cargo", "busbahnhof"), "no cargo of other"),
        (("senden-lastenrad", "scooter", "busbahnhof"), "no scooter of senden-lastenrad"),
        (("senden-lastenrad", "cargo", "markt"), "no vehicle at markt"),
    ],
)
def test_another_box_stays_shut(box: tuple[str, str, str], sentence: str) -> None:
    with pytest.raises(BoxNotInTicket, match=sentence):
        may_open(ticket_of(cargo_bike()), *box, EIGHT)


def test_a_ticket_without_a_rental_opens_nothing() -> None:
    with pytest.raises(BoxNotInTicket):
        may_open(content(), *BOX, EIGHT)


def test_where_it_is_fetched_it_ends_with_the_rental_and_where_it_is_brought_later() -> None:
    late = NINE + SECOND
    assert may_open(ticket_of(one_way()), "senden-lastenrad", "cargo", "markt", late)
    with pytest.raises(BoxNotInTicket, match="until 2026-05-04T07:00:00"):
        may_open(ticket_of(one_way()), *BOX, late)


def test_of_two_rentals_at_one_box_the_one_of_the_moment_opens_it() -> None:
    ticket = ticket_of(
        one_way(),
        replace(one_way(), departure=NINE + 3 * (NINE - EIGHT), arrival=NINE + 4 * (NINE - EIGHT)),
    )
    assert may_open(ticket, *BOX, EIGHT).position == 0
    assert may_open(ticket, *BOX, NINE + 3 * (NINE - EIGHT)).position == 1


def test_a_vehicle_that_stands_anywhere_has_no_station() -> None:
    leg = cargo_bike()
    free = replace(leg, rental=replace(leg.rental, pick_up_station=None, return_station=None))
    assert may_open(ticket_of(free), "senden-lastenrad", "cargo", None, EIGHT).rental
