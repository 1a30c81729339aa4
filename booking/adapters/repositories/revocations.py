"""Revoked tickets in SQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once
from booking.adapters.ticket_tables import TicketRevocationRow
from booking.service.ticket_repositories import Revocation


class SqlRevocations:
    """See ``booking.service.ticket_repositories.RevocationRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, order_id: UUID, version: int, valid_until: datetime, reason: str, at: datetime
    ) -> None:
        """Revoke the ticket of an order with this version."""
        values = Revocation(order_id, version, valid_until, reason, at)._asdict()
        insert_once(self._session, TicketRevocationRow, values)

    def is_revoked(self, order_id: UUID, version: int) -> bool:
        """Say whether the ticket of an order with this version was revoked."""
        return self._session.get(TicketRevocationRow, (order_id, version)) is not None

    def list_current(self, now: datetime) -> Sequence[Revocation]:
        """Return those whose tickets would still be valid now or later."""
        rows = self._session.scalars(
            select(TicketRevocationRow)
            .where(TicketRevocationRow.valid_until >= now)
            .order_by(TicketRevocationRow.order_id, TicketRevocationRow.version)
        )
        return [
            Revocation(row.order_id, row.version, row.valid_until, row.reason, row.at)
            for row in rows
        ]
