"""On-demand services from GTFS-Flex, one for each route that has rows with windows.

https://gtfs.org/documentation/schedule/reference/ (adopted 2024), and the drafts before it, whose
fields have other names. What cannot be said with a service becomes a finding; nothing is lost
without a word.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

from feeds.flex.rows import Line, Tables, day_of, decimal, seconds_of, whole
from feeds.gtfs.archive import Archive
from feeds.report import Findings
from routing.booking_rules import PRIOR_DAYS, REAL_TIME, SAME_DAY, BookingRule
from routing.ondemand.service import (
    Area,
    Freedom,
    Limits,
    OnDemandService,
    Relation,
    ServiceDays,
    ServiceStop,
    Terms,
    TravelRules,
    Window,
)
from routing.sharing.supply import Polygon
from routing.timetable import NONE

NEVER_BOARD: Final = "1"
"""``pickup_type`` and ``drop_off_type`` of rows where nobody gets on (off)."""
WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STARTS: Final = (
    "start_pickup_drop_off_window", "start_pickup_dropoff_window", "start_service_area_window",
)  # fmt: skip
ENDS: Final = (
    "end_pickup_drop_off_window", "end_pickup_dropoff_window", "end_service_area_window",
)  # fmt: skip
PICKUP_RULES: Final = ("pickup_booking_rule_id",)
FREE: Final = Terms(BookingRule(REAL_TIME, NONE, NONE, NONE, NONE))
"""Of rows without a booking rule."""


@dataclass(frozen=True)
class FlexFeed:
    """What a feed says of on-demand services."""

    services: tuple[OnDemandService, ...]
    findings: Findings


class Call(NamedTuple):
    """A row of ``stop_times.txt`` with a window."""

    line: Line
    area: str
    window: Window
    boards: bool
    alights: bool
    rule: str


def has_flex(archive: Archive) -> bool:
    """Say whether a feed has rows with windows."""
    if "stop_times.txt" not in archive.names:
        return False
    head = archive.read("stop_times.txt")[:4096].decode("utf-8-sig", errors="replace")
    return any(name in head.split("\n", 1)[0] for name in STARTS)


def read_flex(archive: Archive, scope: str) -> FlexFeed:
    """Return the on-demand services of a feed; ids read ``scope:gtfs_id``, or as they are."""
    findings = Findings()
    return FlexFeed(tuple(_Reader(Tables(archive, findings), scope).services()), findings)


class _Reader:
    """Reads one feed."""

    def __init__(self, tables: Tables, scope: str) -> None:
        self._tables, self._scope = tables, scope
        self._agencies = {line.get("agency_id"): line for line in tables.rows("agency.txt")}
        self._stops = self._read_stops()
        self._areas = self._read_areas()
        self._terms = {
            line.get("booking_rule_id"): self._rule(line)
            for line in tables.rows("booking_rules.txt")
        }
        self._days = self._read_days()

    def services(self) -> Iterable[OnDemandService]:
        """Yield a service for each route with windows."""
        trips = {line.get("trip_id"): line for line in self._tables.rows("trips.txt")}
        calls = self._calls(trips)
        routes: dict[str, list[str]] = defaultdict(list)
        for trip in calls:
            routes[trips[trip].get("route_id")].append(trip)
        for route in self._tables.rows("routes.txt"):
            mine = routes.get(route.get("route_id"), [])
            relations = [
                one for trip in mine for one in self._relations(trip, trips[trip], calls[trip])
            ]
            if relations:
                travel = self._travel([trips[trip] for trip in mine], calls, mine)
                yield self._service(route, relations, travel)

    # --- what there is

    def _read_stops(self) -> dict[str, ServiceStop]:
        found = {}
        for line in self._tables.rows("stops.txt"):
            stop_id = line.get("stop_id")
            lat, lon = decimal(line.get("stop_lat"), 999), decimal(line.get("stop_lon"), 999)
            if abs(lat) > 90 or abs(lon) > 180:
                continue  # the timetable's reader reports it
            scoped = self._scoped(stop_id)
            found[stop_id] = ServiceStop(scoped, line.get("stop_name"), lat, lon, scoped)
        return found

    def _read_areas(self) -> dict[str, Area]:
        areas = {}
        members: dict[str, list[str]] = defaultdict(list)
        places = {_place_id(feature): feature for feature in self._tables.features()}
        for file in ("location_group_stops.txt", "location_groups.txt", "stop_areas.txt"):
            for line in self._tables.rows(file):
                stop = line.get("stop_id", "location_id")
                if stop:
                    members[line.get("location_group_id", "area_id")].append(stop)
        names = {
            line.get("location_group_id"): line.get("location_group_name")
            for line in self._tables.rows("location_groups.txt")
        }
        for place, feature in places.items():
            polygons = self._polygons(str(place), feature.get("geometry"))
            name = str((feature.get("properties") or {}).get("stop_name") or place)
            if polygons:
                areas[str(place)] = Area(str(place), name, (), polygons, Freedom.DOOR_TO_DOOR)
        for group in dict.fromkeys([*members, *names]):
            areas[group] = self._group(group, names.get(group) or group, members[group], areas)
        return areas

    def _group(
        self, group: str, name: str, members: Iterable[str], places: Mapping[str, Area]
    ) -> Area:
        stops: list[str] = []
        polygons: list[Polygon] = []
        for member in members:
            if member in self._stops:
                stops.append(self._stops[member].id)
            elif member in places:
                polygons += places[member].polygons
            else:
                self._tables.warn(
                    "unknown-stop",
                    f"The group {group} has a stop {member} that does not exist; it is left out.",
                    "location_group_stops.txt",
                )
        if not stops and not polygons:
            self._tables.warn(
                "empty-group", f"The group {group} has no stops; nobody gets on there.",
                "location_groups.txt",
            )  # fmt: skip
        freedom = Freedom.DOOR_TO_DOOR if polygons else Freedom.STOP_TO_STOP
        return Area(group, name, tuple(dict.fromkeys(stops)), tuple(polygons), freedom)

    def _polygons(self, place: str, geometry: Any) -> tuple[Polygon, ...]:
        try:
            kind, rings = geometry["type"], geometry["coordinates"]
            shapes = [rings] if kind == "Polygon" else list(rings)
            found = tuple(
                tuple(tuple((float(p[1]), float(p[0])) for p in ring) for ring in shape)
                for shape in shapes
            )
        except (TypeError, KeyError, ValueError, IndexError):
            found = ()
        good = [shape for shape in found if shape and all(_is_ring(ring) for ring in shape)]
        if len(good) != len(found) or not found:
            self._tables.warn(
                "broken-polygon",
                f"The area {place} is no polygon with closed rings of three corners or more;"
                " what is broken of it is left out.",
                "locations.geojson",
            )
        return tuple(good)

    def _rule(self, line: Line) -> Terms:
        kind = whole(line.get("booking_type"), REAL_TIME)
        if line.get("prior_notice_start_day", "prior_notice_service_id"):
            self._tables.tell(
                "start-of-booking-left-out",
                "From which day on a ride can be booked, or on which service's days, is not read.",
                "booking_rules.txt", line.number,
            )  # fmt: skip
        return Terms(
            _booking_rule(kind, line),
            line.get("message") or line.get("pickup_message") or None,
            line.get("phone_number") or None,
            line.get("info_url") or None,
            line.get("booking_url") or None,
        )

    def _read_days(self) -> dict[str, ServiceDays]:
        days: dict[str, ServiceDays] = {}
        for line in self._tables.rows("calendar.txt"):
            first, last = day_of(line.get("start_date")), day_of(line.get("end_date"))
            week = frozenset(k for k, name in enumerate(WEEK) if line.get(name) == "1")
            if first is not None and last is not None:
                days[line.get("service_id")] = ServiceDays(week, first, last)
        added: dict[str, set[date]] = defaultdict(set)
        removed: dict[str, set[date]] = defaultdict(set)
        for line in self._tables.rows("calendar_dates.txt"):
            day = day_of(line.get("date"))
            if day is not None:
                kind = added if line.get("exception_type") == "1" else removed
                kind[line.get("service_id")].add(day)
        for service in {*added, *removed}:
            plain = days.get(service, ServiceDays(frozenset()))
            days[service] = replace(
                plain, added=frozenset(added[service]), removed=frozenset(removed[service])
            )
        return days

    # --- trips

    def _calls(self, trips: Mapping[str, Line]) -> dict[str, list[Call]]:
        found: dict[str, list[tuple[int, Call]]] = defaultdict(list)
        fixed: dict[str, Line] = {}
        for line in self._tables.rows("stop_times.txt"):
            if not line.get(*STARTS) and not line.get(*ENDS):
                fixed.setdefault(line.get("trip_id"), line)
                continue
            call, trip = self._call(line), line.get("trip_id")
            if call is None:
                continue
            if trip not in trips:
                self._tables.warn(
                    "dangling-reference", f"There is no trip {trip}; the row is left out.",
                    "stop_times.txt", line.number, "trip_id",
                )  # fmt: skip
                continue
            found[trip].append((whole(line.get("stop_sequence"), 0), call))
        for trip in sorted(found.keys() & fixed.keys()):
            self._tables.tell(
                "deviated-route",
                f"The trip {trip} has fixed stops and areas between: the areas are offered on"
                " demand among themselves, the fixed stops as a trip of the timetable.",
                "stop_times.txt", fixed[trip].number,
            )  # fmt: skip
        return {
            trip: [call for _, call in sorted(rows, key=lambda pair: pair[0])]
            for trip, rows in found.items()
        }

    def _call(self, line: Line) -> Call | None:
        file = "stop_times.txt"
        start, end = seconds_of(line.get(*STARTS)), seconds_of(line.get(*ENDS))
        if start is None or end is None or end <= start:
            self._tables.warn(
                "bad-window", "A window ends before it begins, or is no time; it is left out.",
                file, line.number, STARTS[0],
            )  # fmt: skip
            return None
        area = line.get("location_group_id", "location_id", "stop_id")
        if area in self._stops and area not in self._areas:
            stop = self._stops[area]
            self._areas[area] = Area(area, stop.name, (stop.id,))
        if area not in self._areas:
            self._tables.warn(
                "dangling-reference", f"There is no area or group {area!r}; the row is left out.",
                file, line.number, "location_group_id",
            )  # fmt: skip
            return None
        return Call(
            line,
            area,
            Window(start, end),
            line.get("pickup_type") != NEVER_BOARD,
            line.get("drop_off_type") != NEVER_BOARD,
            line.get(*PICKUP_RULES),
        )

    def _relations(self, trip: str, line: Line, calls: list[Call]) -> Iterable[Relation]:
        """Yield from which area to which a trip carries; one row alone carries within its area."""
        days = self._days.get(line.get("service_id"))
        if days is None:
            self._tables.warn(
                "no-days", f"The trip {trip} has a service without days; it is left out.",
                "trips.txt", line.number, "service_id",
            )  # fmt: skip
            return
        pairs = [(calls[0], calls[0])] if len(calls) == 1 else [
            (a, b) for k, a in enumerate(calls) for b in calls[k + 1 :]
        ]  # fmt: skip
        number = 0
        for origin, goal in pairs:
            if not (origin.boards and goal.alights):
                continue
            terms = self._terms.get(origin.rule, FREE)
            yield Relation(
                id=self._scoped(trip if number == 0 else f"{trip}/{number}"),
                origin=origin.area,
                destination=goal.area,
                days=days,
                pickup=origin.window,
                drop_off=goal.window,
                terms=terms,
            )
            number += 1

    def _travel(
        self, trips: list[Line], calls: Mapping[str, list[Call]], mine: Iterable[str]
    ) -> TravelRules:
        """Return how long rides take at most: the largest of what trips and rows say."""
        plain = TravelRules()
        lines = [*trips, *(call.line for trip in mine for call in calls[trip])]
        factors = [decimal(line.get("safe_duration_factor"), 0) for line in lines]
        offsets = [decimal(line.get("safe_duration_offset"), 0) for line in lines]
        factor = max(factors, default=0.0)
        # drafts wrote minutes; since its adoption the offset is in seconds, as the factor is plain
        return replace(
            plain,
            factor=factor if factor > 0 else plain.factor,
            offset_s=int(max(offsets, default=0.0)),
        )

    def _service(
        self, route: Line, relations: list[Relation], travel: TravelRules
    ) -> OnDemandService:
        used = {area for one in relations for area in (one.origin, one.destination)}
        areas = {key: self._areas[key] for key in sorted(used)}
        stops = {stop.id: stop for stop in self._stops.values()}
        named = {stop for area in areas.values() for stop in area.stops}
        agency = self._agencies.get(route.get("agency_id")) or next(
            iter(self._agencies.values()), Line(1, {})
        )
        return OnDemandService(
            id=self._scoped(route.get("route_id")),
            name=route.get("route_long_name", "route_short_name", "route_id"),
            agency_id=self._scoped(agency.get("agency_id") or "agency"),
            agency_name=agency.get("agency_name"),
            time_zone=agency.get("agency_timezone") or "Europe/Berlin",
            stops={key: stop for key, stop in stops.items() if key in named},
            areas=areas,
            relations=tuple(relations),
            limits=Limits(pickup_window_s=0, detour_factor=1.0, detour_s=0, boarding_s=0),
            travel=travel,
            color=route.get("route_color") or None,
        )

    def _scoped(self, key: str) -> str:
        return f"{self._scope}:{key}" if self._scope else key


def _place_id(feature: Mapping[str, Any]) -> str:
    """Return the id of a GeoJSON feature; drafts kept it among the properties."""
    properties = feature.get("properties") or {}
    return str(feature.get("id") or properties.get("id") or properties.get("location_id") or "")


def _booking_rule(kind: int, line: Line) -> BookingRule:
    until = seconds_of(line.get("prior_notice_last_time"))
    by_day = kind == PRIOR_DAYS
    return BookingRule(
        booking_type=kind,
        prior_notice_min=whole(line.get("prior_notice_duration_min"), 0)
        if kind == SAME_DAY
        else NONE,
        last_day=whole(line.get("prior_notice_last_day"), 1) if by_day else NONE,
        last_time_s=until if by_day and until is not None else NONE,
        max_notice_min=whole(line.get("prior_notice_duration_max"), NONE),
    )


def _is_ring(ring: tuple[tuple[float, float], ...]) -> bool:
    in_degrees = all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in ring)
    return len(ring) >= 4 and ring[0] == ring[-1] and in_degrees
