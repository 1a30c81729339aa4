"""Idempotency keys and stored answers in SQL."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once
from booking.adapters.tables import AnswerRow
from booking.service.repositories import Answer, KeyUse


class SqlAnswers:
    """See ``booking.service.repositories.AnswerRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, scope: str, key: str, use: KeyUse) -> KeyUse:
        """Write ``use`` if the key is new; return what is known of it now, locked."""
        values = {
            "scope": scope,
            "key": key,
            "fingerprint": use.fingerprint,
            "claim": use.claim,
            "until": use.until,
        }
        insert_once(self._session, AnswerRow, values)
        row = self._session.scalars(
            select(AnswerRow)
            .where(AnswerRow.scope == scope, AnswerRow.key == key)
            .with_for_update()
        ).one()
        return KeyUse(row.fingerprint, row.claim, row.until, _answer(row))

    def reclaim(self, scope: str, key: str, use: KeyUse) -> None:
        """Give a key to another request."""
        self._session.execute(
            update(AnswerRow)
            .where(AnswerRow.scope == scope, AnswerRow.key == key)
            .values(
                fingerprint=use.fingerprint,
                claim=use.claim,
                until=use.until,
                status=None,
                headers=None,
                body=None,
            )
        )

    def finish(self, scope: str, key: str, claim: str, answer: Answer, until: datetime) -> None:
        """Store an answer, if the key is still claimed so."""
        self._session.execute(
            update(AnswerRow)
            .where(AnswerRow.scope == scope, AnswerRow.key == key, AnswerRow.claim == claim)
            .values(
                status=answer.status,
                headers=[list(header) for header in answer.headers],
                body=answer.body,
                until=until,
            )
        )

    def forget(self, scope: str, key: str, claim: str) -> None:
        """Let a key be used again, if it is still claimed so."""
        self._session.execute(
            delete(AnswerRow).where(
                AnswerRow.scope == scope, AnswerRow.key == key, AnswerRow.claim == claim
            )
        )

    def drop(self, now: datetime) -> int:
        """Remove what is no longer kept; return how much."""
        gone = delete(AnswerRow).where(AnswerRow.until <= now).returning(AnswerRow.key)
        return len(self._session.scalars(gone).all())


def _answer(row: AnswerRow) -> Answer | None:
    if row.status is None:
        return None
    headers = tuple((name, value) for name, value in row.headers or [])
    return Answer(row.status, headers, row.body or b"")
