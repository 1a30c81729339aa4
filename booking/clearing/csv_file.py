"""The clearing report as CSV: a line for each leg, passenger, product and rule, then the totals.

UTF-8, comma, quotes by RFC 4180. Amounts are written in units with a point (``-12.50``), so that
any table program adds them up to the totals.
"""

import csv
import io
from typing import Final

from booking.domain.clearing.report import BookedLine, ClearingReport

COLUMNS: Final = (
    "month",
    "operator",
    "kind",
    "order",
    "leg",
    "passenger",
    "day",
    "route",
    "product",
    "rule",
    "clearing_rule",
    "amount",
    "vat",
    "vat_percent",
    "currency",
    "booked_at",
    "corrects",
    "of_month",
)
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a table program takes for a formula at the begin of a text."""


def to_csv(report: ClearingReport) -> bytes:
    """Return the report as a CSV file."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for one in report.lines:
        table.writerow(_row(report, one))
    sums = [(f"sum {kind}", minor) for kind, minor in report.of_kind().items() if minor]
    ends = [("opening", report.opening), *sums, ("due", report.due)]
    for name, minor in ends:
        row = [report.month, report.agency_id, name, *[""] * 8, amount(minor)]
        table.writerow([*row, "", "", report.currency, "", "", ""])
    return out.getvalue().encode()


def amount(minor: int) -> str:
    """Return minor units as units with two decimals."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02}"


def _row(report: ClearingReport, one: BookedLine) -> list[str]:
    line = one.line
    return [
        report.month,
        _text(report.agency_id),
        line.kind,
        str(one.order_id or ""),
        _number(line.leg),
        _number(line.passenger),
        line.day.isoformat() if line.day else "",
        _text(line.route),
        _text(line.product),
        _text(line.rule),
        _text(line.share),
        amount(line.amount.minor),
        amount(line.vat_minor),
        f"{line.vat_permille / 10:g}",
        line.amount.currency,
        one.at.isoformat(timespec="seconds"),
        _text(one.corrects or ""),
        (one.corrected_month or "") if one.is_correction(report.month) else "",
    ]


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _text(value: str) -> str:
    """Return a text that no table program takes for a formula."""
    return f"'{value}" if value.startswith(RISKY) else value
