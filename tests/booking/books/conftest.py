"""A shop with rules of clearing, and time that can be moved from month to month."""

from collections.abc import Callable

import pytest

from booking.adapters.database import Database
from booking.adapters.store import SqlStore
from booking.domain.ledger import Entry
from booking.service.clearing import Clearing
from booking.service.transactions import in_transaction
from tests.booking.books.selling import RULES, SOLD_AT
from tests.support.shop import MovableClock

Book = Callable[[Entry | None], bool]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(SOLD_AT)


@pytest.fixture
def store(database: Database) -> SqlStore:
    return SqlStore(database)


@pytest.fixture
def clearing(store: SqlStore, clock: MovableClock) -> Clearing:
    return Clearing(store, clock, RULES)


@pytest.fixture
def book(store: SqlStore) -> Book:
    def write(entry: Entry | None) -> bool:
        return entry is not None and in_transaction(store, lambda uow: uow.ledger.book(entry))

    return write
