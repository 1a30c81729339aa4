"""The fares of an image's feeds, as one file of JSON: rows as short lists, since there are many."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from feeds.fares.read import read_fares
from feeds.gtfs.archive import open_archive
from feeds.ondemand.codec import to_json
from feeds.report import Findings
from routing.fares.tables import (
    DurationLimitType,
    FareMediaType,
    FareMedium,
    FareProduct,
    FareTables,
    JoinRule,
    LegRule,
    RiderCategory,
    Timeframe,
    TransferRule,
    TransferType,
)
from routing.ondemand.service import ServiceDays

FILE: Final = "tables.json"


def fares_of_feed(path: Path, scope: str, findings: Findings) -> FareTables | None:
    """Return the fares of a GTFS feed, or None, and report what is left out of them."""
    with open_archive(path) as archive:
        return read_fares(archive, scope, findings)


def save_fares(fares: Iterable[FareTables | None], folder: Path) -> None:
    """Write fares to ``folder``: the same bytes for the same fares."""
    folder.mkdir()
    listed = [to_json(tables) for tables in fares if tables is not None]
    text = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
    (folder / FILE).write_text(text + "\n", "utf-8")


def load_fares(folder: Path) -> tuple[FareTables, ...]:
    """Read what ``save_fares`` wrote; raise ``ValueError`` or ``OSError`` if it is damaged."""
    try:
        return tuple(map(_tables, json.loads((folder / FILE).read_text("utf-8"))))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"these are no fares: {error}") from error


def _tables(values: Mapping[str, Any]) -> FareTables:
    read = {name: _READERS.get(name, _as_is)(value) for name, value in values.items()}
    return FareTables(**read)


def _rows(make: Callable[[list[Any]], Any]) -> Callable[[list[list[Any]]], tuple[Any, ...]]:
    return lambda rows: tuple(map(make, rows))


def _as_is(value: Any) -> Any:
    return value


def _medium(row: list[Any]) -> FareMedium:
    id_, name, kind = row
    return FareMedium(id_, name, FareMediaType(kind))


def _transfer(row: list[Any]) -> TransferRule:
    rule = TransferRule._make(row)
    limit = rule.duration_limit_type
    return rule._replace(
        duration_limit_type=None if limit is None else DurationLimitType(limit),
        type=TransferType(rule.type),
    )


def _services(values: Mapping[str, Mapping[str, Any]]) -> dict[str, ServiceDays]:
    return {
        service: ServiceDays(
            weekdays=frozenset(days["weekdays"]),
            first=date.fromisoformat(days["first"]),
            last=date.fromisoformat(days["last"]),
            added=frozenset(map(date.fromisoformat, days["added"])),
            removed=frozenset(map(date.fromisoformat, days["removed"])),
        )
        for service, days in values.items()
    }


def _stop_areas(values: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {stop: tuple(areas) for stop, areas in values.items()}


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "leg_rules": _rows(LegRule._make),
    "products": _rows(FareProduct._make),
    "join_rules": _rows(JoinRule._make),
    "transfer_rules": _rows(_transfer),
    "rider_categories": _rows(RiderCategory._make),
    "media": _rows(_medium),
    "timeframes": _rows(Timeframe._make),
    "services": _services,
    "stop_areas": _stop_areas,
}
