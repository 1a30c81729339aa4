"""Our books against the provider's report: every planted difference is found, and has its name."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.adapters.database import Database
from booking.adapters.payments.stripe_report import StripeReports, read_report
from booking.domain.ledger import AccountKind, clearing
from booking.domain.money import Money
from booking.domain.payments import accounts
from booking.domain.payments.errors import BadDefinition
from booking.domain.payments.reconciliation import (
    Category,
    Difference,
    Found,
    Movement,
    ReportLine,
    reconcile,
)
from tests.support.cards import GOOD_CARD, KEY, LocalStripe
from tests.support.payment_shop import PaymentShop
from tests.support.shop import NOON

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
SAGA, REFUND = "01a22446-9ad9-7f4c-a2e4-000000000001", "01a22446-9ad9-7f4c-a2e4-000000000002"


def line(name: str, minor: int, category: Category = Category.CHARGE, **change: Any) -> ReportLine:
    made = ReportLine(f"txn_{name}", AT, category, Money(minor), Money(0), "pi_1")
    return made._replace(**change)


def ours(minor: int, key: str = SAGA, **change: Any) -> Movement:
    return Movement(f"{key}:settlement", AT, Money(minor), "pi_1")._replace(**change)


CHARGE = line("charge", 1_250)
BACK = line("back", -250, Category.REFUND, key=REFUND)
TAKEN, GIVEN = ours(1_250), ours(-250, REFUND)


def names(lines: list[ReportLine], movements: list[Movement]) -> list[str]:
    found = reconcile(lines, movements, "stripe")
    return sorted(one.found.value for one in found.differences)


def test_what_is_alike_has_no_difference() -> None:
    found = reconcile([CHARGE, BACK], [TAKEN, GIVEN], "stripe")
    assert (found.differences, found.theirs, found.ours) == ((), {"EUR": 1_000}, {"EUR": 1_000})


@pytest.mark.parametrize(
    ("lines", "movements", "expected"),
    [
        pytest.param([CHARGE], [], ["missing here"], id="missing here"),
        pytest.param([], [TAKEN], ["missing there"], id="missing there"),
        pytest.param([line("charge", 1_205)], [TAKEN], ["amount differs"], id="amount"),
        pytest.param(
            [line("charge", 0, gross=Money(1_250, "CHF"), fee=Money(0, "CHF"))],
            [TAKEN],
            ["currency differs"],
            id="currency",
        ),
        pytest.param([CHARGE, BACK], [TAKEN], ["refund unknown"], id="refund unknown"),
        pytest.param([CHARGE], [TAKEN, GIVEN], ["refund missing there"], id="refund missing"),
        pytest.param(
            [CHARGE, line("back", -200, Category.REFUND, key=REFUND)],
            [TAKEN, GIVEN],
            ["amount differs"],
            id="refund of another amount",
        ),
        pytest.param(
            [CHARGE, line("back", -200, Category.REFUND)],
            [TAKEN, GIVEN],
            ["refund missing there", "refund unknown"],
            id="refund without our key and of another amount",
        ),
        pytest.param(
            [CHARGE, BACK, line("again", -250, Category.REFUND, key=REFUND)],
            [TAKEN, GIVEN],
            ["refund unknown"],
            id="refunded twice",
        ),
        pytest.param([line("charge", 1_250, fee=Money(44))], [TAKEN], ["fee not booked"], id="fee"),
        pytest.param(
            [line("charge", 1_250, fee=Money(44))],
            [TAKEN, ours(-40, key="stripe:txn_charge:fee")._replace(key="stripe:txn_charge:fee")],
            ["amount differs"],
            id="fee of another amount",
        ),
        pytest.param(
            [CHARGE],
            [TAKEN, Movement("stripe:txn_other:fee", AT, Money(-40))],
            ["missing there"],
            id="a booked fee that nobody asked for",
        ),
        pytest.param(
            [CHARGE, line("dispute", -1_250, Category.DISPUTE, fee=Money(2_000))],
            [TAKEN],
            ["dispute not booked", "fee not booked"],
            id="dispute",
        ),
        pytest.param([CHARGE, CHARGE], [TAKEN], ["line is there twice"], id="twice"),
        pytest.param([line("other", 5, Category.OTHER)], [], ["line not understood"], id="other"),
        pytest.param([line("payout", -1_000, Category.PAYOUT)], [], [], id="payouts are no part"),
        pytest.param(
            [CHARGE._replace(reference="pi_2")],
            [TAKEN],
            ["missing here", "missing there"],
            id="of another payment",
        ),
        pytest.param(
            [line("charge", 1_250), line("second", 1_250)],
            [TAKEN],
            ["missing here"],
            id="captured twice",
        ),
    ],
)
def test_each_difference_has_its_name(
    lines: list[ReportLine], movements: list[Movement], expected: list[str]
) -> None:
    assert names(lines, movements) == expected


PAYMENTS = st.lists(
    st.tuples(st.integers(1, 3_000), st.lists(st.integers(1, 900), max_size=3), st.integers(0, 90)),
    min_size=1,
    max_size=4,
)


def both(payments: list[tuple[int, list[int], int]]) -> tuple[list[ReportLine], list[Movement]]:
    """Return a report and our books of the same payments, fees booked."""
    lines, movements = list[ReportLine](), list[Movement]()
    for n, (minor, refunds, fee) in enumerate(payments):
        reference = f"pi_{n}"
        name = f"c{n}"
        lines.append(line(name, minor, fee=Money(fee), reference=reference))
        movements.append(ours(minor, f"order{n}", reference=reference))
        if fee:
            movements.append(Movement(f"stripe:txn_{name}:fee", AT, Money(-fee)))
        for m, back in enumerate(refunds):
            key = f"refund{n}.{m}"
            told = {"reference": reference, "key": key}
            lines.append(line(f"r{n}.{m}", -back, Category.REFUND, **told))
            movements.append(ours(-back, key, reference=reference))
    return lines, movements


@given(PAYMENTS)
def test_equal_books_are_found_equal(payments: list[tuple[int, list[int], int]]) -> None:
    lines, movements = both(payments)
    found = reconcile(lines[::-1], movements, "stripe")
    assert found.differences == ()
    assert found.theirs == found.ours


@given(
    PAYMENTS,
    st.sampled_from(["ours lost", "theirs lost", "theirs changed", "ours changed"]),
    st.data(),
)
def test_whatever_is_planted_is_found(
    payments: list[tuple[int, list[int], int]], what: str, data: st.DataObject
) -> None:
    lines, movements = both(payments)
    side: list[Any] = movements if what.startswith("ours") else lines
    at = data.draw(st.integers(0, len(side) - 1))
    if what.endswith("lost"):
        side.pop(at)
    else:
        change = Money(data.draw(st.sampled_from([-1, 1, 100, -3_001])))
        field = "amount" if what.startswith("ours") else "gross"
        side[at] = side[at]._replace(**{field: getattr(side[at], field) + change})
    assert reconcile(lines, movements, "stripe").differences


def test_without_a_difference_the_sums_are_equal() -> None:
    """A fuzz over arbitrary, mostly broken reports: no difference never hides unequal sums."""

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(list(Category)),
                st.integers(-3, 3),
                st.integers(0, 1),
                st.integers(0, 1),
            ),
            max_size=4,
        ),
        st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 1)), max_size=4),
    )
    def check(report: list[tuple[Category, int, int, int]], books: list[tuple[int, int]]) -> None:
        lines = [
            line(str(n), minor, category, fee=Money(fee), reference=f"pi_{of}")
            for n, (category, minor, fee, of) in enumerate(report)
        ]
        movements = [
            ours(minor, f"k{n}", reference=f"pi_{of}") for n, (minor, of) in enumerate(books)
        ]
        found = reconcile(lines, movements, "stripe")
        if not found.differences:
            assert found.theirs == found.ours

    check()


# --- reading the report

HEAD = (
    "balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,payment_intent_id"
)
HEAD += ",refund_metadata[kommit_key]\n"


def test_a_report_is_read_to_the_cent() -> None:
    text = HEAD + (
        "txn_1,2026-05-04 12:00:00,eur,12.50,0.44,12.06,charge,pi_1,\n"
        f"txn_2,2026-05-04 13:00:00,eur,-2.5,0.00,-2.50,refund,pi_1,{REFUND}\n"
        "txn_3,2026-05-05 00:00:00,eur,0.00,0.10,-0.10,network_cost,,\n"
        'txn_4,2026-05-05 00:00:00,jpy,"1250",0,1250,charge,pi_2,\n'
        'txn_5,2026-05-05 00:00:00,eur,"-7,00",0,"-7,00",something_new,,\n'
    )
    assert read_report(text) == [
        ReportLine("txn_1", AT, Category.CHARGE, Money(1_250), Money(44), "pi_1"),
        ReportLine(
            "txn_2",
            AT + timedelta(hours=1),
            Category.REFUND,
            Money(-250),
            Money(0),
            "pi_1",
            REFUND,
        ),
        ReportLine("txn_3", AT + timedelta(hours=12), Category.FEE, Money(0), Money(10)),
        ReportLine(
            "txn_4",
            AT + timedelta(hours=12),
            Category.CHARGE,
            Money(1_250, "JPY"),
            Money(0, "JPY"),
            "pi_2",
        ),
        ReportLine("txn_5", AT + timedelta(hours=12), Category.OTHER, Money(-700), Money(0)),
    ]
    assert read_report("\ufeff" + text)[0].id == "txn_1"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "line 1: the report has no column balance_transaction_id"),
        (HEAD.replace("gross,", ""), "line 1: the report has no column gross"),
        (HEAD + "txn_1,yesterday,eur,1.00,0,1.00,charge,pi_1,\n", "line 2: Invalid isoformat"),
        (HEAD + "txn_1,2026-05-04,eur,1.005,0,1.00,charge,pi_1,\n", "line 2: '1.005' is not"),
        (HEAD + "txn_1,2026-05-04,eur,1e3,0,1.00,charge,pi_1,\n", "line 2: '1e3' is not"),
        (HEAD + "txn_1,2026-05-04,eur,,0,1.00,charge,pi_1,\n", "line 2: '' is not an amount"),
        (HEAD + "txn_1,2026-05-04,jpy,1.5,0,1.5,charge,pi_1,\n", "line 2: '1.5' is not an amount"),
        (HEAD + ",2026-05-04,eur,1.00,0,1.00,charge,pi_1,\n", "no balance_transaction_id"),
    ],
)
def test_reports_that_cannot_be_read(text: str, why: str) -> None:
    with pytest.raises(BadDefinition, match=why):
        read_report(text)


# --- with real books


@pytest.fixture
def shop(database: Database, local_stripe: LocalStripe) -> PaymentShop:
    return PaymentShop(database, stripe=local_stripe.payments())


@pytest.fixture
def reports(local_stripe: LocalStripe) -> StripeReports:
    return StripeReports(KEY, local_stripe.url)


def bought(shop: PaymentShop) -> Any:
    return shop.buy(shop.rider(0), "stripe", method=GOOD_CARD)


def report_of(shop: PaymentShop, reports: StripeReports, *orders: Any) -> list[ReportLine]:
    """Return what Stripe says of these orders, at the time of our clock."""
    with shop.store.read() as uow:
        mine = {uow.sagas.get(order.id).notes["reference"] for order in orders}
    now = datetime.now(UTC)
    found = reports.lines(now - timedelta(minutes=5), now + timedelta(minutes=5))
    return [each._replace(at=NOON) for each in found if each.reference in mine]


def test_an_honest_month_has_no_difference(shop: PaymentShop, reports: StripeReports) -> None:
    orders = [bought(shop) for _ in range(3)]
    shop.give_back(orders[0], 250)
    shop.give_back(shop.orders.get(orders[0].id, orders[0].rider_id), 100)
    lines = report_of(shop, reports, *orders)
    assert sorted(each.gross.minor for each in lines) == [-250, -100, 1_250, 1_250, 1_250]

    found = shop.reconciling.run("stripe", lines)

    assert found.differences == ()
    assert found.ours == found.theirs == {"EUR": 3_400}
    assert shop.on(clearing("stripe")) == -3_400
    shop.check_books()


def test_fees_are_booked_once(shop: PaymentShop, reports: StripeReports) -> None:
    order = bought(shop)
    (charge,) = report_of(shop, reports, order)
    lines = [charge._replace(fee=Money(44))]

    dry = shop.reconciling.run("stripe", lines, book=False)
    assert [one.found for one in dry.differences] == [Found.FEE_NOT_BOOKED]
    assert shop.balance(AccountKind.PROVIDER_FEES) == 0
    for _ in range(2):
        found = shop.reconciling.run("stripe", lines)
        assert (found.differences, found.ours) == ((), {"EUR": 1_206})
    assert shop.on(accounts.provider_fees("stripe")) == -44
    assert shop.on(clearing("stripe")) == -1_206, "Stripe owes us less"
    assert shop.wallets.ledger_difference() == 0


def test_a_dispute_is_booked_and_taken_back(shop: PaymentShop, reports: StripeReports) -> None:
    order = bought(shop)
    (charge,) = report_of(shop, reports, order)
    lost = charge._replace(
        id="txn_d", category=Category.DISPUTE, gross=Money(-1_250), fee=Money(2_000)
    )
    won = charge._replace(id="txn_w", category=Category.DISPUTE_REVERSAL, fee=Money(-2_000))
    assert shop.reconciling.run("stripe", [charge, lost]).differences == ()
    assert shop.on(accounts.disputed("stripe")) == -1_250
    assert shop.on(clearing("stripe")) == 2_000, "we owe Stripe its fee"
    assert shop.reconciling.run("stripe", [charge, lost, won]).differences == ()
    assert (shop.on(accounts.disputed("stripe")), shop.on(clearing("stripe"))) == (0, -1_250)
    assert shop.wallets.ledger_difference() == 0


def test_planted_in_real_books(
    shop: PaymentShop, reports: StripeReports, local_stripe: LocalStripe
) -> None:
    first, second, third = (bought(shop) for _ in range(3))
    shop.give_back(second, 250)
    with shop.store.read() as uow:
        reference = uow.sagas.get(third.id).notes["reference"]
    local_stripe.client().v1.refunds.create({"payment_intent": reference, "amount": 99})
    lines = report_of(shop, reports, first, second, third)
    lines = [each for each in lines if each.gross.minor != -250]  # Stripe did not do it
    of_first = next(each for each in lines if each.reference != reference)
    lines.remove(of_first)

    found = {one.found: one for one in shop.reconciling.run("stripe", lines).differences}

    assert found.keys() == {Found.MISSING_THERE, Found.REFUND_MISSING, Found.REFUND_UNKNOWN}
    unknown = found[Found.REFUND_UNKNOWN]
    assert unknown == Difference(Found.REFUND_UNKNOWN, reference, None, Money(-99))
    assert found[Found.REFUND_MISSING].ours == Money(-250)


def test_what_was_captured_the_day_before_is_ours_too(
    shop: PaymentShop, reports: StripeReports
) -> None:
    """Our clock and the provider's differ: a payment is found by its reference, in any time."""
    order = bought(shop)
    (charge,) = report_of(shop, reports, order)
    tomorrow = charge._replace(at=NOON + timedelta(days=1))
    assert shop.reconciling.run("stripe", [tomorrow]).differences == ()
    other = charge._replace(id="txn_x", reference="pi_x", at=NOON + timedelta(days=1))
    named = [one.found for one in shop.reconciling.run("stripe", [other]).differences]
    assert named == [Found.MISSING_HERE], "ours is of another day"
    named = [
        one.found
        for one in shop.reconciling.run("stripe", [], NOON, NOON + timedelta(days=1)).differences
    ]
    assert named == [Found.MISSING_THERE]


def test_an_empty_report_says_of_which_time_it_is(shop: PaymentShop) -> None:
    with pytest.raises(BadDefinition, match="is empty"):
        shop.reconciling.run("stripe", [])
    with pytest.raises(BadDefinition, match="ends after it begins"):
        shop.reconciling.run("stripe", [], NOON, NOON)
