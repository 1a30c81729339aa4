"""What is sold for a month waits in a table of its own until it is over."""

from dataclasses import replace
from uuid import uuid4

from sqlalchemy import select

from booking.adapters.book_tables import LedgerMonthRow, SaleDueRow
from booking.adapters.database import Database
from booking.domain.money import Money
from booking.domain.postings import SubscriptionSale, subscription_sold
from booking.service.clearing import Clearing
from tests.booking.books.conftest import Book
from tests.booking.books.selling import BUS, EIGHT, RULES, SOLD_AT
from tests.booking.books.test_b01_months import IN_DECEMBER
from tests.support.shop import MovableClock


def test_due_sales_wait_in_a_table_of_their_own(
    database: Database, clearing: Clearing, clock: MovableClock, book: Book
) -> None:
    sold = SubscriptionSale(uuid4(), "abo", BUS, Money(0), 70, EIGHT.date(), EIGHT)
    entry = subscription_sold(sold, RULES, SOLD_AT)
    assert book(entry)
    assert not book(replace(entry, text="again"))
    clock.at = IN_DECEMBER
    assert clearing.earn_due() == 1
    with database.readers() as session:
        assert list(session.scalars(select(SaleDueRow))) == []
        assert list(session.scalars(select(LedgerMonthRow))) == []
