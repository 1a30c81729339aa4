"""Where fares are: the areas of stops, the networks of routes, stations and time zones."""

from collections.abc import Mapping
from typing import NamedTuple

from feeds.fares.rows import DUPLICATE, FareRows, known, once, shown, with_ids
from feeds.flex.rows import LINE
from feeds.gtfs.calendar import is_time_zone
from feeds.report import Findings

PLATFORM, STATION = 0, 1


class Places(NamedTuple):
    """What fares need of stops and routes; ids are the feed's own."""

    areas: Mapping[str, str]
    networks: Mapping[str, str]
    route_networks: Mapping[str, str]
    stop_areas: Mapping[str, tuple[str, ...]]
    stations: Mapping[str, str]
    stop_zones: Mapping[str, str]
    stops: frozenset[str]


def read_places(rows: FareRows, findings: Findings) -> Places:
    """Return stops and routes as fares see them; rows that refer to nothing are left out."""
    stops = {row["stop_id"]: row for row in rows.stops if row["stop_id"]}
    stations = {
        stop: row["parent_station"]
        for stop, row in stops.items()
        if row["location_type"] == PLATFORM and row["parent_station"] in stops
    }
    named = with_ids(rows.areas, "areas.txt", ["area_id"], findings)
    areas = {
        row["area_id"]: row["area_name"]
        for row in once(named, "areas.txt", lambda row: row["area_id"], "what it is", findings)
    }
    networks, route_networks = _networks(rows, findings)
    return Places(
        areas=areas,
        networks=networks,
        route_networks=route_networks,
        stop_areas=_stop_areas(rows, areas, frozenset(stops), stations, findings),
        stations=stations,
        stop_zones=_zones(rows, stations),
        stops=frozenset(stops),
    )


def _stop_areas(
    rows: FareRows,
    areas: Mapping[str, str],
    stops: frozenset[str],
    stations: Mapping[str, str],
    findings: Findings,
) -> dict[str, tuple[str, ...]]:
    """Return the areas of each stop: a platform's own, else those of its station."""
    file = "stop_areas.txt"
    whole = with_ids(rows.stop_areas, file, ["area_id", "stop_id"], findings)
    found: dict[str, list[str]] = {}
    for row in known(whole, file, [("area_id", areas), ("stop_id", stops)], findings):
        of_stop = found.setdefault(row["stop_id"], [])
        if row["area_id"] not in of_stop:
            of_stop.append(row["area_id"])
    of_stations = {
        stop: found[station]
        for stop, station in stations.items()
        if station in found and stop not in found
    }
    return {stop: tuple(of_stop) for stop, of_stop in (found | of_stations).items()}


def _networks(rows: FareRows, findings: Findings) -> tuple[dict[str, str], dict[str, str]]:
    """Return networks by id, and the one of each route: ``routes.txt`` may say it, too."""
    by_route = {row["route_id"]: row["network_id"] for row in rows.routes if row["network_id"]}
    if by_route and rows.networks:
        findings.warn(
            "networks-twice",
            "The feed has network_id in routes.txt and networks.txt, which GTFS forbids: "
            "both were read, and where they differ route_networks.txt counts.",
            "networks.txt",
        )
    networks = dict.fromkeys(by_route.values(), "")
    networks |= {row["network_id"]: row["network_name"] for row in rows.networks}
    networks.pop("", None)
    file = "route_networks.txt"
    routes = {row["route_id"] for row in rows.routes}
    whole = with_ids(rows.route_networks, file, ["network_id", "route_id"], findings)
    said: dict[str, str] = {}
    for row in known(whole, file, [("network_id", networks), ("route_id", routes)], findings):
        first = said.setdefault(row["route_id"], row["network_id"])
        if first != row["network_id"]:
            findings.warn(
                DUPLICATE,
                f"The route “{shown(row['route_id'])}” is in the network “{shown(first)}” "
                "already, and can be in one only: the first row counts.",
                file, row=row[LINE], field="route_id",
            )  # fmt: skip
    return networks, by_route | said


def _zones(rows: FareRows, stations: Mapping[str, str]) -> dict[str, str]:
    """Return the time zones of stops that have another one than the feed."""
    usual = {row["agency_timezone"] for row in rows.agency[:1]}
    own = {
        row["stop_id"]: row["stop_timezone"]
        for row in rows.stops
        if row["stop_timezone"] not in usual and is_time_zone(row["stop_timezone"])
    }
    return {stop: own[station] for stop, station in stations.items() if station in own} | own
