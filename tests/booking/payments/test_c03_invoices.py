"""Paying by invoice: open items, the month's close, the bank's file, debits that come back."""

import threading
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.ledger import BOOKS_ZONE, AccountKind
from booking.domain.money import Money
from booking.domain.offers import PriceLine
from booking.domain.payments import accounts
from booking.domain.payments.errors import (
    MeansNotFound,
    MeansRefused,
    NoMandate,
    NotYetClosable,
    OwedTooMuch,
)
from booking.domain.payments.invoices import (
    InvoiceState,
    OpenItem,
    VatShare,
    invoice_number,
    vat_shares,
)
from booking.domain.payments.mandates import MandateState
from booking.domain.payments.months import Month
from tests.support.payment_shop import IBAN, LIMIT, PaymentShop
from tests.support.shop import offer

MAY = Month(2026, 5)
AFTER = datetime(2026, 6, 1, 0, 0, tzinfo=BOOKS_ZONE)


def debtor(shop: PaymentShop, name: str = "Ada") -> UUID:
    rider = shop.account(name=name)
    shop.mandates.sign(rider, IBAN, name)
    return rider


def owed(shop: PaymentShop, rider: UUID) -> int:
    return -shop.on(accounts.open_items(rider))


def close(shop: PaymentShop, month: Month = MAY) -> Any:
    with shop.at(max(AFTER, month.end(BOOKS_ZONE))):
        return shop.invoicing.close(month)


# --- open items


def test_an_order_is_owed_until_it_is_paid(shop: PaymentShop) -> None:
    rider = debtor(shop)
    assert shop.buy(rider, "invoice").is_sold
    assert owed(shop, rider) == 1_250
    assert shop.shares() == 1_250
    assert shop.balance(AccountKind.WALLET) == 10_000
    shop.check_holds()


def test_without_a_mandate_nobody_pays_by_invoice(shop: PaymentShop) -> None:
    rider = shop.account()
    with pytest.raises(NoMandate):
        shop.buy(rider, "invoice")
    mandate = shop.mandates.sign(rider, IBAN, "Ada")
    shop.buy(rider, "invoice")
    shop.mandates.revoke(rider, mandate.reference)
    with pytest.raises(NoMandate):
        shop.buy(rider, "invoice")
    assert owed(shop, rider) == 1_250


def test_a_rider_owes_so_much_and_no_more(shop: PaymentShop) -> None:
    rider = debtor(shop)
    shop.buy(rider, "invoice")
    shop.buy(rider, "invoice", price=LIMIT - Money(1_250))
    with pytest.raises(OwedTooMuch, match=r"30\.00 EUR"):
        shop.buy(rider, "invoice", price=Money(1))
    assert owed(shop, rider) == LIMIT.minor


def test_two_orders_at_once_count_both(shop: PaymentShop) -> None:
    rider = debtor(shop)
    start, refused = threading.Barrier(6), list[str]()

    def buy() -> None:
        start.wait()
        try:
            shop.buy(rider, "invoice")
        except OwedTooMuch as error:
            refused.append(str(error))

    threads = [threading.Thread(target=buy) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(refused), owed(shop, rider)) == (4, 2_500)
    shop.check_holds()


def test_a_new_mandate_replaces_the_old_one(shop: PaymentShop) -> None:
    rider = shop.account()
    first = shop.mandates.sign(rider, IBAN, "Ada")
    second = shop.mandates.sign(rider, "NL91ABNA0417164300", "Ada")
    states = {one.reference: one.state for one in shop.mandates.list_of(rider)}
    assert states == {
        first.reference: MandateState.REVOKED,
        second.reference: MandateState.ACTIVE,
    }
    for stranger, reference in ((uuid4(), second.reference), (rider, "KM1"), (rider, "")):
        with pytest.raises(MeansNotFound):
            shop.mandates.revoke(stranger, reference)


# --- the close


def test_the_months_orders_and_refunds_are_one_invoice(shop: PaymentShop) -> None:
    rider = debtor(shop)
    first = shop.buy(rider, "invoice")
    shop.give_back(first, 250)
    shop.buy(rider, "invoice", price=Money(300))

    closed = close(shop)

    (invoice,) = closed.invoices
    assert [item.amount.minor for item in invoice.items] == [1_250, -250, 300]
    assert (invoice.number, invoice.amount) == ("KM-2026-000001", Money(1_300))
    assert invoice.vat == (VatShare(70, Money(1_300)),)
    assert invoice.vat[0].vat == Money(85)
    assert invoice.due == date(2026, 6, 8), "five days from Monday are a Saturday"
    assert invoice.debtor.name == "Ada"
    assert (closed.debits, closed.waiting) == (closed.invoices, [])
    assert owed(shop, rider) == 1_300, "an invoice moves no money"
    assert [one.number for one in shop.invoicing.list_of(rider)] == [invoice.number]


def test_a_month_is_closed_once_however_often(shop: PaymentShop) -> None:
    riders = [debtor(shop, f"rider{n}") for n in range(3)]
    for rider in riders:
        shop.buy(rider, "invoice")
    first, second = close(shop), close(shop)
    assert first == second
    assert [one.number for one in first.invoices] == [invoice_number(MAY, n) for n in (1, 2, 3)]


def test_processes_that_close_at_once_leave_no_gap(shop: PaymentShop) -> None:
    for n in range(6):
        shop.buy(debtor(shop, f"rider{n}"), "invoice")
    shop.clock.at = AFTER
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        shop.invoicing.close(MAY)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [one.number for one in shop.invoicing.close(MAY).invoices]
    assert numbers == [invoice_number(MAY, n) for n in range(1, 7)]


def test_a_month_that_is_not_over_is_not_closed(shop: PaymentShop) -> None:
    with shop.at(AFTER - timedelta(seconds=1)), pytest.raises(NotYetClosable):
        shop.invoicing.close(MAY)


def test_orders_of_the_next_month_wait_for_it(shop: PaymentShop) -> None:
    from tests.support.shop import ride

    rider = debtor(shop)
    shop.buy(rider, "invoice")
    with shop.at(AFTER):
        shop.buy(rider, "invoice", ride(leaves=AFTER + timedelta(hours=2)), price=Money(400))
    assert [one.amount for one in close(shop).invoices] == [Money(1_250)]
    assert [one.amount for one in close(shop, Month(2026, 6)).invoices] == [Money(400)]
    assert [one.number for one in shop.invoicing.list_of(rider)] == [
        "KM-2026-000002",
        "KM-2026-000001",
    ]


def test_a_credit_waits_for_the_next_invoice(shop: PaymentShop) -> None:
    from tests.support.shop import ride

    rider = debtor(shop)
    order = shop.buy(rider, "invoice")
    close(shop)
    june = AFTER + timedelta(days=3)
    with shop.at(june):
        shop.give_back(order, 800)
    closed = close(shop, Month(2026, 6))
    assert (closed.invoices, closed.waiting) == ([], [rider])
    with shop.at(datetime(2026, 7, 2, tzinfo=BOOKS_ZONE)):
        late = shop.clock.now() + timedelta(hours=2)
        shop.buy(rider, "invoice", ride(leaves=late), price=Money(1_000))
    (invoice,) = close(shop, Month(2026, 7)).invoices
    assert [item.amount.minor for item in invoice.items] == [-800, 1_000]


def test_who_took_the_mandate_back_still_owes(shop: PaymentShop) -> None:
    rider = debtor(shop)
    shop.buy(rider, "invoice")
    (mandate,) = shop.mandates.list_of(rider)
    shop.mandates.revoke(rider, mandate.reference)
    closed = close(shop)
    assert (closed.invoices, closed.waiting) == ([], [rider])
    assert owed(shop, rider) == 1_250


# --- what the bank says


def test_a_debit_that_is_paid_and_comes_back(shop: PaymentShop) -> None:
    rider = debtor(shop)
    shop.buy(rider, "invoice")
    (invoice,) = close(shop).invoices

    assert shop.invoicing.receive(invoice.number).state is InvoiceState.PAID
    assert (owed(shop, rider), shop.on(accounts.BANK)) == (0, -1_250)
    with pytest.raises(MeansRefused, match="paid and cannot become paid"):
        shop.invoicing.receive(invoice.number)

    back = shop.invoicing.give_back(invoice.number, "MD06", Money(300))
    assert (back.state, back.returned_for) == (InvoiceState.RETURNED, "MD06")
    assert (owed(shop, rider), shop.on(accounts.BANK)) == (1_550, 300)
    with pytest.raises(MeansRefused):
        shop.invoicing.give_back(invoice.number, "MD06", Money(300))
    with pytest.raises(NoMandate):
        shop.buy(rider, "invoice")
    assert [one.state for one in shop.mandates.list_of(rider)] == [MandateState.SUSPENDED]

    shop.invoicing.receive(invoice.number)
    assert (owed(shop, rider), shop.on(accounts.BANK)) == (300, -950)
    assert shop.wallets.ledger_difference() == 0


def test_a_debit_that_never_came_costs_the_fee_only(shop: PaymentShop) -> None:
    rider = debtor(shop)
    shop.buy(rider, "invoice")
    (invoice,) = close(shop).invoices
    shop.invoicing.give_back(invoice.number, "AC04", Money(300))
    assert owed(shop, rider) == 1_550
    assert shop.on(accounts.BANK) == 300
    assert close(shop).debits == [], "it is not sent again"

    shop.mandates.sign(rider, "NL91ABNA0417164300", "Ada")
    (fee,) = close(shop, Month(2026, 6)).invoices
    assert [(item.order_id, item.amount) for item in fee.items] == [(None, Money(300))]
    assert fee.vat == (VatShare(0, Money(300)),)


def test_invoices_are_their_riders(shop: PaymentShop) -> None:
    rider = debtor(shop)
    shop.buy(rider, "invoice")
    (invoice,) = close(shop).invoices
    assert shop.invoicing.get(invoice.number, rider) == invoice
    for number, who in ((invoice.number, uuid4()), ("KM-2026-000009", rider)):
        with pytest.raises(MeansNotFound):
            shop.invoicing.get(number, who)
    with pytest.raises(MeansNotFound):
        shop.invoicing.receive("KM-2026-000009")
    with pytest.raises(MeansRefused, match="not below zero"):
        shop.invoicing.give_back(invoice.number, "MD06", Money(-1))


# --- VAT


RATES = st.lists(st.tuples(st.sampled_from([0, 70, 190]), st.integers(0, 5_000)), min_size=1)


@given(RATES, st.integers(-10_000, 10_000))
def test_a_part_of_a_price_has_its_part_of_each_rate(
    rates: list[tuple[int, int]], minor: int
) -> None:
    lines = [PriceLine("x", "p", 0, Money(amount), vat_permille=rate) for rate, amount in rates]
    total = sum(amount for _, amount in rates)
    if not total:
        with pytest.raises(ValueError, match="no shares"):
            vat_shares(lines, Money(minor))
        return
    shares = vat_shares(lines, Money(minor))
    assert sum(share.gross.minor for share in shares) == minor
    assert [share.permille for share in shares] == sorted({share.permille for share in shares})
    for share in shares:
        whole = sum(amount for rate, amount in rates if rate == share.permille)
        assert abs(share.gross.minor * total - minor * whole) < total, "less than a cent off"


def test_the_whole_price_has_its_own_rates() -> None:
    lines = [
        PriceLine("Bus", "p", 0, Money(310), vat_permille=70),
        PriceLine("Rad", "p", 0, Money(450), vat_permille=190),
        PriceLine("Zug", "p", 0, Money(105), vat_permille=70),
    ]
    assert vat_shares(lines, Money(865)) == (VatShare(70, Money(415)), VatShare(190, Money(450)))
    assert [share.vat.minor for share in vat_shares(lines, Money(865))] == [27, 72]


def test_items_of_the_same_order_are_noted_once(shop: PaymentShop) -> None:
    from booking.service.transactions import in_transaction

    rider = debtor(shop)
    shop.buy(rider, "invoice")
    (item,) = _waiting(shop, rider)
    in_transaction(shop.store, lambda uow: uow.invoices.add_item(item))
    assert _waiting(shop, rider) == [item]


def _waiting(shop: PaymentShop, rider: UUID) -> list[OpenItem]:
    with shop.store.read() as uow:
        return list(uow.invoices.waiting(rider, AFTER))


def test_a_hold_counts_towards_the_limit(shop: PaymentShop) -> None:
    from booking.service.till import Wish

    rider = debtor(shop)
    held = shop.orders.hold(rider, offer(price=Money(2_000)), wish=Wish("invoice"))
    with pytest.raises(OwedTooMuch):
        shop.buy(rider, "invoice")
    shop.orders.cancel(held.id, rider)
    shop.buy(rider, "invoice")
    assert (owed(shop, rider), len(_waiting(shop, rider))) == (1_250, 1)
    shop.check_holds()
