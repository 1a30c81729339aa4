"""Ways in which somebody may try to get by without a ticket, for ``bench_ticket.py``."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from booking.tickets.envelope import HEAD, SIGNATURE_BYTES, head_and_payload, to_sign
from booking.tickets.payload import pack, unpack
from booking.tickets.phone import CURVE, MOMENT_BYTES, show
from booking.tickets.ticket import Ticket


def phone_of(rng: random.Random) -> ec.EllipticCurvePrivateKey:
    """Return a phone's key."""
    return ec.derive_private_key(rng.getrandbits(250) + 1, CURVE)


def public_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return its public half as tickets carry it."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


@dataclass(frozen=True)
class Sold:
    """A genuine ticket and how it is shown."""

    level_1: bytes
    phone: ec.EllipticCurvePrivateKey | None
    """None: on paper."""

    def shown(self, at: datetime) -> bytes:
        """Return the code at a moment."""
        return self.level_1 if self.phone is None else show(self.level_1, self.phone, at)

    @property
    def front(self) -> bytes:
        """All that the issuer signed."""
        return self.level_1[:-SIGNATURE_BYTES]


Forge = Callable[[Sold, Sold, datetime, random.Random], bytes]


def _flip_a_bit(sold: Sold, _: Sold, now: datetime, rng: random.Random) -> bytes:
    changed = bytearray(sold.shown(now))
    changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _change_bytes(sold: Sold, _: Sold, now: datetime, rng: random.Random) -> bytes:
    changed = bytearray(sold.shown(now))
    for place in rng.sample(range(len(changed)), rng.randrange(2, 9)):
        changed[place] ^= rng.randrange(1, 256)
    return bytes(changed)


def _cut(sold: Sold, _: Sold, now: datetime, rng: random.Random) -> bytes:
    """Anywhere but where a paper ticket ends: that one is genuine."""
    data = sold.shown(now)
    size = rng.randrange(len(data))
    return data[: size - (sold.phone is None and size == len(sold.level_1))]


def _append(sold: Sold, _: Sold, now: datetime, rng: random.Random) -> bytes:
    return sold.shown(now) + rng.randbytes(rng.choice([*range(1, 20), MOMENT_BYTES]))


def _others_signature(sold: Sold, other: Sold, now: datetime, _: random.Random) -> bytes:
    level_1 = sold.front + other.level_1[-SIGNATURE_BYTES:]
    return Sold(level_1, sold.phone).shown(now)


def _others_payload(sold: Sold, other: Sold, now: datetime, _: random.Random) -> bytes:
    payload = other.front[HEAD.size :]
    front = head_and_payload(sold.level_1[2:10], payload)
    return Sold(front + sold.level_1[-SIGNATURE_BYTES:], other.phone).shown(now)


def _own_signature(sold: Sold, _: Sold, now: datetime, rng: random.Random) -> bytes:
    """Signed by the forger, in the name of the issuer's key."""
    stranger = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
    return Sold(sold.front + stranger.sign(to_sign(sold.front)), sold.phone).shown(now)


def _own_phone_in_the_ticket(sold: Sold, _: Sold, now: datetime, rng: random.Random) -> bytes:
    mine = phone_of(rng)
    return _rewritten(sold, mine, now, device_key=public_of(mine))


def _longer_validity(sold: Sold, _: Sold, now: datetime, rng: random.Random) -> bytes:
    until = unpack(sold.front[HEAD.size :], 2).valid_until + timedelta(days=rng.randrange(1, 99))
    return _rewritten(sold, sold.phone, now, valid_until=until)


def _as_paper(sold: Sold, _: Sold, now: datetime, __: random.Random) -> bytes:
    """A ticket of a phone, rewritten as if it were for paper."""
    return _rewritten(sold, None, now, device_key=None, version=99)


def _another_phone(sold: Sold, _: Sold, now: datetime, rng: random.Random) -> bytes:
    return show(sold.level_1, phone_of(rng), now)


def _screenshot(sold: Sold, other: Sold, now: datetime, rng: random.Random) -> bytes:
    """Of between half a minute and a day ago."""
    if sold.phone is None:
        return _another_phone(sold, other, now, rng)
    return sold.shown(now - timedelta(seconds=rng.randrange(31, 86_400)))


def _from_later(sold: Sold, other: Sold, now: datetime, rng: random.Random) -> bytes:
    """Drawn ahead, on a phone whose clock was set forward."""
    if sold.phone is None:
        return _another_phone(sold, other, now, rng)
    return sold.shown(now + timedelta(seconds=rng.randrange(11, 86_400)))


def _retimed(sold: Sold, other: Sold, now: datetime, rng: random.Random) -> bytes:
    """A screenshot with the time of now."""
    old = _screenshot(sold, other, now, rng)
    fresh = int(now.timestamp()).to_bytes(4, "big")
    return old[:-MOMENT_BYTES] + fresh + old[4 - MOMENT_BYTES :]


def _no_moment(sold: Sold, other: Sold, now: datetime, rng: random.Random) -> bytes:
    """What the server hands out, or a print of it, for a ticket of a phone."""
    return sold.level_1 if sold.phone else _another_phone(sold, other, now, rng)


def _others_moment(sold: Sold, other: Sold, now: datetime, rng: random.Random) -> bytes:
    donor = other.phone or phone_of(rng)
    return sold.level_1 + show(other.level_1, donor, now)[-MOMENT_BYTES:]


def _older_version(sold: Sold, _: Sold, now: datetime, __: random.Random) -> bytes:
    return sold.shown(now)[:1] + b"\x01" + sold.shown(now)[2:]


def _noise(_: Sold, __: Sold, ___: datetime, rng: random.Random) -> bytes:
    return b"K\x02" + rng.randbytes(rng.randrange(1, 600))


WAYS: tuple[Forge, ...] = (
    _flip_a_bit,
    _change_bytes,
    _cut,
    _append,
    _others_signature,
    _others_payload,
    _own_signature,
    _own_phone_in_the_ticket,
    _longer_validity,
    _as_paper,
    _another_phone,
    _screenshot,
    _from_later,
    _retimed,
    _no_moment,
    _others_moment,
    _older_version,
    _noise,
)


def _rewritten(
    sold: Sold, phone: ec.EllipticCurvePrivateKey | None, now: datetime, **changed: object
) -> bytes:
    """Return a ticket with other fields under the signature of the genuine one."""
    ticket = unpack(sold.front[HEAD.size :], 2)
    fields = {name: getattr(ticket, name) for name in Ticket.__dataclass_fields__}
    front = head_and_payload(sold.level_1[2:10], pack(Ticket(**fields | changed)))
    return Sold(front + sold.level_1[-SIGNATURE_BYTES:], phone).shown(now.astimezone(UTC))
