"""Builds a GTFS feed from a region's stops and lines."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

from kommit.regions.running_times import minutes_of
from kommit.regions.service_days import exceptions, parse_days
from kommit.regions.sources import Departures, Line, Lines, Stop

Row = Mapping[str, object]


def gtfs_files(stops: Sequence[Stop], lines: Lines) -> dict[str, str]:
    """Return the feed's files, name to text, in the order of the GTFS reference."""
    trips = list(chain.from_iterable(_trips(line) for line in lines.lines))
    return {
        "agency.txt": _table(lines.agencies),
        "stops.txt": _table(_stop_row(stop) for stop in stops),
        "routes.txt": _table(_route_row(i, line) for i, line in enumerate(lines.lines)),
        "trips.txt": _table(_trip_row(*trip) for trip in _with_headsigns(trips, stops)),
        "stop_times.txt": _table(_stop_time_rows(trips, stops)),
        "calendar.txt": _table(_calendar_rows(lines)),
        "calendar_dates.txt": _table(_calendar_date_rows(lines)),
        "booking_rules.txt": _table(lines.booking_rules),
        "feed_info.txt": _table([lines.feed_info]),
        "attributions.txt": _table(lines.attributions),
    }


def _table(rows: Iterable[Row]) -> str:
    """Return CSV text whose columns are all keys met, in the order met."""
    listed = list(rows)
    columns = dict.fromkeys(chain.from_iterable(listed))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue()


def _stop_row(stop: Stop) -> Row:
    columns = (
        "stop_id",
        "stop_name",
        "stop_lat",
        "stop_lon",
        "location_type",
        "parent_station",
        "platform_code",
        "wheelchair_boarding",
    )
    return dict(zip(columns, stop.row(), strict=False))


def _route_row(order: int, line: Line) -> Row:
    return {
        "route_id": line.id,
        "agency_id": line.agency,
        "route_short_name": line.short_name,
        "route_long_name": line.long_name,
        "route_desc": line.description,
        "route_type": line.route_type,
        "route_color": line.color,
        "route_text_color": line.text_color,
        "route_sort_order": order,
    }


Trip = tuple[Line, Departures, int]
"""A line, one of its groups of departures, and the second at which a trip of it departs."""


def _trips(line: Line) -> Iterator[Trip]:
    for departures in line.departures:
        for start_s in departures.times_s:
            yield line, departures, start_s


def service_id(days: str) -> str:
    """Return the id of the service that runs on ``days``: ``mo-fr``, ``sa_so``, ``daily``."""
    return days.replace(",", "_")


def _trip_id(line: Line, departures: Departures, start_s: int) -> str:
    minute = start_s // 60
    day = service_id(departures.days)
    return f"{line.id}-{departures.direction}-{day}-{minute // 60:02}{minute % 60:02}"


def _with_headsigns(trips: Iterable[Trip], stops: Iterable[Stop]) -> Iterator[tuple[Trip, str]]:
    names = {stop.stop_id: stop.stop_name for stop in stops}
    for trip in trips:
        line, departures, _ = trip
        yield trip, names[line.calls[-1 if departures.direction == 0 else 0].stop_id]


def _trip_row(trip: Trip, headsign: str) -> Row:
    line, departures, _ = trip
    return {
        "route_id": line.id,
        "service_id": service_id(departures.days),
        "trip_id": _trip_id(*trip),
        "trip_headsign": headsign,
        "direction_id": departures.direction,
        "wheelchair_accessible": line.wheelchair,
    }


def _stop_time_rows(trips: Iterable[Trip], stops: Iterable[Stop]) -> Iterator[Row]:
    by_id = {stop.stop_id: stop for stop in stops}
    timetables: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for trip in trips:
        line, departures, start_s = trip
        key = (line.id, departures.direction)
        if key not in timetables:
            timetables[key] = _timetable(line, departures.direction, by_id)
        trip_id = _trip_id(*trip)
        for order, (stop_id, minute) in enumerate(timetables[key]):
            time = _hms(start_s + 60 * minute)
            yield {
                "trip_id": trip_id,
                "arrival_time": time,
                "departure_time": time,
                "stop_id": stop_id,
                "stop_sequence": order,
                **_boarding(line, order),
            }


def _timetable(line: Line, direction: int, stops: Mapping[str, Stop]) -> list[tuple[str, int]]:
    """Return stops and minutes in one direction; back takes as long as there."""
    ids, minutes = [call.stop_id for call in line.calls], minutes_of(line, stops)
    if direction == 0:
        return list(zip(ids, minutes, strict=True))
    back = [line.return_stops.get(stop_id, stop_id) for stop_id in reversed(ids)]
    return list(zip(back, (minutes[-1] - m for m in reversed(minutes)), strict=True))


def _boarding(line: Line, order: int) -> Row:
    """Return who may board and alight: nobody alights at the first or boards at the last stop."""
    if order == len(line.calls) - 1:
        return {"pickup_type": 1, "drop_off_type": 0, "pickup_booking_rule_id": ""}
    return {
        "pickup_type": 2 if line.on_demand else 0,
        "drop_off_type": 1 if order == 0 else 0,
        "pickup_booking_rule_id": line.booking_rule,
    }


def _calendar_rows(lines: Lines) -> Iterator[Row]:
    for days in _all_days(lines):
        weekdays = parse_days(days)
        runs = {name: int(i in weekdays) for i, name in enumerate(_CALENDAR_COLUMNS)}
        yield {"service_id": service_id(days), **runs, **_valid(lines)}


_CALENDAR_COLUMNS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


def _valid(lines: Lines) -> Row:
    info = lines.feed_info
    return {"start_date": info["feed_start_date"], "end_date": info["feed_end_date"]}


def _all_days(lines: Lines) -> list[str]:
    """Return every choice of days that a line uses, in the order met."""
    return list(dict.fromkeys(group.days for line in lines.lines for group in line.departures))


def _calendar_date_rows(lines: Lines) -> Iterator[Row]:
    first, last = (date.fromisoformat(str(day)) for day in _valid(lines).values())
    for days in _all_days(lines):
        for day, runs in exceptions(parse_days(days), first, last):
            yield {
                "service_id": service_id(days),
                "date": f"{day:%Y%m%d}",
                "exception_type": 1 if runs else 2,
            }


def _hms(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
