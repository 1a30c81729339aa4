"""Vouchers: somebody else pays a part, and operators still get all of it."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from booking.domain.ledger import Account, AccountKind
from booking.domain.money import Money
from booking.domain.payments import accounts
from booking.domain.payments.errors import (
    BadDefinition,
    MeansNotFound,
    SourceNotUsable,
    VoucherNotFound,
    VoucherRefused,
)
from booking.domain.payments.vouchers import ALPHABET, Rest, normal_code
from tests.support.payment_shop import PaymentShop
from tests.support.shop import NOON, PRICE

COUNTY = Account(AccountKind.PROMOTION, "county/autumn")


def means_of(order: Any) -> list[tuple[str, int]]:
    return [(part.means, part.amount.minor) for part in order.payment.parts]


def begin(shop: PaymentShop, **change: Any) -> None:
    shop.vouchers.add(shop.promotion(**change), ["SENDEN-2026"])


def test_a_voucher_pays_a_part_by_itself(shop: PaymentShop) -> None:
    begin(shop)
    rider = shop.account()
    voucher = shop.vouchers.redeem(rider, " senden 2026 ")
    assert (voucher.left, shop.on(COUNTY)) == (Money(1_000), -1_000)

    order = shop.buy(rider)

    assert means_of(order) == [("voucher", 1_000), ("wallet", 250)]
    assert shop.shares() == PRICE.minor, "operators get the whole price"
    assert shop.balance(AccountKind.WALLET) == 10_000 - 250
    (left,) = shop.vouchers.list_of(rider)
    assert (left.left, left.held) == (Money(0), Money(0))
    shop.check_holds()
    assert means_of(shop.buy(rider)) == [("wallet", 1_250)]


def test_what_is_not_used_stays_for_the_next_order(shop: PaymentShop) -> None:
    begin(shop, value=Money(2_000))
    rider = shop.account()
    shop.vouchers.redeem(rider, "SENDEN2026")
    assert means_of(shop.buy(rider)) == [("voucher", 1_250)]
    assert means_of(shop.buy(rider)) == [("voucher", 750), ("wallet", 500)]
    shop.check_holds()


def test_what_is_not_used_lapses_where_the_promotion_says_so(shop: PaymentShop) -> None:
    begin(shop, value=Money(2_000), rest=Rest.LAPSES)
    rider = shop.account()
    shop.vouchers.redeem(rider, "SENDEN2026")
    shop.buy(rider)
    assert shop.on(COUNTY) == -1_250, "the county owes what was used"
    assert means_of(shop.buy(rider)) == [("wallet", 1_250)]
    shop.check_holds()


def test_a_share_of_the_price(shop: PaymentShop) -> None:
    begin(shop, permille=500, value=Money(800))
    rider = shop.account()
    shop.vouchers.redeem(rider, "SENDEN2026")
    assert means_of(shop.buy(rider)) == [("voucher", 625), ("wallet", 625)]
    assert means_of(shop.buy(rider)) == [("voucher", 175), ("wallet", 1_075)], "at most 8.00"


def test_a_refund_comes_back_to_the_wallet_first_and_then_to_the_voucher(shop: PaymentShop) -> None:
    begin(shop)
    rider = shop.account()
    shop.vouchers.redeem(rider, "SENDEN2026")
    order = shop.buy(rider)
    shop.give_back(order, 200)
    assert (shop.balance(AccountKind.WALLET), shop.balance(AccountKind.VOUCHER)) == (9_950, 0)
    order = shop.orders.get(order.id, rider)
    shop.give_back(order, 150)
    assert (shop.balance(AccountKind.WALLET), shop.balance(AccountKind.VOUCHER)) == (10_000, 100)
    assert means_of(shop.buy(rider))[0] == ("voucher", 100), "it may be used again"
    shop.check_holds()


def test_money_that_is_held_comes_back_when_the_order_is_not_bought(shop: PaymentShop) -> None:
    from booking.service.till import Wish
    from tests.support.shop import offer

    begin(shop)
    rider = shop.account()
    shop.vouchers.redeem(rider, "SENDEN2026")
    order = shop.orders.hold(rider, offer(), wish=Wish("wallet"))
    (voucher,) = shop.vouchers.list_of(rider)
    assert (voucher.left, voucher.held) == (Money(0), Money(1_000))
    shop.orders.cancel(order.id, rider)
    (voucher,) = shop.vouchers.list_of(rider)
    assert (voucher.left, voucher.held) == (Money(1_000), Money(0))
    shop.check_holds()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"valid_from": NOON + timedelta(hours=1)}, "begins on"),
        ({"valid_until": NOON}, "has ended"),
        ({"valid_until": NOON + timedelta(seconds=1)}, None),
        ({"budget": Money(1_999)}, "given away"),
        ({"budget": Money(2_000)}, None),
    ],
)
def test_when_a_code_helps(shop: PaymentShop, change: dict[str, Any], why: str | None) -> None:
    begin(shop, **change)
    first, second = shop.account(name="Ada"), shop.account(name="Bob")
    if "budget" in change:
        shop.vouchers.redeem(first, "SENDEN2026")
    if why is None:
        shop.vouchers.redeem(second, "SENDEN2026")
    else:
        with pytest.raises(VoucherRefused, match=why):
            shop.vouchers.redeem(second, "SENDEN2026")


def test_a_rider_has_as_many_as_the_promotion_says(shop: PaymentShop) -> None:
    begin(shop, per_rider=2)
    rider = shop.account()
    for _ in range(2):
        shop.vouchers.redeem(rider, "SENDEN2026")
    with pytest.raises(VoucherRefused, match="already"):
        shop.vouchers.redeem(rider, "SENDEN2026")
    assert means_of(shop.buy(rider)) == [("voucher", 1_000), ("wallet", 250)], "one an order"


def test_for_first_journeys_only(shop: PaymentShop) -> None:
    begin(shop, first_ride_only=True, value=Money(2_000))
    old, new = shop.account(name="Ada"), shop.account(name="Bob")
    shop.buy(old)
    with pytest.raises(VoucherRefused, match="first journey"):
        shop.vouchers.redeem(old, "SENDEN2026")
    shop.vouchers.redeem(new, "SENDEN2026")
    assert means_of(shop.buy(new)) == [("voucher", 1_250)]
    assert means_of(shop.buy(new)) == [("wallet", 1_250)]


def test_only_for_orders_of_some_size(shop: PaymentShop) -> None:
    begin(shop, least_price=Money(1_300))
    rider = shop.account()
    shop.vouchers.redeem(rider, "SENDEN2026")
    assert means_of(shop.buy(rider)) == [("wallet", 1_250)]
    assert means_of(shop.buy(rider, price=Money(1_300))) == [("voucher", 1_000), ("wallet", 300)]


def test_codes_that_are_used_once(shop: PaymentShop) -> None:
    begin(shop)
    codes = shop.vouchers.make_codes("autumn", 3)
    assert len(set(codes)) == 3
    assert all(len(code) == 10 and set(code) <= set(ALPHABET) for code in codes)
    shop.vouchers.redeem(shop.account(name="Ada"), codes[0])
    with pytest.raises(VoucherRefused, match="used already"):
        shop.vouchers.redeem(shop.account(name="Bob"), codes[0])
    with pytest.raises(MeansNotFound):
        shop.vouchers.make_codes("winter", 1)
    with pytest.raises(BadDefinition):
        shop.vouchers.make_codes("autumn", 0)


def test_codes_that_are_none(shop: PaymentShop) -> None:
    for text in ("", "ABC", "x" * 33, "AB CÄ", "DROP TABLE;", "\uff21\uff22\uff23\uff24", "nobody"):
        with pytest.raises(VoucherNotFound):
            shop.vouchers.redeem(shop.account(name=f"n{abs(hash(text))}"), text)
    assert normal_code(" ab-cd 12 ") == "ABCD12"


def test_rests_lapse_at_the_end(shop: PaymentShop) -> None:
    begin(shop)
    rider = shop.account()
    shop.vouchers.redeem(rider, "SENDEN2026")
    order = shop.buy(rider, price=Money(400))
    assert shop.vouchers.lapse_due(shop.clock.now()) == 0
    end = NOON + timedelta(days=30)
    with shop.at(end):
        assert shop.vouchers.lapse_due(end) == 1
        assert shop.vouchers.lapse_due(end) == 0
        assert shop.on(COUNTY) == -400, "the county owes what was used"
        shop.give_back(order, 100)
        assert shop.balance(AccountKind.VOUCHER) == 100
        assert shop.vouchers.lapse_due(end + timedelta(hours=1)) == 1
        assert shop.on(COUNTY) == -300
    shop.check_holds()


def test_a_budget_is_never_overdrawn_by_riders_who_come_at_once(shop: PaymentShop) -> None:
    begin(shop, budget=Money(3_000))
    riders = [shop.account(0, name=f"rider{n}") for n in range(8)]
    codes = dict(zip(riders, shop.vouchers.make_codes("autumn", 8), strict=True))
    start, refused = threading.Barrier(8), list[str]()

    def redeem(rider: Any) -> None:
        start.wait()
        try:
            shop.vouchers.redeem(rider, codes[rider])
        except VoucherRefused as error:
            refused.append(str(error))

    threads = [threading.Thread(target=redeem, args=(rider,)) for rider in riders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(refused), shop.on(COUNTY)) == (5, -3_000)


def test_others_vouchers_pay_nothing(shop: PaymentShop) -> None:
    """The part that pays the rest may name a voucher: only the rider's own is taken."""
    begin(shop, value=Money(2_000), budget=Money(9_000))
    owner, thief = shop.account(name="Ada"), shop.account(name="Bob")
    voucher = shop.vouchers.redeem(owner, "SENDEN2026").voucher
    for method in (str(voucher.id), "nonsense", None):
        with pytest.raises(SourceNotUsable):
            shop.buy(thief, "voucher", method=method)
    assert shop.on(accounts.voucher(voucher.id)) == 2_000
    assert means_of(shop.buy(owner, "voucher")) == [("voucher", 1_250)]


@pytest.mark.parametrize(
    "change",
    [
        {"id": "Not an id"},
        {"value": Money(0)},
        {"budget": Money(999)},
        {"valid_until": NOON - timedelta(days=1)},
        {"permille": 1001},
        {"permille": 0},
        {"per_rider": 0},
        {"budget": Money(5_000, "CHF")},
        {"title": ""},
    ],
    ids=str,
)
def test_promotions_that_cannot_be(shop: PaymentShop, change: dict[str, Any]) -> None:
    with pytest.raises(BadDefinition, match="cannot be"):
        shop.promotion(**change)


def test_a_promotion_and_its_codes_are_there_once(shop: PaymentShop) -> None:
    begin(shop)
    with pytest.raises(BadDefinition, match="already"):
        begin(shop)
    with pytest.raises(BadDefinition, match="taken"):
        begin(shop, id="winter")
    with pytest.raises(BadDefinition, match="4 to 32"):
        shop.vouchers.add(shop.promotion(id="winter"), ["x"])
    assert [one.promotion.id for one in shop.vouchers.list_promotions()] == ["autumn"]
