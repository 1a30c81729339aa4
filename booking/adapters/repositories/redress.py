"""Incidents, claims and complaints in SQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking.adapters.redress_tables import ComplaintRow, IncidentRow, RedressClaimRow
from booking.adapters.tables import OrderRow
from booking.domain.complaints import Complaint, ComplaintCategory, ComplaintState
from booking.domain.money import Money
from booking.domain.order_states import SOLD
from booking.domain.redress import (
    Incident,
    IncidentKind,
    RedressClaim,
    RedressKind,
    SeenIncident,
)
from booking.domain.redress_errors import ComplaintNotFound


class SqlRedress:
    """See ``booking.service.redress_repositories.RedressRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def incident(self, order_id: UUID) -> SeenIncident | None:
        """Return the worst that was seen of an order."""
        row = self._session.get(IncidentRow, order_id)
        if row is None:
            return None
        incident = Incident(row.leg, IncidentKind(row.kind), row.late_s)
        return SeenIncident(order_id, incident, row.at)

    def keep_incident(self, seen: SeenIncident) -> None:
        """Keep an incident in place of the one before."""
        one = seen.incident
        self._session.merge(
            IncidentRow(
                order_id=seen.order_id, leg=one.leg, kind=one.kind, late_s=one.late_s, at=seen.at
            )
        )

    def list_watched(
        self, since: datetime, until: datetime, limit: int, after: UUID | None
    ) -> Sequence[UUID]:
        """Return sold orders that begin by ``until`` and arrive after ``since``, by their ids."""
        wanted = select(OrderRow.id).where(
            OrderRow.state.in_(sorted(SOLD)),
            OrderRow.departs_at <= until,
            OrderRow.arrives_at > since,
        )
        if after is not None:
            wanted = wanted.where(OrderRow.id > after)
        return self._session.scalars(wanted.order_by(OrderRow.id).limit(limit)).all()

    def claim(self, order_id: UUID) -> RedressClaim | None:
        """Return what was granted for an order."""
        row = self._session.get(RedressClaimRow, order_id)
        if row is None:
            return None
        return RedressClaim(
            order_id,
            RedressKind(row.kind),
            row.leg,
            row.at,
            Money(row.asked_minor, row.currency),
            Money(row.granted_minor, row.currency),
            row.receipt,
            row.refund_id,
        )

    def add_claim(self, claim: RedressClaim) -> None:
        """Keep what is granted."""
        self._session.add(
            RedressClaimRow(
                order_id=claim.order_id,
                kind=claim.kind,
                leg=claim.leg,
                at=claim.at,
                asked_minor=claim.asked.minor,
                granted_minor=claim.granted.minor,
                currency=claim.granted.currency,
                receipt=claim.receipt,
                refund_id=claim.refund_id,
            )
        )
        self._session.flush()


class SqlComplaints:
    """See ``booking.service.redress_repositories.ComplaintRepository``."""

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks

    def add(self, complaint: Complaint) -> None:
        """Keep a new complaint."""
        row = ComplaintRow(
            id=complaint.id,
            order_id=complaint.order_id,
            leg=complaint.leg,
            agency_id=complaint.agency_id,
            line=complaint.line,
            departure=complaint.departure,
            category=complaint.category,
            text=complaint.text,
            at=complaint.at,
        )
        _copy(complaint, row)
        self._session.add(row)
        self._session.flush()

    def get(self, complaint_id: UUID, agency_id: str) -> Complaint:
        """Return an operator's complaint, locked where this writes."""
        row = self._session.get(ComplaintRow, complaint_id, with_for_update=self._locks)
        if row is None or row.agency_id != agency_id:
            raise ComplaintNotFound
        return _complaint(row)

    def save(self, complaint: Complaint) -> None:
        """Keep state and answer of a complaint."""
        _copy(complaint, self._session.get_one(ComplaintRow, complaint.id))
        self._session.flush()

    def list_of_order(self, order_id: UUID) -> Sequence[Complaint]:
        """Return the complaints about an order, oldest first."""
        wanted = select(ComplaintRow).where(ComplaintRow.order_id == order_id)
        return self._listed(wanted.order_by(ComplaintRow.id))

    def list_of_agency(
        self, agency_id: str, state: ComplaintState | None, limit: int, before: UUID | None
    ) -> Sequence[Complaint]:
        """Return an operator's complaints, newest first."""
        wanted = select(ComplaintRow).where(ComplaintRow.agency_id == agency_id)
        if state is not None:
            wanted = wanted.where(ComplaintRow.state == state)
        if before is not None:
            wanted = wanted.where(ComplaintRow.id < before)
        return self._listed(wanted.order_by(ComplaintRow.id.desc()).limit(limit))

    def _listed(self, wanted: Select[ComplaintRow]) -> Sequence[Complaint]:
        return [_complaint(row) for row in self._session.scalars(wanted)]


def _copy(complaint: Complaint, row: ComplaintRow) -> None:
    row.state = complaint.state
    row.answer, row.answered_at = complaint.answer, complaint.answered_at


def _complaint(row: ComplaintRow) -> Complaint:
    return Complaint(
        row.id,
        row.order_id,
        row.leg,
        row.agency_id,
        row.line,
        row.departure,
        ComplaintCategory(row.category),
        row.text,
        row.at,
        ComplaintState(row.state),
        row.answer,
        row.answered_at,
    )
