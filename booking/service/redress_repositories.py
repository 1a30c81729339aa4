"""What is kept of incidents, claims and complaints, as protocols; ``booking.adapters`` keeps it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.domain.complaints import Complaint, ComplaintState
from booking.domain.redress import RedressClaim, SeenIncident


class RedressRepository(Protocol):
    """What went wrong with orders, and what was granted for it."""

    def incident(self, order_id: UUID) -> SeenIncident | None:
        """Return the worst that was seen of an order."""
        ...

    def keep_incident(self, seen: SeenIncident) -> None:
        """Keep an incident in place of the one before; under the order's lock."""
        ...

    def list_watched(
        self, since: datetime, until: datetime, limit: int, after: UUID | None
    ) -> Sequence[UUID]:
        """Return sold orders that begin by ``until`` and arrive after ``since``, by their ids."""
        ...

    def claim(self, order_id: UUID) -> RedressClaim | None:
        """Return what was granted for an order."""
        ...

    def add_claim(self, claim: RedressClaim) -> None:
        """Keep what is granted; under the order's lock."""
        ...


class ComplaintRepository(Protocol):
    """What riders complain of."""

    def add(self, complaint: Complaint) -> None:
        """Keep a new complaint."""
        ...

    def get(self, complaint_id: UUID, agency_id: str) -> Complaint:
        """Return an operator's complaint, locked where this writes; or ``ComplaintNotFound``."""
        ...

    def save(self, complaint: Complaint) -> None:
        """Keep state and answer of a complaint."""
        ...

    def list_of_order(self, order_id: UUID) -> Sequence[Complaint]:
        """Return the complaints about an order, oldest first."""
        ...

    def list_of_agency(
        self, agency_id: str, state: ComplaintState | None, limit: int, before: UUID | None
    ) -> Sequence[Complaint]:
        """Return an operator's complaints, newest first, of those older than ``before``."""
        ...
