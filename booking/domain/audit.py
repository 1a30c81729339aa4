"""The audit log of money and tickets: a chain of hashes over what happened.

An entry's hash is SHA-256 over the hash before it and its own fields, one in each line::

    previous hash in hex | position | moment in UTC, microseconds | kind | subject | canonical JSON

so nobody can change, drop, move or put in an entry without changing every hash after it.

Only pseudonyms go in (ids of orders, tickets, rentals) and keyed hashes of what would name a
person. Deleting the person deletes the key or what the pseudonym leads to, and never an entry.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from booking.domain.clearing.errors import AuditBroken

Body = Mapping[str, Any]
"""Texts, whole numbers, booleans and None, and lists and objects of these."""

NO_HASH: Final = "0" * 64
"""What stands before the first entry."""
MAX_BODY: Final = 4_000
KIND: Final = re.compile(r"[a-z][a-z-]*(\.[a-z][a-z-]*)+")
SUBJECT: Final = re.compile(r"[\x21-\x7e]{1,200}")
PERSONAL: Final = frozenset({"email", "name", "phone", "address", "rider_id", "iban", "pin"})
"""Fields that no body may have: a keyed hash goes in instead, as ``rider``."""


class AuditKind(StrEnum):
    """What is told of; others may join, in the same style."""

    ORDER_CONFIRMED = "order.confirmed"
    ORDER_CHANGED = "order.changed"
    ORDER_CANCELLED = "order.cancelled"
    ORDER_REFUNDED = "order.refunded"
    TICKET_ISSUED = "ticket.issued"
    TICKET_SUPERSEDED = "ticket.superseded"
    TICKET_INSPECTED = "ticket.inspected"
    PAYMENT_CAPTURED = "payment.captured"
    PAYMENT_REFUNDED = "payment.refunded"
    WALLET_TOPPED_UP = "wallet.topped-up"
    MONTH_CLOSED = "month.closed"


@dataclass(frozen=True, slots=True)
class AuditFact:
    """Something that happened, before it has its place in the log."""

    kind: str
    subject: str
    """What it happened to: a pseudonym, like ``order:0196a8f2-…``."""
    body: str
    """Canonical JSON."""
    at: datetime

    @classmethod
    def of(cls, kind: str, subject: str, body: Body, at: datetime) -> "AuditFact":
        """Return the fact, or raise ``ValueError`` for what must not go into the log."""
        if not KIND.fullmatch(kind) or not SUBJECT.fullmatch(subject):
            raise ValueError(f"{kind!r} of {subject!r} is no kind or subject of the audit log")
        _check_impersonal(body)
        text = canonical(body)
        if len(text) > MAX_BODY:
            raise ValueError(f"the audit log takes {MAX_BODY} characters a body, not {len(text)}")
        return cls(kind, subject, text, at.astimezone(UTC))


class AuditEntry(NamedTuple):
    """A fact in its place."""

    position: int
    """From 1 on, without gaps."""
    at: datetime
    kind: str
    subject: str
    body: str
    previous_hash: str
    hash: str


class AuditHead(NamedTuple):
    """The end of the chain: who knows it can tell whether anything before it was changed."""

    position: int
    hash: str


START: Final = AuditHead(0, NO_HASH)


def canonical(body: object) -> str:
    """Return JSON that is the same for the same content: sorted keys, no blanks, ASCII, no floats.

    Raises
    ------
    ValueError
        If there is a float in it, or something that JSON does not know.
    """
    _check_exact(body)
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def entry_hash(previous: str, position: int, fact: AuditFact | AuditEntry) -> str:
    """Return the hash of an entry at a position, after the hash before it."""
    at = fact.at if fact.at.tzinfo is UTC else fact.at.astimezone(UTC)
    at_text = at.isoformat(timespec="microseconds")
    text = f"{previous}\n{position}\n{at_text}\n{fact.kind}\n{fact.subject}\n{fact.body}"
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(fact: AuditFact, head: AuditHead) -> AuditEntry:
    """Return a fact in its place after the head."""
    position = head.position + 1
    digest = entry_hash(head.hash, position, fact)
    return AuditEntry(position, fact.at, fact.kind, fact.subject, fact.body, head.hash, digest)


def verify(
    entries: Iterable[AuditEntry], start: AuditHead = START, heads: Iterable[AuditHead] = ()
) -> AuditHead:
    """Go through entries after ``start`` and return the head. O(n), keeps nothing.

    Parameters
    ----------
    heads
        That somebody kept outside: each must be in the chain.

    Raises
    ------
    AuditBroken
        At the first position where something is not as it was sealed.
    """
    known = {head.position: head.hash for head in heads if head.position > start.position}
    head = start
    for entry in entries:
        position = head.position + 1
        if entry.position != position:
            raise AuditBroken(position, f"the next entry says that it is {entry.position}")
        if entry.previous_hash != head.hash:
            raise AuditBroken(position, "it does not follow the entry before it")
        if entry_hash(head.hash, position, entry) != entry.hash:
            raise AuditBroken(position, "its content does not have its hash")
        if known.pop(position, entry.hash) != entry.hash:
            raise AuditBroken(position, "a head that was published earlier says otherwise")
        head = AuditHead(position, entry.hash)
    if known:
        missing = min(known)
        raise AuditBroken(
            head.position + 1, f"the log ends here, and a published head is at {missing}"
        )
    return head


def pseudonym(secret: bytes, value: str) -> str:
    """Return a keyed hash (HMAC-SHA-256, 128 bits) by which a value can be found, not read."""
    return hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()[:32]


def _check_exact(value: object) -> None:
    if isinstance(value, Mapping):
        for each in value.values():
            _check_exact(each)
        if not all(isinstance(key, str) for key in value):
            raise ValueError(f"fields of the audit log are named by texts, not {list(value)}")
    elif isinstance(value, list | tuple):
        for each in value:
            _check_exact(each)
    elif value is not None and not isinstance(value, str | int):
        raise ValueError(f"the audit log keeps no {type(value).__name__}: {value!r}")


def _check_impersonal(value: object) -> None:
    if isinstance(value, Mapping):
        personal = PERSONAL & value.keys()
        if personal:
            raise ValueError(f"the audit log keeps nobody's {', '.join(sorted(personal))}")
        for each in value.values():
            _check_impersonal(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _check_impersonal(each)
    elif isinstance(value, str) and "@" in value:
        raise ValueError("the audit log keeps no e-mail addresses")
