"""The database: opened, and its tables brought up to date or found to be behind."""

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from booking.adapters.database import MIGRATIONS, Database, upgrade
from kommit.bootstrap.errors import DatabaseBehind, DatabaseUnusable
from kommit.settings import Settings


def open_database(settings: Settings) -> Database:
    """Return the database with tables of this version.

    Raises
    ------
    DatabaseUnusable
        If nothing answers at its URL.
    DatabaseBehind
        If production finds older tables: there, somebody decides when they change.
    """
    database = connect(settings)
    try:
        if settings.is_demo:
            upgrade(database.engine)
        else:
            _check_current(database)
    except SQLAlchemyError as error:
        database.close()
        raise _unusable(error) from error
    except BaseException:
        database.close()
        raise
    return database


def connect(settings: Settings) -> Database:
    """Return the database as it is, or raise ``DatabaseUnusable``."""
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        return Database(settings.database)
    except (ValueError, SQLAlchemyError) as error:
        raise DatabaseUnusable(f"KOMMIT_DATABASE_URL: {error}") from error


def upgrade_database(settings: Settings) -> None:
    """Bring the tables to this version, or raise ``DatabaseUnusable``. May be repeated."""
    database = connect(settings)
    try:
        upgrade(database.engine)
    except SQLAlchemyError as error:
        raise _unusable(error) from error
    finally:
        database.close()


def _check_current(database: Database) -> None:
    if not is_current(database):
        raise DatabaseBehind


def is_current(database: Database) -> bool:
    """Say whether the tables are of this version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    wanted = set(ScriptDirectory.from_config(config).get_heads())
    with database.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == wanted


def is_reachable(database: Database) -> bool:
    """Say whether the database answers at this moment."""
    try:
        with database.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _unusable(error: SQLAlchemyError) -> DatabaseUnusable:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return DatabaseUnusable(f"the database cannot be used: {reason}")
