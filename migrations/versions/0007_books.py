"""Months of the ledger that close, lines of operators, and the hash-chained audit log.

Triggers keep what was written: they are the same rules on SQLite and PostgreSQL. The number of the
advisory lock is that of ``booking.adapters.repositories.clearing``.
"""

import sqlalchemy as sa
from alembic import op

from booking.adapters import types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WRITTEN_ONCE = ("entry", "posting", "audit")


def upgrade() -> None:
    op.add_column("entry", sa.Column("month", sa.String(7), server_default="", nullable=False))
    op.add_column("entry", sa.Column("order_id", sa.Uuid(), nullable=True))
    op.add_column("entry", sa.Column("corrects", sa.String(length=400), nullable=True))
    op.add_column("entry", sa.Column("lines", sa.JSON(none_as_null=True), nullable=True))
    sqlite = op.get_bind().dialect.name == "sqlite"
    # Older entries are of the month of UTC in which they were written.
    of_at = "substr(at, 1, 7)" if sqlite else "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM')"
    op.execute(f"UPDATE entry SET month = {of_at}")  # noqa: S608 - one of two texts above
    op.create_index("ix_entry_month", "entry", ["month"])
    op.create_index("ix_entry_order_id", "entry", ["order_id"])
    op.create_table(
        "ledger_month",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("next_month", sa.String(length=7), nullable=False),
        sa.Column("closed_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint("month < next_month", name=op.f("ck_ledger_month_next_is_later")),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_ledger_month")),
    )
    op.create_table(
        "sale_due",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sale_due")),
    )
    op.create_index("ix_sale_due_due_at", "sale_due", ["due_at"])
    op.create_table(
        "audit_inbox",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        *_fact(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_inbox")),
    )
    op.create_table(
        "audit",
        sa.Column("position", WHOLE, autoincrement=False, nullable=False),
        *_fact(),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit")),
    )
    for statement in _sqlite_guards() if sqlite else _postgres_guards():
        op.execute(statement)


def _fact() -> list[sa.Column]:
    return [
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    ]


def _sqlite_guards() -> list[str]:
    guards = [
        f"CREATE TRIGGER {table}_is_never_{did} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: what is written stays as it is'); END"
        for table in WRITTEN_ONCE
        for verb, did in (("UPDATE", "changed"), ("DELETE", "removed"))
    ]
    return [
        *guards,
        (
            "CREATE TRIGGER audit_inbox_is_never_changed BEFORE UPDATE ON audit_inbox "
            "BEGIN SELECT RAISE(ABORT, 'audit_inbox: what is written stays as it is'); END"
        ),
        (
            "CREATE TRIGGER ledger_month_is_never_removed BEFORE DELETE ON ledger_month "
            "BEGIN SELECT RAISE(ABORT, 'ledger_month: a closed month stays closed'); END"
        ),
        (
            "CREATE TRIGGER ledger_month_is_fixed_once BEFORE UPDATE ON ledger_month "
            "WHEN OLD.hash IS NOT NULL OR NEW.month <> OLD.month "
            "OR NEW.next_month <> OLD.next_month OR NEW.closed_at <> OLD.closed_at "
            "BEGIN SELECT RAISE(ABORT, 'ledger_month: a closed month stays closed'); END"
        ),
        (
            "CREATE TRIGGER entry_is_of_an_open_month BEFORE INSERT ON entry "
            "WHEN NEW.month < (SELECT max(next_month) FROM ledger_month) "
            "BEGIN SELECT RAISE(ABORT, 'entry: the month is closed'); END"
        ),
        (
            "CREATE TRIGGER posting_is_of_an_open_month BEFORE INSERT ON posting "
            "WHEN (SELECT month FROM entry WHERE id = NEW.entry_id) < "
            "(SELECT max(next_month) FROM ledger_month) "
            "BEGIN SELECT RAISE(ABORT, 'posting: the month is closed'); END"
        ),
    ]


def _postgres_guards() -> list[str]:
    never = [
        f"CREATE TRIGGER {table}_is_never_{what} BEFORE {verbs} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION kommit_stays()"
        for table in WRITTEN_ONCE
        for verbs, each, what in (
            ("UPDATE OR DELETE", "ROW", "changed"),
            ("TRUNCATE", "STATEMENT", "emptied"),
        )
    ]
    return [
        """CREATE FUNCTION kommit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '%: what is written stays as it is', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END $$""",
        *never,
        (
            "CREATE TRIGGER audit_inbox_is_never_changed BEFORE UPDATE ON audit_inbox "
            "FOR EACH ROW EXECUTE FUNCTION kommit_stays()"
        ),
        (
            "CREATE TRIGGER ledger_month_is_never_removed BEFORE DELETE ON ledger_month "
            "FOR EACH ROW EXECUTE FUNCTION kommit_stays()"
        ),
        (
            "CREATE TRIGGER ledger_month_is_never_emptied BEFORE TRUNCATE ON ledger_month "
            "FOR EACH STATEMENT EXECUTE FUNCTION kommit_stays()"
        ),
        (
            "CREATE TRIGGER ledger_month_is_fixed_once BEFORE UPDATE ON ledger_month FOR EACH ROW "
            "WHEN (OLD.hash IS NOT NULL OR NEW.month <> OLD.month "
            "OR NEW.next_month <> OLD.next_month OR NEW.closed_at <> OLD.closed_at) "
            "EXECUTE FUNCTION kommit_stays()"
        ),
        # Who closes has the lock alone; so it waits for all who booked, and they for it.
        """CREATE FUNCTION kommit_closes_alone() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(x'6C6564676572'::bigint);
            RETURN NEW;
        END $$""",
        (
            "CREATE TRIGGER ledger_month_closes_alone BEFORE INSERT ON ledger_month "
            "FOR EACH ROW EXECUTE FUNCTION kommit_closes_alone()"
        ),
        # A statement after the lock sees what was committed before it.
        """CREATE FUNCTION kommit_month_of_entry() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock_shared(x'6C6564676572'::bigint);
            NEW.month := greatest(NEW.month, (SELECT max(next_month) FROM ledger_month));
            RETURN NEW;
        END $$""",
        (
            "CREATE TRIGGER entry_is_of_an_open_month BEFORE INSERT ON entry "
            "FOR EACH ROW EXECUTE FUNCTION kommit_month_of_entry()"
        ),
        """CREATE FUNCTION kommit_postings_of_open_month() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock_shared(x'6C6564676572'::bigint);
            IF EXISTS (
                SELECT FROM fresh JOIN entry ON entry.id = fresh.entry_id
                WHERE entry.month < (SELECT max(next_month) FROM ledger_month)
            ) THEN
                RAISE EXCEPTION 'posting: the month is closed'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NULL;
        END $$""",
        (
            "CREATE TRIGGER posting_is_of_an_open_month AFTER INSERT ON posting "
            "REFERENCING NEW TABLE AS fresh "
            "FOR EACH STATEMENT EXECUTE FUNCTION kommit_postings_of_open_month()"
        ),
    ]


def downgrade() -> None:
    raise NotImplementedError("what the books and the audit log hold is not thrown away")
