"""B01: an operator sees its own legs and amounts of an order, and nobody's name."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from booking.domain.chain import ChainLeg, ChainPoint, LegMode, ShuttleRef
from booking.domain.money import Money
from booking.domain.notices import (
    Notice,
    agencies_of,
    known_patterns,
    notice_of,
    operator_view,
    pseudonym,
    wants,
)
from booking.domain.offers import Price, PriceLine
from booking.domain.orders import Order
from booking.domain.passengers import group
from booking.domain.refunds import Refund, RefundLine, RefundReason
from tests.support.shop import LEAVES, NOON, offer, ride

DOOR = ChainPoint("Geheime Straße 7", 51.123456, 7.654321)
BUS = ride()
SHUTTLE = ChainLeg(
    LegMode.ON_DEMAND,
    DOOR,
    ChainPoint("Marktplatz", 51.85, 7.48, "demo:s0"),
    LEAVES - timedelta(minutes=30),
    LEAVES - timedelta(minutes=5),
    3_000,
    shuttle=ShuttleRef("demo:sh", "Shuttle", "r", None, "s0", LEAVES, "demo:taxi", "Taxi Meyer"),
)
LINES = (
    PriceLine("Shuttle", "surcharge", 0, Money(200), "demo:taxi", 0, "surcharge"),
    PriceLine("Bus, adult", "single", 0, Money(380), "demo:a1", 1, "fare"),
    PriceLine("Bus, child", "single", 1, Money(190), "demo:a1", 1, "fare"),
    PriceLine("Fee", "fee", 0, Money(30), None, None, "fee"),
)
RIDER = uuid4()


def sold() -> Order:
    made = replace(
        offer(SHUTTLE, BUS, passengers=2),
        passengers=group(["adult", "child"]),
        price=Price(Money(800), LINES),
    )
    return Order.hold(uuid4(), RIDER, made, NOON, NOON + timedelta(minutes=10))


def refund(order: Order, *lines: RefundLine, **change: object) -> Refund:
    made = Refund(uuid4(), order.id, NOON, RefundReason.CANCELLED, lines, fee=Money(50))
    return replace(made, **change)  # type: ignore[arg-type]


def test_each_operator_sees_its_own_legs_and_lines_only() -> None:
    order = sold()
    assert agencies_of(order) == ("demo:a1", "demo:taxi")
    bus = operator_view(order, "demo:a1", "nobody")
    assert [leg["position"] for leg in bus["legs"]] == [1]
    assert [line["amount"]["amount"] for line in bus["lines"]] == [380, 190]
    assert (bus["gross"]["amount"], bus["net"]["amount"]) == (570, 570)
    assert bus["vat"]["amount"] == 25 + 12  # 7 % within 3.80 and 1.90, each rounded
    taxi = operator_view(order, "demo:taxi", "nobody", leg=0)
    assert [leg["service_id"] for leg in taxi["legs"]] == ["demo:sh"]
    assert (taxi["gross"]["amount"], taxi["leg"]) == (200, 0)
    assert operator_view(order, "demo:else", "nobody")["lines"] == []


def test_no_address_and_no_rider_leaves() -> None:
    order = sold()
    name = pseudonym(b"secret", order.rider_id, "demo:taxi")
    text = json.dumps(operator_view(order, "demo:taxi", name))
    for personal in ("Geheime", "51.123", "7.654", str(order.rider_id), order.rider_id.hex):
        assert personal not in text
    assert json.loads(text)["legs"][0]["origin"] == {"door": True}


def test_a_pseudonym_is_stable_and_another_for_each_operator() -> None:
    a = pseudonym(b"secret", RIDER, "demo:a1")
    assert a == pseudonym(b"secret", RIDER, "demo:a1")
    assert len({a, pseudonym(b"secret", RIDER, "demo:a2"), pseudonym(b"other", RIDER, "demo:a1"),
                pseudonym(b"secret", UUID(int=1), "demo:a1")}) == 4  # fmt: skip


def test_refunds_are_taken_off_line_by_line_and_the_fee_is_not_the_operators() -> None:
    order = sold()
    order.refunds = [
        refund(order, RefundLine(0, Money(200)), legs=(0,), passengers=(0, 1)),
        refund(
            order, RefundLine(1, Money(100)), RefundLine(2, Money(190)), legs=(1,), passengers=(1,)
        ),
    ]
    bus = operator_view(order, "demo:a1", "nobody")
    assert (bus["gross"]["amount"], bus["refunded"]["amount"], bus["net"]["amount"]) == (
        570,
        290,
        280,
    )
    assert bus["vat"]["amount"] == 18  # of 2.80 and of nothing
    assert bus["legs"][0]["cancelled"] is False  # one of two still travels
    assert operator_view(order, "demo:taxi", "nobody")["legs"][0]["cancelled"] is True
    order.refunds.append(refund(order, legs=(1,), passengers=(0,)))
    assert operator_view(order, "demo:a1", "nobody")["legs"][0]["cancelled"] is True


@pytest.mark.parametrize(
    ("subject", "body", "notice"),
    [
        ("order.moved", {"was": "authorised", "state": "confirmed"}, Notice.ORDER_CONFIRMED),
        ("order.moved", {"was": "confirmed", "state": "cancelled"}, Notice.ORDER_CANCELLED),
        ("order.moved", {"was": "confirmed", "state": "failed"}, Notice.ORDER_CANCELLED),
        ("order.moved", {"was": "started", "state": "cancelled"}, Notice.ORDER_CANCELLED),
        ("order.moved", {"was": "ended", "state": "settled"}, None),
        ("order.reissued", {}, None),
        pytest.param("order.moved", {"was": "held", "state": "cancelled"}, None, id="never sold"),
        ("order.moved", {"was": None, "state": "held"}, None),
        ("order.changed", {}, Notice.ORDER_CHANGED),
        ("order.refunded", {}, Notice.ORDER_REFUNDED),
        ("leg.moved", {"was": "booked", "state": "on_board"}, Notice.LEG_STARTED),
        ("leg.moved", {"was": "booked", "state": "no_show"}, Notice.LEG_NO_SHOW),
        ("leg.moved", {"was": "held", "state": "cancelled"}, None),
        ("leg.moved", {"was": "reserved", "state": "active"}, Notice.LEG_STARTED),
        pytest.param("leg.moved", {"was": "paused", "state": "active"}, None, id="a pause ends"),
        ("leg.moved", {"was": "paused", "state": "returned"}, Notice.LEG_FINISHED),
        ("leg.moved", {"was": None, "state": "reserved"}, None),
        ("leg.moved", {"was": "held", "state": "booked"}, None),
        ("clearing.closed", {}, Notice.CLEARING_CLOSED),
        ("rental.moved", {"mark": "?open"}, None),
    ],
)
def test_which_facts_are_told(
    subject: str, body: dict[str, str | None], notice: Notice | None
) -> None:
    assert notice_of(subject, body) is notice


@pytest.mark.parametrize(
    ("patterns", "told"),
    [(["*"], True), (["order.*"], True), (["order.confirmed"], True), (["order.changed"], False),
     (["leg.*"], False), ([], False)],
)  # fmt: skip
def test_patterns(patterns: list[str], told: bool) -> None:
    assert wants(patterns, Notice.ORDER_CONFIRMED) is told
    assert wants(patterns, Notice.TEST)


def test_all_patterns_are_listed() -> None:
    assert {"*", "order.*", "leg.*", "clearing.*", "clearing.closed"} <= set(known_patterns())
    assert "webhook.test" not in known_patterns()
