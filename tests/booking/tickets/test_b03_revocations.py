"""B03: the list of revoked tickets: small, signed, strict, and honest about its age."""

import random
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from booking.tickets.errors import RevocationsUnusable, TicketRevoked
from booking.tickets.keys import PublicKeys
from booking.tickets.revocations import ENTRY_BYTES, HEAD, Revocations, entry_of
from booking.tickets.verify import inspect
from tests.booking.tickets.keys import RING, TICKETS, key, signed
from tests.booking.trips import EIGHT, ORDER_ID, sold

KEYS = RING.public
DAY = timedelta(days=1)
SEVEN = EIGHT - timedelta(hours=1)


def listed(*tickets: tuple[UUID, int]) -> Revocations:
    return Revocations.of(tickets, SEVEN, SEVEN + DAY)


def test_a_revoked_ticket_is_refused() -> None:
    with pytest.raises(TicketRevoked, match=r"cancelled, or replaced .*2026-05-04T05:00:00"):
        inspect(signed(), KEYS, EIGHT, revocations=listed((ORDER_ID, 1)))


def test_the_newer_ticket_of_the_order_is_accepted() -> None:
    newer = TICKETS.issue(ORDER_ID, sold(), version=2)
    superseded = listed((ORDER_ID, 1))
    assert inspect(newer, KEYS, EIGHT, revocations=superseded).ticket.version == 2


def test_the_verdict_says_how_old_the_list_is() -> None:
    fresh = inspect(signed(), KEYS, EIGHT, revocations=listed())
    assert (fresh.list_age, fresh.list_is_old) == (timedelta(hours=1), False)
    older = Revocations.of((), EIGHT - 2 * DAY, EIGHT - DAY)
    old = inspect(signed(), KEYS, EIGHT, revocations=older)
    assert (old.list_age, old.list_is_old) == (2 * DAY, True)
    assert inspect(signed(), KEYS, EIGHT).list_age is None


def test_an_old_list_still_refuses_what_it_names() -> None:
    old = Revocations.of([(ORDER_ID, 1)], EIGHT - 2 * DAY, EIGHT - DAY)
    with pytest.raises(TicketRevoked):
        inspect(signed(), KEYS, EIGHT, revocations=old)


def test_a_list_comes_back_whatever_is_on_it() -> None:
    numbers = random.Random(1)
    tickets = [(UUID(int=numbers.getrandbits(128)), version) for version in range(1, 300)]
    data = listed(*tickets).sign(key())
    assert len(data) == HEAD.size + len(tickets) * ENTRY_BYTES + 64
    read = Revocations.read(data, KEYS)
    assert read == listed(*reversed(tickets)) == listed(*tickets, tickets[0])
    assert all(read.names(*ticket) for ticket in tickets)
    assert not any(read.names(order_id, version + 1) for order_id, version in tickets)
    assert Revocations.read(listed().sign(key()), KEYS) == listed()


def test_the_layout_is_as_documented() -> None:
    data = listed((ORDER_ID, 1)).sign(key())
    assert data[:4] == b"KRL\x01"
    assert data[4:12].hex() == key().public.id
    assert int.from_bytes(data[12:16], "big") == int(SEVEN.timestamp())
    assert int.from_bytes(data[16:20], "big") == int((SEVEN + DAY).timestamp())
    assert int.from_bytes(data[20:24], "big") == 1
    assert data[24:32] == entry_of(ORDER_ID, 1)
    key().private.public_key().verify(data[-64:], b"kommit revocations\x00" + data[:-64])


def test_every_flipped_bit_and_every_cut_is_refused() -> None:
    data = listed((ORDER_ID, 1), (ORDER_ID, 2)).sign(key())
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(RevocationsUnusable):
            Revocations.read(bytes(changed), KEYS)
    for size in range(len(data)):
        with pytest.raises(RevocationsUnusable):
            Revocations.read(data[:size], KEYS)
    with pytest.raises(RevocationsUnusable, match="has 104 bytes, not 105"):
        Revocations.read(data + b"\0", KEYS)


@pytest.mark.parametrize(
    ("disorder", "sentence"),
    [
        (lambda entries: entries[::-1], "not in order"),
        (lambda entries: (entries[0], entries[0]), "not in order"),
    ],
)
def test_a_list_has_one_order(
    disorder: Callable[[tuple[bytes, ...]], tuple[bytes, ...]], sentence: str
) -> None:
    good = listed((ORDER_ID, 1), (ORDER_ID, 2))
    bad = Revocations(good.issued_at, good.good_until, disorder(good.entries))
    with pytest.raises(RevocationsUnusable, match=sentence):
        Revocations.read(bad.sign(key()), KEYS)


def test_only_the_issuer_can_revoke() -> None:
    with pytest.raises(RevocationsUnusable, match="not genuine"):
        Revocations.read(listed((ORDER_ID, 1)).sign(key(2)), KEYS)
    early = Revocations.of((), SEVEN - 365 * DAY, SEVEN)
    with pytest.raises(RevocationsUnusable, match="trusted only"):
        Revocations.read(early.sign(key()), PublicKeys([key().public]))


def test_a_tickets_signature_signs_no_list() -> None:
    front = listed((ORDER_ID, 1)).sign(key())[:-64]
    with pytest.raises(RevocationsUnusable):
        Revocations.read(front + key().private.sign(b"kommit ticket\x00" + front), KEYS)
