"""Geofencing zones and areas of stations: GeoJSON to rings of (lat, lon)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, NamedTuple

from feeds.errors import FieldRefused
from feeds.gbfs.fields import Row, degrees, each, flag, moment_or_none
from feeds.report import Findings
from routing.sharing.supply import Polygon, Ring, Zone

FILE: Final = "geofencing_zones"
EARTH: Final[Polygon] = (((-90, -180), (-90, 180), (90, 180), (90, -180), (-90, -180)),)
STATIONS_ONLY: Final = Zone((EARTH,), end_allowed=False, station_parking=True)
FEWEST_POINTS: Final = 3
KPH: Final = Decimal("3.6")


class Fences(NamedTuple):
    """Zones in the order in which they decide, and what holds outside of them."""

    zones: tuple[Zone, ...] = ()
    start_allowed: bool = True
    end_allowed: bool = True
    through_allowed: bool = True


def read_fences(data: Row, findings: Findings) -> Fences:
    """Return the zones of ``geofencing_zones``; each rule of a zone is one.

    What cannot be read may forbid to leave vehicles somewhere. Then rentals end in the zones that
    allow it, and at stations.
    """
    collection = data.get("geofencing_zones")
    features = collection.get("features") if isinstance(collection, Mapping) else None
    found = list(each(features, _zones, "bad-zone", findings, FILE))
    zones = tuple(zone for group in found for zone in group)
    rules = data.get("global_rules", [])
    outside = list(each(rules, lambda rule: _zone((EARTH,), rule, {}), "bad-rule", findings, FILE))
    if not (_is_whole(features, found) and _is_whole(rules, outside)):
        strict = [replace(rule, end_allowed=False, station_parking=True) for rule in outside]
        return Fences((*zones, *strict, STATIONS_ONLY))
    return _with_outside(zones, outside)


def _is_whole(rows: object, found: list[Any]) -> bool:
    """Say whether every row could be read."""
    return isinstance(rows, list) and len(rows) == len(found)


def _with_outside(zones: tuple[Zone, ...], outside: list[Zone]) -> Fences:
    """Return what holds: plain global rules as such, others as zones that hold the earth."""
    plain = len(outside) == 1 and _is_plain(outside[0])
    if not plain:
        return Fences(zones + tuple(outside))
    only = outside[0]
    return Fences(zones, only.start_allowed, only.end_allowed, only.through_allowed)


def _is_plain(rule: Zone) -> bool:
    return rule.types is None and rule.max_speed_mps is None and not rule.station_parking


def _zones(feature: Row) -> tuple[Zone, ...]:
    properties = feature.get("properties")
    rules = properties.get("rules") if isinstance(properties, Mapping) else None
    if not isinstance(properties, Mapping) or not isinstance(rules, list):
        raise FieldRefused("properties.rules is missing or no list")
    polygons = area_of(feature.get("geometry"), "geometry")
    return tuple(_zone(polygons, rule, properties) for rule in rules)


def _zone(polygons: tuple[Polygon, ...], rule: object, properties: Row) -> Zone:
    """Return the zone of a rule; GBFS 2 has one word for starting and ending."""
    if not isinstance(rule, Mapping):
        raise FieldRefused("a rule is no object")
    return Zone(
        polygons=polygons,
        types=_types(rule),
        start_allowed=flag(rule, "ride_start_allowed", "ride_allowed", default=True),
        end_allowed=flag(rule, "ride_end_allowed", "ride_allowed", default=True),
        through_allowed=flag(rule, "ride_through_allowed", default=True),
        max_speed_mps=_speed(rule.get("maximum_speed_kph")),
        station_parking=flag(rule, "station_parking", default=False),
        start=moment_or_none(properties, "start"),
        end=moment_or_none(properties, "end"),
    )


def _types(rule: Row) -> frozenset[str] | None:
    ids = rule.get("vehicle_type_ids", rule.get("vehicle_type_id"))
    if ids is None or ids == []:
        return None
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise FieldRefused("vehicle_type_ids is no list of ids")
    return frozenset(ids)


def _speed(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 < value <= 200:
        raise FieldRefused("maximum_speed_kph is not between 0 and 200")
    return float(Decimal(value) / KPH)


def area_of(geometry: Any, field: str) -> tuple[Polygon, ...]:
    """Return the polygons of a GeoJSON ``Polygon`` or ``MultiPolygon``.

    Rings that are not closed are closed. Even and odd crossings decide what is inside, so that a
    ring may touch itself.

    Raises
    ------
    ValueError
        If it is neither, or a ring is no ring.
    """
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise FieldRefused(f"{field} is neither a Polygon nor a MultiPolygon")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else _listed(coordinates, field)
    found = tuple(tuple(_rings(polygon, field)) for polygon in polygons)
    if not found or not all(found):
        raise FieldRefused(f"{field} holds no ring")
    return found


def _rings(polygon: object, field: str) -> Iterator[Ring]:
    for ring in _listed(polygon, field):
        points = tuple(_position(position, field) for position in _listed(ring, field))
        if len(set(points)) < FEWEST_POINTS:
            raise FieldRefused(f"a ring of {field} has fewer than {FEWEST_POINTS} points")
        yield points if points[0] == points[-1] else (*points, points[0])


def _position(position: object, field: str) -> tuple[float, float]:
    lon, lat, *_ = [*_listed(position, field), None, None]
    return degrees(lat, 90, f"a latitude of {field}"), degrees(lon, 180, f"a longitude of {field}")


def _listed(value: object, field: str) -> list[Any]:
    if not isinstance(value, list):
        raise FieldRefused(f"{field} has coordinates that are no list")
    return value
