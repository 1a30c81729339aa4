"""What is kept of persons, in SQL: read, looked through for open ends, forgotten.

What is read is found by the columns of the tables, so that a new table with a ``rider_id`` is part
of every export without anybody thinking of it.
"""

import base64
from collections.abc import Collection, Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, or_, select
from sqlalchemy.orm import Session

from booking.adapters.fleet_tables import RentalRow
from booking.adapters.repositories.forgetting import blurred, erased
from booking.adapters.shuttle_tables import ShuttleRideRow
from booking.adapters.tables import (
    AccountRow,
    Base,
    EntryRow,
    OrderRow,
    PostingRow,
    RefundRow,
    RiderRow,
    SagaRow,
)
from booking.adapters.travel_tables import SubscriptionRow, TripRow
from booking.domain.cico import TripState
from booking.domain.errors import NotSignedIn
from booking.domain.order_states import OrderState
from booking.domain.refunds import RefundState
from booking.domain.rentals import LIVE as LIVE_RENTALS
from booking.domain.shuttles import PLANNED

SECRETS: Final = frozenset({"password_hash", "token_hash", "owner", "lease_until"})
"""Columns that are nobody's to read."""
NAMES: Final = {
    "rider": "account",
    "session": "sessions",
    "orders": "orders",
    "refund": "refunds",
    "shuttle_ride": "rides",
    "shuttle_rating": "ratings",
    "rental": "rentals",
    "cico_trip": "trips",
    "cico_sighting": "sightings",
    "sepa_mandate": "mandates",
    "invoice": "invoices",
    "open_item": "open_items",
    "subscription": "subscriptions",
    "statement": "statements",
    "voucher": "vouchers",
    "budget_grant": "budgets",
    "guest": "guest",
}
"""What tables are called in an export; others go by their own names."""
PARENTS: Final = {"order_id": "orders", "rental_id": "rental", "trip_id": "cico_trip"}
"""Columns that lead to a rider's row of another table."""
SOLD_AND_TO_COME: Final = (OrderState.CONFIRMED, OrderState.STARTED)
BEING_PAID: Final = (OrderState.HELD, OrderState.AUTHORISED)


class SqlPersonalData:
    """See ``booking.service.privacy_repositories.PersonalRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, rider_id: UUID) -> None:
        """Make others wait that do something about the rider's account."""
        row = self._session.get(RiderRow, rider_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotSignedIn

    # --- everything

    def everything(self, rider_id: UUID) -> dict[str, Any]:
        """Return every row about a rider, and what moved on the rider's accounts."""
        found: dict[str, Any] = {}
        for table, mine in self._tables(rider_id):
            rows = self._session.execute(select(table).where(mine)).mappings()
            found[NAMES.get(table.name, table.name)] = [_plain_row(row) for row in rows]
        found["account"] = found["account"][0] if found["account"] else None
        found["money"] = self._money(rider_id)
        return found

    def _tables(self, rider_id: UUID) -> Iterator[tuple[Table, ColumnElement[bool]]]:
        """Yield every table with rows of a rider, and which of them are the rider's."""
        tables = Base.metadata.tables
        for name, table in sorted(tables.items()):
            if name == RiderRow.__tablename__:
                yield table, table.c.id == rider_id
            elif "rider_id" in table.c:
                yield table, table.c.rider_id == rider_id
            else:
                for column, parent in PARENTS.items():
                    if column in table.c and "rider_id" in tables[parent].c:
                        theirs = select(tables[parent].c.id)
                        mine = theirs.where(tables[parent].c.rider_id == rider_id)
                        if str(table.c[column].type) == str(tables[parent].c.id.type):
                            yield table, table.c[column].in_(mine)

    def _money(self, rider_id: UUID) -> list[dict[str, Any]]:
        """Return every posting on the rider's own accounts, oldest first."""
        rows = self._session.execute(
            select(
                AccountRow.kind,
                EntryRow.at,
                EntryRow.text,
                PostingRow.amount_minor,
                PostingRow.currency,
            )
            .join(PostingRow, PostingRow.account_id == AccountRow.id)
            .join(EntryRow, EntryRow.id == PostingRow.entry_id)
            .where(AccountRow.owner == str(rider_id))
            .order_by(EntryRow.id)
        ).mappings()
        return [_plain_row(row) for row in rows]

    # --- what is not over

    def open_ends(self, rider_id: UUID, now: datetime) -> list[str]:
        """Return what is not over, one sentence for each thing."""
        order, rental, ride = OrderRow, RentalRow, ShuttleRideRow
        mine = order.rider_id == rider_id
        under_way = select(SagaRow.order_id).where(SagaRow.under_way)
        refunding = select(RefundRow.order_id).where(RefundRow.state == RefundState.PENDING)
        questions: dict[str, Select[UUID]] = {
            "order {} is held or being paid": select(order.id).where(
                mine, order.state.in_(BEING_PAID), order.expires_at > now
            ),
            "order {} is still to be travelled": select(order.id).where(
                mine, order.state.in_(SOLD_AND_TO_COME), order.arrives_at > now
            ),
            "money of order {} is still under way": select(order.id).where(
                mine, or_(order.id.in_(under_way), order.id.in_(refunding))
            ),
            "rental {} is not over": select(rental.id).where(
                rental.rider_id == rider_id, rental.state.in_(sorted(LIVE_RENTALS))
            ),
            "ride {} is not over": select(ride.id).where(
                ride.rider_id == rider_id,
                ride.state.in_(sorted(PLANNED)),
                or_(ride.held_until.is_(None), ride.held_until > now),
            ),
            "trip {} is not over or not billed": select(TripRow.id).where(
                TripRow.rider_id == rider_id,
                TripRow.state.not_in([TripState.BILLED, TripState.CANCELLED]),
            ),
            "subscription {} renews itself: end it first": select(SubscriptionRow.id).where(
                SubscriptionRow.rider_id == rider_id,
                SubscriptionRow.source == "sold",
                SubscriptionRow.state != "withdrawn",
                or_(
                    SubscriptionRow.ends.is_(None),
                    SubscriptionRow.valid_until < SubscriptionRow.ends,
                ),
            ),
        }
        return [
            sentence.format(one)
            for sentence, question in questions.items()
            for one in self._session.scalars(question)
        ]

    # --- forgetting

    def erase(self, rider_id: UUID, decimals: int) -> None:
        """Remove what leads to a person, or put a pseudonym in its place."""
        orders = self._session.scalars(
            select(OrderRow).where(OrderRow.rider_id == rider_id).with_for_update(of=OrderRow)
        ).all()
        for row in orders:
            blurred(self._session, row, decimals)
        erased(self._session, rider_id, decimals)
        self._session.flush()

    def blur(self, before: datetime, decimals: int, limit: int) -> int:
        """Make doors of journeys that were over by then coarse."""
        wanted = select(OrderRow).where(OrderRow.precise_until <= before)
        wanted = wanted.order_by(OrderRow.precise_until).limit(limit)
        rows = self._session.scalars(wanted.with_for_update(skip_locked=True, of=OrderRow)).all()
        for row in rows:
            blurred(self._session, row, decimals)
        self._session.flush()
        self._forget_guests({row.rider_id for row in rows}, decimals)
        return len(rows)

    def _forget_guests(self, rider_ids: Collection[UUID], decimals: int) -> None:
        """Forget those who have no account and no journey that is kept precisely."""
        still = select(OrderRow.rider_id).where(OrderRow.precise_until.is_not(None))
        guest = Base.metadata.tables["guest"]
        gone = select(guest.c.rider_id).where(
            guest.c.rider_id.in_(rider_ids), guest.c.rider_id.not_in(still)
        )
        for rider_id in self._session.scalars(gone).all():
            erased(self._session, rider_id, decimals)
        self._session.flush()


def _plain_row(row: Any) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items() if name not in SECRETS}


def _plain(value: Any) -> Any:
    """Return a value of a column as JSON can say it."""
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Enum):
        return value.value
    return value
