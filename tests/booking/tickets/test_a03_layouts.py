"""A03: what layout 2 says that layout 1 could not, and that tickets of layout 1 stay valid."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.chain import LegMode
from booking.domain.errors import NotOnSale
from booking.domain.passengers import PassengerCategory, TravelClass
from booking.service.tickets import AS_SOLD, check_fits
from booking.tickets.envelope import head_and_payload, to_sign
from booking.tickets.errors import TicketMalformed
from booking.tickets.packing import DICTIONARY, deflate
from booking.tickets.payload import decode, encode
from booking.tickets.ticket import LegKind, TicketPassenger, TicketRental, make_ticket
from booking.tickets.verify import inspect, verify
from tests.booking.tickets.keys import ISSUER, RING, TICKETS, content, key, signed
from tests.booking.tickets.phones import outing
from tests.booking.tickets.rented import cargo_bike
from tests.booking.trips import EIGHT, MUENSTER, ORDER_ID, SENDEN, chain, ride, sold

SOLD_IN_VERSION_1 = """
SwE0dQ-YvVn8_ADDY5y24lM2Q43V3EAuaR1bv3ip7Pzc3MwSheBUYOjn3bj74DzbiQQmBkZGRmYOthALU7mislwrkO
N0i8EqNMB8C1Pd8tTU7JTESl0DMwMDHf-
SktzEouIkYITn55ToQMNDBWIososeLmBk4uzgO8HGwuZsaMQHMgyIwYYmGxohGWpkwK3mdHgb0NLi1JwcuO_A-neI_
2Fn5ghyMjESS0mySi0tygeZrgU2LMkE2RQTU2Ed38N78opLUotQAwNs0BTlKawAOlCiU1vCEIIgJDXMKIbkCWBfbUH
ZuTgQlTlvFzreY5MjHM95UOZSP_U4exZCtTCViYZnwGX8Rnn6XkjxM9aRCg
"""
"""The commute's ticket, as the code before layout 2 signed it with the first key of the tests."""


def test_a_ticket_that_was_sold_in_layout_1_stays_valid() -> None:
    old = base64.urlsafe_b64decode("".join(SOLD_IN_VERSION_1.split()) + "==")
    assert old[:2] == b"K\x01"
    accepted = inspect(old, RING.public, EIGHT)
    ticket = accepted.ticket
    assert accepted.shown_at is None, "static: no phone signed in those days"
    assert ticket.counts == content().counts
    assert ticket.version == 1
    # Only what layout 1 did not write differs: there, positions count the rides.
    as_now = [replace(leg, position=at) for at, leg in enumerate(content().legs)]
    assert list(ticket.legs) == as_now


@given(st.binary(max_size=200))
def test_any_bytes_are_a_ticket_of_layout_1_in_its_one_writing_or_refused(data: bytes) -> None:
    try:
        ticket = decode(data, 1)
    except TicketMalformed:
        return
    assert encode(ticket, 1) == data


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda data: data.replace(bytes([0, 1, 1, 1, 3]), bytes([0, 1, 0, 1, 3])), id="twice"
        ),
        pytest.param(
            lambda data: data.replace(bytes([0, 1, 1, 1, 3]), bytes([0, 0, 1, 1, 3])), id="none"
        ),
        pytest.param(
            lambda data: data.replace(bytes([2, 0, 1, 1, 1]), bytes([2, 0, 0x80, 2, 1, 1])),
            id="256",
        ),
    ],
)
def test_layout_1_counts_each_category_once_and_sanely(change) -> None:
    legs = content().legs
    data = encode(replace(content(), legs=legs), 1)
    assert bytes([2, 0, 1, 1, 1]) in data
    assert change(data) != data
    with pytest.raises(TicketMalformed):
        decode(change(data), 1)


def test_a_layout_is_read_as_the_envelope_says() -> None:
    payload = deflate(encode(content(), 1), DICTIONARY)
    front = head_and_payload(bytes.fromhex(key().public.id), payload, 2)
    with pytest.raises(TicketMalformed):
        verify(front + key().private.sign(to_sign(front)), RING.public, EIGHT)


def test_an_inspector_reads_what_else_to_ask_for() -> None:
    ticket = TICKETS.read(TICKETS.issue(ORDER_ID, outing()))
    assert ticket.passengers == (
        TicketPassenger(0, PassengerCategory.ADULT, ("deutschlandticket",)),
        TicketPassenger(1, PassengerCategory.ADULT, (), TravelClass.FIRST, bicycle=True),
        TicketPassenger(2, PassengerCategory.CHILD),
    )


def test_a_rental_is_a_leg_that_says_what_is_fetched_where() -> None:
    leg = TICKETS.read(TICKETS.issue(ORDER_ID, outing())).legs[-1]
    assert (leg.mode, leg.kind, leg.position) == (LegMode.CARGO_BICYCLE, LegKind.RENTAL, 5)
    assert leg.rental == TicketRental("senden-lastenrad", "cargo", None, "busbahnhof", "busbahnhof")


def test_a_ticket_of_a_rental_alone() -> None:
    ticket = TICKETS.read(TICKETS.issue(ORDER_ID, replace(sold(), chain=chain(cargo_bike()))))
    assert ticket.valid_from == EIGHT - AS_SOLD.before_departure
    assert [leg.kind for leg in ticket.legs] == [LegKind.RENTAL]


def test_what_was_cancelled_is_no_longer_in_the_ticket() -> None:
    """The child stays at home for the last train; nobody takes the cargo bike; version 2."""
    gone = frozenset({(3, 2), (5, 0), (5, 1), (5, 2)})
    ticket = TICKETS.read(TICKETS.issue(ORDER_ID, outing(), version=2, without=gone))
    assert [(leg.position, leg.passengers) for leg in ticket.legs] == [
        (1, (0, 1, 2)),
        (2, (0, 1, 2)),
        (3, (0, 1)),
    ]
    assert ticket.version == 2
    assert ticket.valid_until == EIGHT + timedelta(minutes=56) + AS_SOLD.after_arrival
    assert (
        TICKETS.cancelled(TICKETS.issue(ORDER_ID, outing(), version=2, without=gone), outing())
        == gone
    )


def test_who_travels_nowhere_is_not_on_the_ticket() -> None:
    gone = frozenset((position, 2) for position in (1, 2, 3, 5))
    ticket = TICKETS.read(TICKETS.issue(ORDER_ID, outing(), version=2, without=gone))
    assert [passenger.id for passenger in ticket.passengers] == [0, 1]


def test_nothing_left_is_no_ticket() -> None:
    gone = frozenset((position, each) for position in (1, 2, 3) for each in (0, 1))
    with pytest.raises(ValueError, match="no leg of order"):
        make_ticket(ORDER_ID, sold(), ISSUER, AS_SOLD, without=gone)


def test_issuing_a_later_version_again_gives_the_same_bytes() -> None:
    gone = frozenset({(5, 0)})
    first = TICKETS.issue(ORDER_ID, outing(), version=3, without=gone, device_key=bytes([2] * 33))
    again = TICKETS.issue(ORDER_ID, outing(), version=3, without=gone, device_key=bytes([2] * 33))
    assert first == again != signed()


def test_a_chain_too_long_for_a_code_is_not_sold() -> None:
    """Even with a phone's key and signature it has to fit, so a few rides fewer than before."""
    names = [f"{n:04} {'x' * 30}{n}" for n in range(60)]
    rides = [
        ride(name, SENDEN, MUENSTER, EIGHT + timedelta(minutes=n)) for n, name in enumerate(names)
    ]
    check_fits(outing())
    with pytest.raises(NotOnSale, match="too many rides"):
        check_fits(replace(sold(), chain=chain(*rides)))
