"""Timetables a reader can check with a finger, as text.

Columns are stops, rows are trips, a block is a line; a row with one cell more than stops less is
a mistake. A line above the stops names the route::

    R1
    A      B           C
    8:00   8:10/8:12   8:20
    9:00   9:10        9:20    [yesterday]

    C ~ 4m ~ D
    D ~ 6m ~> A
    B change 3m

``8:10/8:12`` arrives and departs, ``8:10b`` is for boarding only, ``8:10a`` for alighting only,
``--`` a stop not served. Rows run ``today`` unless they say ``[yesterday]``, ``[tomorrow]`` or
``[daily]``; ``[book 60m]`` needs booking an hour before, ``[book 1d 16:00]`` by four on the day
before, ``[book 5m max 2h]`` not before two hours before. Trips with the same ``[vehicle 7]`` are
one vehicle's, in the order of their rows; ``[vehicle 7 8]`` is coupled to both. ``~`` walks both ways, ``~>`` one way.
Changing at the same stop takes no time unless a ``change`` line says so.

Journeys read ``A 8:00 R1 8:10 B ~4m~ D 8:20 R2 8:30 E``, and ``A 8:00 R1 8:10 B = 8:12 R2 8:20 C``
where riders stay seated at B; times past midnight count on from 24:00.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from kommit.kit.clock import format_hms, parse_hms, service_day_epoch
from routing.booking_rules import PRIOR_DAYS, REAL_TIME, SAME_DAY, BookingRule
from routing.query import TimeKind
from routing.timetable import NO_DROP_OFF, NO_PICKUP, NONE, Timetable
from routing.transit.search import TransitJourney, TransitQuery, TransitRide, TransitSearch

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2024, 6, 5)
YESTERDAY_INDEX, TODAY_INDEX, TOMORROW_INDEX, N_DAYS = 1, 2, 3, 5
DAYS = {
    "yesterday": {YESTERDAY_INDEX},
    "today": {TODAY_INDEX},
    "tomorrow": {TOMORROW_INDEX},
    "daily": set(range(N_DAYS)),
}


@dataclass(frozen=True)
class Trip:
    """One trip: as many arrivals, departures and flags as stops, in seconds of the service day."""

    stops: Sequence[int]
    arrivals: Sequence[int]
    departures: Sequence[int]
    flags: Sequence[int] = ()
    days: Iterable[int] = (TODAY_INDEX,)
    route: int = 0
    rule: int = NONE
    zone: int = 0


@dataclass(frozen=True)
class Network:
    """What ``compile_network`` makes a timetable of."""

    n_stops: int
    trips: Sequence[Trip]
    hops: Sequence[tuple[int, int, int]] = ()
    """From stop, to stop, seconds."""
    change_s: Sequence[int] = ()
    rules: Sequence[BookingRule] = ()
    days: Sequence[date] = field(
        default_factory=lambda: [TODAY + timedelta(k - TODAY_INDEX) for k in range(N_DAYS)]
    )
    zones: Sequence[ZoneInfo] = (BERLIN,)
    through: Sequence[tuple[Sequence[int], Iterable[int]]] = ()
    """Trips of through-runs, and the days on which they run as one."""


def compile_network(network: Network) -> Timetable:
    """Compile a network; every trip and every through-run has a service of its own."""
    trips, n_trips = network.trips, len(network.trips)
    n_routes = max((trip.route for trip in trips), default=0) + 1
    hops = sorted(network.hops, key=lambda hop: (hop[0], hop[2], hop[1]))
    leaving = np.bincount([hop[0] for hop in hops], minlength=network.n_stops)
    # a route of every name in every zone, so that a trip's route says its agency
    route_zone = np.repeat(np.arange(len(network.zones)), n_routes)
    n_services = max(n_trips + len(network.through), 1)
    active = np.zeros((n_services, len(network.days)), dtype=np.uint8)
    for index, days in enumerate([*(t.days for t in trips), *(d for _, d in network.through)]):
        active[index, list(days)] = 1

    def i32(values: Iterable[int]) -> np.ndarray:
        return np.asarray(list(values), dtype=np.int32)

    return Timetable(
        stop_lat=np.linspace(51.0, 52.0, network.n_stops),
        stop_lon=np.linspace(7.0, 8.0, network.n_stops) ** 2 % 1,
        stop_station=np.full(network.n_stops, NONE, dtype=np.int32),
        stop_change_s=i32(network.change_s or [0] * network.n_stops),
        stop_of=i32(range(network.n_stops)),
        twin_ptr=np.zeros(network.n_stops + 1, dtype=np.int32),
        twin_stop=i32([]),
        stop_wheelchair=np.zeros(network.n_stops, dtype=np.uint8),
        trip_event_ptr=np.cumsum([0, *(len(trip.stops) for trip in trips)], dtype=np.int64),
        trip_route=i32(trip.zone * n_routes + trip.route for trip in trips),
        trip_service=i32(range(n_trips)),
        trip_flags=np.zeros(n_trips, dtype=np.uint8),
        trip_booking_rule=i32(trip.rule for trip in trips),
        event_stop=i32(stop for trip in trips for stop in trip.stops),
        event_arrival=i32(time for trip in trips for time in trip.arrivals),
        event_departure=i32(time for trip in trips for time in trip.departures),
        event_flags=np.asarray(
            [flag for trip in trips for flag in trip.flags or [0] * len(trip.stops)],
            dtype=np.uint8,
        ),
        service_active=active,
        first_day=i32([network.days[0].toordinal()]),
        day_epoch=np.array(
            [[service_day_epoch(day, zone) for day in network.days] for zone in network.zones],
            dtype=np.int64,
        ),
        route_type=np.full(route_zone.size, 3, dtype=np.int16),
        route_agency=i32(route_zone),
        agency_zone=i32(range(len(network.zones))),
        transfer_ptr=i32([0, *np.cumsum(leaving)]),
        transfer_stop=i32(hop[1] for hop in hops),
        transfer_s=i32(hop[2] for hop in hops),
        transfer_m=np.full(len(hops), NONE, dtype=np.int32),
        through_ptr=np.cumsum([0, *(len(parts) for parts, _ in network.through)], dtype=np.int64),
        through_trip=i32(trip for parts, _ in network.through for trip in parts),
        through_service=i32(range(n_trips, n_trips + len(network.through))),
        booking_rules=np.asarray(network.rules, dtype=np.int32).reshape(-1, 5),
    )


@dataclass(frozen=True)
class TinyNetwork:
    """A timetable with the names its stops and routes go by in the text."""

    timetable: Timetable
    stops: list[str]
    routes: list[str]

    @cached_property
    def search(self) -> TransitSearch:
        return TransitSearch(self.timetable)

    @property
    def midnight(self) -> int:
        """Unix second of today's 0:00."""
        return int(self.timetable.day_epoch[0, TODAY_INDEX])

    def query(self, text: str, *, now: str | None = None, max_rides: int = 8) -> TransitQuery:
        """Read ``A 8:00 -> C``, ``A 8:00-9:00 -> C``; ``A+3m/B+5m`` are stops with an access.

        ``A -> C 9:00`` and ``A -> C 8:00-9:00`` fix the arrival.
        """
        left, right = (part.split() for part in text.split("->"))
        kind = TimeKind.DEPART if len(left) == 2 else TimeKind.ARRIVE
        first, _, last = (left[1] if kind is TimeKind.DEPART else right[1]).partition("-")
        begin, end = parse_hms(first), parse_hms(last or first)
        return TransitQuery(
            access=self._ends(left[0]),
            egress=self._ends(right[0]),
            time=self.midnight + (begin if kind is TimeKind.DEPART else end),
            kind=kind,
            window_s=end - begin,
            max_rides=max_rides,
            now=None if now is None else self.midnight + parse_hms(now),
        )

    def _ends(self, text: str) -> tuple[list[int], list[int]]:
        ends = [end.partition("+") for end in text.split("/")]
        return [self.stops.index(e[0]) for e in ends], [_duration(e[2] or "0m") for e in ends]

    def line(self, journey: TransitJourney) -> str:
        """Return the journey as one line of text."""
        words = []
        for leg in journey.legs:
            if isinstance(leg, TransitRide):
                times = self.clock(leg.departure), self.clock(leg.arrival)
                words += ["="] if leg.stay_seated else []
                here = self.stops[leg.from_stop]
                words += [here] if not words or here not in words[-2:] else []
                route = self.routes[self.timetable.trip_route[leg.trip]]
                words += [times[0], route, times[1], self.stops[leg.to_stop]]
            else:
                words += [f"~{leg.seconds // 60}m~"]
        return " ".join(words)

    def clock(self, second: int) -> str:
        """Return a Unix second as a time of today."""
        return format_hms(second - self.midnight)


def network(text: str) -> TinyNetwork:
    """Compile ``text`` (see the module docstring)."""
    blocks = [b.strip().splitlines() for b in re.split(r"\n\s*\n", text.strip())]
    extras = [row.split() for b in blocks for row in b if "~" in row or " change " in row]
    lines = [b for b in blocks if "~" not in b[0] and " change " not in b[0]]
    tables = [(b[0].strip(), b[1:]) if len(b[0].split()) == 1 else ("", b) for b in lines]
    names = {word for _, rows in tables for word in rows[0].split()}
    names |= {word for row in extras if "~" in row for word in (row[0], row[-1])}
    stops = sorted(names)
    routes = sorted({name for name, _ in tables})
    rules: list[BookingRule] = []
    trips = [
        _trip(rows[0].split(), row, stops, routes.index(name), rules)
        for name, rows in tables
        for row in rows[1:]
    ]
    through = _through([row for _, rows in tables for row in rows[1:]], trips)
    hops, change_s = _hops(extras, stops), _changes(extras, stops)
    return TinyNetwork(
        compile_network(Network(len(stops), trips, hops, change_s, rules, through=through)),
        stops,
        routes,
    )


def _trip(
    columns: list[str], row: str, stops: list[str], route: int, rules: list[BookingRule]
) -> Trip:
    plain, *options = re.split(r"\s*\[", row)
    cells = plain.split()
    if len(cells) != len(columns):
        raise ValueError(f"{len(columns)} stops but {len(cells)} times: {row!r}")
    served = [
        (stops.index(s), cell) for s, cell in zip(columns, cells, strict=True) if cell != "--"
    ]
    days, rule = DAYS["today"], NONE
    for option in (o.rstrip("] ") for o in options):
        if option.startswith("book"):
            wanted = _rule(option.split()[1:])
            if wanted not in rules:
                rules.append(wanted)
            rule = rules.index(wanted)
        elif not option.startswith("vehicle"):
            days = DAYS[option]
    times = [cell.rstrip("ab").split("/") for _, cell in served]
    return Trip(
        stops=[stop for stop, _ in served],
        arrivals=[parse_hms(time[0]) for time in times],
        departures=[parse_hms(time[-1]) for time in times],
        flags=[
            NO_PICKUP * cell.endswith("a") | NO_DROP_OFF * cell.endswith("b") for _, cell in served
        ],
        days=days,
        route=route,
        rule=rule,
    )


def _through(rows: list[str], trips: list[Trip]) -> list[tuple[list[int], set[int]]]:
    """Return the trips of each vehicle, and the days on which all of them run."""
    vehicles: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        for found in re.findall(r"\[vehicle ([^]]*)\]", row):
            for vehicle in found.split():
                vehicles.setdefault(vehicle, []).append(index)
    return [
        (parts, set.intersection(*(set(trips[part].days) for part in parts)))
        for parts in vehicles.values()
    ]


def _rule(words: list[str]) -> BookingRule:
    longest = _duration(words[words.index("max") + 1]) // 60 if "max" in words else NONE
    if words[0] == "now":
        return BookingRule(REAL_TIME, NONE, NONE, NONE, longest)
    if words[0].endswith("d"):
        return BookingRule(PRIOR_DAYS, NONE, int(words[0][:-1]), parse_hms(words[1]), longest)
    return BookingRule(SAME_DAY, _duration(words[0]) // 60, NONE, NONE, longest)


def _duration(text: str) -> int:
    return int(text[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86_400}[text[-1]]


def _hops(rows: list[list[str]], stops: list[str]) -> list[tuple[int, int, int]]:
    hops = []
    for row in rows:
        if row[1] == "~":
            one, other, seconds = stops.index(row[0]), stops.index(row[4]), _duration(row[2])
            hops.append((one, other, seconds))
            if row[3] == "~":
                hops.append((other, one, seconds))
    return hops


def _changes(rows: list[list[str]], stops: list[str]) -> list[int]:
    change = {row[0]: _duration(row[2]) for row in rows if row[1] == "change"}
    return [change.get(stop, 0) for stop in stops]
