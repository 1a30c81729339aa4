"""Places on dated trips in SQL."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once
from booking.adapters.tables import DatedTripRow, PlaceHoldRow, QuotaRow
from booking.domain.holds import Claim, DatedTrip, Span


class SqlPlaces:
    """See ``booking.service.repositories.PlaceRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def set_quota(
        self, places: int, *, trip_id: str | None = None, route_id: str | None = None
    ) -> None:
        """Limit a trip, or every trip of a route."""
        values = {"trip_id": trip_id, "route_id": route_id, "places": places}
        if not insert_once(self._session, QuotaRow, values):
            column = QuotaRow.trip_id if trip_id is not None else QuotaRow.route_id
            self._session.execute(
                update(QuotaRow).where(column == (trip_id or route_id)).values(places=places)
            )

    def capacity(self, claim: Claim) -> int | None:
        """Return the places of a claim's trip; its own quota goes before that of its route."""
        return self._session.scalars(
            select(QuotaRow.places)
            .where(or_(QuotaRow.trip_id == claim.trip.trip_id, QuotaRow.route_id == claim.route_id))
            .order_by(QuotaRow.trip_id.is_(None))
            .limit(1)
        ).one_or_none()

    def lock(self, trip: DatedTrip) -> None:
        """Make others that count this trip's places wait until this transaction ends."""
        insert_once(self._session, DatedTripRow, trip._asdict())
        self._session.get(DatedTripRow, tuple(trip), with_for_update=True)

    def taken(self, trip: DatedTrip, now: datetime, but: UUID) -> Sequence[Span]:
        """Return what others have: bought for ever, or held until later than ``now``."""
        hold = PlaceHoldRow
        rows = self._session.execute(
            select(hold.board, hold.alight, hold.places)
            .where(hold.trip_id == trip.trip_id, hold.service_day == trip.service_day)
            .where(hold.order_id != but)
            .where(or_(hold.until.is_(None), hold.until > now))
        )
        return [Span(*row) for row in rows]

    def hold(self, order_id: UUID, claim: Claim, until: datetime) -> None:
        """Hold the places of a claim until then."""
        self._session.add(
            PlaceHoldRow(
                order_id=order_id, **claim.trip._asdict(), **claim.span._asdict(), until=until
            )
        )

    def confirm(self, order_id: UUID) -> None:
        """Keep an order's places for ever."""
        self._session.execute(
            update(PlaceHoldRow).where(PlaceHoldRow.order_id == order_id).values(until=None)
        )

    def release(self, order_id: UUID) -> None:
        """Give an order's places back."""
        self._session.execute(delete(PlaceHoldRow).where(PlaceHoldRow.order_id == order_id))

    def shrink(
        self, order_id: UUID, trip_id: str, service_day: date, board: int, places: int
    ) -> None:
        """Leave an order so many of its places on one ride."""
        mine = (
            (PlaceHoldRow.order_id == order_id)
            & (PlaceHoldRow.trip_id == trip_id)
            & (PlaceHoldRow.service_day == service_day)
            & (PlaceHoldRow.board == board)
        )
        if places:
            self._session.execute(update(PlaceHoldRow).where(mine).values(places=places))
        else:
            self._session.execute(delete(PlaceHoldRow).where(mine))
