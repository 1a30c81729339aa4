"""Vehicles that are listed one by one, and the slots in which they are free."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from feeds.errors import FieldRefused
from feeds.gbfs.fields import (
    Row,
    count_or_none,
    each,
    flag,
    identifier,
    identifier_or_none,
    moment,
    moment_or_none,
    point,
)
from feeds.report import Findings
from routing.sharing.supply import PricingPlan, Slot, Station, Vehicle, VehicleType

STATUS: Final = "vehicle_status"
AVAILABILITY: Final = "vehicle_availability"


@dataclass(frozen=True, slots=True)
class Known:
    """What vehicles may refer to."""

    types: Mapping[str, VehicleType]
    left_out: frozenset[str]
    """Ids of vehicle types that are not used."""
    stations: Mapping[str, Station]
    plans: Mapping[str, PricingPlan]

    def type_of(self, row: Row) -> str | None:
        """Return a vehicle's type, or None if it is one that is not used."""
        kind = identifier_or_none(row, "vehicle_type_id")
        if kind is None and len(self.types) == 1 and not self.left_out:
            return next(iter(self.types))
        if kind in self.left_out:
            return None
        if kind is None or kind not in self.types:
            raise FieldRefused(f"vehicle_type_id {kind!r} is not among the vehicle types")
        return kind

    def plan_of(self, row: Row) -> str | None:
        """Return a vehicle's own plan, if it has one that could be read."""
        plan = identifier_or_none(row, "pricing_plan_id")
        return plan if plan in self.plans else None


def read_vehicles(data: Row, known: Known, findings: Findings) -> tuple[Vehicle, ...]:
    """Return the vehicles that can be rented now; of several with one id, the first."""
    rows = data.get("vehicles", data.get("bikes"))
    found: dict[str, Vehicle] = {}
    for vehicle in each(rows, lambda row: _vehicle(row, known), "bad-vehicle", findings, STATUS):
        if vehicle is None:
            continue
        if vehicle.id in found:
            findings.warn(
                "duplicate-id", f"Vehicle {vehicle.id!r} comes twice; the first counts.", STATUS
            )
        found.setdefault(vehicle.id, vehicle)
    return tuple(found.values())


def _vehicle(row: Row, known: Known) -> Vehicle | None:
    taken = flag(row, "is_reserved", default=False) or flag(row, "is_disabled", default=False)
    kind = known.type_of(row)
    if taken or kind is None:
        return None
    station = identifier_or_none(row, "station_id")
    lat, lon = _place(row, known.stations.get(station or ""))
    return Vehicle(
        id=identifier(row, "vehicle_id", "bike_id"),
        type=kind,
        lat=lat,
        lon=lon,
        station=station if station in known.stations else None,
        home_station=identifier_or_none(row, "home_station_id"),
        range_m=count_or_none(row, "current_range_meters"),
        plan=known.plan_of(row),
        available_until=moment_or_none(row, "available_until"),
    )


def _place(row: Row, station: Station | None) -> tuple[float, float]:
    if row.get("lat") is None and row.get("lon") is None and station is not None:
        return station.lat, station.lon
    return point(row)


def read_slots(data: Row, known: Known, findings: Findings) -> tuple[Slot, ...]:
    """Return the spans in which vehicles are free (GBFS 3.1)."""
    rows = data.get("vehicles")
    found = each(rows, lambda row: tuple(_slots(row, known)), "bad-slot", findings, AVAILABILITY)
    return tuple(slot for group in found for slot in group)


def _slots(row: Row, known: Known) -> Iterator[Slot]:
    kind = known.type_of(row)
    station, spans = identifier(row, "station_id"), row.get("availabilities")
    if station not in known.stations:
        raise FieldRefused(f"station_id {station!r} is not among the stations")
    if not isinstance(spans, list) or not all(isinstance(span, Mapping) for span in spans):
        raise FieldRefused("availabilities is no list of objects")
    for span in spans if kind is not None else ():
        start, end = moment(span.get("from"), "from"), moment_or_none(span, "until")
        if end is not None and end <= start:
            raise FieldRefused("a slot ends before it begins")
        vehicle = identifier(row, "vehicle_id")
        yield Slot(vehicle, kind or "", station, start, end, known.plan_of(row))
