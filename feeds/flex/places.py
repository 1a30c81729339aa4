"""Where riders get on and off: stops, location groups, and polygons of ``locations.geojson``."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, NamedTuple

from feeds.errors import FieldRefused
from feeds.flex import ids
from feeds.flex.rows import LINE, Row, Tables, by_key, grouped
from feeds.flex.schema import LOCATIONS_FILE
from feeds.gbfs.zones import area_of
from feeds.gtfs.archive import Archive
from feeds.report import Findings
from routing.ondemand.service import Area, Freedom, ServiceStop

GROUPS_FILE: Final = "location_groups.txt"
MEMBERS_FILE: Final = "location_group_stops.txt"
GROUP_PROPERTY: Final = "location_group_id"
"""Of a polygon that belongs to a group: GTFS-Flex has no word for it, so this is kommit's own."""
FREEDOM_PROPERTY: Final = "kommit_freedom"


class Places(NamedTuple):
    """The places of a feed by the ids of its files."""

    stops: Mapping[str, ServiceStop]
    groups: Mapping[str, Area]
    locations: Mapping[str, Area]
    stop_areas: Mapping[str, Area]

    def area(self, row: Row) -> Area | None:
        """Return the area of a row of ``stop_times.txt``, or None where it does not exist.

        Drafts of GTFS-Flex name groups and polygons in ``stop_id``.
        """
        if row["location_group_id"]:
            return self.groups.get(row["location_group_id"])
        if row["location_id"]:
            return self.locations.get(row["location_id"])
        named = row["stop_id"]
        known = (self.groups, self.locations, self.stop_areas)
        found = next((places[named] for places in known if named in places), None)
        return found or self._of_stop(named)

    def _of_stop(self, named: str) -> Area | None:
        stop = self.stops.get(named)
        return Area(named, stop.name, (stop.id,)) if stop else None


def read_places(tables: Tables, archive: Archive, scope: str, findings: Findings) -> Places:
    """Return the places of a feed; ids of stops get its scope, those of areas are as written."""
    rows = by_key(tables.stops, "stop_id", "stops.txt", findings)
    stops = {key: stop for key, row in rows.items() if (stop := _stop(row, scope, findings))}
    locations, of_groups = _locations(archive, findings)
    groups = {group.id: group for group in _groups(tables, stops, locations, of_groups, findings)}
    for key in groups.keys() & locations.keys():
        findings.warn(
            "duplicate-id",
            f"A group and a polygon are both called “{key}”; rows that say stop_id mean the group.",
            GROUPS_FILE,
        )
    attached = {
        location: groups[feature.group]
        for location, feature in of_groups.items()
        if feature.group in groups
    }
    return Places(stops, groups, {**locations, **attached}, _stop_areas(tables, stops))


def _stop_areas(tables: Tables, stops: Mapping[str, ServiceStop]) -> dict[str, Area]:
    """Return the areas of ``stop_areas.txt``, which fares have, too."""
    areas = {}
    for area, rows in grouped(tables.stop_areas, "area_id").items():
        held = dict.fromkeys(stops[row["stop_id"]].id for row in rows if row["stop_id"] in stops)
        if held:
            areas[area] = Area(area, area, tuple(held))
    return areas


def _stop(row: Row, scope: str, findings: Findings) -> ServiceStop | None:
    lat, lon = row["stop_lat"], row["stop_lon"]
    if not (abs(lat) <= 90 and abs(lon) <= 180) or lat == lon == 0:
        findings.warn(
            "bad-position",
            f"The stop “{row['stop_id']}” has no position or an impossible one and was left out.",
            "stops.txt", row=row[LINE],
        )  # fmt: skip
        return None
    id_ = ids.read(row["stop_id"], scope)
    return ServiceStop(id_, row["stop_name"], lat, lon, id_ if ":" in id_ else None)


class _OfGroup(NamedTuple):
    """A polygon that belongs to a group of stops."""

    group: str
    area: Area


def _locations(archive: Archive, findings: Findings) -> tuple[dict[str, Area], dict[str, _OfGroup]]:
    """Return polygons by their ids, and those that belong to groups."""
    found: dict[str, Area] = {}
    of_groups: dict[str, _OfGroup] = {}
    for feature in _features(archive, findings):
        try:
            area, group = _location(feature)
        except ValueError as error:
            findings.warn(
                "bad-polygon",
                f"The polygon “{_id(feature)}” was left out, and with it what refers to it: "
                f"{error}.",
                LOCATIONS_FILE,
            )
            continue
        found[area.id] = area
        if group:
            of_groups[area.id] = _OfGroup(group, area)
    return found, of_groups


def _features(archive: Archive, findings: Findings) -> Iterator[Any]:
    if LOCATIONS_FILE not in archive.names:
        return
    try:
        document = json.loads(archive.read(LOCATIONS_FILE), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        findings.error("bad-json", f"The file is no JSON: {error}.", LOCATIONS_FILE)
        return
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        findings.error("bad-json", "The file is no GeoJSON FeatureCollection.", LOCATIONS_FILE)
        return
    yield from features


def _location(feature: Any) -> tuple[Area, str]:
    """Return the area of a feature and the group to which it belongs, or ``""``."""
    id_ = _id(feature)
    if not id_:
        raise FieldRefused("it has no id")
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise FieldRefused("its properties are no object")
    polygons = area_of(feature.get("geometry"), "geometry")
    name = str(properties.get("stop_name") or id_)
    said = properties.get(FREEDOM_PROPERTY)
    freedom = Freedom(said) if said in set(Freedom) else Freedom.DOOR_TO_DOOR
    return Area(id_, name, (), polygons, freedom), str(properties.get(GROUP_PROPERTY) or "")


def _id(feature: Any) -> str:
    """Return the id of a feature, which drafts kept among its properties."""
    if not isinstance(feature, dict):
        return ""
    properties = feature.get("properties")
    inner = properties if isinstance(properties, dict) else {}
    known = (feature.get("id"), inner.get("id"), inner.get("location_id"))
    return next((str(found) for found in known if isinstance(found, str | int)), "")


def _groups(
    tables: Tables,
    stops: Mapping[str, ServiceStop],
    locations: Mapping[str, Area],
    of_groups: Mapping[str, _OfGroup],
    findings: Findings,
) -> Iterator[Area]:
    """Yield the groups that have a member."""
    names = {row["location_group_id"]: row["location_group_name"] for row in tables.location_groups}
    polygons = {feature.group: feature.area for feature in of_groups.values()}
    for group, members in _members(tables, names, findings).items():
        held = {member: row for member, row in members.items() if member in {**stops, **locations}}
        for member in members.keys() - held.keys():
            findings.warn(
                "dangling-reference",
                f"“{member}” of the group “{group}” does not exist or was left out.",
                MEMBERS_FILE, row=members[member],
            )  # fmt: skip
        area = Area(
            group,
            names.get(group) or group,
            tuple(stops[member].id for member in held if member in stops),
            tuple(p for member in held if member in locations for p in locations[member].polygons),
            Freedom.DOOR_TO_DOOR if held.keys() & locations.keys() else Freedom.STOP_TO_STOP,
        )
        if group in polygons:
            extra = polygons[group]
            area = replace(area, polygons=extra.polygons, freedom=extra.freedom)
        if area.stops or area.polygons:
            yield area
        else:
            findings.warn(
                "empty-group",
                f"The group “{group}” has no stop; what refers to it was left out.",
                GROUPS_FILE,
            )


def _members(
    tables: Tables, names: Mapping[str, str], findings: Findings
) -> dict[str, dict[str, int]]:
    """Return the members of each group, each with its line."""
    found: dict[str, dict[str, int]] = {group: {} for group in names}
    for row in tables.location_groups:  # a draft listed members here
        if row["location_id"]:
            found[row["location_group_id"]].setdefault(row["location_id"], row[LINE])
    for row in tables.location_group_stops:
        group = row["location_group_id"]
        if group not in found:
            findings.warn(
                "dangling-reference",
                f"The group “{group}” is not in {GROUPS_FILE}; it is called by its id.",
                MEMBERS_FILE, row=row[LINE],
            )  # fmt: skip
        found.setdefault(group, {}).setdefault(row["stop_id"], row[LINE])
    return found
