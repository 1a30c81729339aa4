"""What the rider's phone signs: this very ticket at this very moment (level 2).

The phone makes a P-256 key that never leaves it. Its public half is in the ticket that the issuer
signs (level 1). Every few seconds the phone appends four bytes of time and its signature::

    0   4  Unix second, high byte first
    4  64  ECDSA signature on P-256 with SHA-256, r and s of 32 bytes each (IEEE P1363), over
           ``CONTEXT``, SHA-256 of the level-1 bytes, and the four bytes of time

P-256 and not Ed25519: every Web Crypto has it, and it is what phones keep in hardware. Compressed,
its key takes one byte more than Ed25519's, its signature takes the same.
"""

import hashlib
import struct
from datetime import UTC, datetime
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from booking.tickets.errors import BadPhoneSignature, PhoneKeyUnusable

CURVE: Final = ec.SECP256R1()
HASH: Final = ec.ECDSA(hashes.SHA256())
PHONE_KEY_BYTES: Final = 33
CONTEXT: Final = b"kommit moment\x00"
"""Signed in front of every moment, so that no signature for something else fits one."""
TIME: Final = struct.Struct(">I")
HALF: Final = 32
MOMENT_BYTES: Final = TIME.size + 2 * HALF


class Moment(NamedTuple):
    """When a phone showed a ticket, and its signature; not yet trusted."""

    at: datetime
    signature: bytes


def phone_key(data: bytes) -> bytes:
    """Return a phone's public key as tickets carry it: a compressed point of P-256.

    Raises
    ------
    PhoneKeyUnusable
        If it is no point of the curve, compressed (33 bytes) or not (65 bytes).
    """
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, data)
    except ValueError:
        raise PhoneKeyUnusable(len(data)) from None
    return point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def parse_moment(data: bytes) -> Moment:
    """Return the ``MOMENT_BYTES`` after a ticket taken apart."""
    (second,) = TIME.unpack_from(data)
    return Moment(datetime.fromtimestamp(second, UTC), data[TIME.size :])


def check_moment(level_1: bytes, moment: Moment, device_key: bytes) -> None:
    """Raise ``BadPhoneSignature`` unless the key's owner signed this ticket at that moment."""
    r, s = (int.from_bytes(moment.signature[at : at + HALF], "big") for at in (0, HALF))
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, device_key)
        point.verify(encode_dss_signature(r, s), _signed(level_1, moment.at), HASH)
    except (InvalidSignature, ValueError):
        raise BadPhoneSignature from None


def show(level_1: bytes, key: ec.EllipticCurvePrivateKey, at: datetime) -> bytes:
    """Return a ticket as the phone with this key shows it at an aware time."""
    r, s = decode_dss_signature(key.sign(_signed(level_1, at), HASH))
    return level_1 + _time(at) + r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big")


def _signed(level_1: bytes, at: datetime) -> bytes:
    return CONTEXT + hashlib.sha256(level_1).digest() + _time(at)


def _time(at: datetime) -> bytes:
    return TIME.pack(int(at.timestamp()))
