"""The envelope of a ticket: which layout, whose key, how long, and the signatures.

::

    0      1  0x4B, "K"
    1      1  version of the envelope and of the payload's layout, 0x01 or 0x02
    2      8  key id: the first bytes of SHA-256 of the public key
    10     2  N, length of the payload, high byte first
    12     N  payload (``booking.tickets.payload``)
    12+N  64  Ed25519 signature (RFC 8032) over ``CONTEXT`` and bytes 0 to 12+N
    76+N  68  version 2, on a phone: a moment and the phone's signature (``booking.tickets.phone``)

The first 76+N bytes are level 1, which the issuer signed; a ticket on paper has no more. This is
the split of UIC's dynamic barcodes: the issuer vouches for the phone, the phone for the moment.
"""

import struct
from typing import Final, NamedTuple

from booking.tickets.errors import TicketMalformed
from booking.tickets.phone import MOMENT_BYTES, Moment, parse_moment

MAGIC: Final = 0x4B
VERSION: Final = 2
VERSIONS: Final = (1, 2)
HEAD: Final = struct.Struct(">BB8sH")
SIGNATURE_BYTES: Final = 64
MAX_BYTES: Final = 1_200
"""An Aztec code with its usual error correction holds up to 1,380 of any kind, as measured."""
CONTEXT: Final = b"kommit ticket\x00"
"""Signed in front of every ticket, so that no signature for something else fits one."""


class Envelope(NamedTuple):
    """A ticket's bytes, taken apart and not yet trusted."""

    version: int
    key_id: bytes
    payload: bytes
    signature: bytes
    signed: bytes
    """What the signature must fit."""
    level_1: bytes
    """All up to the issuer's signature, with it."""
    moment: Moment | None
    """None on paper."""


def head_and_payload(key_id: bytes, payload: bytes, version: int = VERSION) -> bytes:
    """Return the part of a ticket in front of its signature.

    Raises
    ------
    ValueError
        If the ticket, with what a phone appends, would not fit an Aztec code.
    """
    size = size_of(len(payload))
    if size > MAX_BYTES:
        raise ValueError(f"a ticket of {size} bytes does not fit a code, {MAX_BYTES} would")
    return HEAD.pack(MAGIC, version, key_id, len(payload)) + payload


def size_of(payload_bytes: int) -> int:
    """Return how many bytes a phone shows for a payload of that size."""
    return HEAD.size + payload_bytes + SIGNATURE_BYTES + MOMENT_BYTES


def to_sign(front: bytes) -> bytes:
    """Return what is signed for a ticket that begins with ``front``."""
    return CONTEXT + front


def take_apart(data: bytes) -> Envelope:
    """Return the parts of a ticket; every byte has its place, none is left over.

    Raises
    ------
    TicketMalformed
        If the bytes are not an envelope of a version that we know.
    """
    if len(data) > MAX_BYTES:
        raise TicketMalformed(f"a ticket has at most {MAX_BYTES} bytes, not {len(data)}")
    if data[:1] != bytes([MAGIC]):
        raise TicketMalformed("this is not a kommit ticket")
    if len(data) < HEAD.size:
        raise TicketMalformed("the ticket is cut short")
    _, version, key_id, size = HEAD.unpack_from(data)
    if version not in VERSIONS:
        raise TicketMalformed(f"the ticket has version {version}, only 1 and 2 are known here")
    signed = HEAD.size + size
    end = signed + SIGNATURE_BYTES
    lengths = [end] if version == 1 else [end, end + MOMENT_BYTES]
    if len(data) not in lengths:
        wanted = " or ".join(map(str, lengths))
        raise TicketMalformed(f"the ticket should have {wanted} bytes, not {len(data)}")
    return Envelope(
        version,
        key_id,
        data[HEAD.size : signed],
        data[signed:end],
        to_sign(data[:signed]),
        data[:end],
        parse_moment(data[end:]) if len(data) > end else None,
    )
