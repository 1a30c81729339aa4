"""Staff, their sessions, and the guests whom they book for, in SQL."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once
from booking.adapters.shuttle_tables import GuestRow, StaffRow, StaffSessionRow
from booking.domain.staff import Role, StaffMember
from booking.service.shuttle_repositories import Guest


class SqlStaff:
    """See ``booking.service.shuttle_repositories.StaffRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, member: StaffMember, secret_hash: str) -> bool:
        """Return False if the name is taken."""
        values = {
            "id": member.id,
            "name": member.name,
            "role": member.role,
            "service_id": member.service_id,
            "vehicle_id": member.vehicle_id,
            "agency_id": member.agency_id,
            "secret_hash": secret_hash,
            "created_at": member.created_at,
        }
        return insert_once(self._session, StaffRow, values)

    def find_by_name(self, name: str) -> tuple[StaffMember, str] | None:
        """Return somebody and the hash of their secret."""
        row = self._session.scalars(select(StaffRow).where(StaffRow.name == name)).one_or_none()
        return None if row is None else (_member(row), row.secret_hash)

    def list_all(self) -> Sequence[StaffMember]:
        """Return everybody."""
        return [
            _member(row) for row in self._session.scalars(select(StaffRow).order_by(StaffRow.name))
        ]

    def add_session(self, token_hash: str, staff_id: UUID, expires_at: datetime) -> None:
        """Begin a session."""
        self._session.add(
            StaffSessionRow(token_hash=token_hash, staff_id=staff_id, expires_at=expires_at)
        )

    def find_by_session(self, token_hash: str, now: datetime) -> StaffMember | None:
        """Return whose session it is, if it has not ended."""
        row = self._session.scalars(
            select(StaffRow)
            .join(StaffSessionRow, StaffSessionRow.staff_id == StaffRow.id)
            .where(StaffSessionRow.token_hash == token_hash, StaffSessionRow.expires_at > now)
        ).one_or_none()
        return None if row is None else _member(row)

    def end_session(self, token_hash: str) -> None:
        """End a session; one that has ended stays so."""
        self._session.execute(
            delete(StaffSessionRow).where(StaffSessionRow.token_hash == token_hash)
        )

    def add_guest(self, guest: Guest) -> None:
        """Keep for whom an agent books."""
        self._session.add(GuestRow(**guest._asdict()))

    def guest(self, rider_id: UUID) -> Guest | None:
        """Return a guest, or None for somebody with an account."""
        row = self._session.get(GuestRow, rider_id)
        return None if row is None else Guest(row.rider_id, row.phone, row.agent_id)

    def guests_of(self, agent_ids: Iterable[UUID], limit: int) -> Sequence[Guest]:
        """Return the newest guests of some agents; ids are UUIDv7, which sort by time."""
        wanted = select(GuestRow).where(GuestRow.agent_id.in_(sorted(agent_ids)))
        rows = self._session.scalars(wanted.order_by(GuestRow.rider_id.desc()).limit(limit))
        return [Guest(row.rider_id, row.phone, row.agent_id) for row in rows]


def _member(row: StaffRow) -> StaffMember:
    return StaffMember(
        row.id,
        row.name,
        Role(row.role),
        row.service_id,
        row.vehicle_id,
        row.created_at,
        row.agency_id,
    )
