"""An on-demand service as a GTFS-Flex zip, the same bytes each time.

What GTFS-Flex has no word for is left out: vehicles and shifts, limits, the rule on parallel
lines, hourly factors, the kind. Read again (``feeds.flex.read``) with the scope of the service's
id, the rest is as it was.

Areas with stops become location groups; polygons come into ``locations.geojson`` and are what rides
of addresses refer to. Where one end is free, a relation becomes two trips: from addresses to stops,
and back.
"""

import csv
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any, Final, NamedTuple

from feeds.flex import ids
from feeds.flex.days import FOR_EVER, FROM_EVER
from feeds.flex.places import FREEDOM_PROPERTY, GROUP_PROPERTY
from feeds.flex.schema import LOCATIONS_FILE, SAFE_FACTOR, SAFE_OFFSET
from feeds.gtfs.events import NOT_AVAILABLE
from feeds.gtfs.schema import WEEKDAYS
from routing.booking_rules import DAY_S, PRIOR_DAYS, REAL_TIME, SAME_DAY
from routing.ondemand.service import Area, Freedom, OnDemandService, Relation, ServiceDays, Terms
from routing.timetable import NONE

Cells = Mapping[str, object]
ROUTE_TYPE: Final = 715
"""Demand and response bus, of the extended types."""
BY_BOOKING: Final = 2
WRITTEN_AT: Final = (1980, 1, 1, 0, 0, 0)
"""Of each file in the zip: the bytes depend on the service alone."""
HOMEPAGE: Final = "https://kommit.example"
"""Stands for the operator's address where the service names none."""


def write_flex(service: OnDemandService) -> bytes:
    """Return a service as a GTFS-Flex zip."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in flex_files(service).items():
            archive.writestr(zipfile.ZipInfo(name, WRITTEN_AT), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def flex_files(service: OnDemandService) -> dict[str, str]:
    """Return the files of a service's feed by name."""
    scope = ids.scope_of(service.id)
    days = list(dict.fromkeys(relation.days for relation in service.relations))
    trips = [trip for relation in service.relations for trip in _trips(relation, service)]
    rules = list(dict.fromkeys(_rule(trip.relation) for trip in trips))
    tables: dict[str, Iterable[Cells]] = {
        "agency": [_agency(service, scope)],
        "routes": [_route(service, scope)],
        "stops": (_stop(service, id_, scope) for id_ in service.stops),
        "location_groups": _groups(service),
        "location_group_stops": _members(service, scope),
        "trips": (_trip_row(trip, service, days, scope) for trip in trips),
        "stop_times": (row for trip in trips for row in _stop_times(trip, rules, scope)),
        "booking_rules": ({"booking_rule_id": n, **dict(rule)} for n, rule in enumerate(rules)),
        "calendar": (_week(n, each) for n, each in enumerate(days) if _has_week(each)),
        "calendar_dates": (row for n, each in enumerate(days) for row in _exceptions(n, each)),
        "attributions": (
            {"organization_name": text, "is_producer": 1} for text in service.attribution
        ),
        "feed_info": [_feed_info(service)],
    }
    files = {f"{name}.txt": _csv(list(rows)) for name, rows in tables.items()}
    files[LOCATIONS_FILE] = _geojson(service)
    return {name: text for name, text in files.items() if text}


class _Trip(NamedTuple):
    """A relation, or one direction of one with a free end."""

    id: str
    relation: Relation
    origin: Mapping[str, str]
    """The cell of ``stop_times.txt`` that names the place."""
    destination: Mapping[str, str]


def _trips(relation: Relation, service: OnDemandService) -> Iterator[_Trip]:
    origin, destination = service.areas[relation.origin], service.areas[relation.destination]
    if not (_is_one_end_free(origin) or _is_one_end_free(destination)):
        yield _Trip(relation.id, relation, _place(origin), _place(destination))
        return
    yield _Trip(relation.id, relation, _place(origin), _place(destination, at_stop=True))
    back = relation.id + ids.BACK
    yield _Trip(back, relation, _place(origin, at_stop=True), _place(destination))


def _is_one_end_free(area: Area) -> bool:
    return area.freedom is Freedom.ONE_END_FREE and bool(area.polygons)


def _place(area: Area, *, at_stop: bool = False) -> Mapping[str, str]:
    """Return how a row names an area: by its polygon where riders may be at any address."""
    is_free = area.freedom is not Freedom.STOP_TO_STOP and bool(area.polygons)
    if is_free and not (at_stop and area.stops and _is_one_end_free(area)):
        return {"location_id": _location_id(area)}
    return {"location_group_id": area.id}


def _location_id(area: Area) -> str:
    """Return the id of an area's polygon, which may not be that of its group of stops."""
    return f"{area.id}/area" if area.stops else area.id


def _agency(service: OnDemandService, scope: str) -> Cells:
    return {
        "agency_id": ids.written(service.agency_id, scope),
        "agency_name": service.agency_name,
        "agency_url": _url(service),
        "agency_timezone": service.time_zone,
    }


def _url(service: OnDemandService) -> str:
    terms = [relation.terms for relation in service.relations]
    urls = [url for each in terms for url in (each.info_url, each.booking_url) if url]
    return next(iter(urls), HOMEPAGE)


def _route(service: OnDemandService, scope: str) -> Cells:
    return {
        "route_id": ids.written(service.id, scope),
        "agency_id": ids.written(service.agency_id, scope),
        "route_short_name": "",
        "route_long_name": service.name,
        "route_type": ROUTE_TYPE,
        "route_color": service.color or "",
    }


def _stop(service: OnDemandService, id_: str, scope: str) -> Cells:
    stop = service.stops[id_]
    return {
        "stop_id": ids.written(id_, scope),
        "stop_name": stop.name,
        "stop_lat": repr(stop.lat),
        "stop_lon": repr(stop.lon),
    }


def _groups(service: OnDemandService) -> Iterator[Cells]:
    for area in service.areas.values():
        if area.stops:
            yield {"location_group_id": area.id, "location_group_name": area.name}


def _members(service: OnDemandService, scope: str) -> Iterator[Cells]:
    for area in service.areas.values():
        for stop in area.stops:
            yield {"location_group_id": area.id, "stop_id": ids.written(stop, scope)}


def _trip_row(
    trip: _Trip, service: OnDemandService, days: Sequence[ServiceDays], scope: str
) -> Cells:
    return {
        "route_id": ids.written(service.id, scope),
        "service_id": days.index(trip.relation.days),
        "trip_id": ids.written(trip.id, scope),
        SAFE_FACTOR: repr(service.travel.factor),
        SAFE_OFFSET: service.travel.offset_s,
    }


def _stop_times(trip: _Trip, rules: Sequence[Any], scope: str) -> Iterator[Cells]:
    relation, rule = trip.relation, rules.index(_rule(trip.relation))
    ends = (
        (trip.origin, relation.pickup, BY_BOOKING, NOT_AVAILABLE),
        (trip.destination, relation.drop_off, NOT_AVAILABLE, BY_BOOKING),
    )
    for sequence, (place, window, pickup, drop_off) in enumerate(ends, 1):
        yield {
            "trip_id": ids.written(trip.id, scope),
            "stop_id": "",
            "location_group_id": place.get("location_group_id", ""),
            "location_id": place.get("location_id", ""),
            "stop_sequence": sequence,
            "arrival_time": "",
            "departure_time": "",
            "start_pickup_drop_off_window": _clock(window.start_s),
            "end_pickup_drop_off_window": _clock(window.end_s),
            "pickup_type": pickup,
            "drop_off_type": drop_off,
            "pickup_booking_rule_id": rule if pickup == BY_BOOKING else "",
            "drop_off_booking_rule_id": rule if drop_off == BY_BOOKING else "",
        }


def _rule(relation: Relation) -> tuple[tuple[str, object], ...]:
    """Return the cells of a relation's booking rule, all but its id."""
    terms = relation.terms
    cells = {
        "booking_type": terms.rule.booking_type,
        "prior_notice_duration_min": "",
        "prior_notice_duration_max": "",
        "prior_notice_start_day": "",
        "prior_notice_start_time": "",
        "prior_notice_last_day": "",
        "prior_notice_last_time": "",
        "message": terms.message or "",
        "phone_number": terms.phone_number or "",
        "info_url": terms.info_url or "",
        "booking_url": terms.booking_url or "",
    } | _notice(terms, relation.pickup.start_s)
    return tuple(cells.items())


def _notice(terms: Terms, window_start_s: int) -> dict[str, object]:
    """Return until when and from when on to book; in real time, GTFS says neither."""
    rule = terms.rule
    if rule.booking_type == REAL_TIME:
        return {}
    if rule.booking_type == SAME_DAY:
        most = "" if rule.max_notice_min == NONE else rule.max_notice_min
        least = max(rule.prior_notice_min, 0)
        return {"prior_notice_duration_min": least, "prior_notice_duration_max": most}
    assert rule.booking_type == PRIOR_DAYS  # noqa: S101 - there are three types
    last_time_s = DAY_S if rule.last_time_s == NONE else rule.last_time_s
    latest = {
        "prior_notice_last_day": max(rule.last_day, 0),
        "prior_notice_last_time": _clock(last_time_s),
    }
    if rule.max_notice_min == NONE:
        return latest
    before_s = 60 * rule.max_notice_min - window_start_s
    day = max(-(-before_s // DAY_S), 0)
    opens = {
        "prior_notice_start_day": day,
        "prior_notice_start_time": _clock(day * DAY_S - before_s),
    }
    return latest | opens


def _has_week(days: ServiceDays) -> bool:
    return bool(days.weekdays) or (days.first, days.last) != (date.min, date.max)


def _week(number: int, days: ServiceDays) -> Cells:
    on_days = {name: int(n in days.weekdays) for n, name in enumerate(WEEKDAYS)}
    first, last = max(days.first, FROM_EVER), min(days.last, FOR_EVER)
    return {
        "service_id": number,
        **on_days,
        "start_date": f"{first:%Y%m%d}",
        "end_date": f"{last:%Y%m%d}",
    }


def _exceptions(number: int, days: ServiceDays) -> Iterator[Cells]:
    for day in sorted(days.added | days.removed):
        kind = 2 if day in days.removed else 1
        yield {"service_id": number, "date": f"{day:%Y%m%d}", "exception_type": kind}


def _feed_info(service: OnDemandService) -> Cells:
    return {
        "feed_publisher_name": service.agency_name,
        "feed_publisher_url": _url(service),
        "feed_lang": "mul",
    }


def _geojson(service: OnDemandService) -> str:
    features = [_feature(area) for area in service.areas.values() if area.polygons]
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n" if features else ""


def _feature(area: Area) -> dict[str, Any]:
    properties = {"stop_name": area.name, FREEDOM_PROPERTY: str(area.freedom)}
    if area.stops:
        properties[GROUP_PROPERTY] = area.id
    rings = [[[[lon, lat] for lat, lon in ring] for ring in polygon] for polygon in area.polygons]
    return {
        "type": "Feature",
        "id": _location_id(area),
        "properties": properties,
        "geometry": {"type": "MultiPolygon", "coordinates": rings},
    }


def _clock(second: int) -> str:
    hours, rest = divmod(second, 3600)
    return f"{hours:02}:{rest // 60:02}:{rest % 60:02}"


def _csv(rows: Sequence[Cells]) -> str:
    """Return rows, which have the same columns, as CSV; nothing where there are none."""
    if not rows:
        return ""
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
