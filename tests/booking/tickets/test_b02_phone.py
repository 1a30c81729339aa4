"""B02: level 2: only the ticket's own phone shows it, and only at this moment."""

import random
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from booking.tickets.errors import (
    BadPhoneSignature,
    BadSignature,
    CodeFromLater,
    CodeTooOld,
    PhoneDidNotSign,
    PhoneKeyUnusable,
    TicketError,
)
from booking.tickets.figures import FRESHNESS, Freshness
from booking.tickets.phone import MOMENT_BYTES, phone_key, show
from booking.tickets.verify import inspect, read_genuine
from tests.booking.tickets.keys import RING, TICKETS, signed
from tests.booking.tickets.phones import bound, compressed, phone, raw, shown
from tests.booking.trips import EIGHT, ORDER_ID, sold

KEYS = RING.public
SECOND = timedelta(seconds=1)


def test_a_phone_shows_its_ticket() -> None:
    accepted = inspect(shown(), KEYS, EIGHT + 3 * SECOND)
    assert accepted.shown_at == EIGHT
    assert accepted.ticket.device_key == compressed(phone())
    assert len(shown()) == len(bound()) + 68


def test_a_screenshot_is_refused_half_a_minute_later() -> None:
    assert timedelta(seconds=30) == FRESHNESS.oldest
    assert inspect(shown(), KEYS, EIGHT + FRESHNESS.oldest).shown_at == EIGHT
    with pytest.raises(CodeTooOld, match="the code is 31 s old: a screenshot"):
        inspect(shown(), KEYS, EIGHT + FRESHNESS.oldest + SECOND)


def test_clocks_may_differ_a_little_and_not_more() -> None:
    assert inspect(shown(), KEYS, EIGHT - FRESHNESS.clock_skew).shown_at == EIGHT
    with pytest.raises(CodeFromLater, match="a clock is wrong"):
        inspect(shown(), KEYS, EIGHT - FRESHNESS.clock_skew - SECOND)


def test_how_fresh_is_a_figure() -> None:
    strict = Freshness(SECOND, SECOND, SECOND)
    assert Freshness.of_document(strict.to_document()) == strict
    with pytest.raises(CodeTooOld):
        inspect(shown(), KEYS, EIGHT + 3 * SECOND, freshness=strict)


def test_what_the_issuer_signed_is_not_enough_for_a_ticket_of_a_phone() -> None:
    """As in the answer of the API, in a copy of the page, or printed."""
    with pytest.raises(PhoneDidNotSign, match="valid only on its phone"):
        inspect(bound(), KEYS, EIGHT)
    assert read_genuine(bound(), KEYS).order_id == ORDER_ID, "it is genuine all the same"


def test_another_phone_cannot_show_it() -> None:
    with pytest.raises(BadPhoneSignature, match="not the one it is for"):
        inspect(shown(number=2), KEYS, EIGHT)


def test_a_moment_of_another_ticket_does_not_fit() -> None:
    other = TICKETS.issue(ORDER_ID, sold(), device_key=compressed(phone()), version=2)
    with pytest.raises(BadPhoneSignature):
        inspect(bound() + show(other, phone(), EIGHT)[-MOMENT_BYTES:], KEYS, EIGHT)


def test_an_older_screenshot_cannot_be_given_a_new_time() -> None:
    old = shown(EIGHT - timedelta(hours=1))
    fresh = shown()[-MOMENT_BYTES:][:4]
    with pytest.raises(BadPhoneSignature):
        inspect(old[:-MOMENT_BYTES] + fresh + old[-MOMENT_BYTES + 4 :], KEYS, EIGHT)


def test_a_phone_cannot_be_put_into_a_ticket_for_paper() -> None:
    with pytest.raises(BadPhoneSignature):
        inspect(show(signed(), phone(), EIGHT), KEYS, EIGHT)


def test_every_flipped_bit_of_the_moment_is_refused() -> None:
    data = shown()
    for bit in range(8 * len(bound()), 8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadPhoneSignature):
            inspect(bytes(changed), KEYS, EIGHT)


def test_a_flipped_bit_of_the_phones_key_is_the_issuers_business() -> None:
    for number in random.Random(1).sample(range(12 * 8, len(bound()) * 8), 60):
        changed = bytearray(shown())
        changed[number // 8] ^= 1 << number % 8
        with pytest.raises(BadSignature):
            inspect(bytes(changed), KEYS, EIGHT)


@given(st.binary(min_size=MOMENT_BYTES, max_size=MOMENT_BYTES))
def test_any_moment_is_refused_in_a_plain_way(moment: bytes) -> None:
    with pytest.raises(TicketError):
        inspect(bound() + moment, KEYS, EIGHT)


def test_a_static_ticket_says_so() -> None:
    accepted = inspect(signed(), KEYS, EIGHT)
    assert accepted.shown_at is None
    assert accepted.ticket.is_static
    assert accepted.pin.isdigit()
    assert len(accepted.pin) == 6
    other = TICKETS.issue(ORDER_ID, sold(), version=2)
    assert inspect(other, KEYS, EIGHT).pin != accepted.pin == TICKETS.pin(signed())


@pytest.mark.parametrize("number", [1, 2, 3, 99])
def test_a_key_as_web_crypto_exports_it_is_compressed(number: int) -> None:
    key = phone(number)
    assert len(raw(key)) == 65
    assert phone_key(raw(key)) == phone_key(compressed(key)) == compressed(key)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        bytes(33),
        bytes(65),
        raw(phone())[:-1],
        raw(phone()) + b"\0",
        raw(phone())[:-1] + b"\0",
        raw(ec.derive_private_key(7, ec.SECP384R1())),
    ],
)
def test_what_is_no_point_of_the_curve_is_no_phone(data: bytes) -> None:
    with pytest.raises(PhoneKeyUnusable, match="33 or 65 bytes"):
        phone_key(data)
