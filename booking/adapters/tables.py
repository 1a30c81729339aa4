"""Every table of booking. The domain's classes know nothing of them.

Amounts are in minor units of the currency beside them; moments are in UTC.
"""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from booking.adapters.types import UtcDateTime

CURRENCY = String(3)
STATE = String(16)
WHOLE = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on both; SQLite numbers rows by itself only where the type is called INTEGER."""
FEED_SCOPED = String(200)
"""An id of a feed, with the feed's name before it."""
LIVE_ORDER = text("state IN ('held', 'authorised', 'confirmed', 'started', 'ended', 'settled')")
UNPAID_ORDER = text("state IN ('held', 'authorised')")
RUNNING_ORDER = text("state IN ('confirmed', 'started')")


class Base(DeclarativeBase):
    """All tables; the names of constraints are fixed, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime(), int: WHOLE}


class RiderRow(Base):
    """A rider and the hash of the password."""

    __tablename__ = "rider"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class SessionRow(Base):
    """A session; the token itself is not kept, only its hash."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    rider_id: Mapped[UUID] = mapped_column(ForeignKey("rider.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class OrderRow(Base):
    """An order, with the offer as it was promised."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
        # An offer is sold once; after a hold was given back it may be taken again.
        Index(
            "ix_orders_live_offer",
            "offer_id",
            unique=True,
            sqlite_where=LIVE_ORDER,
            postgresql_where=LIVE_ORDER,
        ),
        Index(
            "ix_orders_overdue",
            "expires_at",
            sqlite_where=UNPAID_ORDER,
            postgresql_where=UNPAID_ORDER,
        ),
        Index(
            "ix_orders_under_way",
            "departs_at",
            sqlite_where=RUNNING_ORDER,
            postgresql_where=RUNNING_ORDER,
        ),
        Index("ix_orders_rider_id_created_at", "rider_id", "created_at"),
        Index("ix_orders_arrives_at", "arrives_at"),
        Index(
            "ix_orders_precise_until",
            "precise_until",
            sqlite_where=text("precise_until IS NOT NULL"),
            postgresql_where=text("precise_until IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rider_id: Mapped[UUID]
    offer_id: Mapped[UUID]
    image_id: Mapped[str] = mapped_column(String(100))
    offer: Mapped[dict[str, Any]] = mapped_column(JSON)
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    state: Mapped[str] = mapped_column(STATE)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    payment_means: Mapped[str | None] = mapped_column(String(32))
    payment_state: Mapped[str | None] = mapped_column(STATE)
    payment_note: Mapped[str | None]
    payment_parts: Mapped[list[list[Any]] | None] = mapped_column(JSON)
    """Means, minor units and source of each part."""
    payment_action: Mapped[str | None]
    ticket: Mapped[bytes | None]
    precise_until: Mapped[datetime | None]
    """When the journey ends; NULL once the doors it begins and ends at are kept coarsely only."""
    ticket_version: Mapped[int]
    device_key: Mapped[bytes | None]
    replaces: Mapped[UUID | None] = mapped_column(index=True)
    departs_at: Mapped[datetime]
    arrives_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy types it so


class RefundRow(Base):
    """Money that goes back to the rider of a sold order; never changed but for its state."""

    __tablename__ = "refund"
    __table_args__ = (CheckConstraint("fee_minor >= 0", name="fee_not_negative"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(STATE)
    legs: Mapped[list[int]] = mapped_column(JSON)
    passengers: Mapped[list[int]] = mapped_column(JSON)
    lines: Mapped[list[list[int]]] = mapped_column(JSON)
    """Position in the price and minor units of each."""
    fee_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    state: Mapped[str] = mapped_column(STATE)


class OutboxRow(Base):
    """A fact, written with the change it tells of and delivered later, at least once."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_undelivered",
            "key",
            "id",
            sqlite_where=text("delivered_at IS NULL"),
            postgresql_where=text("delivered_at IS NULL"),
        ),
        Index("ix_outbox_delivered_at", "delivered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    subject: Mapped[str] = mapped_column(String(80))
    key: Mapped[str | None] = mapped_column(String(80))
    """What it is about: facts with the same key are told one after the other, as they happened."""
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]


class QuotaRow(Base):
    """How many places a trip, or each trip of a route, has. Exactly one of the two is named."""

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint("places >= 0", name="places_not_negative"),
        CheckConstraint("(trip_id IS NULL) <> (route_id IS NULL)", name="trip_or_route"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    trip_id: Mapped[str | None] = mapped_column(FEED_SCOPED, unique=True)
    route_id: Mapped[str | None] = mapped_column(FEED_SCOPED, unique=True)
    places: Mapped[int]


class DatedTripRow(Base):
    """A trip on a day; whoever counts or takes its places locks this row first."""

    __tablename__ = "dated_trip"

    trip_id: Mapped[str] = mapped_column(FEED_SCOPED, primary_key=True)
    service_day: Mapped[date] = mapped_column(primary_key=True)


class PlaceHoldRow(Base):
    """Places of an order on a dated trip, from one stop event to another."""

    __tablename__ = "place_hold"
    __table_args__ = (
        CheckConstraint("places > 0", name="places_positive"),
        CheckConstraint("board < alight", name="board_before_alight"),
        Index("ix_place_hold_trip_id_service_day", "trip_id", "service_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    trip_id: Mapped[str] = mapped_column(FEED_SCOPED)
    service_day: Mapped[date]
    board: Mapped[int]
    alight: Mapped[int]
    places: Mapped[int]
    until: Mapped[datetime | None]
    """Until when they are held; NULL once they are sold."""


class SagaRow(Base):
    """Where a saga of an order stands, and who may write its journal until when."""

    __tablename__ = "saga"
    __table_args__ = (
        Index(
            "ix_saga_under_way",
            "lease_until",
            sqlite_where=text("under_way"),
            postgresql_where=text("under_way"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The order's id for its purchase, the refund's id for a refund."""
    kind: Mapped[str] = mapped_column(STATE)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    last: Mapped[str] = mapped_column(STATE)
    """The newest mark of the journal."""
    under_way: Mapped[bool]
    owner: Mapped[str | None] = mapped_column(String(36))
    lease_until: Mapped[datetime | None]
    reference: Mapped[str | None] = mapped_column(String(255), index=True)
    """Of the payment with the provider, by which its news find the saga."""


class JournalRow(Base):
    """An entry of a saga's journal."""

    __tablename__ = "journal"

    saga_id: Mapped[UUID] = mapped_column(ForeignKey("saga.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(STATE)
    notes: Mapped[dict[str, str]] = mapped_column(JSON)
    at: Mapped[datetime]


class AccountRow(Base):
    """An account of the ledger in one currency."""

    __tablename__ = "account"
    __table_args__ = (
        Index("uq_account_kind_owner_currency", "kind", "owner", "currency", unique=True),
        CheckConstraint("balance_minor IS NULL OR balance_minor >= 0", name="floor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(STATE)
    owner: Mapped[str] = mapped_column(FEED_SCOPED)
    currency: Mapped[str] = mapped_column(CURRENCY)
    balance_minor: Mapped[int | None]
    """Kept for accounts with a floor only: others would be a row that every sale waits for."""


class EntryRow(Base):
    """A balanced entry of the ledger; never changed, never removed."""

    __tablename__ = "entry"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(400), unique=True)
    text: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    month: Mapped[str] = mapped_column(String(7), server_default="", index=True)
    """To which it belongs, like ``2026-11``: open when it was booked."""
    order_id: Mapped[UUID | None] = mapped_column(index=True)
    corrects: Mapped[str | None] = mapped_column(String(400))
    """Key of the entry that it takes back."""
    lines: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """Why accounts of operators move, see ``booking.domain.ledger.EntryLine``."""


class PostingRow(Base):
    """One side of an entry."""

    __tablename__ = "posting"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)


class AnswerRow(Base):
    """An idempotency key of one rider and, once the request is done, its answer."""

    __tablename__ = "answer"

    scope: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    claim: Mapped[str] = mapped_column(String(36))
    until: Mapped[datetime] = mapped_column(index=True)
    """While it runs, the end of the lease; afterwards, until when the answer is kept."""
    status: Mapped[int | None]
    headers: Mapped[list[list[str]] | None] = mapped_column(JSON)
    body: Mapped[bytes | None]
