"""Stripe's report on its balance, as CSV or by its API.

The CSV is that of the report type ``balance_change_from_activity.itemized.3``; amounts are in major
units, times in UTC (columns: https://docs.stripe.com/reports/report-types/balance).
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from stripe import HTTPClient

from booking.adapters.payments.stripe import KEY
from booking.adapters.payments.stripe_client import MEANS, PAGE, ask, client_of
from booking.domain.money import Money
from booking.domain.payments.errors import BadDefinition
from booking.domain.payments.reconciliation import Category, ReportLine

NEEDED: Final = (
    "balance_transaction_id",
    "created_utc",
    "currency",
    "gross",
    "fee",
    "reporting_category",
)
WHOLE_UNITS: Final = frozenset({"JPY", "KRW", "HUF", "ISK"})
"""Currencies of amounts without cents, of those that a stray card could bring."""
CATEGORIES: Final = {each.value: each for each in Category} | {
    "partial_capture_reversal": Category.REFUND,
    "network_cost": Category.FEE,
    "tax": Category.FEE,
}


def read_report(text: str) -> list[ReportLine]:
    """Read the CSV of a report.

    Raises
    ------
    BadDefinition
        If a column is missing, or a cell cannot be read; names the line.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
    if missing:
        raise BadDefinition(
            f"line 1: the report has no column {', '.join(missing)}: it must be of the type "
            "balance_change_from_activity.itemized.3"
        )
    lines = [_line(rows.line_num, row) for row in rows]
    if not all(line.id for line in lines):
        raise BadDefinition("a line of the report has no balance_transaction_id")
    return lines


def _line(number: int, row: Mapping[str, str | None]) -> ReportLine:
    cells = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
    try:
        currency = cells["currency"].upper()
        return ReportLine(
            cells["balance_transaction_id"],
            datetime.fromisoformat(cells["created_utc"]).replace(tzinfo=UTC),
            CATEGORIES.get(cells["reporting_category"], Category.OTHER),
            Money(_minor(cells["gross"], currency), currency),
            Money(_minor(cells["fee"] or "0", currency), currency),
            cells.get("payment_intent_id") or None,
            cells.get(f"refund_metadata[{KEY}]") or None,
        )
    except ValueError as error:
        raise BadDefinition(f"line {number}: {error}") from error


def _minor(text: str, currency: str) -> int:
    """Return the minor units of an amount like ``-12.50`` or ``12,5``: exactly, without floats."""
    digits = 0 if currency in WHOLE_UNITS else 2
    sign, bare = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, _, part = bare.replace(",", ".").partition(".")
    if not (whole.isascii() and whole.isdigit() and (not part or part.isascii())):
        raise ValueError(f"{text!r} is not an amount")
    part = part.ljust(digits, "0")
    if (part and not part.isdigit()) or part[digits:].strip("0"):
        raise ValueError(f"{text!r} is not an amount of {currency}")
    return sign * int(whole + part[:digits])


class StripeReports:
    """Reads what the report would say by Stripe's API, for times without a report."""

    provider = MEANS

    def __init__(
        self, api_key: str, api_base: str | None = None, http_client: HTTPClient | None = None
    ) -> None:
        self._client = client_of(api_key, api_base, http_client)

    def lines(self, since: datetime, until: datetime) -> Sequence[ReportLine]:
        """Return the balance transactions of a time, the oldest first."""
        transactions = self._client.v1.balance_transactions
        pages = ask(lambda: transactions.list({"limit": PAGE, "expand": ["data.source"]}))
        found: list[ReportLine] = []
        for one in pages.auto_paging_iter():  # the newest come first
            line = _told(one.to_dict())
            if line.at < since:
                break
            if line.at < until:
                found.append(line)
        return found[::-1]


def _told(one: Mapping[str, Any]) -> ReportLine:
    currency = str(one["currency"]).upper()
    source = one.get("source")
    about: Mapping[str, Any] = source if isinstance(source, Mapping) else {}
    reference = about.get("payment_intent")
    return ReportLine(
        str(one["id"]),
        datetime.fromtimestamp(int(one["created"]), UTC),
        CATEGORIES.get(str(one["reporting_category"]), Category.OTHER),
        Money(int(one["amount"]), currency),
        Money(int(one["fee"]), currency),
        str(reference) if reference else None,
        (about.get("metadata") or {}).get(KEY),
    )
