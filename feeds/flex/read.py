"""GTFS-Flex to on-demand services: one for each route, as riders know it.

A route is what has a name, a colour and an operator; its trips are its relations (from where to
where, on which days, when). Others dispatch its vehicles (``OnDemandService.vehicles`` is None).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import isfinite
from string import hexdigits
from typing import Final, NamedTuple

from feeds.flex import ids
from feeds.flex.days import read_days
from feeds.flex.places import Places, read_places
from feeds.flex.relations import Rulebook, rides_of
from feeds.flex.rows import LINE, Row, Tables, by_key, grouped, read_tables
from feeds.flex.schema import SAFE_FACTOR, SAFE_OFFSET, WINDOW_STARTS
from feeds.gtfs.archive import Archive
from feeds.gtfs.calendar import is_time_zone
from feeds.report import Findings
from routing.ondemand.service import (
    Area,
    Limits,
    OnDemandService,
    Relation,
    ServiceStop,
    TravelRules,
)

NO_SERVICE: Final = "no-on-demand-service"
"""Code of feeds without any."""
MAX_FACTOR: Final = 10.0
MAX_OFFSET_S: Final = 36_000.0
OF_OTHERS: Final = Limits(pickup_window_s=0, detour_factor=1.0, detour_s=0, boarding_s=0)
"""GTFS-Flex promises nothing but how long a ride takes at most (``TravelRules``)."""
_DURATIONS: Final = (SAFE_FACTOR, SAFE_OFFSET)


class FlexFeed(NamedTuple):
    """The on-demand services of a feed, and what was found in it."""

    services: tuple[OnDemandService, ...]
    findings: Findings


def has_flex(archive: Archive) -> bool:
    """Say whether a feed may have rows with windows, without reading them."""
    if "stop_times.txt" not in archive.names:
        return False
    header = archive.read("stop_times.txt").split(b"\n", 1)[0]
    return any(name.encode() in header for name in WINDOW_STARTS)


def read_flex(archive: Archive, scope: str) -> FlexFeed:
    """Return the on-demand services of a feed (see ``feeds.gtfs.archive.open_archive``).

    Parameters
    ----------
    scope
        Ids become ``scope:id``.

    Returns
    -------
    Services, and what was found. Nothing is left out without a finding; a feed without a service
    has one that is an error.
    """
    findings = Findings()
    tables = read_tables(archive, findings)
    services: tuple[OnDemandService, ...] = ()
    if not findings.has_errors:
        services = tuple(_services(tables, archive, scope, findings))
    if not services and not findings.has_errors:
        findings.error(
            NO_SERVICE,
            "No trip has a window of time in which it can be booked: "
            "the feed has no on-demand service.",
            "stop_times.txt",
        )
    return FlexFeed(services, findings)


def _services(
    tables: Tables, archive: Archive, scope: str, findings: Findings
) -> Iterator[OnDemandService]:
    places = read_places(tables, archive, scope, findings)
    days = read_days(tables, findings)
    rules = by_key(tables.booking_rules, "booking_rule_id", "booking_rules.txt", findings)
    book = Rulebook(places, rules, days)
    routes = by_key(tables.routes, "route_id", "routes.txt", findings)
    rows = grouped(tables.stop_times, "trip_id")
    for route, trips in _trips_by_route(tables, routes, rows, findings).items():
        agency = _agency(routes[route], tables, findings)
        rides = [rides_of(trip, rows[trip["trip_id"]], book, scope, findings) for trip in trips]
        relations = _once([relation for each in rides for relation in each.relations])
        areas = {area.id: area for each in rides for area in each.areas}
        if agency is None or not relations:
            findings.warn(
                "empty-service",
                f"The route “{route}” was left out: it has no ride that could be read.",
                "routes.txt", row=routes[route][LINE],
            )  # fmt: skip
            continue
        said = [*trips, *(_of_draft(row) for trip in trips for row in rows[trip["trip_id"]])]
        yield OnDemandService(
            id=ids.read(route, scope),
            name=_name(routes[route]),
            agency_id=ids.read(agency["agency_id"] or agency["agency_name"], scope),
            agency_name=agency["agency_name"],
            time_zone=agency["agency_timezone"],
            stops=_stops(areas.values(), places),
            areas=areas,
            relations=relations,
            limits=OF_OTHERS,
            travel=_travel(said, route, findings),
            color=_color(routes[route]["route_color"]),
            attribution=_attribution(tables),
        )


def _trips_by_route(
    tables: Tables, routes: dict[str, Row], rows: dict[str, list[Row]], findings: Findings
) -> dict[str, list[Row]]:
    """Return the on-demand trips of each route."""
    trips = by_key(tables.trips, "trip_id", "trips.txt", findings)
    for unknown in sorted(rows.keys() - trips.keys()):
        findings.warn(
            "dangling-reference", f"The trip “{unknown}” does not exist.", "stop_times.txt",
            row=rows[unknown][0][LINE], field="trip_id",
        )  # fmt: skip
    flexible = [trip for key, trip in trips.items() if key in rows]
    for trip in flexible:
        if trip["route_id"] not in routes:
            findings.warn(
                "dangling-reference",
                f"The route “{trip['route_id']}” does not exist; the trip was left out.",
                "trips.txt", row=trip[LINE],
            )  # fmt: skip
    return grouped((trip for trip in flexible if trip["route_id"] in routes), "route_id")


def _agency(route: Row, tables: Tables, findings: Findings) -> Row | None:
    """Return who runs a route: the agency it names, or the only one."""
    known = {row["agency_id"]: row for row in tables.agency}
    agency = known.get(route["agency_id"])
    if agency is None and (route["agency_id"] or len(known) != 1):
        findings.warn(
            "dangling-reference",
            f"The agency “{route['agency_id']}” of the route “{route['route_id']}” does not "
            "exist; the route was left out.",
            "routes.txt", row=route[LINE],
        )  # fmt: skip
        return None
    agency = agency or tables.agency[0]
    if not is_time_zone(agency["agency_timezone"]):
        findings.warn(
            "unknown-time-zone",
            f"“{agency['agency_timezone']}” is not a time zone: write it like Europe/Berlin. "
            "The routes of the agency were left out.",
            "agency.txt", row=agency[LINE],
        )  # fmt: skip
        return None
    return agency


def _name(route: Row) -> str:
    short, long = route["route_short_name"], route["route_long_name"]
    if not short or short in long:
        return str(long or route["route_id"])
    return f"{short} {long}".strip()


def _color(text: str) -> str | None:
    return text if len(text) == 6 and set(text) <= set(hexdigits) else None


def _stops(areas: Iterable[Area], places: Places) -> dict[str, ServiceStop]:
    known = {stop.id: stop for stop in places.stops.values()}
    return {stop: known[stop] for area in areas for stop in area.stops}


def _once(relations: Sequence[Relation]) -> tuple[Relation, ...]:
    """Return relations without the second trips of own ones (see ``feeds.flex.write``)."""
    said = {replace(relation, id="") for relation in relations if not _is_back(relation)}
    return tuple(
        relation
        for relation in relations
        if not (_is_back(relation) and replace(relation, id="") in said)
    )


def _is_back(relation: Relation) -> bool:
    return relation.id.endswith(ids.BACK)


def _travel(rows: Sequence[Row], route: str, findings: Findings) -> TravelRules:
    """Return how long rides take: the longest that is said of any trip or row of a route."""
    factors = {row[SAFE_FACTOR] for row in rows if 0 < row[SAFE_FACTOR] <= MAX_FACTOR}
    offsets = {row[SAFE_OFFSET] for row in rows if 0 <= row[SAFE_OFFSET] <= MAX_OFFSET_S}
    for row in rows:
        said = (row[SAFE_FACTOR] in factors, row[SAFE_OFFSET] in offsets)
        if any(isfinite(row[n]) and not ok for n, ok in zip(_DURATIONS, said, strict=True)):
            findings.warn(
                "bad-duration",
                f"A safe duration of the route “{route}” is out of all reason and does not count.",
                row=row[LINE],
            )
    if len(factors) > 1 or len(offsets) > 1:
        findings.warn(
            "mixed-durations",
            f"The trips of the route “{route}” say different safe durations; the longest counts.",
        )
    factor = max(factors, default=1.0 if offsets else TravelRules().factor)
    return TravelRules(factor, (), round(max(offsets, default=0.0)))


def _of_draft(row: Row) -> Row:
    """Return a row of ``stop_times.txt`` with its offset in seconds."""
    return row | {SAFE_OFFSET: 60 * row[SAFE_OFFSET]}


def _attribution(tables: Tables) -> tuple[str, ...]:
    """Return whom the feed wants named: its attributions, else its publisher, else its agencies."""
    for rows, field in (
        (tables.attributions, "organization_name"),
        (tables.feed_info, "feed_publisher_name"),
        (tables.agency, "agency_name"),
    ):
        named = tuple(dict.fromkeys(row[field] for row in rows if row[field]))
        if named:
            return named
    return ()
