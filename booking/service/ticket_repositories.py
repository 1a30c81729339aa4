"""What is kept of tickets after they were issued, as protocols of repositories."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from booking.domain.inspections import Inspection


class Revocation(NamedTuple):
    """A ticket that is valid by its bytes and not any more."""

    order_id: UUID
    version: int
    valid_until: datetime
    """Of the ticket: afterwards nobody needs to be told."""
    reason: str
    """``superseded``, ``cancelled``, ``refunded``: a word of at most 16 letters."""
    at: datetime


class RevocationRepository(Protocol):
    """Tickets that were cancelled or replaced."""

    def add(
        self, order_id: UUID, version: int, valid_until: datetime, reason: str, at: datetime
    ) -> None:
        """Revoke the ticket of an order with this version; a second time changes nothing."""
        ...

    def is_revoked(self, order_id: UUID, version: int) -> bool:
        """Say whether the ticket of an order with this version was revoked."""
        ...

    def list_current(self, now: datetime) -> Sequence[Revocation]:
        """Return those whose tickets would still be valid now or later."""
        ...


class InspectionRepository(Protocol):
    """What inspectors saw."""

    def add(self, inspection: Inspection) -> bool:
        """Keep an inspection; return False for one that is known by its id."""
        ...

    def list_since(self, since: datetime, limit: int) -> Sequence[Inspection]:
        """Return the newest of those made since then, newest first."""
        ...

    def drop(self, before: datetime) -> int:
        """Remove those made before then; return how many."""
        ...
