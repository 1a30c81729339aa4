"""Riders' subscriptions in SQL."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.adapters.tables import OutboxRow
from booking.adapters.travel_tables import SubscriptionRow
from booking.domain.money import Money
from booking.domain.subscriptions import OwnedSubscription, SubscriptionSource, SubscriptionState
from booking.domain.travel_errors import SubscriptionNotFound


class SqlSubscriptions:
    """See ``booking.service.travel_repositories.SubscriptionRepository``."""

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks

    def save(self, subscription: OwnedSubscription, at: datetime) -> None:
        """Keep a subscription as it is now, and tell of it by the outbox."""
        self._session.merge(_row(subscription))
        body = {
            "subscription_id": str(subscription.id),
            "rider_id": str(subscription.rider_id),
            "product": subscription.product,
            "state": subscription.state.value,
            "valid_until": subscription.valid_until.isoformat(),
        }
        key = str(subscription.id)
        self._session.add(OutboxRow(subject="subscription.moved", key=key, body=body, at=at))
        self._session.flush()

    def get(self, subscription_id: UUID) -> OwnedSubscription:
        """Return one, locked if this transaction writes."""
        row = self._session.get(
            SubscriptionRow, subscription_id, with_for_update=self._locks, populate_existing=True
        )
        if row is None:
            raise SubscriptionNotFound(subscription_id)
        return _subscription(row)

    def list_of(self, rider_id: UUID) -> Sequence[OwnedSubscription]:
        """Return a rider's subscriptions; their ids are UUIDv7, which sort by time."""
        wanted = select(SubscriptionRow).where(SubscriptionRow.rider_id == rider_id)
        rows = self._session.scalars(wanted.order_by(SubscriptionRow.id))
        return [_subscription(row) for row in rows]

    def list_due(self, day: date, limit: int) -> Sequence[UUID]:
        """Return those that renew and are paid for only up to before a day."""
        return self._session.scalars(
            select(SubscriptionRow.id)
            .where(
                SubscriptionRow.source == SubscriptionSource.SOLD,
                SubscriptionRow.state != SubscriptionState.WITHDRAWN,
                or_(
                    SubscriptionRow.ends.is_(None),
                    SubscriptionRow.valid_until < SubscriptionRow.ends,
                ),
                SubscriptionRow.valid_until < day,
            )
            .order_by(SubscriptionRow.valid_until)
            .limit(limit)
        ).all()


def _row(subscription: OwnedSubscription) -> SubscriptionRow:
    return SubscriptionRow(
        id=subscription.id,
        rider_id=subscription.rider_id,
        product=subscription.product,
        source=subscription.source,
        state=subscription.state,
        valid_from=subscription.valid_from,
        valid_until=subscription.valid_until,
        number=subscription.number,
        created_at=subscription.created_at,
        price_minor=subscription.price.minor,
        currency=subscription.price.currency,
        paid_from=subscription.paid_from,
        means=subscription.means,
        ends=subscription.ends,
    )


def _subscription(row: SubscriptionRow) -> OwnedSubscription:
    return OwnedSubscription(
        id=row.id,
        rider_id=row.rider_id,
        product=row.product,
        source=SubscriptionSource(row.source),
        state=SubscriptionState(row.state),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        number=row.number,
        created_at=row.created_at,
        price=Money(row.price_minor, row.currency),
        paid_from=row.paid_from,
        means=row.means,
        ends=row.ends,
    )
