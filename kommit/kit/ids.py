"""Identifiers that sort by the time they were made."""

import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """Return a new UUIDv7: Unix milliseconds, 12 bits of the fraction, then randomness.

    The fraction stands where RFC 9562 (6.2, method 3) allows it, so that ids made in one
    millisecond still sort by the time they were made.
    """
    milliseconds, rest_ns = divmod(time.time_ns(), 1_000_000)
    fraction = rest_ns * 4096 // 1_000_000
    random = secrets.randbits(62)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | random)
