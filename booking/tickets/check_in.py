"""What somebody shows to an inspector while checked in: signed, and good for a few minutes.

::

    0      1  0x43, "C"
    1      1  version, 0x01
    2      8  key id, as in tickets
    10    16  trip id
    26     4  Unix second at which we heard of the check-in
    30     4  Unix second of this document
    34     4  Unix second until which it may be accepted
    38     4  latitude of the check-in, 1e-5 degrees
    42     4  longitude
    46     1  adults
    47     1  children
    48     1  1 = first class, 2 = a bicycle
    49     1  N, length of the place's name
    50     N  where it began, UTF-8
    50+N  64  Ed25519 signature over ``CONTEXT`` and bytes 0 to 50+N

Numbers have their high byte first. The moment is that of our clock, not of the phone's: who checks
in when the inspector comes has a document of that minute.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from booking.tickets.envelope import SIGNATURE_BYTES
from booking.tickets.errors import TicketExpired, TicketMalformed, TicketNotYetValid
from booking.tickets.figures import FRESHNESS
from booking.tickets.keys import PublicKeys
from booking.tickets.sign import KeyRing

CONTEXT: Final = b"kommit check-in\x00"
FRONT: Final = struct.Struct(">BB8s16sIIIiiBBBB")
MAGIC: Final = 0x43
VERSION: Final = 1
NAME_BYTES: Final = 80
SCALE: Final = 100_000
FIRST_CLASS: Final = 1
BICYCLE: Final = 2


@dataclass(frozen=True, slots=True)
class CheckInDocument:
    """Checked in: who (how many), since when and where."""

    trip_id: UUID
    since: datetime
    """When we heard of the check-in."""
    issued_at: datetime
    valid_until: datetime
    lat: float
    lon: float
    place: str
    adults: int
    children: int
    first_class: bool = False
    bicycle: bool = False


def sign_check_in(document: CheckInDocument, keys: KeyRing) -> bytes:
    """Return the bytes of a document, signed by the newest key.

    Raises
    ------
    KeysUnusable
        If there is no key for its time.
    """
    key = keys.signing_key(document.issued_at, document.valid_until)
    name = _cut(document.place)
    flags = FIRST_CLASS * document.first_class | BICYCLE * document.bicycle
    moments = (document.since, document.issued_at, document.valid_until)
    front = FRONT.pack(
        MAGIC,
        VERSION,
        bytes.fromhex(key.public.id),
        document.trip_id.bytes,
        *(int(moment.timestamp()) for moment in moments),
        round(document.lat * SCALE),
        round(document.lon * SCALE),
        document.adults,
        document.children,
        flags,
        len(name),
    )
    return front + name + key.private.sign(CONTEXT + front + name)


def verify_check_in(data: bytes, keys: PublicKeys, now: datetime) -> CheckInDocument:
    """Return what a document says that an inspector, whose clock may be slow, may accept now.

    Raises
    ------
    TicketMalformed, UnknownKey, KeyNotValid, BadSignature, TicketNotYetValid, TicketExpired
        If it is not to be accepted, and why.
    """
    if len(data) < FRONT.size + SIGNATURE_BYTES or not is_check_in(data):
        raise TicketMalformed("this is no document of a check-in")
    fields = FRONT.unpack_from(data)
    end = FRONT.size + fields[-1]
    if len(data) != end + SIGNATURE_BYTES:
        raise TicketMalformed(f"the document should have {end + SIGNATURE_BYTES} bytes")
    key = keys.get_trusted(fields[2].hex(), now)
    key.check(data[end:], CONTEXT + data[:end])
    document = _document(fields, data[FRONT.size : end])
    if now < document.issued_at - FRESHNESS.clock_skew:
        raise TicketNotYetValid(document.issued_at)
    if now > document.valid_until:
        raise TicketExpired(document.valid_until)
    return document


def is_check_in(data: bytes) -> bool:
    """Say whether these are such a document's own bytes: C and a version, no letter."""
    return data[:2] == bytes([MAGIC, VERSION])


def _document(fields: tuple[Any, ...], name: bytes) -> CheckInDocument:
    _, _, _, trip, since, issued, until, lat, lon, adults, children, flags, _ = fields
    return CheckInDocument(
        trip_id=UUID(bytes=trip),
        since=datetime.fromtimestamp(since, UTC),
        issued_at=datetime.fromtimestamp(issued, UTC),
        valid_until=datetime.fromtimestamp(until, UTC),
        lat=lat / SCALE,
        lon=lon / SCALE,
        place=name.decode(errors="replace"),
        adults=adults,
        children=children,
        first_class=bool(flags & FIRST_CLASS),
        bicycle=bool(flags & BICYCLE),
    )


def _cut(text: str) -> bytes:
    """Return a text in at most ``NAME_BYTES``, no character cut in two."""
    return text.encode()[:NAME_BYTES].decode(errors="ignore").encode()
