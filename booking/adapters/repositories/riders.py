"""Riders and their sessions in SQL."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once
from booking.adapters.tables import RiderRow, SessionRow
from booking.domain.accounts import Rider


class SqlRiders:
    """See ``booking.service.repositories.RiderRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rider: Rider, password_hash: str) -> bool:
        """Add a rider unless the e-mail address is taken."""
        values = {
            "id": rider.id,
            "email": rider.email,
            "name": rider.name,
            "password_hash": password_hash,
            "created_at": rider.created_at,
        }
        return insert_once(self._session, RiderRow, values)

    def find(self, rider_id: UUID) -> Rider | None:
        """Return a rider."""
        row = self._session.get(RiderRow, rider_id)
        return None if row is None else _rider(row)

    def find_by_email(self, email: str) -> tuple[Rider, str] | None:
        """Return a rider and the hash of the password."""
        row = self._session.scalars(select(RiderRow).where(RiderRow.email == email)).one_or_none()
        return None if row is None else (_rider(row), row.password_hash)

    def set_password_hash(self, rider_id: UUID, password_hash: str) -> None:
        """Replace the hash of a password."""
        self._session.get_one(RiderRow, rider_id).password_hash = password_hash

    def add_session(self, token_hash: str, rider_id: UUID, expires_at: datetime) -> None:
        """Begin a session."""
        self._session.add(
            SessionRow(token_hash=token_hash, rider_id=rider_id, expires_at=expires_at)
        )

    def find_by_session(self, token_hash: str, now: datetime) -> Rider | None:
        """Return whose session it is, if it has not ended."""
        row = self._session.scalars(
            select(RiderRow)
            .join(SessionRow, SessionRow.rider_id == RiderRow.id)
            .where(SessionRow.token_hash == token_hash, SessionRow.expires_at > now)
        ).one_or_none()
        return None if row is None else _rider(row)

    def end_session(self, token_hash: str) -> None:
        """End a session; one that has ended stays so."""
        self._session.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))

    def drop_sessions(self, now: datetime) -> int:
        """Remove the sessions that have ended; return how many."""
        gone = delete(SessionRow).where(SessionRow.expires_at <= now)
        return len(self._session.scalars(gone.returning(SessionRow.token_hash)).all())


def _rider(row: RiderRow) -> Rider:
    return Rider(row.id, row.email, row.name, row.created_at)
