"""An employer's list of its people as CSV, and the statement that goes back as CSV."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from booking.domain.accounts import normal_email
from booking.domain.chain import LegMode
from booking.domain.errors import BadAccountData
from booking.domain.money import Money
from booking.domain.payments.budgets import Grant, Statement
from booking.domain.payments.errors import BadDefinition
from booking.domain.payments.months import Month

COLUMNS: Final = ("email", "monthly", "first", "last", "modes", "carried_months")
"""``monthly`` in major units, like ``50.00``; ``modes`` separated by blanks, none for all."""
NEEDED: Final = frozenset({"email", "monthly", "first"})


class Member(NamedTuple):
    """One line of the list."""

    line: int
    email: str
    monthly: Money
    first: Month
    last: Month | None
    modes: frozenset[LegMode]
    carried_months: int

    def grant(self, employer_id: str, rider_id: UUID) -> Grant:
        """Return what the line grants, or raise ``BadDefinition`` with its number."""
        try:
            return Grant(employer_id, rider_id, *self[2:])
        except BadDefinition as error:
            raise BadDefinition(f"line {self.line}: {error}") from error


def read_members(text: str, currency: str = "EUR") -> list[Member]:
    """Read an employer's list.

    Raises
    ------
    BadDefinition
        If a column or value cannot be; names the line.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restkey="…")
    names = frozenset(rows.fieldnames or ())
    if not names >= NEEDED or not names <= set(COLUMNS):
        raise BadDefinition(f"line 1: the columns are {', '.join(COLUMNS)}; the first three needed")
    return [_member(rows.line_num, row, currency) for row in rows]


def minor_of(text: str) -> int:
    """Return the minor units of an amount like ``50`` or ``49.90``, or raise ``ValueError``."""
    whole, _, cents = text.strip().replace(",", ".").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 9):
        raise ValueError(f"{text!r} is not an amount like 50 or 49.90")
    if cents and not (cents.isascii() and cents.isdigit() and len(cents) == 2):
        raise ValueError(f"{text!r} is not an amount like 50 or 49.90")
    return int(whole) * 100 + int(cents or 0)


def write_statement(rows: Iterable[Statement]) -> str:
    """Return an employer's statement as CSV, for its payroll: amounts, and no journeys."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["month", "email", "name", "granted", "spent", "lapsed", "left", "currency"])
    for row in rows:
        amounts = (row.granted, row.spent, row.lapsed, row.left)
        cells = [str(row.month), _cell(row.email), _cell(row.name)]
        table.writerow([*cells, *map(decimal_of, amounts), row.granted.currency])
    return out.getvalue()


def decimal_of(amount: Money) -> str:
    """Return an amount in major units, like ``12.50``."""
    minor = abs(amount.minor)
    return f"{'-' if amount.minor < 0 else ''}{minor // 100}.{minor % 100:02d}"


def _member(line: int, row: Mapping[str, str | None], currency: str) -> Member:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if "…" in row:
        raise BadDefinition(f"line {line}: there are more cells than columns")
    try:
        return Member(
            line,
            normal_email(cells["email"]),
            Money(minor_of(cells["monthly"]), currency),
            Month.parse(cells["first"]),
            Month.parse(cells["last"]) if cells["last"] else None,
            frozenset(map(LegMode, cells["modes"].upper().split())),
            int(cells["carried_months"] or 0),
        )
    except (ValueError, BadAccountData) as error:
        raise BadDefinition(f"line {line}: {error}") from error


def _cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
