"""One order: sagas of several kinds, parts of payments, refunds, rentals within orders.

Purchases that an older version has under way with a wallet must come to an end before: they would
be driven by steps that are no more. Its jobs end them within a minute.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from booking.adapters import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = types.UtcDateTime(timezone=True)
EPOCH = sa.text("'1970-01-01 00:00:00.000000'")
UNSETTLED = sa.text("NOT settled AND state IN ('returned', 'failed')")
LIVE = sa.text("state IN ('held', 'authorised', 'confirmed', 'started', 'ended', 'settled')")
UNPAID = sa.text("state IN ('held', 'authorised')")
RUNNING = sa.text("state IN ('confirmed', 'started')")


def upgrade() -> None:
    connection = op.get_bind()
    _check_nothing_is_under_way(connection)
    _orders(connection)
    _sagas()
    _refunds()
    op.add_column("fleet", sa.Column("reserve_s", WHOLE, nullable=False, server_default="1800"))
    op.add_column("rental", sa.Column("order_id", sa.Uuid(), nullable=True))
    op.add_column("rental", sa.Column("leg", WHOLE, nullable=True))
    op.add_column("rental", sa.Column("return_station_id", sa.String(64), nullable=True))
    op.add_column(
        "rental", sa.Column("settled", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_rental_order_id", "rental", ["order_id"])
    op.create_index(
        "ix_rental_unsettled",
        "rental",
        ["id"],
        sqlite_where=UNSETTLED,
        postgresql_where=UNSETTLED,
    )
    op.drop_table("wallet_payment")


def _check_nothing_is_under_way(connection: sa.Connection) -> None:
    open_ones = connection.execute(
        sa.text(
            "SELECT count(*) FROM saga JOIN orders ON orders.id = saga.order_id"
            " WHERE saga.under_way AND orders.payment_means IN ('wallet', 'on_board')"
        )
    ).scalar_one()
    if open_ones:
        raise RuntimeError(
            f"{open_ones} purchases are under way: start the version before this one until its jobs"
            " have ended them (about a minute), then upgrade"
        )


def _orders(connection: sa.Connection) -> None:
    op.drop_index("ix_orders_live_offer", "orders")
    op.drop_index("ix_orders_overdue", "orders")
    # Columns are added in place: SQLite would have to drop the table that others refer to.
    for column in (
        sa.Column("payment_parts", sa.JSON(), nullable=True),
        sa.Column("payment_action", sa.String(), nullable=True),
        sa.Column("ticket_version", WHOLE, nullable=False, server_default="1"),
        sa.Column("device_key", sa.LargeBinary(), nullable=True),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.Column("departs_at", MOMENT, nullable=False, server_default=EPOCH),
        sa.Column("arrives_at", MOMENT, nullable=False, server_default=EPOCH),
    ):
        op.add_column("orders", column)
    _fill_orders(connection)
    op.create_index("ix_orders_replaces", "orders", ["replaces"])
    for name, columns, unique, where in (
        ("ix_orders_live_offer", ["offer_id"], True, LIVE),
        ("ix_orders_overdue", ["expires_at"], False, UNPAID),
        ("ix_orders_under_way", ["departs_at"], False, RUNNING),
    ):
        op.create_index(
            name, "orders", columns, unique=unique, sqlite_where=where, postgresql_where=where
        )


def _fill_orders(connection: sa.Connection) -> None:
    """Take from each order's offer when its journey begins and ends; name its one payment part."""
    orders = sa.table(
        "orders",
        sa.column("id", sa.Uuid()),
        sa.column("state", sa.String()),
        sa.column("offer", sa.JSON()),
        sa.column("price_minor", WHOLE),
        sa.column("payment_means", sa.String()),
        sa.column("payment_parts", sa.JSON()),
        sa.column("departs_at", MOMENT),
        sa.column("arrives_at", MOMENT),
    )
    rows = connection.execute(
        sa.select(orders.c.id, orders.c.offer, orders.c.price_minor, orders.c.payment_means)
    ).all()
    for row in rows:
        legs = row.offer["chain"]["legs"]
        begin, end = (
            datetime.fromisoformat(at) for at in (legs[0]["departure"], legs[-1]["arrival"])
        )
        parts = [[row.payment_means, row.price_minor, ""]] if row.payment_means else None
        connection.execute(
            sa.update(orders)
            .where(orders.c.id == row.id)
            .values(departs_at=begin, arrives_at=end, payment_parts=parts)
        )
    connection.execute(
        sa.update(orders).where(orders.c.state == "cancelled").values(state="released")
    )


def _sagas() -> None:
    """Give sagas an id and a kind of their own; the purchase of an order keeps the order's id."""
    op.execute("CREATE TABLE saga_0003 AS SELECT * FROM saga")
    op.execute("CREATE TABLE journal_0003 AS SELECT * FROM journal")
    op.drop_table("journal")
    op.drop_table("saga")
    op.create_table(
        "saga",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.String(16), nullable=False),
        sa.Column("under_way", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(36), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("reference", sa.String(255), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_saga_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saga"),
    )
    op.create_index("ix_saga_order_id", "saga", ["order_id"])
    op.create_index("ix_saga_reference", "saga", ["reference"])
    op.create_index(
        "ix_saga_under_way",
        "saga",
        ["lease_until"],
        sqlite_where=sa.text("under_way"),
        postgresql_where=sa.text("under_way"),
    )
    op.create_table(
        "journal",
        sa.Column("saga_id", sa.Uuid(), nullable=False),
        sa.Column("place", WHOLE, autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["saga_id"], ["saga.id"], name="fk_journal_saga_id"),
        sa.PrimaryKeyConstraint("saga_id", "place", name="pk_journal"),
    )
    op.execute(
        "INSERT INTO saga (id, kind, order_id, last, under_way, owner, lease_until)"
        " SELECT s.order_id, 'purchase', s.order_id, (SELECT j.mark FROM journal_0003 j"
        " WHERE j.order_id = s.order_id ORDER BY j.place DESC LIMIT 1), s.under_way, s.owner,"
        " s.lease_until FROM saga_0003 s"
    )
    op.execute(
        "INSERT INTO journal (saga_id, place, mark, notes, at)"
        " SELECT order_id, place, mark, notes, at FROM journal_0003"
    )
    op.execute("DROP TABLE journal_0003")
    op.execute("DROP TABLE saga_0003")


def _refunds() -> None:
    op.create_table(
        "refund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("legs", sa.JSON(), nullable=False),
        sa.Column("passengers", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("fee_minor", WHOLE, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.CheckConstraint("fee_minor >= 0", name=op.f("ck_refund_fee_not_negative")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_refund_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_refund"),
    )
    op.create_index("ix_refund_order_id", "refund", ["order_id"])
