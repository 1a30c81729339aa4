"""Receipts: every amount with its VAT, exact to the cent; on both databases."""

from dataclasses import replace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from booking.clearing.reading import read_clearing_rules
from booking.documents.receipt import receipt_pdf
from booking.domain.errors import NotPaidYet, OrderNotFound
from booking.domain.money import Money
from booking.domain.offers import Offer, Price, PriceLine
from booking.domain.receipts import Receipt, ReceiptKind
from booking.domain.refunds import RefundReason
from booking.service.ports import UnitOfWork
from booking.service.receipts import Receipts
from booking.service.transactions import in_transaction
from tests.booking.tickets.test_d02_paper import poppler
from tests.support.provider import MEANS
from tests.support.shop import Shop, offer, ride


def receipts(shop: Shop) -> Receipts:
    return Receipts(shop.store, read_clearing_rules(), "kommit")


def two_rates(passengers: int = 2) -> Offer:
    """Return an offer of a bus at 7 % and a surcharge at 19 %, in odd cents."""
    lines = tuple(
        line
        for who in range(passengers)
        for line in (
            PriceLine("Fahrt", "single", who, Money(333), "demo:a1", 0, "fare"),
            PriceLine("Rad", "bike", who, Money(127), "demo:a1", 0, "plan", 190),
        )
    )
    return replace(offer(ride(), passengers=passengers), price=Price.of_lines(lines))


def check_sums(receipt: Receipt) -> None:
    assert sum(line.amount.minor for line in receipt.lines) == receipt.total.minor
    assert sum(share.gross_minor for share in receipt.vat) == receipt.total.minor
    for share in receipt.vat:
        lines = [line for line in receipt.lines if line.vat_permille == share.permille]
        assert share.vat_minor == sum(line.vat_minor for line in lines)
        assert share.net_minor + share.vat_minor == share.gross_minor


@pytest.mark.parametrize("means", ["wallet", MEANS])
def test_a_line_for_each_leg_passenger_and_rule(shop: Shop, means: str) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, two_rates())
    shop.orders.pay(order.id, rider, means)
    receipt = receipts(shop).of(order.id, rider)
    assert [(one.leg, one.passenger, one.rule) for one in receipt.lines] == [
        (0, 0, "fare"),
        (0, 0, "plan"),
        (0, 1, "fare"),
        (0, 1, "plan"),
    ]
    assert {(one.agency_id, one.agency_name) for one in receipt.lines} == {("demo:a1", "RVM")}
    # 3.33 at 7 % have 21.8 cents of VAT in them, 1.27 at 19 % have 20.3.
    assert [tuple(share) for share in receipt.vat] == [(70, 622, 44, 666), (190, 214, 40, 254)]
    assert [(one.means, one.amount) for one in receipt.parts] == [(means, Money(920))]
    assert receipt.number == f"{order.id.hex.upper()}-1"
    check_sums(receipt)


def test_refunds_in_steps_give_back_exactly_the_vat_that_was_paid(shop: Shop) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, two_rates(1))
    shop.orders.pay(order.id, rider, "wallet")

    def give(uow: UnitOfWork) -> None:
        held = uow.orders.get(order.id)
        full = shop.after_sales.in_full(held, frozenset(held.parts), RefundReason.GOODWILL)
        assert full is not None
        for _ in range(3):  # 1.11 thrice: 7 cents each would be one too few
            part = full.lines[0]._replace(amount=Money(111))
            step = replace(full, id=uuid4(), lines=(part,), legs=(), passengers=())
            shop.refunds.begin(uow, held, step, "me")

    in_transaction(shop.store, give)
    receipt = receipts(shop).of(order.id, rider)
    back = [line for line in receipt.lines if line.kind is ReceiptKind.REFUND]
    assert [line.amount.minor for line in back] == [-111] * 3
    assert sum(line.vat_minor for line in back) == -22
    assert [tuple(share) for share in receipt.vat] == [(70, 0, 0, 0), (190, 107, 20, 127)]
    assert receipt.number.endswith("-4"), "a receipt that says something else has another number"
    check_sums(receipt)


def test_what_is_kept_of_a_refund_is_a_line_with_its_own_vat(shop: Shop) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, two_rates())
    shop.orders.pay(order.id, rider, "wallet")

    def give(uow: UnitOfWork) -> None:
        held = uow.orders.get(order.id)
        full = shop.after_sales.in_full(held, frozenset(held.parts), RefundReason.CANCELLED)
        assert full is not None
        with_fee = replace(full, fee=Money(200))
        shop.after_sales.give_back(uow, held, frozenset(held.parts), with_fee, "me")

    in_transaction(shop.store, give)
    receipt = receipts(shop).of(order.id, rider)
    assert receipt.total == Money(200)
    (fee,) = [line for line in receipt.lines if line.kind is ReceiptKind.FEE]
    assert (fee.amount, fee.vat_permille, fee.vat_minor) == (Money(200), 190, 32)
    assert shop.wallets.statement(rider).balance == Money(10_000 - 200)
    check_sums(receipt)


def test_nobody_gets_a_receipt_for_what_was_not_paid_or_is_not_theirs(shop: Shop) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, two_rates())
    with pytest.raises(NotPaidYet):
        receipts(shop).of(order.id, rider)
    shop.orders.pay(order.id, rider, "wallet")
    with pytest.raises(OrderNotFound):
        receipts(shop).of(order.id, shop.rider())


def test_the_document_says_the_same(shop: Shop) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, two_rates())
    shop.orders.pay(order.id, rider, "wallet")
    shop.after_sales.cancel(order.id, rider, passengers=[1])
    receipt = receipts(shop).of(order.id, rider)
    zone = ZoneInfo("Europe/Berlin")
    pdf = receipt_pdf(receipt, "kommit, Münster", zone)
    assert pdf == receipt_pdf(receipt, "kommit, Münster", zone)
    text = poppler("pdftotext", pdf, "-layout", "-", "-").decode()
    for said in (
        receipt.number,
        "kommit, Münster",
        "RVM",
        "Erstattung",
        "4.60",
        "19 %",
        "Guthaben",
    ):
        assert said in text, said
