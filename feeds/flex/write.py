"""An on-demand service as a GTFS-Flex feed. What GTFS cannot say (vehicles, promises) is left out.

The zip of one service is always the same, byte for byte. Ids are written as they are, with the name
of their feed.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from routing.booking_rules import PRIOR_DAYS, SAME_DAY
from routing.ondemand.service import (
    Area,
    Freedom,
    OnDemandService,
    Relation,
    ServiceDays,
    Terms,
)
from routing.timetable import NONE

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
DEMAND_BUS: Final = 715
"""Extended route type: demand and response bus service."""
PHONE: Final = 2
"""``pickup_type`` and ``drop_off_type``: must be arranged."""
NEVER: Final = 1
FIRST_DAY: Final = date(2020, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
"""Of services without a first or last day."""
WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Rows = Sequence[Mapping[str, Any]]


def write_flex(service: OnDemandService) -> bytes:
    """Return the zip of a service's GTFS-Flex feed."""
    files = {name: _csv(rows) for name, rows in _tables(service).items() if rows}
    features = [_feature(area) for area in service.areas.values() if _is_free(area)]
    if features:
        document = {"type": "FeatureCollection", "features": features}
        files["locations.geojson"] = json.dumps(document, ensure_ascii=False)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _tables(service: OnDemandService) -> dict[str, Rows]:
    days = _numbered(relation.days for relation in service.relations)
    terms = _numbered(relation.terms for relation in service.relations)
    return {
        "agency.txt": [
            {
                "agency_id": service.agency_id,
                "agency_name": service.agency_name,
                "agency_url": "https://kommit.example",
                "agency_timezone": service.time_zone,
            }
        ],
        "routes.txt": [
            {
                "route_id": service.id,
                "agency_id": service.agency_id,
                "route_long_name": service.name,
                "route_type": DEMAND_BUS,
                "route_color": service.color or "",
            }
        ],
        "stops.txt": [
            {"stop_id": stop.id, "stop_name": stop.name, "stop_lat": stop.lat, "stop_lon": stop.lon}
            for stop in service.stops.values()
        ],
        "location_groups.txt": [
            {"location_group_id": area.id, "location_group_name": area.name}
            for area in service.areas.values()
            if area.stops
        ],
        "location_group_stops.txt": [
            {"location_group_id": area.id, "stop_id": stop}
            for area in service.areas.values()
            for stop in area.stops
        ],
        "booking_rules.txt": [_rule(f"b{n}", one) for one, n in terms.items()],
        "calendar.txt": [_calendar(f"d{n}", one) for one, n in days.items()],
        "calendar_dates.txt": [row for one, n in days.items() for row in _dates(f"d{n}", one)],
        "trips.txt": [_trip(service, one, days) for one in service.relations],
        "stop_times.txt": [
            row for one in service.relations for row in _calls(service, one, f"b{terms[one.terms]}")
        ],
    }


def _trip(
    service: OnDemandService, relation: Relation, days: Mapping[ServiceDays, int]
) -> dict[str, Any]:
    return {
        "route_id": service.id,
        "service_id": f"d{days[relation.days]}",
        "trip_id": relation.id,
        "safe_duration_factor": service.travel.factor,
        "safe_duration_offset": service.travel.offset_s,
    }


def _calls(service: OnDemandService, relation: Relation, rule: str) -> Iterable[dict[str, Any]]:
    ends = (relation.origin, relation.pickup), (relation.destination, relation.drop_off)
    for number, (area_id, window) in enumerate(ends, 1):
        area = service.areas[area_id]
        field = "location_group_id" if area.stops else "location_id"
        yield {
            "trip_id": relation.id,
            "stop_sequence": number,
            "location_group_id": "",
            "location_id": "",
            "start_pickup_drop_off_window": _clock(window.start_s),
            "end_pickup_drop_off_window": _clock(window.end_s),
            "pickup_type": PHONE if number == 1 else NEVER,
            "drop_off_type": NEVER if number == 1 else PHONE,
            "pickup_booking_rule_id": rule,
            "drop_off_booking_rule_id": rule,
        } | {field: area_id}


def _rule(rule_id: str, terms: Terms) -> dict[str, Any]:
    rule = terms.rule
    by_day, same_day = rule.booking_type == PRIOR_DAYS, rule.booking_type == SAME_DAY
    return {
        "booking_rule_id": rule_id,
        "booking_type": rule.booking_type,
        "prior_notice_duration_min": rule.prior_notice_min if same_day else "",
        "prior_notice_duration_max": "" if rule.max_notice_min == NONE else rule.max_notice_min,
        "prior_notice_last_day": rule.last_day if by_day else "",
        "prior_notice_last_time": _clock(rule.last_time_s)
        if by_day and rule.last_time_s != NONE
        else "",
        "message": terms.message or "",
        "phone_number": terms.phone_number or "",
        "info_url": terms.info_url or "",
        "booking_url": terms.booking_url or "",
    }


def _calendar(service_id: str, days: ServiceDays) -> dict[str, Any]:
    first, last = max(days.first, FIRST_DAY), min(days.last, LAST_DAY)
    week = {name: int(number in days.weekdays) for number, name in enumerate(WEEK)}
    span = {"start_date": f"{first:%Y%m%d}", "end_date": f"{last:%Y%m%d}"}
    return {"service_id": service_id, **week, **span}


def _dates(service_id: str, days: ServiceDays) -> Iterable[dict[str, Any]]:
    for kind, exceptions in ((1, days.added), (2, days.removed)):
        for day in sorted(exceptions):
            yield {"service_id": service_id, "date": f"{day:%Y%m%d}", "exception_type": kind}


def _feature(area: Area) -> dict[str, Any]:
    polygons = [[[[lon, lat] for lat, lon in ring] for ring in shape] for shape in area.polygons]
    return {
        "type": "Feature",
        "id": area.id,
        "properties": {"stop_name": area.name},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


def _is_free(area: Area) -> bool:
    """Say whether an area's polygons are where riders get on and off, not only its stops."""
    return bool(area.polygons) and area.freedom is not Freedom.STOP_TO_STOP and not area.stops


def _numbered(found: Iterable[Any]) -> dict[Any, int]:
    return {one: number for number, one in enumerate(dict.fromkeys(found), 1)}


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def _csv(rows: Rows) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
