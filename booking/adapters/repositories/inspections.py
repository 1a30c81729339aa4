"""Inspections in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once
from booking.adapters.ticket_tables import InspectionRow
from booking.domain.inspections import Inspection, Verdict


class SqlInspections:
    """See ``booking.service.ticket_repositories.InspectionRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, inspection: Inspection) -> bool:
        """Keep an inspection; return False for one that is known by its id."""
        names = InspectionRow.__table__.columns.keys()
        values = {name: getattr(inspection, name) for name in names}
        return insert_once(self._session, InspectionRow, values)

    def list_since(self, since: datetime, limit: int) -> Sequence[Inspection]:
        """Return the newest of those made since then, newest first."""
        rows = self._session.scalars(
            select(InspectionRow)
            .where(InspectionRow.at >= since)
            .order_by(InspectionRow.at.desc(), InspectionRow.id)
            .limit(limit)
        )
        return [_inspection(row) for row in rows]

    def drop(self, before: datetime) -> int:
        """Remove those made before then; return how many."""
        gone = self._session.execute(
            delete(InspectionRow).where(InspectionRow.at < before).returning(InspectionRow.id)
        )
        return len(gone.all())


def _inspection(row: InspectionRow) -> Inspection:
    return Inspection(
        id=row.id,
        inspector_id=row.inspector_id,
        device=row.device,
        at=row.at,
        received_at=row.received_at,
        verdict=Verdict(row.verdict),
        reason=row.reason,
        order_id=row.order_id,
        ticket_version=row.ticket_version,
        lat=row.lat,
        lon=row.lon,
    )
