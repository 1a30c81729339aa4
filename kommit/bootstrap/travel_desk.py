"""The desk for riders who dispute a trip: database and network, no server."""

from collections.abc import Iterator
from contextlib import contextmanager

from booking.adapters.store import SqlStore
from booking.clearing.reading import read_clearing_rules
from kommit.api.travel_services import TravelServices
from kommit.bootstrap.container import open_network
from kommit.bootstrap.database import open_database
from kommit.bootstrap.travel import open_travel
from kommit.kit.clock import SystemClock
from kommit.settings import Settings


@contextmanager
def travel_desk(settings: Settings) -> Iterator[TravelServices]:
    """Open what corrects trips; raises as ``open_network`` and ``open_travel``."""
    network = open_network(settings)
    database = open_database(settings)
    try:
        rules = read_clearing_rules(settings.clearing_rules)
        yield open_travel(settings, SqlStore(database), SystemClock(), network, rules, {})
    finally:
        database.close()
