"""Own fleets as GBFS 3.0, as 2.3 for old readers, and as 3.1-RC3 with the slots of vehicles.

An answer says it is as of the last full ``ttl``, although it is of this moment, so that the same
state has the same bytes, and an ETag is worth something. A vehicle is named by an id that changes
after each rental; one that somebody has is not listed at all.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from booking.domain.calendar import Calendar, Closure
from booking.domain.fleets import VehicleState
from booking.service.fleets import FleetNow, VehicleNow
from booking.service.supply import free_docks, is_open, stands_at
from kommit.api.gbfs_2_3 import FILE_OF, LEFT_OUT, NAME_OF, V2, translate
from routing.sharing.supply import Polygon, PricingPlan, Rate, VehicleType, Zone

V3: Final = "3.0"
V31: Final = "3.1-RC3"
FOLDER: Final = {V2: "/2.3", V3: "", V31: "/3.1-RC"}
"""Where the files of each version lie, beside those of 3.0."""
OFTEN_S: Final = 30
SELDOM_S: Final = 3600
OUT_OF_SERVICE: Final = frozenset({VehicleState.DISABLED, VehicleState.MAINTENANCE})
DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Feed:
    """A fleet, and what its files need to know of this moment and place."""

    seen: FleetNow
    now: datetime
    base: str
    """Address of the folder with the files of 3.0, without a slash at its end."""
    version: str = V3

    def text(self, text: str) -> list[Data]:
        """Return a text in the fleet's language."""
        return [{"text": text, "language": self.seen.fleet.language}]

    def address(self, version: str, name: str) -> str:
        """Return the address of a file of a version."""
        return f"{self.base}{FOLDER[version]}/{name}.json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A file as it is sent."""

    body: bytes
    etag: str
    max_age_s: int


def render(feed: Feed, name: str) -> Answer | None:
    """Return the file ``name`` of a feed, or None if it has none such."""
    if name not in file_names(feed):
        return None
    is_old = feed.version == V2
    current = FILE_OF.get(name, name) if is_old else name
    make, ttl_s = FILES[current]
    moment = int(feed.now.timestamp())
    stamp = moment - moment % ttl_s
    translated = is_old and current not in LEFT_OUT
    document = {
        "last_updated": stamp if is_old else rfc3339(stamp),
        "ttl": ttl_s,
        "version": feed.version,
        "data": translate(current, make(feed)) if translated else make(feed),
    }
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    return Answer(body, etag, stamp + ttl_s - moment)


def file_names(feed: Feed) -> list[str]:
    """Return the names of the files that a feed has, without ``.json``.

    Those of stations are always there, if need be without any: pybikes and others ask for them.
    """
    fleet = feed.seen.fleet
    missing = (
        set() if feed.version == V31 and fleet.rules.reserve_ahead else {"vehicle_availability"}
    )
    if not fleet.zones and fleet.end_allowed:
        missing.add("geofencing_zones")
    names = [name for name in FILES if name not in missing]
    return [NAME_OF.get(name, name) for name in names] if feed.version == V2 else names


def rfc3339(unix_s: float) -> str:
    """Return a moment as GBFS writes it."""
    return datetime.fromtimestamp(int(unix_s), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _gbfs(feed: Feed) -> Data:
    names = [name for name in file_names(feed) if name != "gbfs"]
    feeds = [{"name": each, "url": feed.address(feed.version, each)} for each in names]
    return {feed.seen.fleet.language: {"feeds": feeds}} if feed.version == V2 else {"feeds": feeds}


def _gbfs_versions(feed: Feed) -> Data:
    known = [V2, V3, V31] if feed.version == V31 else [V2, V3]  # which know no later ones
    return {"versions": [{"version": each, "url": feed.address(each, "gbfs")} for each in known]}


def _system_information(feed: Feed) -> Data:
    fleet = feed.seen.fleet
    data = {
        "system_id": fleet.id,
        "languages": [fleet.language],
        "name": feed.text(fleet.name),
        "operator": feed.text(fleet.operator),
        "opening_hours": opening_hours(fleet.calendar),
        "feed_contact_email": fleet.email,
        "timezone": fleet.calendar.time_zone,
    }
    return data | ({"url": fleet.url} if fleet.url else {})


def _vehicle_types(feed: Feed) -> Data:
    return {"vehicle_types": [_vehicle_type(feed, kind) for kind in feed.seen.fleet.types]}


def _vehicle_type(feed: Feed, kind: VehicleType) -> Data:
    data = {
        "vehicle_type_id": kind.id,
        "form_factor": kind.form_factor,
        "propulsion_type": kind.propulsion,
        "name": feed.text(kind.name),
        "return_constraint": kind.return_constraint.value,
        "default_pricing_plan_id": kind.plan,
    }
    return data | ({} if kind.max_range_m is None else {"max_range_meters": kind.max_range_m})


def _station_information(feed: Feed) -> Data:
    stations = [
        {
            "station_id": one.id,
            "name": feed.text(one.name),
            "lat": one.lat,
            "lon": one.lon,
            "capacity": one.capacity,
        }
        for one in feed.seen.fleet.stations
    ]
    return {"stations": stations}


def _station_status(feed: Feed) -> Data:
    fleet, vehicles = feed.seen.fleet, [one.vehicle for one in feed.seen.vehicles]
    open_now = is_open(fleet, feed.now)
    stations = []
    for station in fleet.stations:
        here = [v for v in feed.seen.vehicles if v.vehicle.station_id == station.id]
        free = [one.vehicle.type_id for one in here if one.is_free(feed.now)]
        out = sum(one.state in OUT_OF_SERVICE for one in stands_at(vehicles, station))
        docks = free_docks(vehicles, station)
        stations.append(
            {
                "station_id": station.id,
                "num_vehicles_available": len(free),
                "vehicle_types_available": [
                    {"vehicle_type_id": kind.id, "count": free.count(kind.id)}
                    for kind in fleet.types
                ],
                "num_vehicles_disabled": out,
                "num_docks_available": docks,
                "vehicle_docks_available": [
                    {"vehicle_type_ids": [kind.id for kind in fleet.types], "count": docks}
                ],
                "is_installed": True,
                "is_renting": open_now,
                "is_returning": open_now,
                "last_reported": _stamp(feed),
            }
        )
    return {"stations": stations}


def _vehicle_status(feed: Feed) -> Data:
    listed = (one for one in feed.seen.vehicles if one.vehicle.state is not VehicleState.IN_USE)
    return {"vehicles": [_vehicle(feed, one) for one in listed]}


def _vehicle(feed: Feed, one: VehicleNow) -> Data:
    vehicle, kind = one.vehicle, feed.seen.fleet.type_of[one.vehicle.type_id]
    disabled = vehicle.state in OUT_OF_SERVICE or not is_open(feed.seen.fleet, feed.now)
    data = {
        "vehicle_id": one.public_id,
        "vehicle_type_id": vehicle.type_id,
        "lat": vehicle.lat,
        "lon": vehicle.lon,
        "is_reserved": not disabled and not one.is_free(feed.now),
        "is_disabled": disabled,
        "station_id": vehicle.station_id,
        "home_station_id": vehicle.home_id,
        "current_range_meters": vehicle.range_m(kind),
        "current_fuel_percent": _share(vehicle.battery_percent),
        "last_reported": rfc3339(vehicle.reported_at.timestamp()) if vehicle.reported_at else None,
        "available_until": _available_until(one, feed.now),
    }
    return {name: value for name, value in data.items() if value is not None}


def _share(percent: int | None) -> float | None:
    return None if percent is None else percent / 100


def _available_until(one: VehicleNow, now: datetime) -> str | None:
    ends = (slot.end for slot in one.slots if slot.start <= now < slot.end)
    return next((rfc3339(end.timestamp()) for end in ends), None)


def _system_pricing_plans(feed: Feed) -> Data:
    return {"plans": [_plan(feed, plan) for plan in feed.seen.fleet.plans]}


def _plan(feed: Feed, plan: PricingPlan) -> Data:
    data: Data = {
        "plan_id": plan.id,
        "name": feed.text(plan.name),
        "currency": plan.currency,
        "price": plan.base_minor / 100,
        "is_taxable": plan.is_taxable,
        "description": feed.text(plan.name),
    }
    if plan.has_surge:
        data["surge_pricing"] = True
    if feed.version == V31:
        data |= _plan_of_31(plan)
    for name, rates in (("per_min_pricing", plan.per_min), ("per_km_pricing", plan.per_km)):
        if rates:
            data[name] = [_rate(rate) for rate in rates]
    return data


def _plan_of_31(plan: PricingPlan) -> Data:
    """Return what only 3.1 can say of a plan."""
    data: Data = {}
    if plan.reservation_minor:
        data["reservation_price_flat_rate"] = plan.reservation_minor / 100
    if plan.reservation_milli_per_min:
        data["reservation_price_per_min"] = plan.reservation_milli_per_min / 100_000
    if plan.fare_cap is not None:
        cap = plan.fare_cap
        data["fare_capping"] = {"duration": cap.duration_min, "price": cap.minor / 100}
    return data


def _rate(rate: Rate) -> Data:
    data = {"start": rate.start, "rate": rate.rate_milli / 100_000, "interval": rate.interval}
    return data if rate.end is None else data | {"end": rate.end}


def _geofencing_zones(feed: Feed) -> Data:
    fleet = feed.seen.fleet
    outside = {
        "ride_start_allowed": True,
        "ride_end_allowed": fleet.end_allowed,
        "ride_through_allowed": True,
    }
    zones = [_zone(zone) for zone in fleet.zones]
    return {
        "geofencing_zones": {"type": "FeatureCollection", "features": zones},
        "global_rules": [outside],
    }


def _zone(zone: Zone) -> Data:
    rule: Data = {
        "ride_start_allowed": zone.start_allowed,
        "ride_end_allowed": zone.end_allowed,
        "ride_through_allowed": zone.through_allowed,
        "station_parking": zone.station_parking,
    }
    if zone.types is not None:
        rule["vehicle_type_ids"] = sorted(zone.types)
    return {
        "type": "Feature",
        "geometry": {"type": "MultiPolygon", "coordinates": _coordinates(zone.polygons)},
        "properties": {"rules": [rule]},
    }


def _coordinates(polygons: Iterable[Polygon]) -> list[list[list[list[float]]]]:
    return [[[[lon, lat] for lat, lon in ring] for ring in polygon] for polygon in polygons]


def _vehicle_availability(feed: Feed) -> Data:
    return {"vehicles": [one for v in feed.seen.vehicles for one in _availability(feed, v)]}


def _availability(feed: Feed, one: VehicleNow) -> list[Data]:
    station = one.vehicle.home_id or one.vehicle.station_id
    if station is None or not one.slots:
        return []
    slots = [
        {
            "from": _stamp(feed) if slot.start <= feed.now else rfc3339(slot.start.timestamp()),
            "until": rfc3339(slot.end.timestamp()),
        }
        for slot in one.slots
    ]
    kind = one.vehicle.type_id
    return [
        {
            "vehicle_id": one.public_id,
            "vehicle_type_id": kind,
            "station_id": station,
            "availabilities": slots,
        }
    ]


def _stamp(feed: Feed) -> str:
    moment = int(feed.now.timestamp())
    return rfc3339(moment - moment % OFTEN_S)


FILES: Final[dict[str, tuple[Callable[[Feed], Data], int]]] = {
    "gbfs": (_gbfs, SELDOM_S),
    "gbfs_versions": (_gbfs_versions, SELDOM_S),
    "system_information": (_system_information, SELDOM_S),
    "vehicle_types": (_vehicle_types, SELDOM_S),
    "station_information": (_station_information, SELDOM_S),
    "station_status": (_station_status, OFTEN_S),
    "vehicle_status": (_vehicle_status, OFTEN_S),
    "vehicle_availability": (_vehicle_availability, OFTEN_S),
    "system_pricing_plans": (_system_pricing_plans, SELDOM_S),
    "geofencing_zones": (_geofencing_zones, SELDOM_S),
}
"""Each file's maker, and for how many seconds it holds."""


def opening_hours(calendar: Calendar) -> str:
    """Return a calendar in the language of OpenStreetMap's ``opening_hours``."""
    by_time: dict[tuple[int, int], list[int]] = {}
    for opening in calendar.hours:
        by_time.setdefault(opening[1:], []).append(opening.weekday)
    rules = [f"{_days(days)} {_hours(*times)}" for times, days in by_time.items()] or ["24/7"]
    return "; ".join([*rules, *map(_closed, calendar.closures)])


def _days(days: list[int]) -> str:
    if days == list(range(days[0], days[-1] + 1)) and len(days) > 1:
        return f"{DAYS[days[0]]}-{DAYS[days[-1]]}"
    return ",".join(DAYS[day] for day in days)


def _hours(opens_min: int, closes_min: int) -> str:
    return "-".join(f"{at // 60:02}:{at % 60:02}" for at in (opens_min, closes_min))


def _closed(closure: Closure) -> str:
    form = "%b %d" if closure.yearly else "%Y %b %d"
    return f"{closure.first.strftime(form)}-{closure.last.strftime(form)} off"
