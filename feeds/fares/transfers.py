"""What transfers cost: rules whose fields fit together, and what becomes of the others."""

import re
from collections.abc import Container
from typing import Final

from feeds.fares.rows import FareRows, id_of, known, once
from feeds.flex.rows import LINE, Row
from feeds.gtfs.schema import MISSING
from feeds.report import Findings
from routing.fares.tables import (
    UNLIMITED,
    DurationLimitType,
    LegRule,
    TransferRule,
    TransferType,
)

TRANSFERS: Final = "fare_transfer_rules.txt"
COUNT: Final = re.compile(r"-1|[1-9]\d{0,5}", re.ASCII)
CODE: Final = "bad-transfer-rule"
_KEY: Final = (
    "from_leg_group_id",
    "to_leg_group_id",
    "fare_product_id",
    "transfer_count",
    "duration_limit",
)


def read_transfer_rules(
    rows: FareRows, legs: tuple[LegRule, ...], products: Container[str], findings: Findings
) -> tuple[TransferRule, ...]:
    """Return the rules of transfers, in the order of the file."""
    groups = {rule.leg_group_id for rule in legs}
    refers = [
        ("from_leg_group_id", groups),
        ("to_leg_group_id", groups),
        ("fare_product_id", products),
    ]
    listed = known(rows.fare_transfer_rules, TRANSFERS, refers, findings)
    kept = once(
        listed, TRANSFERS, lambda row: tuple(row[name] for name in _KEY),
        "this of the same transfers", findings,
    )  # fmt: skip
    rules = [rule for row in kept if (rule := _rule(row, findings)) is not None]
    return tuple(rules)


def _rule(row: Row, findings: Findings) -> TransferRule | None:
    """Return the rule of a row, or None and a finding if it could mean anything."""
    wrong = _impossible(row)
    if wrong is not None:
        field, why = wrong
        findings.warn(CODE, f"{why}: the row was left out.", TRANSFERS, row=row[LINE], field=field)
        return None
    _report_kinder(row, findings)
    limit, kind = row["duration_limit"], row["duration_limit_type"]
    return TransferRule(
        id=id_of(TRANSFERS, row),
        from_leg_group_id=row["from_leg_group_id"],
        to_leg_group_id=row["to_leg_group_id"],
        transfer_count=int(row["transfer_count"] or UNLIMITED) if _is_same(row) else UNLIMITED,
        duration_limit_s=limit if limit > 0 else None,
        duration_limit_type=DurationLimitType(kind) if limit > 0 else None,
        type=TransferType(row["fare_transfer_type"]),
        fare_product_id=row["fare_product_id"],
    )


def _is_same(row: Row) -> bool:
    return bool(row["from_leg_group_id"] == row["to_leg_group_id"])


def _impossible(row: Row) -> tuple[str, str] | None:
    """Return the field that cannot be read in any sense, and why."""
    limit = row["duration_limit"]
    if row["fare_transfer_type"] < 0:
        return "fare_transfer_type", "How the transfer is charged (0, 1 or 2) is not said"
    if row["transfer_count"] and not COUNT.fullmatch(row["transfer_count"]):
        return "transfer_count", "A number of transfers is -1 or at least 1"
    if limit != MISSING and limit <= 0:
        return "duration_limit", "A limit is a number of seconds above zero, or empty"
    if limit > 0 and row["duration_limit_type"] < 0:
        return "duration_limit_type", "From when to when the limit counts (0 to 3) is not said"
    return None


def _report_kinder(row: Row, findings: Findings) -> None:
    """Say what was read in a kinder way than it is written."""
    is_same, count = _is_same(row), row["transfer_count"]
    remarks = (
        (
            count and not is_same,
            "transfer_count",
            "transfer_count is only for transfers within one leg group, and does not count here.",
        ),
        (
            is_same and not count,
            "transfer_count",
            "How many transfers the rule is for is not said: it was read as any number (-1).",
        ),
        (
            row["duration_limit"] < 0 <= row["duration_limit_type"],
            "duration_limit_type",
            "There is no duration_limit for this type, and it does not count.",
        ),
        (
            row["fare_transfer_type"] == TransferType.TRANSFER_ONLY and not row["fare_product_id"],
            "fare_product_id",
            "Only the transfer is paid (type 2), and it has no product: both legs are free.",
        ),
    )
    for is_so, field, message in remarks:
        if is_so:
            findings.warn(CODE, message, TRANSFERS, row=row[LINE], field=field)
