"""The envelope of a ticket: which layout, whose key, how long, and the signature.

::

    0      1  0x4B, "K"
    1      1  version of the envelope and of the payload's layout, 0x01
    2      8  key id: the first bytes of SHA-256 of the public key
    10     2  N, length of the payload, high byte first
    12     N  payload (``booking.tickets.payload``)
    12+N  64  Ed25519 signature (RFC 8032) over ``CONTEXT`` and bytes 0 to 12+N

Version 2 is kept free for the phone's public key within the signed part, and a second, short-lived
signature by the phone after it, so that a screenshot fails (UIC's levels 1 and 2).
"""

import struct
from typing import Final, NamedTuple

from booking.tickets.errors import TicketMalformed

MAGIC: Final = 0x4B
VERSION: Final = 1
HEAD: Final = struct.Struct(">BB8sH")
SIGNATURE_BYTES: Final = 64
MAX_BYTES: Final = 1_200
"""An Aztec code with its usual error correction holds up to 1,380 of any kind, as measured."""
CONTEXT: Final = b"kommit ticket\x00"
"""Signed in front of every ticket, so that no signature for something else fits one."""


class Envelope(NamedTuple):
    """A ticket's bytes, taken apart and not yet trusted."""

    key_id: bytes
    payload: bytes
    signature: bytes
    signed: bytes
    """What the signature must fit."""


def head_and_payload(key_id: bytes, payload: bytes) -> bytes:
    """Return the part of a ticket in front of its signature.

    Raises
    ------
    ValueError
        If the ticket would not fit an Aztec code.
    """
    size = HEAD.size + len(payload) + SIGNATURE_BYTES
    if size > MAX_BYTES:
        raise ValueError(f"a ticket of {size} bytes does not fit a code, {MAX_BYTES} would")
    return HEAD.pack(MAGIC, VERSION, key_id, len(payload)) + payload


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
    if version != VERSION:
        raise TicketMalformed(f"the ticket has version {version}, only {VERSION} is known here")
    end = HEAD.size + size
    if len(data) != end + SIGNATURE_BYTES:
        raise TicketMalformed(
            f"the ticket should have {end + SIGNATURE_BYTES} bytes, not {len(data)}"
        )
    return Envelope(key_id, data[HEAD.size : end], data[end:], to_sign(data[:end]))
