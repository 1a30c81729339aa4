"""Lines of entries as JSON and back. What is empty or zero is not written."""

from datetime import date
from typing import Any

from booking.domain.ledger import Account, AccountKind, EntryLine, LineKind
from booking.domain.money import Money

OPTIONAL = (
    "vat_minor",
    "vat_permille",
    "product",
    "rule",
    "share",
    "line",
    "leg",
    "passenger",
    "route",
)


def line_to_json(line: EntryLine) -> dict[str, Any]:
    """Return a line as JSON says it."""
    kept: dict[str, Any] = {
        "account": line.account.kind.value,
        "of": line.account.owner,
        "kind": line.kind.value,
        "minor": line.amount.minor,
        "currency": line.amount.currency,
    }
    for name in OPTIONAL:
        value = getattr(line, name)
        if value is not None and value != "" and not (value == 0 and name.startswith("vat")):
            kept[name] = value
    if line.day is not None:
        kept["day"] = line.day.isoformat()
    return kept


def line_of_json(kept: dict[str, Any]) -> EntryLine:
    """Return the line that was kept."""
    day = kept.get("day")
    return EntryLine(
        Account(AccountKind(kept["account"]), kept["of"]),
        LineKind(kept["kind"]),
        Money(kept["minor"], kept["currency"]),
        day=None if day is None else date.fromisoformat(day),
        **{name: kept[name] for name in OPTIONAL if name in kept},
    )
