"""What is kept beside the ledger, as protocols: closed months, what is due, the audit log."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from booking.domain.audit import AuditEntry, AuditHead, Body
from booking.domain.clearing.report import BookedLine
from booking.domain.ledger import Account, AccountKind


class SaleDue(NamedTuple):
    """Something sold whose rides are over, or should be."""

    key: str
    """Of the entry that sold it."""
    order_id: UUID
    due_at: datetime


class ClosedMonth(NamedTuple):
    """A month that cannot change."""

    month: str
    next_month: str
    closed_at: datetime
    hash: str | None
    """None where closing it was broken off; closing it again completes it."""


class ClearingRepository(Protocol):
    """Months of the books, and what operators' accounts say in them."""

    def closed(self) -> Sequence[ClosedMonth]:
        """Return the closed months, oldest first."""
        ...

    def oldest_open(self) -> str | None:
        """Return the oldest open month that has entries."""
        ...

    def lock_months(self) -> None:
        """Wait until nobody books, and let nobody book until this transaction ends."""
        ...

    def close(self, month: str, next_month: str, at: datetime) -> None:
        """Let no entry enter a month any more; ``lock_months`` first."""
        ...

    def fix(self, month: str) -> str:
        """Write down the hash of a closed month, once, and return it."""
        ...

    def month_hash(self, month: str) -> str:
        """Return SHA-256 over all entries of a month with their postings and lines."""
        ...

    def operators(self, month: str) -> Sequence[str]:
        """Return whose accounts moved in a month, sorted."""
        ...

    def lines(self, agency_id: str, month: str) -> Iterator[BookedLine]:
        """Yield the lines on an operator's accounts in a month, in the order of booking."""
        ...

    def moved(self, month: str, kinds: Sequence[AccountKind]) -> Mapping[tuple[Account, str], int]:
        """Return by how much accounts moved in a month: minor units by account and currency."""
        ...

    def before(self, account: Account, month: str, currency: str) -> int:
        """Return what stood on an account when a month began, in minor units."""
        ...

    def settleable(self, over_before: datetime, month: str, limit: int) -> Sequence[UUID]:
        """Return orders that ended before a moment and have no entry in a month or after it."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[SaleDue]:
        """Return sales whose rides are over, the longest waiting first."""
        ...

    def done(self, key: str) -> None:
        """Let a sale wait no longer."""
        ...


class AuditLag(NamedTuple):
    """What has no place in the chain yet."""

    waiting: int
    oldest: datetime | None


class AuditRepository(Protocol):
    """The audit log: facts come with the change they tell of; one sealer chains them."""

    def append(self, kind: str, subject: str, body: Body, at: datetime) -> None:
        """Write a fact down in this transaction.

        Raises
        ------
        ValueError
            If something in it must not be in the log: a float, an e-mail address, a name.
        """
        ...

    def seal(self, limit: int) -> int:
        """Chain facts that wait; return how many. 0 too where another process seals right now."""
        ...

    def head(self) -> AuditHead:
        """Return the end of the chain."""
        ...

    def at(self, position: int) -> AuditHead:
        """Return the hash at a position; raise ``AuditBroken`` if there is none."""
        ...

    def entries(self, after: int) -> Iterator[AuditEntry]:
        """Yield the entries after a position, in order, without holding them all."""
        ...

    def lag(self) -> AuditLag:
        """Return what waits."""
        ...

    def announce(self, body: Mapping[str, str | int], at: datetime) -> None:
        """Put a signed head into the outbox, so that others hold it."""
        ...
