"""Webhooks of operators by the Standard Webhooks specification 1.0.0.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: headers
``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``, HMAC-SHA256 with a secret of 24 to
64 bytes, a back-off with jitter over some days, no redirects, and ``410`` ends an endpoint.
"""

import base64
import binascii
import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from booking.domain.notices import Notice, known_patterns
from booking.domain.outside_errors import BadWebhook

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - a mark, not a secret
SECRET_BYTES: Final = 32
SECRET_SIZES: Final = range(24, 65)
"""In bytes: what the specification allows."""

FIRST_RETRY: Final = timedelta(seconds=5)
GROWTH: Final = 4
"""Each pause is so many times the one before."""
LONGEST_PAUSE: Final = timedelta(hours=12)
GIVE_UP_AFTER: Final = timedelta(days=3)
JITTER: Final = 0.2
"""A pause is longer by up to this part of it."""
URL_MAX: Final = 2000

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(slots=True)
class WebhookEndpoint:
    """Where an operator wants to be told."""

    id: UUID
    agency_id: str
    url: str
    secret: str
    """``whsec_…``"""
    events: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None = None
    note: str | None = None
    """Why it is told nothing any more."""

    def disable(self, now: datetime, why: str) -> None:
        """Tell it nothing any more."""
        if self.disabled_at is None:
            self.disabled_at, self.note = now, why

    def enable(self) -> None:
        """Tell it everything from now on, and what waits."""
        self.disabled_at, self.note = None, None


@dataclass(slots=True)
class WebhookDelivery:
    """One message for one endpoint."""

    id: UUID
    endpoint_id: UUID
    event_id: int | None
    """Of the outbox; None for a test."""
    key: str | None
    """Messages with the same key reach an endpoint in the order of their events."""
    kind: Notice
    body: str
    """Exactly what is sent and signed."""
    queued_at: datetime
    next_at: datetime
    attempts: int = 0
    delivered_at: datetime | None = None
    given_up_at: datetime | None = None
    last_error: str | None = None

    @property
    def message_id(self) -> str:
        """``webhook-id``: the same on every attempt, so that receivers can tell repetitions."""
        return f"msg_{self.id.hex}"

    @property
    def is_pending(self) -> bool:
        """Whether it is still to be delivered."""
        return self.delivered_at is None and self.given_up_at is None

    def delivered(self, now: datetime) -> None:
        """Note that the receiver has it."""
        self.attempts += 1
        self.delivered_at, self.last_error = now, None

    def failed(self, failure: "Failure", now: datetime, jitter: float) -> None:
        """Note a failure, and when to try again; after ``GIVE_UP_AFTER`` it is given up."""
        self.attempts += 1
        self.last_error = failure.reason
        pause = max(pause_after(self.attempts, jitter), failure.retry_after or timedelta(0))
        self.next_at = now + min(pause, 2 * LONGEST_PAUSE)
        if failure.is_gone or self.next_at - self.queued_at > GIVE_UP_AFTER:
            self.given_up_at = now

    def again(self, now: datetime) -> None:
        """Deliver it again, from the beginning of its patience."""
        self.queued_at = self.next_at = now
        self.attempts, self.last_error = 0, None
        self.delivered_at = self.given_up_at = None


class Failure(NamedTuple):
    """Why a message was not taken."""

    reason: str
    retry_after: timedelta | None = None
    """Asked for by the receiver."""
    is_gone: bool = False
    """The receiver wants nothing any more."""


def pause_after(attempts: int, jitter: float) -> timedelta:
    """Return how long to wait after so many attempts that failed.

    5 s, 20 s, 80 s, 5 min, 21 min, 85 min, 5.7 h, then 12 h each.

    Parameters
    ----------
    jitter
        Between 0 and 1: how much of ``JITTER`` is added.
    """
    pause = min(FIRST_RETRY * int(GROWTH ** min(attempts - 1, 16)), LONGEST_PAUSE)
    return pause * (1 + JITTER * jitter)


def secret_text(secret: bytes) -> str:
    """Return a secret as it is shown: ``whsec_`` and base64."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def secret_bytes(text: str) -> bytes:
    """Return the bytes of a secret.

    Raises
    ------
    ValueError
        If it is not written as the specification wants.
    """
    if not text.startswith(SECRET_PREFIX):
        raise ValueError(f"a secret begins with {SECRET_PREFIX}")
    try:
        secret = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret is base64 after its prefix") from error
    if len(secret) not in SECRET_SIZES:
        raise ValueError("a secret has 24 to 64 bytes")
    return secret


def signature(secret: str, message_id: str, unix_s: int, body: str) -> str:
    """Return the value of ``webhook-signature``."""
    signed = f"{message_id}.{unix_s}.{body}".encode()
    digest = hmac.new(secret_bytes(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def check_events(events: Sequence[str]) -> tuple[str, ...]:
    """Return the types of events without repetition, or raise ``BadWebhook``."""
    unknown = sorted(set(events) - set(known_patterns()))
    if unknown or not events:
        named = f"there is no event {unknown[0]!r}" if unknown else "name at least one event"
        raise BadWebhook(f"{named}; there are {', '.join(known_patterns())}")
    return tuple(sorted(set(events)))


def check_url(url: str, *, is_demo: bool) -> str:
    """Return the address of an endpoint, if we would call it.

    Only ``https``; a demo also calls ``http`` on this machine. Where the name leads is looked at
    before every call (``may_call``), since it may lead elsewhere by then.

    Raises
    ------
    BadWebhook
        If it is not such an address; says why.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadWebhook(f"this is no address: {error}") from error
    if len(url) > URL_MAX or not url.isascii() or any(c.isspace() for c in url):
        raise BadWebhook(f"an address has up to {URL_MAX} ASCII characters and no blanks")
    if not host or port == 0:
        raise BadWebhook("an address names a host, like https://operator.example/kommit")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadWebhook("an address has no user, password or fragment")
    if parts.scheme != "https" and not (is_demo and parts.scheme == "http"):
        raise BadWebhook("an address begins with https://")
    literal = _literal(host)
    if literal is not None and not may_call(literal, parts.scheme, is_demo=is_demo):
        raise BadWebhook(f"{host} is not an address of the public internet")
    return url


def may_call(address: Address, scheme: str, *, is_demo: bool) -> bool:
    """Say whether we call an address: never our own networks, but for a demo's own machine."""
    if scheme == "http":
        return is_demo and address.is_loopback
    return is_demo or is_public(address)


def is_public(address: Address) -> bool:
    """Say whether an address is one of the public internet, also where IPv6 carries an IPv4 one."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour or _translated(address)
        if carried is not None:
            return is_public(carried)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address within one of NAT64 (RFC 6052, 64:ff9b::/96)."""
    if int(address) >> 32 != 0x64FF9B << 64:
        return None
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
