"""Which legs cost what, and which legs count as one: rules without those that mean nothing."""

from collections.abc import Container
from typing import Final, NamedTuple

from feeds.fares.rows import FareRows, id_of, known, once, with_ids
from feeds.flex.rows import LINE, Row
from feeds.report import Findings
from routing.fares.tables import JoinRule, LegRule

LEGS: Final = "fare_leg_rules.txt"
JOINS: Final = "fare_leg_join_rules.txt"
_CHARACTERISTICS: Final = (
    "network_id",
    "from_area_id",
    "to_area_id",
    "from_timeframe_group_id",
    "to_timeframe_group_id",
    "fare_product_id",
)


class Referred(NamedTuple):
    """The ids that rules may name."""

    networks: Container[str]
    areas: Container[str]
    stops: Container[str]
    timeframes: Container[str]
    products: Container[str]


def read_leg_rules(rows: FareRows, ids: Referred, findings: Findings) -> tuple[LegRule, ...]:
    """Return the rules of legs, in the order of the file."""
    refers = [
        ("network_id", ids.networks),
        ("from_area_id", ids.areas),
        ("to_area_id", ids.areas),
        ("from_timeframe_group_id", ids.timeframes),
        ("to_timeframe_group_id", ids.timeframes),
        ("fare_product_id", ids.products),
    ]
    whole = with_ids(rows.fare_leg_rules, LEGS, ["fare_product_id"], findings)
    listed = known(whole, LEGS, refers, findings)
    kept = once(listed, LEGS, _characteristics, "this of the same legs", findings)
    return tuple(
        LegRule(
            id_of(LEGS, row),
            row["leg_group_id"],
            *_characteristics(row),
            priority=max(row["rule_priority"], 0),
        )
        for row in kept
    )


def _characteristics(row: Row) -> tuple[str, str, str, str, str, str]:
    network, start, end, start_time, end_time, product = (row[name] for name in _CHARACTERISTICS)
    return network, start, end, start_time, end_time, product


def read_join_rules(rows: FareRows, ids: Referred, findings: Findings) -> tuple[JoinRule, ...]:
    """Return the rules by which legs count as one."""
    fields = ("from_network_id", "to_network_id", "from_stop_id", "to_stop_id")
    containers = (ids.networks, ids.networks, ids.stops, ids.stops)
    listed = known(
        rows.fare_leg_join_rules, JOINS, list(zip(fields, containers, strict=True)), findings
    )
    rules = []
    kept = once(listed, JOINS, lambda row: tuple(row[name] for name in fields), "this", findings)
    for row in kept:
        if bool(row["from_stop_id"]) is bool(row["to_stop_id"]):
            rules.append(JoinRule(*(row[name] for name in fields)))
            continue
        findings.warn(
            "bad-join-rule",
            "from_stop_id and to_stop_id come together or not at all: the row was left out.",
            JOINS, row=row[LINE],
        )  # fmt: skip
    return tuple(rules)
