"""Every event of money posts a balanced entry, and what is taken back leaves nothing behind."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.ledger import (
    BANK,
    RECEIVABLE,
    Account,
    AccountKind,
    Entry,
    EntryLine,
    LineKind,
    Posting,
    clearing,
    deferred,
    income,
    payable,
    provider_fees,
    reversal,
    subsidies,
    vat,
)
from booking.domain.money import Money
from booking.domain.postings import (
    Charge,
    SubscriptionSale,
    extra_usage,
    no_show_fee,
    paid_out,
    performed,
    provider_fee,
    refund_settled,
    refunded,
    sale,
    settlement,
    subscription_earned,
    subscription_sold,
    subsidy,
)
from booking.domain.refunds import RefundReason
from tests.booking.books.selling import (
    BIKE,
    BUS,
    EIGHT,
    LINES,
    NO_RULES,
    RULES,
    SHUTTLE,
    SOLD_AT,
    booked,
    of_kind,
    order_of,
    price_line,
    refund_of,
    standing,
)

RULE_SETS = st.sampled_from([RULES, NO_RULES])
LATER = EIGHT + timedelta(hours=3)


def test_a_sale_by_hand() -> None:
    """10.70 on the bus with 7 % VAT, pooled 667 to 333; 3.57 for the bike with 19 %."""
    order = order_of(price_line(1070), price_line(357, 2, product="plan"))
    assert standing([sale(order, RULES, SOLD_AT)]) == {
        RECEIVABLE: -1427,
        deferred(BUS): 667,
        deferred("swms:swms"): 333,
        deferred(BIKE): 300,
        vat(70): 70,
        vat(190): 57,
    }


def test_what_was_ridden_by_hand() -> None:
    """Of 3.00 for the bike kommit keeps 7.5 %, rounded to 23 cents, with 4 cents of VAT."""
    order = order_of(price_line(1070), price_line(357, 2, product="plan"))
    sold = sale(order, RULES, SOLD_AT)
    earned = performed(order, booked(sold), RULES, LATER)
    assert standing([sold, earned]) == {
        RECEIVABLE: -1427,
        payable(BUS): 667,
        payable("swms:swms"): 333,
        payable(BIKE): 300 - 23 - 4,
        payable(SHUTTLE): 2 * 450,
        subsidies("kreis-coesfeld"): -2 * 450,
        income("commission"): 23,
        vat(70): 70,
        vat(190): 57 + 4,
    }


def test_a_line_of_the_journey_is_shared_by_the_way_with_each() -> None:
    """6 km with the shuttle, 18 with the bus: a quarter and three quarters of 4.00 and its VAT."""
    order = order_of(price_line(428, None, product="pass/day"))
    sums = standing([sale(order, RULES, SOLD_AT)])
    assert (sums[deferred(SHUTTLE)], sums[deferred(BUS)]) == (100, 300)
    assert standing([sale(order, NO_RULES, SOLD_AT)])[deferred(None)] == 400


def test_a_fee_is_kept_with_its_vat() -> None:
    order = order_of(price_line(1070))
    sold = sale(order, NO_RULES, SOLD_AT)
    refund = refund_of(order, (0, 1070), fee=119)
    entries = [sold, refunded(refund, booked(sold), NO_RULES, SOLD_AT)]
    assert standing(entries) == {
        RECEIVABLE: -119,
        income("refund-fee"): 100,
        vat(190): 19,
    }
    entries.append(settlement(order.id, "stripe", Money(1070), SOLD_AT))
    entries.append(refund_settled(refund, "stripe", SOLD_AT))
    assert standing(entries) == {
        clearing("stripe"): -119,
        income("refund-fee"): 100,
        vat(190): 19,
    }


@given(LINES, RULE_SETS)
def test_sale_and_full_refund_leave_every_account_at_zero(lines: list, rules: object) -> None:
    order = order_of(*lines)
    sold = sale(order, rules, SOLD_AT)
    refund = refund_of(order, *((n, line.amount.minor) for n, line in enumerate(lines)))
    given_back = refunded(refund, booked(sold), rules, SOLD_AT)
    assert standing([sold, given_back]) == {}
    assert standing([sold, reversal(sold, SOLD_AT)]) == {}


@given(LINES, RULE_SETS)
def test_what_was_ridden_goes_back_with_commission_and_subsidy(lines: list, rules: object) -> None:
    order = order_of(*lines)
    sold = sale(order, rules, SOLD_AT)
    earned = performed(order, booked(sold), rules, LATER)
    assert of_kind(standing([sold, earned]), AccountKind.DEFERRED) == 0
    refund = refund_of(
        order,
        *((n, line.amount.minor) for n, line in enumerate(lines)),
        reason=RefundReason.NOT_CARRIED,
    )
    given_back = refunded(refund, booked(sold, earned), rules, LATER)
    assert standing([sold, earned, given_back]) == {}


@given(LINES, RULE_SETS, st.data())
def test_any_history_ends_at_zero_when_everything_went_back(
    lines: list, rules: object, data: st.DataObject
) -> None:
    """Parts are ridden and refunded in any order: nothing is ever below what is left."""
    order = order_of(*lines)
    entries = [sale(order, rules, SOLD_AT)]
    left = [line.amount.minor for line in lines]
    for _ in range(data.draw(st.integers(0, 5))):
        if data.draw(st.booleans()):
            legs = data.draw(st.sets(st.integers(0, 2)))
            entries.append(performed(order, booked(*entries), rules, LATER, legs=legs, riders={}))
        elif left:
            n = data.draw(st.integers(0, len(left) - 1))
            low, high = sorted((0, left[n]))
            part = data.draw(st.integers(low, high))
            left[n] -= part
            entries.append(refunded(refund_of(order, (n, part)), booked(*entries), rules, LATER))
        assert -standing(entries).get(RECEIVABLE, 0) == sum(left)
    assert _vat_in(entries) == sum(line.vat_minor for line in lines) - _vat_gone(lines, left)
    rest = refund_of(order, *enumerate(left))
    entries.append(refunded(rest, booked(*entries), rules, LATER))
    assert standing(entries) == {}


def _vat_in(entries: list) -> int:
    """Return the VAT of riders by the lines of operators."""
    return sum(line.vat_minor for entry in entries if entry for line in entry.lines)


def _vat_gone(lines: list, left: list[int]) -> int:
    from booking.domain.offers import vat_of

    return sum(
        line.vat_minor - vat_of(rest, line.vat_permille)
        for line, rest in zip(lines, left, strict=True)
    )


def test_no_more_goes_back_than_is_left() -> None:
    order = order_of(price_line(500))
    sold = sale(order, RULES, SOLD_AT)
    first = refunded(refund_of(order, (0, 400)), booked(sold), RULES, SOLD_AT)
    with pytest.raises(ValueError, match="takes 101 of line 0, of which 100 is left"):
        refunded(refund_of(order, (0, 101)), booked(sold, first), RULES, SOLD_AT)
    with pytest.raises(ValueError, match="takes -1 of line 0"):
        refunded(refund_of(order, (0, -1)), booked(sold, first), RULES, SOLD_AT)


def test_what_was_ridden_twice_is_earned_once() -> None:
    order = order_of(price_line(500), price_line(300, 0))
    sold = sale(order, RULES, SOLD_AT)
    bus = performed(order, booked(sold), RULES, LATER, legs={1})
    assert standing([sold, bus])[deferred(SHUTTLE)] == 280
    rest = performed(order, booked(sold, bus), RULES, LATER)
    assert performed(order, booked(sold, bus, rest), RULES, LATER) is None
    assert standing([sold, bus, rest])[subsidies("kreis-coesfeld")] == -900


def test_counties_pay_for_those_who_rode() -> None:
    order = order_of(price_line(0, 0), heads=3)
    sold = sale(order, RULES, SOLD_AT)
    earned = performed(order, booked(sold), RULES, LATER, riders={0: [0, 2], 1: [0, 1, 2]})
    assert standing([earned]) == {payable(SHUTTLE): 900, subsidies("kreis-coesfeld"): -900}
    assert performed(order, booked(sold), RULES, LATER, riders={0: []}) is None
    # Passenger 2 was not carried after all, which is told twice; a goodwill refund changes nothing.
    for reason, owed in ((RefundReason.GOODWILL, 900), (RefundReason.NOT_CARRIED, 450)):
        one = replace(refund_of(order, reason=reason), passengers=(2,))
        back = refunded(one, booked(sold, earned), RULES, LATER)
        assert standing([earned, back])[payable(SHUTTLE)] == owed
    again = replace(refund_of(order, reason=RefundReason.NOT_CARRIED), passengers=(2,))
    assert refunded(again, booked(sold, earned, back), RULES, LATER).lines == ()


def test_charges_go_to_the_operator_less_the_commission() -> None:
    order_id = uuid4()
    late = Charge("usage:2", order_id, BIKE, Money(119), 190, "plan", "minutes", date(2026, 11, 16))
    assert standing([extra_usage(late, RULES, LATER)]) == {
        RECEIVABLE: -119,
        payable(BIKE): 100 - 8 - 2,
        income("commission"): 8,
        vat(190): 19 + 2,
    }
    empty = Charge(
        "no-show:0", order_id, SHUTTLE, Money(200), 70, "s", "no_show", date(2026, 11, 16)
    )
    entry = no_show_fee(empty, RULES, LATER)
    assert standing([entry]) == {RECEIVABLE: -200, payable(SHUTTLE): 187, vat(70): 13}
    assert entry.lines[0].kind is LineKind.NO_SHOW


def test_a_subscription_is_earned_when_its_month_is_over() -> None:
    card = uuid4()
    months = [
        subscription_sold(
            SubscriptionSale(card, "abo", BUS, Money(6300), 70, date(2026, n, 1), LATER),
            RULES,
            SOLD_AT,
        )
        for n in (11, 12)
    ]
    assert standing(months) == {RECEIVABLE: -12_600, deferred(BUS): 2 * 5888, vat(70): 2 * 412}
    earned = subscription_earned(card, booked(*months), RULES, LATER, date(2026, 12, 1))
    assert standing([*months, earned])[payable(BUS)] == 5888
    again = subscription_earned(card, booked(*months, earned), RULES, LATER, date(2026, 12, 1))
    assert again is None
    rest = subscription_earned(card, booked(*months, earned), RULES, LATER, date(2027, 1, 1))
    assert deferred(BUS) not in standing([*months, earned, rest])


def test_what_moves_between_kommit_and_others() -> None:
    assert standing([paid_out(BUS, Money(500), "2026-11", LATER)]) == {
        payable(BUS): -500,
        BANK: 500,
    }
    assert standing([provider_fee("stripe", Money(35), "po_1", LATER)]) == {
        provider_fees("stripe"): -35,
        clearing("stripe"): 35,
    }
    topped = subsidy("k", "kreis", BUS, Money(900), LATER, "2026-11", "citybus@2026-01")
    assert standing([topped]) == {payable(BUS): 900, subsidies("kreis"): -900}
    assert topped.month == "2026-11"


def test_an_operators_account_moves_by_lines_only() -> None:
    sides = (Posting(payable(BUS), Money(5)), Posting(RECEIVABLE, Money(-5)))
    with pytest.raises(ValueError, match=r"do not explain \{'payable:rvm:rvm': 5\}"):
        Entry("k", "t", LATER, sides)
    line = EntryLine(payable(BUS), LineKind.FARE, Money(4))
    with pytest.raises(ValueError, match="do not explain"):
        Entry("k", "t", LATER, sides, (line,))
    other = EntryLine(Account(AccountKind.PAYABLE, "x"), LineKind.FARE, Money(5))
    with pytest.raises(ValueError, match="do not explain"):
        Entry("k", "t", LATER, sides, (other,))


def test_a_refund_names_what_it_corrects() -> None:
    order = order_of(price_line(500))
    sold = sale(order, RULES, SOLD_AT)
    before = refunded(refund_of(order, (0, 100)), booked(sold), RULES, SOLD_AT)
    assert before.corrects == sold.key
    earned = performed(order, booked(sold, before), RULES, LATER)
    assert earned is not None
    after = refunded(refund_of(order, (0, 100)), booked(sold, before, earned), RULES, LATER)
    assert after.corrects == earned.key
