"""Definitions of own on-demand services in TOML; what is wrong is said in one sentence, and where.

``kommit/regions/senden/shuttles`` shows the format.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from kommit.kit.node import Node, read_toml
from routing.booking_rules import DAY_S, PRIOR_DAYS, REAL_TIME, SAME_DAY, BookingRule
from routing.ondemand.service import (
    Area,
    Capacity,
    Freedom,
    Kind,
    Limits,
    OnDemandService,
    ParallelRule,
    Relation,
    ServiceDays,
    ServiceStop,
    ServiceVehicle,
    Shift,
    Terms,
    TravelRules,
    Window,
)
from routing.sharing.supply import Polygon
from routing.sharing.zones import inside
from routing.timetable import NONE

BOOKING: Final = {"real_time": REAL_TIME, "same_day": SAME_DAY, "prior_days": PRIOR_DAYS}


class KnownStop(NamedTuple):
    """A stop of the timetable that a definition may name."""

    id: str
    """Feed-scoped."""
    name: str
    lat: float
    lon: float


def read_service(path: Path, known: Iterable[KnownStop]) -> OnDemandService:
    """Return the service that a file defines.

    Parameters
    ----------
    known
        Stops of the timetable.

    Raises
    ------
    BadFile
        If it cannot be read, or something in it is missing, unknown or cannot be; names the field.
    """
    document, _ = read_toml(path)
    return parse_service(document, path.name, known)


def parse_service(
    document: dict[str, Any], where: str, known: Iterable[KnownStop]
) -> OnDemandService:
    """Return the service of a TOML document, or raise ``BadFile``."""
    root = Node(document, where)
    head = root.table("service")
    stops = _Stops(known, root)
    areas = {area.id: area for area in (_area(each, stops) for each in root.tables("area"))}
    terms = dict(map(_terms, root.tables("booking")))
    service = OnDemandService(
        id=_scoped(head, "id"),
        name=head.text("name"),
        agency_id=_scoped(head, "agency_id"),
        agency_name=head.text("agency_name"),
        time_zone=head.time_zone(),
        stops=stops.used,
        areas=areas,
        relations=tuple(
            _relation(n, each, areas, terms) for n, each in enumerate(root.tables("relation"))
        ),
        kind=Kind(head.choice("kind", [kind.value for kind in Kind])),
        vehicles=tuple(_vehicle(each) for each in root.tables("vehicle", optional=True)),
        limits=_limits(root.table("limits", optional=True)),
        travel=_travel(root.table("travel", optional=True)),
        parallel=_parallel(root.table("parallel")) if root.has("parallel") else None,
        color=_color(head),
        attribution=head.texts("attribution", ()),
    )
    head.done()
    root.done()
    return service


class _Stops:
    """The stops that areas name, each once."""

    def __init__(self, known: Iterable[KnownStop], root: Node) -> None:
        self._known = {stop.id: stop for stop in known}
        self._virtual = {
            stop.id: stop for stop in map(_virtual, root.tables("stop", optional=True))
        }
        self.used: dict[str, ServiceStop] = {}

    def take(self, node: Node, key: str, stop_id: str) -> str:
        """Return the id of a stop, or raise ``BadFile`` if there is none of it."""
        stop = self._known.get(stop_id)
        if stop is not None:
            self.used[stop_id] = ServiceStop(stop.id, stop.name, stop.lat, stop.lon, stop.id)
        elif stop_id in self._virtual:
            self.used[stop_id] = self._virtual[stop_id]
        else:
            raise node.bad(key, f"there is no stop {stop_id!r} in the timetable or in this file")
        return stop_id

    def within(self, polygon: Polygon) -> list[str]:
        """Return the ids of all stops in a polygon."""
        stops: list[KnownStop | ServiceStop] = [*self._known.values(), *self._virtual.values()]
        lat, lon = (np.array([getattr(stop, axis) for stop in stops]) for axis in ("lat", "lon"))
        held = inside(polygon, lat, lon).tolist() if stops else []
        return [stop.id for stop, is_in in zip(stops, held, strict=True) if is_in]


def _virtual(node: Node) -> ServiceStop:
    stop = ServiceStop(node.id(), node.text("name"), *node.point())
    node.done()
    return stop


def _area(node: Node, stops: _Stops) -> Area:
    polygons = tuple(
        tuple(node.ring(ring) for ring in rings) for rings in node.items("polygons", optional=True)
    )
    if any(not polygon for polygon in polygons):
        raise node.bad("polygons", "each has an outer ring, and then its holes")
    named = [stops.take(node, "stops", stop) for stop in node.texts("stops", ())]
    if node.flag("all_stops_within", default=False):
        found = (stop for polygon in polygons for stop in stops.within(polygon))
        named += [stops.take(node, "polygons", stop) for stop in found]
    freedom = Freedom(node.choice("freedom", [freedom.value for freedom in Freedom]))
    area = Area(node.id(), node.text("name"), tuple(dict.fromkeys(named)), polygons, freedom)
    if not area.stops and (freedom is not Freedom.DOOR_TO_DOOR or not polygons):
        raise node.bad("stops", "the area has no stop: name some, or a polygon that holds some")
    node.done()
    return area


def _terms(node: Node) -> tuple[str, Terms]:
    kind = BOOKING[node.choice("type", list(BOOKING))]
    notice = node.number("notice_min", 0, 0, 7 * 1440)
    rule = BookingRule(
        booking_type=kind,
        prior_notice_min=notice if kind == SAME_DAY else NONE,
        last_day=node.number("days_before", 1, 1, 60) if kind == PRIOR_DAYS else NONE,
        last_time_s=_until(node) if kind == PRIOR_DAYS else NONE,
        max_notice_min=node.number("earliest_min", 0, 0, 366 * 1440) or NONE,
    )
    terms = Terms(
        rule,
        node.text("message", "") or None,
        node.text("phone_number", "") or None,
        node.text("info_url", "") or None,
        node.text("booking_url", "") or None,
    )
    key = node.id()
    node.done()
    return key, terms


def _until(node: Node) -> int:
    return node.clock_s("until", 24) if node.has("until") else DAY_S


def _relation(
    number: int, node: Node, areas: Mapping[str, Area], terms: Mapping[str, Terms]
) -> Relation:
    origin, destination = (node.choice(key, list(areas)) for key in ("from", "to"))
    span = _window(node)
    relation = Relation(
        id=f"r{number}",
        origin=origin,
        destination=destination,
        days=_days(node),
        pickup=span,
        drop_off=Window(span.start_s, span.end_s + 60 * node.number("overrun_min", 30, 0, 240)),
        terms=terms[node.choice("booking", list(terms))],
    )
    node.done()
    return relation


def _vehicle(node: Node) -> ServiceVehicle:
    lat, lon = node.point()
    vehicle = ServiceVehicle(
        id=node.id(),
        name=node.text("name"),
        capacity=Capacity(
            node.number("seats", None, 1, 60),
            node.number("wheelchairs", 0, 0, 10),
            node.number("bicycles", 0, 0, 20),
            node.number("luggage", 0, 0, 60),
        ),
        lat=lat,
        lon=lon,
        shifts=tuple(_shift(each) for each in node.tables("shift", optional=True)),
        range_m=node.number("range_km", 0, 0, 2000) * 1000 or None,
        charged_m_a_min=node.number("charged_m_a_min", 0, 0, 100_000),
    )
    node.done()
    return vehicle


def _shift(node: Node) -> Shift:
    span = _window(node)
    breaks = tuple(_rest(each, span) for each in node.tables("break", optional=True))
    break_s = 60 * node.number("break_min", 30, 5, 240) if breaks else 0
    for rest in breaks:
        if rest.end_s - rest.start_s < break_s:
            raise node.bad("break_min", "a break does not fit into its span")
    shift = Shift(_days(node), span, breaks, break_s)
    node.done()
    return shift


def _rest(node: Node, shift: Window) -> Window:
    rest = _window(node)
    if rest.start_s < shift.start_s or rest.end_s > shift.end_s:
        raise node.bad("from", "the break lies outside of its shift")
    node.done()
    return rest


def _window(node: Node) -> Window:
    span = Window(node.clock_s("begin"), node.clock_s("end"))
    if span.end_s <= span.start_s:
        raise node.bad("end", "ends before it begins; what goes past midnight ends at 25:00, say")
    return span


def _days(node: Node) -> ServiceDays:
    weekdays = frozenset(node.weekdays())
    first = node.day("first") if node.has("first") else date.min
    last = node.day("last") if node.has("last") else date.max
    if last < first:
        raise node.bad("last", "is before the first day")
    return ServiceDays(weekdays, first, last)


def _limits(node: Node) -> Limits:
    plain = Limits()
    limits = Limits(
        max_walk_m=node.number("max_walk_m", plain.max_walk_m, 0, 2000),
        detour_factor=node.real("detour_factor", plain.detour_factor, 1.0, 5.0),
        detour_s=60 * node.number("detour_min", plain.detour_s // 60, 0, 120),
        pickup_window_s=60 * node.number("pickup_window_min", plain.pickup_window_s // 60, 1, 60),
        max_wait_s=60 * node.number("max_wait_min", plain.max_wait_s // 60, 0, 240),
        boarding_s=node.number("boarding_s", plain.boarding_s, 0, 600),
        wheelchair_s=node.number("wheelchair_s", plain.wheelchair_s, 0, 900),
        max_party=node.number("max_party", plain.max_party, 1, 60),
        max_open=node.number("max_open", plain.max_open, 1, 100),
        max_days_ahead=node.number("max_days_ahead", plain.max_days_ahead, 0, 366),
    )
    node.done()
    return limits


def _travel(node: Node) -> TravelRules:
    hourly = tuple(
        (each.number("hour", None, 0, 23), each.real("factor", None, 1.0, 5.0))
        for each in node.tables("hourly", optional=True)
    )
    rules = TravelRules(node.real("factor", TravelRules().factor, 1.0, 5.0), hourly)
    node.done()
    return rules


def _parallel(node: Node) -> ParallelRule:
    plain = ParallelRule()
    rule = ParallelRule(
        max_walk_m=node.number("max_walk_m", plain.max_walk_m, 0, 2000),
        max_shift_s=60 * node.number("max_shift_min", plain.max_shift_s // 60, 0, 120),
        max_slower=node.real("max_slower", plain.max_slower, 1.0, 10.0),
    )
    node.done()
    return rule


def _scoped(node: Node, key: str) -> str:
    found = node.text(key)
    scope, colon, rest = found.partition(":")
    allowed = all(c.isascii() and (c.isalnum() or c in "-_.") for c in scope + rest)
    if not (scope and colon and rest and allowed):
        raise node.bad(key, f"has the name of its feed before it, like senden:{found}")
    return found


def _color(node: Node) -> str | None:
    found = node.text("color", "")
    if found and (len(found) != 6 or any(c not in "0123456789ABCDEFabcdef" for c in found)):
        raise node.bad("color", "has six hexadecimal digits, like 00A651")
    return found or None
