"""Stations: where they are, and what they have now."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from feeds.errors import FieldRefused
from feeds.gbfs.fields import Row, count, count_or_none, each, flag, identifier, point, text_or
from feeds.gbfs.zones import area_of
from feeds.report import Findings
from routing.sharing.supply import Station, VehicleType

INFORMATION: Final = "station_information"
STATUS: Final = "station_status"
Types = Mapping[str, VehicleType]


def read_stations(
    information: Row, status: Row, types: Types, known: frozenset[str], findings: Findings
) -> dict[str, Station]:
    """Return stations by id; of several with one id, the first.

    Parameters
    ----------
    types
        Vehicle types that are used.
    known
        All vehicle types of the feed, also those that are not used.
    """
    rows = _by_id(information, INFORMATION, findings)
    now = _by_id(status, STATUS, findings)
    for unknown in now.keys() - rows.keys():
        findings.warn("unknown-station", f"Station {unknown!r} stands nowhere.", STATUS)
    made = each(
        list(rows.values()),
        lambda row: _station(row, now, types, known, findings),
        "bad-station",
        findings,
        INFORMATION,
    )
    return {station.id: station for station in made}


def _by_id(data: Row, file: str, findings: Findings) -> dict[str, Row]:
    found: dict[str, Row] = {}
    rows = data.get("stations")
    for station, row in each(rows, _with_id, "bad-station", findings, file):
        if station in found:
            findings.warn(
                "duplicate-id", f"Station {station!r} comes twice; the first counts.", file
            )
        found.setdefault(station, row)
    return found


def _with_id(row: Row) -> tuple[str, Row]:
    return identifier(row, "station_id"), row


def _station(
    row: Row, now: Mapping[str, Row], types: Types, known: frozenset[str], findings: Findings
) -> Station:
    """Return a station; one whose state is not known neither rents nor takes back."""
    lat, lon = point(row)
    plain = Station(
        id=identifier(row, "station_id"),
        name=text_or(row, "name", identifier(row, "station_id")),
        lat=lat,
        lon=lon,
        is_renting=False,
        is_returning=False,
        capacity=count_or_none(row, "capacity"),
        area=area_of(row["station_area"], "station_area") if row.get("station_area") else (),
    )
    status = now.get(plain.id)
    if status is None:
        findings.warn("no-status", f"Station {plain.id!r} has no status: not used.", STATUS)
        return plain
    try:
        return _as_now(plain, status, types, known)
    except ValueError as error:
        findings.warn("bad-status", f"Station {plain.id!r} is not used: {error}.", STATUS)
        return plain


def _as_now(plain: Station, row: Row, types: Types, known: frozenset[str]) -> Station:
    installed = flag(row, "is_installed", "installed", default=True)
    return Station(
        id=plain.id,
        name=plain.name,
        lat=plain.lat,
        lon=plain.lon,
        is_renting=installed and flag(row, "is_renting", "renting", default=True),
        is_returning=installed and flag(row, "is_returning", "returning", default=True),
        capacity=plain.capacity,
        area=plain.area,
        available=_available(row, types, known),
        docks=_docks(row, known),
    )


def _available(row: Row, types: Types, known: frozenset[str]) -> dict[str, int]:
    """Return vehicles by type; without types told, the only type there is, or none."""
    if row.get("vehicle_types_available"):
        found: Counter[str] = Counter()
        for entry in _entries(row, "vehicle_types_available"):
            found[identifier(entry, "vehicle_type_id")] += count(entry, "count")
        return {kind: number for kind, number in found.items() if kind in types}
    old = "num_vehicles_available" not in row
    number = count(row, "num_bikes_available" if old else "num_vehicles_available")
    return {next(iter(types)): number} if len(known) == len(types) == 1 else {}


def _docks(row: Row, known: frozenset[str]) -> dict[str, int] | None:
    """Return free docks; without any number, as many as one likes may be returned."""
    if not row.get("vehicle_docks_available"):
        free = count_or_none(row, "num_docks_available")
        return None if free is None else {"": free}
    found: Counter[str] = Counter()
    for entry in _entries(row, "vehicle_docks_available"):
        ids = entry.get("vehicle_type_ids")
        if not isinstance(ids, list) or not all(isinstance(kind, str) for kind in ids):
            raise FieldRefused("vehicle_type_ids is no list of ids")
        for kind in [""] if set(ids) >= known else set(ids):
            found[kind] += count(entry, "count")
    return dict(found)


def _entries(row: Row, field: str) -> Iterator[Row]:
    entries = row[field]
    if not isinstance(entries, list) or not all(isinstance(e, Mapping) for e in entries):
        raise FieldRefused(f"{field} is no list of objects")
    yield from entries
