"""Own fleets: read from their files into the database, and the locks of their boxes."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from booking.adapters.locks.http import HttpLocks
from booking.adapters.locks.signing import LockKey
from booking.adapters.locks.simulator import SimulatedLocks
from booking.adapters.store import SqlStore
from booking.fleets.reading import read_fleet
from booking.service.fleets import Fleets
from booking.service.locks import Locks
from kommit.bootstrap.database import open_database
from kommit.bootstrap.errors import BootError
from kommit.kit.clock import Clock, SystemClock
from kommit.kit.node import BadFile
from kommit.settings import SHORTEST_SECRET, Settings, SettingsError

log = logging.getLogger(__name__)


class FleetUnusable(BootError):  # noqa: N818 - named after what is found
    """A fleet file that cannot be used."""


def load_fleets(fleets: Fleets, paths: Iterable[Path]) -> None:
    """Keep the fleets of these files; those that were read before stay as they are.

    All files are read before anything is kept, so one that cannot be used changes nothing.

    Raises
    ------
    FleetUnusable
        If a file cannot be used; says where and why.
    """
    try:
        files = [read_fleet(path) for path in paths]
    except BadFile as error:
        raise FleetUnusable(str(error)) from error
    for fleet, vehicles, fingerprint in files:
        if fleets.put(fleet, vehicles, fingerprint):
            log.info("read the fleet %s with %d vehicles", fleet.id, len(vehicles))


def open_locks(settings: Settings, clock: Clock) -> Locks | None:
    """Return what moves the locks of own fleets: a box server, or a simulation in a demo.

    Raises
    ------
    SettingsError
        If the secret for the box server is missing or too short.
    """
    if settings.locks_url is None:
        return SimulatedLocks() if settings.is_demo else None
    secret = settings.locks_secret.get_secret_value() if settings.locks_secret else ""
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError(f"KOMMIT_LOCKS_SECRET needs at least {SHORTEST_SECRET} characters")
    key = LockKey(settings.locks_key_id, secret.encode())
    return HttpLocks(str(settings.locks_url), key, clock)


@contextmanager
def fleets_desk(settings: Settings) -> Iterator[Fleets]:
    """Open own fleets for their operators: needs the database only, no image.

    Public ids are not what operators ask for, so this needs no secret.
    """
    database = open_database(settings)
    try:
        yield Fleets(SqlStore(database), SystemClock(), b"")
    finally:
        database.close()
