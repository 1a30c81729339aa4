"""The engine against its slow twin, on random small tables; and its speed on large ones."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from booking.domain.chain import ChainLeg, ChainPoint, LegMode, TripRef
from booking.domain.fares_v2 import fare_of
from routing.fares.tables import (
    DurationLimitType,
    FareMediaType,
    FareMedium,
    FareProduct,
    FareTables,
    JoinRule,
    LegRule,
    Timeframe,
    TransferRule,
    TransferType,
)
from routing.ondemand.service import ServiceDays
from tests.support.examples import examples
from tests.support.fares import ADULT, BERLIN, MONDAY
from tests.support.fares_brute import lowest_total

NETWORKS, AREAS, GROUPS = ("f:n1", "f:n2"), ("f:a1", "f:a2"), ("f:g1", "f:g2")
STOPS = ("f:A", "f:B", "f:S1", "f:S2")
PRODUCTS = ("f:p1", "f:p2", "f:p3", "f:p4", "f:unsold")
FRAMES = ("f:peak", "f:late")


def or_empty(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", "", *values))


leg_rules = st.lists(
    st.builds(
        LegRule,
        id=st.just(""),
        leg_group_id=or_empty(*GROUPS, *GROUPS),
        network_id=or_empty(*NETWORKS),
        from_area_id=or_empty(*AREAS),
        to_area_id=or_empty(*AREAS),
        from_timeframe_group_id=or_empty("", "", *FRAMES),
        to_timeframe_group_id=or_empty("", "", *FRAMES),
        fare_product_id=st.sampled_from(PRODUCTS),
        priority=st.sampled_from((0, 0, 1)),
    ),
    min_size=1,
    max_size=6,
)
wide_rules = st.lists(
    st.builds(
        LegRule,
        id=st.just(""),
        leg_group_id=st.sampled_from(GROUPS),
        network_id=st.just(""),
        from_area_id=st.just(""),
        to_area_id=st.just(""),
        from_timeframe_group_id=st.just(""),
        to_timeframe_group_id=st.just(""),
        fare_product_id=st.sampled_from(PRODUCTS[:4]),
        priority=st.just(0),
    ),
    min_size=1,
    max_size=2,
)
"""Rules that fit every leg: what remains is the question of transfers."""
join_rules = st.lists(
    st.one_of(
        st.builds(JoinRule, or_empty(*NETWORKS), or_empty(*NETWORKS), st.just(""), st.just("")),
        st.builds(
            JoinRule,
            or_empty(*NETWORKS),
            or_empty(*NETWORKS),
            st.sampled_from((*STOPS, "f:S")),
            st.sampled_from((*STOPS, "f:S")),
        ),
    ),
    max_size=2,
)


@st.composite
def transfer_rule(draw: st.DrawFn) -> TransferRule:
    from_group, to_group = draw(or_empty(*GROUPS, *GROUPS)), draw(or_empty(*GROUPS, *GROUPS))
    limit = draw(st.none() | st.sampled_from((600, 1800, 3600, 5400)))
    return TransferRule(
        id="",
        from_leg_group_id=from_group,
        to_leg_group_id=to_group,
        transfer_count=draw(st.sampled_from((-1, 1, 2))) if from_group == to_group else -1,
        duration_limit_s=limit,
        duration_limit_type=None if limit is None else draw(st.sampled_from(DurationLimitType)),
        type=draw(st.sampled_from(TransferType)),
        fare_product_id=draw(st.sampled_from(("", *PRODUCTS))),
    )


def numbered(rows: list[Any]) -> tuple[Any, ...]:
    return tuple(row._replace(id=f"{type(row).__name__}:{n}") for n, row in enumerate(rows))


@st.composite
def tables(draw: st.DrawFn, *, are_wide: bool = False) -> FareTables:
    amounts = draw(st.lists(st.integers(-150, 600), min_size=5, max_size=5))
    return FareTables(
        scope="f",
        time_zone="Europe/Berlin",
        leg_rules=numbered(draw(wide_rules if are_wide else leg_rules)),
        products=tuple(
            FareProduct(each, each, "", "f:paper" if each == "f:unsold" else "", amount, "EUR")
            for each, amount in zip(PRODUCTS, amounts, strict=True)
        ),
        has_priority=draw(st.booleans()),
        join_rules=() if are_wide else tuple(draw(join_rules)),
        transfer_rules=numbered(
            draw(st.lists(transfer_rule(), min_size=2 if are_wide else 0, max_size=4))
        ),
        media=(FareMedium("f:paper", "", FareMediaType.PAPER),),
        timeframes=(
            Timeframe("f:peak", 8 * 3600, 9 * 3600, "f:daily"),
            Timeframe("f:late", 9 * 3600, 86_400, "f:daily"),
        ),
        services={"f:daily": ServiceDays(frozenset(range(7)))},
        route_networks={"f:R1": "f:n1", "f:R2": "f:n2"},
        stop_areas={"f:A": ("f:a1",), "f:S1": ("f:a1", "f:a2"), "f:S2": ("f:a2",)},
        stations={"f:S1": "f:S", "f:S2": "f:S"},
    )


@st.composite
def rides(draw: st.DrawFn, least: int = 1, most: int = 4) -> list[ChainLeg]:
    at, legs = datetime(2024, 3, 4, 7, 45, tzinfo=BERLIN), []
    for _ in range(draw(st.integers(least, most))):
        departure = at + timedelta(minutes=draw(st.sampled_from((0, 5, 10, 30))))
        at = departure + timedelta(minutes=draw(st.sampled_from((5, 10, 25))))
        route = draw(st.sampled_from(("f:R1", "f:R1", "f:R2", "f:R3")))
        board, alight = draw(st.sampled_from(STOPS)), draw(st.sampled_from(STOPS))
        legs.append(leg(route, board, alight, departure, at))
    return legs


def leg(route: str, board: str, alight: str, departure: datetime, arrival: datetime) -> ChainLeg:
    return ChainLeg(
        LegMode.BUS,
        ChainPoint(board, 51.8, 7.4, board),
        ChainPoint(alight, 51.8, 7.4, alight),
        departure,
        arrival,
        500,
        TripRef("f:t", date(2024, 3, 4), 0, 1, route, route, "f:A1", "Kommitbus"),
    )


@examples(150)
@given(tables(), rides())
def test_the_engine_finds_what_trying_everything_finds(
    given_tables: FareTables, legs: list[ChainLeg]
) -> None:
    compare(given_tables, legs)


@examples(200)
@given(tables(are_wide=True), rides(least=3))
def test_transfers(given_tables: FareTables, legs: list[ChainLeg]) -> None:
    compare(given_tables, legs)


def compare(given_tables: FareTables, legs: list[ChainLeg]) -> None:
    expected = lowest_total(given_tables, legs, BERLIN)
    fare = fare_of(given_tables, list(enumerate(legs)), ADULT, BERLIN)
    if fare is None:
        assert expected is None
        return
    assert fare.total.minor == expected
    assert [line.leg for line in fare.lines] == list(range(len(legs)))
    assert all(line.amount.minor >= 0 for line in fare.lines)


@examples(50)
@given(tables(are_wide=True), rides())
def test_the_same_again(given_tables: FareTables, legs: list[ChainLeg]) -> None:
    """Ways of one price are never chosen by chance: not by the order of rows either."""
    turned = replace(
        given_tables,
        leg_rules=given_tables.leg_rules[::-1],
        products=given_tables.products[::-1],
        transfer_rules=given_tables.transfer_rules[::-1],
    )
    placed = list(enumerate(legs))
    assert fare_of(given_tables, placed, ADULT, BERLIN) == fare_of(turned, placed, ADULT, BERLIN)


def test_six_legs_by_twenty_thousand_rules() -> None:
    """A price for each pair of 140 stations, four tickets each group: no scan of all rules."""
    size = 140
    rules = tuple(
        LegRule(f"fare_leg_rules:{n}", f"f:g{n % 4}", "", f"f:a{a}", f"f:a{b}", "", "", "f:p", 0)
        for n, (a, b) in enumerate((a, b) for a in range(size) for b in range(size))
    )
    large = FareTables(
        scope="f",
        time_zone="Europe/Berlin",
        leg_rules=rules,
        products=(FareProduct("f:p", "", "", "", 100, "EUR"),),
        transfer_rules=tuple(
            TransferRule(f"t:{a}{b}", f"f:g{a}", f"f:g{b}", -1, None, None, TransferType(0), "")
            for a in range(4)
            for b in range(4)
        ),
        stop_areas={f"f:s{n}": (f"f:a{n}",) for n in range(size)},
    )
    start = datetime(2024, 3, 4, 8, tzinfo=BERLIN)
    hours = [start + timedelta(minutes=20 * n) for n in range(7)]
    legs = [(n, leg("f:R1", f"f:s{n}", f"f:s{n + 1}", hours[n], hours[n + 1])) for n in range(6)]
    assert start.date() == MONDAY
    assert fare_of(large, legs, ADULT, BERLIN) is not None  # builds the index
    began = perf_counter()
    for _ in range(20):
        fare_of(large, legs, ADULT, BERLIN)
    assert (perf_counter() - began) / 20 < 0.05, "a scan of all rules takes 6 times 20 ms and more"
