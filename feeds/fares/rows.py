"""Rows of the files of fares: who is left out, and what is said of it."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from feeds.flex.rows import LINE, Row
from feeds.report import Findings

DANGLING: Final = "dangling-reference"
DUPLICATE: Final = "duplicate-fare-row"
Refers = tuple[str, Container[str]]
"""A field, and the ids that it may hold; empty is allowed."""


class FareRows(NamedTuple):
    """The rows of every file, by the name of the file without ``.txt``."""

    agency: list[Row]
    stops: list[Row]
    routes: list[Row]
    calendar: list[Row]
    calendar_dates: list[Row]
    areas: list[Row]
    stop_areas: list[Row]
    networks: list[Row]
    route_networks: list[Row]
    timeframes: list[Row]
    rider_categories: list[Row]
    fare_media: list[Row]
    fare_products: list[Row]
    fare_leg_rules: list[Row]
    fare_leg_join_rules: list[Row]
    fare_transfer_rules: list[Row]


def known(
    rows: Iterable[Row], file: str, refers: Sequence[Refers], findings: Findings
) -> Iterator[Row]:
    """Yield the rows whose fields refer to what is there; say why the others are left out."""
    for row in rows:
        lost = next((name for name, ids in refers if row[name] and row[name] not in ids), None)
        if lost is None:
            yield row
            continue
        findings.warn(
            DANGLING,
            f"The {lost} “{shown(row[lost])}” does not exist or was left out, and so was this "
            "row: add what it means or remove the row.",
            file, row=row[LINE], field=lost,
        )  # fmt: skip


def with_ids(
    rows: Iterable[Row], file: str, fields: Sequence[str], findings: Findings
) -> Iterator[Row]:
    """Yield the rows that have a value in each of these fields."""
    for row in rows:
        missing = next((name for name in fields if not row[name]), None)
        if missing is None:
            yield row
            continue
        findings.warn(
            "missing-id", f"The row has no {missing}: it was left out.",
            file, row=row[LINE], field=missing,
        )  # fmt: skip


def once(
    rows: Iterable[Row], file: str, key: Callable[[Row], Any], what: str, findings: Findings
) -> Iterator[Row]:
    """Yield rows without those that have the key of an earlier one.

    Parameters
    ----------
    what
        What rows of one key have in common, for the finding.
    """
    first: dict[Any, int] = {}
    for row in rows:
        line = first.setdefault(key(row), row[LINE])
        if line == row[LINE]:
            yield row
            continue
        findings.warn(
            DUPLICATE, f"Line {line} says {what} already; the first row counts.",
            file, row=row[LINE],
        )  # fmt: skip


def shown(value: object, limit: int = 60) -> str:
    """Return a value as a finding shows it."""
    text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def id_of(file: str, row: Row) -> str:
    """Return the id of a rule, which has none in GTFS: its file and line."""
    return f"{file.removesuffix('.txt')}:{row[LINE]}"
