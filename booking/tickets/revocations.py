"""The list of tickets that are valid by their bytes and not any more: small, signed, for offline.

::

    0      4  "KRL" and the version 0x01
    4      8  key id of the issuer's key
    12     4  issued at, Unix second, high byte first
    16     4  good until, Unix second: a list that is older than this is worth asking for again
    20     4  N, number of entries
    24   8·N  entries, ascending: the first 8 bytes of SHA-256 of order id and ticket version
    24+8N 64  Ed25519 signature over ``CONTEXT`` and all before

Entries are for tickets whose validity has not ended. A ticket that is not on the list is taken for
one that is with probability N / 2^64: for 10,000 entries once in 1.8 · 10^15 inspections.
"""

import hashlib
import struct
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final, Self
from uuid import UUID

from booking.tickets.errors import RevocationsUnusable, TicketError
from booking.tickets.keys import PublicKeys
from booking.tickets.sign import SigningKey

MAGIC: Final = b"KRL\x01"
HEAD: Final = struct.Struct(">4s8sIII")
ENTRY_BYTES: Final = 8
SIGNATURE_BYTES: Final = 64
CONTEXT: Final = b"kommit revocations\x00"
VERSION: Final = struct.Struct(">I")


def entry_of(order_id: UUID, version: int) -> bytes:
    """Return how a list names the ticket of an order with this version."""
    return hashlib.sha256(order_id.bytes + VERSION.pack(version)).digest()[:ENTRY_BYTES]


@dataclass(frozen=True, slots=True)
class Revocations:
    """A list that was found genuine. Times are aware, in UTC and whole seconds."""

    issued_at: datetime
    good_until: datetime
    entries: tuple[bytes, ...]
    """Ascending, each once."""

    @classmethod
    def of(
        cls, tickets: Iterable[tuple[UUID, int]], issued_at: datetime, good_until: datetime
    ) -> Self:
        """Return the list of these tickets (order, version)."""
        entries = sorted({entry_of(order_id, version) for order_id, version in tickets})
        return cls(issued_at, good_until, tuple(entries))

    def names(self, order_id: UUID, version: int) -> bool:
        """Say whether the ticket of an order with this version is on the list: O(log N)."""
        entry = entry_of(order_id, version)
        place = bisect_left(self.entries, entry)
        return place < len(self.entries) and self.entries[place] == entry

    def is_old(self, now: datetime) -> bool:
        """Say whether a newer list should have been fetched by an aware time."""
        return now > self.good_until

    def sign(self, key: SigningKey) -> bytes:
        """Return the list's bytes; the same for the same list and key."""
        front = HEAD.pack(
            MAGIC,
            bytes.fromhex(key.public.id),
            int(self.issued_at.timestamp()),
            int(self.good_until.timestamp()),
            len(self.entries),
        ) + b"".join(self.entries)
        return front + key.private.sign(CONTEXT + front)

    @classmethod
    def read(cls, data: bytes, keys: PublicKeys) -> Self:
        """Return a list of one of these issuers, however old it is.

        Raises
        ------
        RevocationsUnusable
            If it is not one, to the byte; nothing is believed before the signature was right.
        """
        if len(data) < HEAD.size or data[: len(MAGIC)] != MAGIC:
            raise RevocationsUnusable("this is no list of revoked tickets")
        _, key_id, issued, until, count = HEAD.unpack_from(data)
        end = HEAD.size + count * ENTRY_BYTES
        if len(data) != end + SIGNATURE_BYTES:
            raise RevocationsUnusable(
                f"a list of {count} revoked tickets has {end + SIGNATURE_BYTES} bytes, "
                f"not {len(data)}"
            )
        issued_at, good_until = (datetime.fromtimestamp(each, UTC) for each in (issued, until))
        _check_signature(data, end, key_id, keys, issued_at)
        entries = tuple(data[at : at + ENTRY_BYTES] for at in range(HEAD.size, end, ENTRY_BYTES))
        if any(first >= second for first, second in pairwise(entries)):
            raise RevocationsUnusable("the list of revoked tickets is not in order")
        return cls(issued_at, good_until, entries)


def _check_signature(
    data: bytes, end: int, key_id: bytes, keys: PublicKeys, issued_at: datetime
) -> None:
    try:
        key = keys.get_trusted(key_id.hex(), issued_at)
        key.check(data[end:], CONTEXT + data[:end])
    except TicketError as error:
        raise RevocationsUnusable(f"the list of revoked tickets is not genuine: {error}") from None
