"""Shared vehicles of this moment in JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from kommit.api.network import Network
from kommit.api.schemas import sharing as shapes
from kommit.api.schemas.common import Money
from kommit.api.schemas.network import Geometry
from kommit.api.schemas.realtime import FindingCount
from routing.sharing.supply import PricingPlan, Rate, SharingSystem, Station, Vehicle


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """How it stands with one operator's feed."""

    id: str
    name: str
    version: str | None
    status: Literal["ok", "waiting", "failing", "stale"]
    age_s: int | None
    error: str | None
    stations: int
    vehicles: int
    findings: tuple[tuple[str, int], ...]
    """Code and count."""


class SharingSources(Protocol):
    """The feeds of others, as far as the API looks at them."""

    def status(self) -> list[FeedStatus]:
        """Return how it stands with each."""
        ...


def feed_json(status: FeedStatus) -> shapes.SharingFeed:
    """Return how it stands with a feed, as operators see it."""
    return shapes.SharingFeed(
        id=status.id,
        name=status.name,
        version=status.version,
        status=status.status,
        age_s=status.age_s,
        error=status.error,
        stations=status.stations,
        vehicles=status.vehicles,
        findings=[FindingCount(code=code, count=n) for code, n in status.findings],
    )


Box = tuple[float, float, float, float]
"""West, south, east, north."""


def system_json(system: SharingSystem, now: int) -> shapes.SharingSystem:
    """Return what there is to know of a system at a Unix second."""
    free = sum(vehicle.station is None for vehicle in system.vehicles)
    docked = sum(sum(station.available.values()) for station in system.stations.values())
    return shapes.SharingSystem(
        id=system.id,
        name=system.name,
        operator=system.operator,
        uris=dict(system.rental_uris),
        own=system.is_own,
        open=system.is_open(now, now + 1),
        attribution=list(system.attribution),
        vehicle_types=[
            shapes.SystemType(
                id=kind.id,
                name=kind.name,
                form_factor=kind.form_factor,
                propulsion=kind.propulsion,
                return_constraint=kind.return_constraint.value,
                max_range_m=kind.max_range_m,
                plan=kind.plan,
            )
            for kind in system.types.values()
        ],
        plans=[_plan(plan) for plan in system.plans.values()],
        stations=len(system.stations),
        vehicles=free + docked,
    )


def _plan(plan: PricingPlan) -> shapes.RentalPlan:
    def money(minor: int) -> Money:
        return Money(amount=minor, currency=plan.currency)

    return shapes.RentalPlan(
        id=plan.id,
        name=plan.name,
        base=money(plan.base_minor),
        reservation=money(plan.reservation_minor),
        reservation_per_min=plan.reservation_milli_per_min / 1000,
        cap=None
        if (cap := plan.fare_cap) is None
        else shapes.RentalCap(minutes=cap.duration_min, most=money(cap.minor)),
        surge=plan.has_surge,
        taxes_on_top=plan.is_taxable,
        most=None if plan.cap_minor is None else money(plan.cap_minor),
        per_min=[_rate(rate) for rate in plan.per_min],
        per_km=[_rate(rate) for rate in plan.per_km],
    )


def _rate(rate: Rate) -> shapes.RentalRate:
    return shapes.RentalRate(
        start=rate.start, end=rate.end, interval=rate.interval, rate=rate.rate_milli / 1000
    )


def features_of(
    network: Network, systems: Iterable[SharingSystem], box: Box, now: int
) -> Iterator[shapes.SharedFeature]:
    """Yield the stations within a box, and the vehicles that stand free there."""
    for system in systems:
        is_open = system.is_open(now, now + 1)
        for station in system.stations.values():
            if _is_within(station, box):
                yield _feature(station, _of_station(system, station, is_open=is_open))
        for vehicle in system.vehicles:
            if vehicle.station is None and _is_within(vehicle, box):
                yield _feature(vehicle, _of_vehicle(network, system, vehicle, is_open=is_open))


def _is_within(place: Station | Vehicle, box: Box) -> bool:
    west, south, east, north = box
    return west <= place.lon <= east and south <= place.lat <= north


def _feature(place: Station | Vehicle, what: shapes.SharedProperties) -> shapes.SharedFeature:
    return shapes.SharedFeature(
        geometry=Geometry(coordinates=(place.lon, place.lat)), properties=what
    )


def _of_station(
    system: SharingSystem, station: Station, *, is_open: bool
) -> shapes.SharedProperties:
    there = {kind: count for kind, count in station.available.items() if count > 0}
    docks = None if station.docks is None else sum(station.docks.values())
    kinds = there or dict.fromkeys(system.types)  # an empty station is one of what may come
    return shapes.SharedProperties(
        kind="station",
        id=station.id,
        system_id=system.id,
        system_name=system.name,
        name=station.name,
        form_factors=sorted({system.types[kind].form_factor for kind in kinds}),
        renting=is_open and station.is_renting and bool(there),
        returning=is_open and station.is_returning and docks != 0,
        available=sum(there.values()),
        available_by_type=there,
        docks=docks,
        capacity=station.capacity,
        range_m=None,
        available_until=None,
    )


def _of_vehicle(
    network: Network, system: SharingSystem, vehicle: Vehicle, *, is_open: bool
) -> shapes.SharedProperties:
    kind, until = system.types[vehicle.type], vehicle.available_until
    return shapes.SharedProperties(
        kind="vehicle",
        id=vehicle.id,
        system_id=system.id,
        system_name=system.name,
        name=kind.name,
        form_factors=[kind.form_factor],
        renting=is_open,
        returning=False,
        available=1,
        available_by_type={kind.id: 1},
        docks=0,
        capacity=None,
        range_m=vehicle.range_m,
        available_until=None if until is None else network.local(until),
    )
