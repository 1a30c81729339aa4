"""Ids of one feed to ids of an image: ``scope:id``."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from routing.fares.tables import FareTables

T = TypeVar("T")
Scope = Callable[[str], str]


def scoped(tables: FareTables, scope: str) -> FareTables:
    """Return tables whose ids name their feed; empty ones stay empty.

    Rules keep theirs: they say where a row is, and are no ids of GTFS.
    """

    def named(id_: str) -> str:
        return f"{scope}:{id_}" if id_ else ""

    return replace(
        tables,
        leg_rules=_rows(tables.leg_rules, named, has_id=False),
        transfer_rules=_rows(tables.transfer_rules, named, has_id=False),
        join_rules=_rows(tables.join_rules, named),
        products=_rows(tables.products, named),
        rider_categories=_rows(tables.rider_categories, named),
        media=_rows(tables.media, named),
        timeframes=_rows(tables.timeframes, named),
        services=_keys(tables.services, named),
        areas=_keys(tables.areas, named),
        networks=_keys(tables.networks, named),
        route_networks={named(a): named(b) for a, b in tables.route_networks.items()},
        stations={named(a): named(b) for a, b in tables.stations.items()},
        stop_zones=_keys(tables.stop_zones, named),
        stop_areas={
            named(stop): tuple(map(named, areas)) for stop, areas in tables.stop_areas.items()
        },
    )


def _rows(rows: tuple[T, ...], named: Scope, *, has_id: bool = True) -> tuple[T, ...]:
    """Return named tuples whose fields ``id`` and ``…_id`` are scoped."""

    def of(row: Any) -> Any:
        ids = [name for name in row._fields if name.endswith("_id") or (has_id and name == "id")]
        return row._replace(**{name: named(getattr(row, name)) for name in ids})

    return tuple(map(of, rows))


def _keys(values: Mapping[str, T], named: Scope) -> dict[str, T]:
    return {named(key): value for key, value in values.items()}
