"""Subscriptions are registered, bought, renewed and ended; each month is paid once."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from booking.adapters.database import Database
from booking.adapters.payments import own
from booking.domain.clearing.rules import ClearingRules
from booking.domain.errors import NotEnoughMoney, NotOnSale, UnknownMeans
from booking.domain.ledger import RECEIVABLE, deferred, payable, vat
from booking.domain.money import Money
from booking.domain.subscriptions import (
    OwnedSubscription,
    SubscriptionSource,
    SubscriptionTerms,
    last_of_month,
    paid_back,
    share_of_month,
)
from booking.domain.tariff import BadTariff
from booking.domain.travel_errors import (
    BadSubscription,
    SubscriptionNotFound,
    UnknownSubscriptionProduct,
)
from booking.service.clearing import Clearing
from booking.service.subscription_books import SubscriptionLedger
from booking.service.subscriptions import Subscriptions, SubscriptionShelf, subscriptions_on
from booking.tariffs.reading import read_subscription_book
from booking.tariffs.terms_reading import parse_terms, read_terms
from tests.support.cico import Terminal

BERLIN = ZoneInfo("Europe/Berlin")
MAY_11 = datetime.fromisoformat("2026-05-11T09:00:00+02:00")
KOMMIT, X90, DTICKET = "kommit-abo", "x90-monat", "deutschlandticket"


class Office:
    """Sells and registers what ships with kommit."""

    def __init__(self, database: Database) -> None:
        self.terminal = Terminal(database)
        self.clock, self.store = self.terminal.clock, self.terminal.store
        self.clock.at = MAY_11
        shelf = SubscriptionShelf(read_subscription_book(), read_terms())
        means = {"wallet": own.wallet_payments(self.clock)}
        books = SubscriptionLedger()
        self.subscriptions = Subscriptions(self.store, self.clock, shelf, books, means, BERLIN)

    def wallet(self, rider: UUID) -> int:
        return self.terminal.money(rider).wallet

    def on(self, rider: UUID, day: str) -> tuple[str, ...]:
        with self.store.read() as uow:
            return subscriptions_on(uow, rider, date.fromisoformat(day))

    def buy(
        self, rider: UUID, product: str = KOMMIT, begin: str = "2026-05-11", **more: Any
    ) -> Any:
        key, means = more.get("key", f"{product}-{begin}"), more.get("means", "wallet")
        return self.subscriptions.buy(rider, product, date.fromisoformat(begin), means, key)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def test_what_is_on_the_shelf(office: Office) -> None:
    found = {one.product.id: one for one in office.subscriptions.products()}
    assert set(found) == {KOMMIT, X90, DTICKET, "e-roller-abo", "radbox-luedinghausen"}
    assert not found[DTICKET].terms.is_sold
    assert found[KOMMIT].product.price_minor == 1_500


def test_a_month_is_bought_by_its_days(office: Office) -> None:
    rider = office.terminal.rider()
    bought = office.buy(rider)
    assert bought.price.minor == 1_016, "21 of 31 days of 15.00: 10.16"
    assert (bought.valid_from, bought.valid_until) == (date(2026, 5, 11), date(2026, 5, 31))
    assert office.wallet(rider) == 10_000 - 1_016
    assert office.terminal.balance(deferred(None)) + office.terminal.balance(vat(190)) == 1_016
    assert (office.terminal.balance(RECEIVABLE), office.terminal.difference()) == (0, 0)
    assert office.on(rider, "2026-05-10") == ()
    assert office.on(rider, "2026-05-11") == office.on(rider, "2026-07-01") == (KOMMIT,)


def test_the_same_key_buys_once(office: Office) -> None:
    rider = office.terminal.rider()
    assert office.buy(rider, key="k").id == office.buy(rider, key="k").id
    assert office.wallet(rider) == 8_984
    with pytest.raises(BadSubscription, match="already"):
        office.buy(rider, key="other")
    with pytest.raises(BadSubscription, match="already"):
        office.buy(rider, begin="2026-06-01")
    assert office.wallet(rider) == 8_984


def test_what_cannot_be_bought(office: Office) -> None:
    rider = office.terminal.rider(500)
    with pytest.raises(UnknownSubscriptionProduct, match="kommit-abo"):
        office.buy(rider, "bahncard")
    with pytest.raises(BadSubscription, match="not sold here"):
        office.buy(rider, DTICKET)
    with pytest.raises(BadSubscription, match="within 62 days"):
        office.buy(rider, begin="2026-05-10")
    with pytest.raises(BadSubscription):
        office.buy(rider, begin="2026-07-13")
    with pytest.raises(UnknownMeans):
        office.buy(rider, means="gold")
    with pytest.raises(NotEnoughMoney):
        office.buy(rider)
    assert office.subscriptions.list_of(rider) == []
    assert office.terminal.difference() == 0


def test_it_is_renewed_until_it_is_cancelled(office: Office) -> None:
    rider = office.terminal.rider(50_000)
    bought = office.buy(rider, X90, "2026-05-11")
    first = office.wallet(rider)
    assert office.subscriptions.renew_due() == 0
    office.clock.at = datetime.fromisoformat("2026-05-31T00:30:00+02:00")
    assert [office.subscriptions.renew_due() for _ in range(2)] == [1, 0]
    (june,) = office.subscriptions.list_of(rider)
    assert (june.valid_until, june.paid_from) == (date(2026, 6, 30), date(2026, 6, 1))
    assert office.wallet(rider) == first - june.price.minor
    office.clock.at = datetime.fromisoformat("2026-06-11T12:00:00+02:00")
    ended = office.subscriptions.cancel(bought.id, rider)
    assert ended.ends == date(2026, 7, 31), "after the 10th, with the next month"
    assert office.subscriptions.cancel(bought.id, rider).ends == ended.ends
    assert office.on(rider, "2026-07-31") == (X90,)
    assert office.on(rider, "2026-08-01") == ()
    office.clock.at = datetime.fromisoformat("2026-06-30T12:00:00+02:00")
    assert office.subscriptions.renew_due() == 1
    office.clock.at = datetime.fromisoformat("2026-07-31T12:00:00+02:00")
    assert office.subscriptions.renew_due() == 0
    assert office.wallet(rider) == first - 2 * june.price.minor
    assert office.terminal.difference() == 0


def test_who_cancels_in_time_is_not_renewed(office: Office) -> None:
    rider = office.terminal.rider(50_000)
    bought = office.buy(rider, X90)
    office.clock.at = datetime.fromisoformat("2026-05-31T12:00:00+02:00")
    assert office.subscriptions.renew_due() == 1
    office.clock.at = datetime.fromisoformat("2026-06-10T23:00:00+02:00")
    assert office.subscriptions.cancel(bought.id, rider).ends == date(2026, 6, 30)
    office.clock.at = datetime.fromisoformat("2026-06-30T23:00:00+02:00")
    assert office.subscriptions.renew_due() == 0


def test_who_cannot_pay_has_no_next_month(office: Office) -> None:
    rider = office.terminal.rider(1_100)
    office.buy(rider)
    office.clock.at = datetime.fromisoformat("2026-05-31T12:00:00+02:00")
    assert office.subscriptions.renew_due() == 0
    (ended,) = office.subscriptions.list_of(rider)
    assert (ended.state, ended.ends) == ("cancelled", date(2026, 5, 31))
    assert office.on(rider, "2026-06-01") == ()
    assert office.subscriptions.renew_due() == 0
    assert office.terminal.difference() == 0


def test_days_that_are_left_are_paid_back_by_the_terms(office: Office) -> None:
    rider = office.terminal.rider()
    bought = office.buy(rider)
    office.clock.move(days=9)  # the 20th: 11 of 21 days are left
    assert office.subscriptions.cancel(bought.id, rider, at_once=True).state == "withdrawn"
    assert office.subscriptions.cancel(bought.id, rider, at_once=True).state == "withdrawn"
    assert office.wallet(rider) == 10_000 - 1_016 + 1_016 * 11 // 21
    assert office.on(rider, "2026-05-20") == (KOMMIT,)
    assert office.on(rider, "2026-05-21") == ()
    kept = office.terminal.balance(deferred(None)) + office.terminal.balance(vat(190))
    assert kept == 1_016 - 1_016 * 11 // 21
    again = office.buy(rider, begin="2026-05-21")
    assert again.id != bought.id
    scooter = office.buy(rider, "e-roller-abo", "2026-06-01")
    has = office.wallet(rider)
    office.subscriptions.cancel(scooter.id, rider, at_once=True)
    assert office.wallet(rider) == has, "its terms pay nothing back"
    assert office.terminal.difference() == 0


def test_revenue_waits_until_the_month_is_over(office: Office) -> None:
    office.buy(office.terminal.rider())
    clearing = Clearing(office.store, office.clock, ClearingRules())
    assert clearing.earn_due() == 0
    office.clock.at = datetime.fromisoformat("2026-06-01T00:00:00+02:00")
    assert clearing.earn_due() == 1
    assert office.terminal.balance(deferred(None)) == 0
    assert office.terminal.balance(payable(None)) + office.terminal.balance(vat(190)) == 1_016


def test_one_bought_elsewhere_is_declared(office: Office) -> None:
    rider, subscriptions = office.terminal.rider(0), office.subscriptions
    may = date(2026, 5, 1), date(2026, 5, 31)
    made = subscriptions.register(rider, DTICKET, "DT-2026-0815", *may)
    assert office.on(rider, "2026-05-31") == (DTICKET,)
    assert office.on(rider, "2026-06-01") == ()
    longer = subscriptions.register(rider, DTICKET, "DT-2026-0815", may[0], date(2026, 6, 30))
    assert (longer.id, longer.created_at) == (made.id, made.created_at)
    assert office.on(rider, "2026-06-30") == (DTICKET,)
    with pytest.raises(BadSubscription, match="capital letters"):
        subscriptions.register(rider, DTICKET, "dt 1", *may)
    with pytest.raises(BadSubscription, match="before today"):
        subscriptions.register(rider, DTICKET, "DT-2026-0816", may[0], date(2026, 5, 10))
    with pytest.raises(BadSubscription, match="bought here"):
        subscriptions.register(rider, KOMMIT, "K-1234567", *may)
    with pytest.raises(NotOnSale):
        subscriptions.register(rider, DTICKET, "DT-2026-0816", date(2020, 1, 1), may[1])
    with pytest.raises(SubscriptionNotFound):
        subscriptions.cancel(made.id, office.terminal.rider(0))
    assert subscriptions.cancel(made.id, rider).state == "withdrawn"
    assert office.on(rider, "2026-05-31") == ()
    fresh = subscriptions.register(rider, DTICKET, "DT-2026-0815", *may)
    assert fresh.id != made.id


def test_cents_of_months() -> None:
    assert last_of_month(date(2028, 2, 3)) == date(2028, 2, 29)
    assert share_of_month(1_000, date(2026, 6, 1)) == 1_000
    assert share_of_month(1_001, date(2026, 6, 16)) == 501, "half a cent up"
    assert paid_back(Money(1_000), 0, 30) == Money(0)
    assert paid_back(Money(1_000), 1, 30) == Money(33)
    owned = OwnedSubscription(
        UUID(int=1), UUID(int=2), "x", SubscriptionSource.SOLD, date(2026, 6, 1), date(2026, 6, 30),
        None, MAY_11, paid_from=date(2026, 6, 1)
    )  # fmt: skip
    days = [owned.days_left(date(2026, 6, 1) + timedelta(days=n))[0] for n in (-5, 0, 28, 29, 40)]
    assert days == [30, 29, 1, 0, 0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"vat_permille": {"value": 1000, "source": "a"}}, "vat_permille: is below 1000"),
        ({"cancel_until_day": {"value": 32, "source": "a"}}, "a month has 31 days"),
        ({"cancel_until_day": {"value": 3, "source": "b"}}, "'b' is not among"),
        ({"sold": "yes"}, "expected true or false"),
        ({"price": 3}, "price: unknown"),
        ({"number": {"pattern": "[", "text": "x", "source": "a"}}, "no regular expression"),
    ],
)
def test_terms_are_read_with_care(change: dict[str, Any], sentence: str) -> None:
    good = {
        "id": "x",
        "sold": True,
        "registered": False,
        "vat_permille": {"value": 70, "source": "a"},
        "cancel_until_day": {"value": 10, "source": "a"},
        "pays_back": False,
    }
    document = {"format": 1, "sources": {"a": "…"}, "products": [good]}
    assert parse_terms(document)["x"] == SubscriptionTerms("x", True, False, cancel_until_day=10)
    with pytest.raises(BadTariff, match=sentence):
        parse_terms(document | {"products": [good | change]})
    with pytest.raises(BadTariff, match="twice"):
        parse_terms(document | {"products": [good, good]})
