"""Mandates, invoices, vouchers, budgets, and what providers of payments tell."""

import sqlalchemy as sa
from alembic import op

from booking.adapters import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "employer",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer")),
    )
    op.create_table(
        "invoice",
        sa.Column("number", sa.String(length=35), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("issued_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("holder", sa.String(length=70), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("mandate", sa.String(length=35), nullable=False),
        sa.Column("signed_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("returned_for", sa.String(length=35), nullable=True),
        sa.Column("returns", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_invoice_amount_above_zero")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_invoice")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_mandate"), ["mandate"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_month"), ["month"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_rider_id"), ["rider_id"], unique=False)

    op.create_table(
        "number_range",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_number_range")),
    )
    op.create_table(
        "payment_dispute",
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=True),
        sa.Column(
            "amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", "id", name=op.f("pk_payment_dispute")),
    )
    with op.batch_alter_table("payment_dispute", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payment_dispute_reference"), ["reference"], unique=False
        )

    op.create_table(
        "promotion",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("funder", sa.String(length=200), nullable=False),
        sa.Column(
            "value_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "budget_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("valid_until", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("permille", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "per_rider", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "least_price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("first_ride_only", sa.Boolean(), nullable=False),
        sa.Column("rest", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
    )
    op.create_table(
        "provider_customer",
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("rider_id", "provider", name=op.f("pk_provider_customer")),
    )
    op.create_table(
        "provider_event",
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=True),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("told_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("provider", "id", name=op.f("pk_provider_event")),
    )
    with op.batch_alter_table("provider_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_provider_event_reference"), ["reference"], unique=False
        )
        batch_op.create_index(
            "ix_provider_event_untold",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        )

    op.create_table(
        "sepa_mandate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("holder", sa.String(length=70), nullable=False),
        sa.Column("signed_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sepa_mandate")),
    )
    with op.batch_alter_table("sepa_mandate", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sepa_mandate_active",
            ["rider_id"],
            unique=True,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.create_index(batch_op.f("ix_sepa_mandate_rider_id"), ["rider_id"], unique=False)

    op.create_table(
        "budget_grant",
        sa.Column("employer_id", sa.String(length=40), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column(
            "monthly_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("first", sa.String(length=7), nullable=False),
        sa.Column("last", sa.String(length=7), nullable=True),
        sa.Column("modes", sa.JSON(), nullable=False),
        sa.Column(
            "carried_months", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_budget_grant_employer_id")
        ),
        sa.PrimaryKeyConstraint("employer_id", "rider_id", name=op.f("pk_budget_grant")),
    )
    with op.batch_alter_table("budget_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budget_grant_rider_id"), ["rider_id"], unique=False)

    op.create_table(
        "budget_month",
        sa.Column("employer_id", sa.String(length=40), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column(
            "granted_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "lapsed_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("last_month", sa.String(length=7), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_budget_month_employer_id")
        ),
        sa.PrimaryKeyConstraint("employer_id", "rider_id", "month", name=op.f("pk_budget_month")),
    )
    with op.batch_alter_table("budget_month", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_budget_month_last_month"), ["last_month"], unique=False
        )

    op.create_table(
        "open_item",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("invoice_number", sa.String(length=35), nullable=True),
        sa.ForeignKeyConstraint(
            ["invoice_number"], ["invoice.number"], name=op.f("fk_open_item_invoice_number")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_open_item")),
    )
    with op.batch_alter_table("open_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_open_item_invoice_number"), ["invoice_number"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_open_item_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            "ix_open_item_waiting",
            ["rider_id", "at"],
            unique=False,
            sqlite_where=sa.text("invoice_number IS NULL"),
            postgresql_where=sa.text("invoice_number IS NULL"),
        )

    op.create_table(
        "promotion_code",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("promotion_id", sa.String(length=40), nullable=False),
        sa.Column("most_uses", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("uses", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_code_promotion_id")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_promotion_code")),
    )
    with op.batch_alter_table("promotion_code", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_promotion_code_promotion_id"), ["promotion_id"], unique=False
        )

    op.create_table(
        "voucher",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.String(length=40), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("redeemed_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotion.id"], name=op.f("fk_voucher_promotion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
    )
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voucher_promotion_id"), ["promotion_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_rider_id"), ["rider_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voucher_rider_id"))
        batch_op.drop_index(batch_op.f("ix_voucher_promotion_id"))

    op.drop_table("voucher")
    with op.batch_alter_table("promotion_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_promotion_code_promotion_id"))

    op.drop_table("promotion_code")
    with op.batch_alter_table("open_item", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_open_item_waiting",
            sqlite_where=sa.text("invoice_number IS NULL"),
            postgresql_where=sa.text("invoice_number IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_open_item_order_id"))
        batch_op.drop_index(batch_op.f("ix_open_item_invoice_number"))

    op.drop_table("open_item")
    with op.batch_alter_table("budget_month", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_budget_month_last_month"))

    op.drop_table("budget_month")
    with op.batch_alter_table("budget_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_budget_grant_rider_id"))

    op.drop_table("budget_grant")
    with op.batch_alter_table("sepa_mandate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sepa_mandate_rider_id"))
        batch_op.drop_index(
            "ix_sepa_mandate_active",
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )

    op.drop_table("sepa_mandate")
    with op.batch_alter_table("provider_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_provider_event_untold",
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_provider_event_reference"))

    op.drop_table("provider_event")
    op.drop_table("provider_customer")
    op.drop_table("promotion")
    with op.batch_alter_table("payment_dispute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_dispute_reference"))

    op.drop_table("payment_dispute")
    op.drop_table("number_range")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_rider_id"))
        batch_op.drop_index(batch_op.f("ix_invoice_month"))
        batch_op.drop_index(batch_op.f("ix_invoice_mandate"))

    op.drop_table("invoice")
    op.drop_table("employer")
