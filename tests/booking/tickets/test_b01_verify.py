"""B01: what an inspector accepts, and what not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from booking.service.tickets import Tickets
from booking.tickets.envelope import head_and_payload, to_sign
from booking.tickets.errors import (
    BadSignature,
    KeyNotValid,
    TicketError,
    TicketExpired,
    TicketMalformed,
    TicketNotYetValid,
    UnknownKey,
)
from booking.tickets.keys import PublicKeys
from booking.tickets.packing import DICTIONARY, deflate
from booking.tickets.payload import encode, pack
from booking.tickets.sign import KeyRing
from booking.tickets.verify import read_genuine, verify
from tests.booking.tickets.keys import ISSUER, RING, TICKETS, content, key, signed
from tests.booking.trips import EIGHT, MUENSTER, ORDER_ID, SENDEN, chain, ride, sold

KEYS = RING.public
SECOND = timedelta(seconds=1)


def test_a_genuine_ticket_is_accepted() -> None:
    assert verify(signed(), KEYS, EIGHT) == content()


def test_the_window_of_validity() -> None:
    ticket = content()
    assert verify(signed(), KEYS, ticket.valid_from) == ticket
    assert verify(signed(), KEYS, ticket.valid_until) == ticket
    with pytest.raises(TicketNotYetValid, match="only from 2026-05-04T05:30:00"):
        verify(signed(), KEYS, ticket.valid_from - SECOND)
    with pytest.raises(TicketExpired, match="until 2026-05-04T08:56:00"):
        verify(signed(), KEYS, ticket.valid_until + SECOND)


def test_every_flipped_bit_is_refused() -> None:
    data = signed()
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(TicketError) as caught:
            verify(bytes(changed), KEYS, EIGHT)
        where = bit // 8
        if where >= 12:
            assert type(caught.value) is BadSignature
        elif 2 <= where < 10:
            assert type(caught.value) is UnknownKey
        else:
            assert type(caught.value) is TicketMalformed


def test_every_cut_is_refused() -> None:
    data = signed()
    for size in range(len(data)):
        with pytest.raises(TicketMalformed):
            verify(data[:size], KEYS, EIGHT)


@given(st.binary(min_size=1, max_size=100))
def test_whatever_follows_is_refused(more: bytes) -> None:
    with pytest.raises(TicketMalformed):
        verify(signed() + more, KEYS, EIGHT)


@given(st.binary(max_size=400) | st.binary(max_size=400).map(lambda data: b"K\x02" + data))
def test_any_bytes_are_refused_in_a_plain_way(data: bytes) -> None:
    with pytest.raises(TicketError):
        verify(data, KEYS, EIGHT)


def test_a_signature_for_another_ticket_does_not_fit() -> None:
    other = TICKETS.issue(uuid4(), sold())
    with pytest.raises(BadSignature):
        verify(signed()[:-64] + other[-64:], KEYS, EIGHT)


def test_a_signature_without_the_context_does_not_fit() -> None:
    front = signed()[:-64]
    with pytest.raises(BadSignature):
        verify(front + key().private.sign(front), KEYS, EIGHT)


def test_a_forger_who_names_our_key_fails() -> None:
    forger = Ed25519PrivateKey.generate()
    front = head_and_payload(bytes.fromhex(key().public.id), pack(content()))
    with pytest.raises(BadSignature):
        verify(front + forger.sign(to_sign(front)), KEYS, EIGHT)


def test_another_issuers_key_is_unknown() -> None:
    with pytest.raises(UnknownKey, match=key().public.id):
        verify(signed(), PublicKeys([key(2).public]), EIGHT)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        deflate(b"", DICTIONARY),
        deflate(encode(content()) + b"\0", DICTIONARY),
        deflate(bytes(8_193), DICTIONARY),
        pack(content())[:-1],
    ],
)
def test_even_what_we_signed_is_read_strictly(payload: bytes) -> None:
    front = head_and_payload(bytes.fromhex(key().public.id), payload)
    with pytest.raises(TicketMalformed):
        verify(front + key().private.sign(to_sign(front)), KEYS, EIGHT)


# --- keys come and go


def test_rotation_keeps_older_tickets_valid_until_their_key_ends() -> None:
    """2026: the first key. 2027: both. 2028: the first is trusted no more."""
    before, after = KeyRing([key(1)]), KeyRing([key(1), key(2, 2027, 2029)])
    late_2027 = datetime(2027, 12, 30, 6, tzinfo=UTC)
    bought = sold(chain(ride("X90", SENDEN, MUENSTER, late_2027)))
    old = Tickets(before, ISSUER).issue(ORDER_ID, bought)
    new = Tickets(after, ISSUER).issue(
        ORDER_ID, replace(bought, issued_at=late_2027 - timedelta(hours=1))
    )
    assert old[2:10] != new[2:10]
    assert verify(old, after.public, late_2027) == verify(new, after.public, late_2027)
    with pytest.raises(KeyNotValid, match=r"trusted only from 2026.* until 2028"):
        verify(old, after.public, late_2027 + timedelta(days=3))
    with pytest.raises(TicketExpired):
        verify(new, after.public, late_2027 + timedelta(days=3))
    with pytest.raises(UnknownKey):
        verify(new, before.public, late_2027)


def test_a_key_is_not_trusted_before_its_time() -> None:
    with pytest.raises(KeyNotValid):
        verify(signed(), KEYS, datetime(2025, 12, 31, tzinfo=UTC))


def test_our_own_tickets_are_read_whenever() -> None:
    assert read_genuine(signed(), KEYS) == content()
    with pytest.raises(BadSignature):
        read_genuine(signed()[:-1] + b"\0", KEYS)


# --- issuing


def test_issuing_again_gives_the_same_bytes() -> None:
    """As after a crash, in a new process, and after the next key has come into use."""
    again = Tickets(KeyRing([key(1), key(2, 2027, 2029)]), ISSUER)
    assert again.issue(ORDER_ID, sold()) == signed()


def test_the_key_is_chosen_by_the_time_of_the_offer() -> None:
    """Sold in 2026 for 2027, when the second key has come: it stays with the first."""
    ring = KeyRing([key(1), key(2, 2027, 2029)])
    spring = datetime(2027, 3, 1, 6, tzinfo=UTC)
    bought = sold(chain(ride("X90", SENDEN, MUENSTER, spring)))
    for offered, used in ((EIGHT, key(1)), (spring - timedelta(days=1), key(2))):
        data = Tickets(ring, ISSUER).issue(ORDER_ID, replace(bought, issued_at=offered))
        assert data[2:10].hex() == used.public.id


def test_another_order_has_another_ticket() -> None:
    assert TICKETS.issue(uuid4(), sold()) != signed()


def test_a_ticket_counts_passengers_and_names_nobody() -> None:
    ticket = TICKETS.read(
        TICKETS.issue(ORDER_ID, sold(categories=("child", "adult", "child", "child")))
    )
    assert [(str(kind), count) for kind, count in ticket.counts] == [("adult", 1), ("child", 3)]
