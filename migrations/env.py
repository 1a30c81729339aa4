"""Runs migrations: from ``booking.adapters.database.upgrade``, or by hand with alembic's command.

By hand, the database is named by ``KOMMIT_DATABASE_URL``::

    KOMMIT_DATABASE_URL=sqlite:///new.db alembic -c migrations/alembic.ini revision --autogenerate
"""

import os

from alembic import context
from sqlalchemy import Connection

from booking.adapters.database import WRITES, Database
from booking.adapters.tables import Base


def run(connection: Connection) -> None:
    """Bring the database of this connection to the version asked for."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        user_module_prefix="types.",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = Database(os.environ["KOMMIT_DATABASE_URL"])
    with database.engine.execution_options(**{WRITES: True}).begin() as own:
        run(own)
