"""The books and the audit log for whoever keeps them: need the database, no image."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from booking.adapters.store import SqlStore
from booking.clearing.reading import read_clearing_rules
from booking.service.audit import AuditLog
from booking.service.clearing import Clearing
from booking.tickets import key_folder
from booking.tickets.keys import PublicKeys
from kommit.bootstrap.database import open_database
from kommit.bootstrap.jobs import Job, Jobs
from kommit.bootstrap.secrets import ticket_keys
from kommit.kit.clock import Clock, SystemClock
from kommit.settings import Settings

SEAL_EVERY_S: Final = 2.0
WATCH_EVERY_S: Final = 30.0
PUBLISH_EVERY_S: Final = 600.0
EARN_EVERY_S: Final = 600.0
SETTLE_EVERY_S: Final = 3600.0
HEADS_FILE: Final = "audit-heads.jsonl"


class BookKeeping(NamedTuple):
    """What keeps the books."""

    clearing: Clearing
    audit: AuditLog


def make_books(
    settings: Settings, store: SqlStore, clock: Clock, *, signing: bool = True
) -> BookKeeping:
    """Return what keeps the books.

    Parameters
    ----------
    signing
        Whether heads of the audit log are to be signed: needs the ticket keys.

    Raises
    ------
    BadRules, KeysUnusable, KeysRefused
        If rules or keys cannot be used.
    """
    rules = read_clearing_rules(settings.clearing_rules)
    keys = ticket_keys(settings, clock.now()) if signing else None
    return BookKeeping(Clearing(store, clock, rules), AuditLog(store, clock, keys))


@contextmanager
def open_books(settings: Settings, *, signing: bool = False) -> Iterator[BookKeeping]:
    """Open the database and what keeps its books, as the command line needs them."""
    database = open_database(settings)
    try:
        yield make_books(settings, SqlStore(database), SystemClock(), signing=signing)
    finally:
        database.close()


def public_keys(settings: Settings, given: Path | None) -> PublicKeys:
    """Return the keys that heads are checked by: those of a file, else the installation's own."""
    if given is not None:
        return PublicKeys.read(given)
    folder = "demo-ticket-keys" if settings.is_demo else "ticket-keys"
    own = settings.ticket_keys or settings.data_dir / folder
    return PublicKeys.read(own / key_folder.PUBLIC_FILE)


def keeping(settings: Settings, clearing: Clearing, audit: AuditLog) -> Jobs:
    """Return what keeps the books without anybody asking."""
    heads = settings.data_dir / HEADS_FILE
    return Jobs(
        [
            Job("seal the audit log", SEAL_EVERY_S, audit.seal),
            Job("watch the audit log", WATCH_EVERY_S, audit.watch),
            Job("publish the head of the audit log", PUBLISH_EVERY_S, lambda: audit.publish(heads)),
            Job("earn what is over", EARN_EVERY_S, clearing.earn_due),
            Job("settle journeys", SETTLE_EVERY_S, clearing.settle),
        ],
        name="kommit-books",
    )
