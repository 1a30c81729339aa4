"""What riders paid for travel, in SQL."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once
from booking.adapters.travel_tables import BilledRiderRow, SpentRow
from booking.domain.money import Money
from booking.domain.spending import Spent, SpentLine
from booking.service.travel_repositories import KeptLine, Unclosed


class SqlSpending:
    """See ``booking.service.travel_repositories.SpendingRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        rider_id: UUID,
        lines: Iterable[SpentLine],
        *,
        day_closed: bool = False,
        month_closed: bool = False,
    ) -> None:
        """Add lines, each once."""
        for line in lines:
            insert_once(
                self._session,
                SpentRow,
                {
                    "source": line.source,
                    "entry": line.entry,
                    "rider_id": rider_id,
                    "slot": line.slot,
                    "tariff": line.tariff,
                    "at": line.at,
                    "minor": line.amount.minor,
                    "full_minor": line.full_minor,
                    "currency": line.amount.currency,
                    "agency_id": line.agency_id,
                    "leg": line.leg,
                    "day_closed": day_closed,
                    "month_closed": month_closed,
                },
            )

    def lock(self, rider_id: UUID) -> None:
        """Lock the rider's row, made if there is none."""
        insert_once(self._session, BilledRiderRow, {"rider_id": rider_id})
        query = select(BilledRiderRow).where(BilledRiderRow.rider_id == rider_id)
        self._session.scalars(query.with_for_update()).one()

    def list_spent(self, rider_id: UUID, begin: datetime, end: datetime) -> Sequence[Spent]:
        """Return journeys by slot and tariff, net, in the order in which they began."""
        keys = (SpentRow.at, SpentRow.slot, SpentRow.tariff, SpentRow.currency)
        rows = self._session.execute(
            select(*keys, func.sum(SpentRow.minor))
            .where(SpentRow.rider_id == rider_id, SpentRow.at >= begin, SpentRow.at < end)
            .group_by(*keys)
            .having(func.sum(SpentRow.minor) != 0)
            .order_by(SpentRow.at, SpentRow.slot)
        )
        return [
            Spent(slot, tariff, at, int(minor), currency)
            for at, slot, tariff, currency, minor in rows
        ]

    def list_lines(self, rider_id: UUID, begin: datetime, end: datetime) -> Sequence[KeptLine]:
        """Return all lines of journeys that began in the span, by time."""
        rows = self._session.scalars(
            select(SpentRow)
            .where(SpentRow.rider_id == rider_id, SpentRow.at >= begin, SpentRow.at < end)
            .order_by(SpentRow.at, SpentRow.source, SpentRow.entry)
            .execution_options(populate_existing=True)
        )
        return [KeptLine(_line(row), row.day_closed, row.month_closed) for row in rows]

    def list_of_source(self, source: UUID) -> Sequence[SpentLine]:
        """Return the lines of one order or trip."""
        rows = self._session.scalars(
            select(SpentRow).where(SpentRow.source == source).order_by(SpentRow.entry)
        )
        return [_line(row) for row in rows]

    def list_unclosed(
        self, began_before: datetime, limit: int, *, month: bool
    ) -> Sequence[Unclosed]:
        """Return whose days or months are to be closed."""
        rows = self._session.execute(
            select(SpentRow.rider_id, SpentRow.tariff, func.min(SpentRow.at))
            .where(_is_open(month=month), SpentRow.at < began_before)
            .group_by(SpentRow.rider_id, SpentRow.tariff)
            .order_by(func.min(SpentRow.at))
            .limit(limit)
        )
        return [Unclosed(rider_id, tariff, at) for rider_id, tariff, at in rows]

    def close(self, lines: Iterable[SpentLine], *, month: bool) -> None:
        """Mark lines as closed."""
        for line in lines:
            row = self._session.get_one(SpentRow, (line.source, line.entry))
            if month:
                row.month_closed = True
            else:
                row.day_closed = True
        self._session.flush()


def _is_open(*, month: bool) -> ColumnElement[bool]:
    return SpentRow.month_closed.is_(False) if month else SpentRow.day_closed.is_(False)


def _line(row: SpentRow) -> SpentLine:
    return SpentLine(
        source=row.source,
        entry=row.entry,
        slot=row.slot,
        tariff=row.tariff,
        at=row.at,
        amount=Money(row.minor, row.currency),
        full_minor=row.full_minor,
        agency_id=row.agency_id,
        leg=row.leg,
    )
