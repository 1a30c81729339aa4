"""Places on dated trips in SQL."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once, table_of
from booking.adapters.tables import DatedTripRow, PlaceHoldRow, QuotaRow
from booking.domain.holds import Claim, DatedTrip, Span

# Every order sends these: they are built once, and on tables, so that no mapper looks at them.
QUOTA, TRIP, HOLD = table_of(QuotaRow), table_of(DatedTripRow), table_of(PlaceHoldRow)
QUOTAS: Final = select(QUOTA.c.trip_id, QUOTA.c.route_id, QUOTA.c.places).where(
    or_(
        QUOTA.c.trip_id.in_(bindparam("trips", expanding=True)),
        QUOTA.c.route_id.in_(bindparam("routes", expanding=True)),
    )
)
LOCK: Final = (
    select(TRIP.c.trip_id)
    .where(TRIP.c.trip_id == bindparam("trip_id"), TRIP.c.service_day == bindparam("service_day"))
    .with_for_update()
)
TAKEN: Final = select(HOLD.c.board, HOLD.c.alight, HOLD.c.places).where(
    HOLD.c.trip_id == bindparam("trip_id"),
    HOLD.c.service_day == bindparam("service_day"),
    HOLD.c.order_id != bindparam("but"),
    or_(HOLD.c.until.is_(None), HOLD.c.until > bindparam("now")),
)
TAKE: Final = insert(HOLD)
CONFIRM: Final = update(HOLD).where(HOLD.c.order_id == bindparam("order")).values(until=None)
RELEASE: Final = delete(HOLD).where(HOLD.c.order_id == bindparam("order"))


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

    def capacities(self, claims: Sequence[Claim]) -> Mapping[Claim, int]:
        """Return the places of limited trips; a trip's own quota goes before that of its route."""
        trips, routes = [claim.trip.trip_id for claim in claims], [one.route_id for one in claims]
        of_trip: dict[str, int] = {}
        of_route: dict[str, int] = {}
        for row in self._session.execute(QUOTAS, {"trips": trips, "routes": routes}):
            if row.trip_id is None:
                of_route[row.route_id] = row.places
            else:
                of_trip[row.trip_id] = row.places
        found = {one: of_trip.get(one.trip.trip_id, of_route.get(one.route_id)) for one in claims}
        return {claim: places for claim, places in found.items() if places is not None}

    def lock(self, trip: DatedTrip) -> None:
        """Make others that count this trip's places wait until this transaction ends."""
        if self._session.execute(LOCK, trip._asdict()).first() is None:
            insert_once(self._session, DatedTripRow, trip._asdict())
            self._session.execute(LOCK, trip._asdict())

    def taken(self, trip: DatedTrip, now: datetime, but: UUID) -> Sequence[Span]:
        """Return what others have: bought for ever, or held until later than ``now``."""
        rows = self._session.execute(TAKEN, {**trip._asdict(), "but": but, "now": now})
        return [Span(*row) for row in rows]

    def hold(self, order_id: UUID, claims: Sequence[Claim], until: datetime) -> None:
        """Hold the places of claims until then."""
        if claims:
            mine = {"order_id": order_id, "until": until}
            taken = [{**one.trip._asdict(), **one.span._asdict(), **mine} for one in claims]
            self._session.execute(TAKE, taken)

    def confirm(self, order_id: UUID) -> None:
        """Keep an order's places for ever."""
        self._session.execute(CONFIRM, {"order": order_id})

    def release(self, order_id: UUID) -> None:
        """Give an order's places back."""
        self._session.execute(RELEASE, {"order": order_id})

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
