"""Fleet files in: TOML to ``Fleet`` and its vehicles, or one sentence: what is wrong, and where.

The format is shown by ``kommit/regions/senden/fleets``. Ids are the operator's own; vehicles are
never published under them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from booking.domain.calendar import DAY_MIN, Calendar, Closure, Opening
from booking.domain.fleets import Fleet, FleetStation, FleetVehicle, RentalRules
from kommit.kit.node import WEEKDAYS, Node, read_toml
from routing.sharing.supply import PricingPlan, Rate, ReturnConstraint, VehicleType, Zone
from routing.street.profile import Profile

PROFILES: Final = {
    "bicycle": Profile.BICYCLE,
    "cargo_bicycle": Profile.CARGO_BICYCLE,
    "scooter_standing": Profile.SCOOTER,
    "car": Profile.CAR,
}
"""The street network of each form factor that can be rented here."""
PROPULSIONS: Final = ("human", "electric_assist", "electric", "combustion", "hybrid")
ELECTRIC: Final = ("electric_assist", "electric", "hybrid")


class FleetFile(NamedTuple):
    """What a file says: the fleet, and the vehicles that it begins with."""

    fleet: Fleet
    vehicles: tuple[FleetVehicle, ...]
    fingerprint: str
    """SHA-256 of its bytes."""


def read_fleet(path: Path) -> FleetFile:
    """Return what a fleet file says.

    Raises
    ------
    BadFile
        If it cannot be read, or something in it is missing, unknown or cannot be; names the field.
    """
    document, content = read_toml(path)
    fleet, vehicles = parse_fleet(document, path.name)
    return FleetFile(fleet, vehicles, hashlib.sha256(content).hexdigest())


def parse_fleet(document: dict[str, Any], where: str) -> tuple[Fleet, tuple[FleetVehicle, ...]]:
    """Return the fleet and the vehicles of a TOML document, or raise ``BadFile``."""
    root = Node(document, where)
    system = root.table("system")
    fleet = Fleet(
        id=system.id(),
        name=system.text("name"),
        operator=system.text("operator"),
        email=system.text("email"),
        language=system.text("language", "de"),
        calendar=_calendar(root, system.time_zone()),
        rules=_rules(root.table("rules", optional=True)),
        types=tuple(_type(each) for each in root.tables("type")),
        stations=tuple(_station(each) for each in root.tables("station", optional=True)),
        plans=tuple(_plan(each) for each in root.tables("plan")),
        zones=tuple(_zone(each) for each in root.tables("zone", optional=True)),
        end_allowed=system.flag("end_allowed", default=True),
        url=system.text("url", "") or None,
    )
    system.done()
    _check(root, fleet)
    vehicles = tuple(_vehicle(each, fleet) for each in root.tables("vehicle"))
    _check_boxes(root, fleet, vehicles)
    root.done()
    return fleet, vehicles


def _rules(node: Node) -> RentalRules:
    plain = RentalRules()
    rules = RentalRules(
        days_ahead=node.number("days_ahead", plain.days_ahead, 0, 366),
        min_rental_s=60 * node.number("min_rental_min", plain.min_rental_s // 60, 1, 10_080),
        max_rental_s=60 * node.number("max_rental_min", plain.max_rental_s // 60, 1, 43_200),
        turnaround_s=60 * node.number("turnaround_min", 0, 0, 1_440),
        reserve_ahead=node.flag("reserve_ahead", default=True),
        reserve_s=60 * node.number("reserve_min", plain.reserve_s // 60, 0, 1_440),
    )
    if rules.min_rental_s > rules.max_rental_s:
        raise node.bad("min_rental_min", "is longer than max_rental_min")
    node.done()
    return rules


def _calendar(root: Node, time_zone: str) -> Calendar:
    hours = [each for node in root.tables("hours", optional=True) for each in _hours(node)]
    closures = [_closure(node) for node in root.tables("closure", optional=True)]
    hours.sort()
    for one, other in pairwise(hours):
        if one.weekday == other.weekday and other.opens_min < one.closes_min:
            raise root.bad("hours", f"two of {WEEKDAYS[one.weekday]} overlap")
    return Calendar(time_zone, tuple(hours), tuple(closures))


def _hours(node: Node) -> Iterator[Opening]:
    weekdays = node.weekdays()
    opens_min, closes_min = _minute(node, "from"), _minute(node, "to")
    if opens_min >= closes_min:
        raise node.bad("to", "must be later than from; hours over midnight are two entries")
    node.done()
    for weekday in weekdays:
        yield Opening(weekday, opens_min, closes_min)


def _minute(node: Node, key: str) -> int:
    text = node.text(key)
    hour, colon, minute = text.partition(":")
    if not (colon and hour.isdigit() and minute.isdigit() and len(minute) == 2):
        raise node.bad(key, f"write a time as 07:30, not {text!r}")
    found = int(hour) * 60 + int(minute)
    if found > DAY_MIN or int(minute) > 59:
        raise node.bad(key, "a day's times go from 00:00 to 24:00")
    return found


def _closure(node: Node) -> Closure:
    first, last = node.day("first"), node.day("last")
    yearly = node.flag("yearly", default=False)
    if last < first:
        raise node.bad("last", "is before first")
    if yearly and (last - first).days >= 365:
        raise node.bad("last", "is a year after first, so it would never be open")
    closure = Closure(first, last, yearly, node.text("reason", ""))
    node.done()
    return closure


def _type(node: Node) -> VehicleType:
    propulsion = node.choice("propulsion", PROPULSIONS)
    electric = propulsion in ELECTRIC
    kind = VehicleType(
        id=node.id(),
        name=node.text("name"),
        form_factor=(form := node.choice("form_factor", tuple(PROFILES))),
        propulsion=propulsion,
        profile=PROFILES[form],
        return_constraint=ReturnConstraint(
            node.choice("return_constraint", tuple(ReturnConstraint))
        ),
        max_range_m=1000 * node.number("max_range_km", None, 1, 2_000) if electric else None,
        plan=node.text("plan"),
    )
    node.done()
    return kind


def _station(node: Node) -> FleetStation:
    station = FleetStation(
        node.id(), node.text("name"), *node.point(), node.number("capacity", None, 0, 1_000)
    )
    node.done()
    return station


def _plan(node: Node) -> PricingPlan:
    cap = node.number("cap_minor", -1, -1, 10**9)
    plan = PricingPlan(
        id=node.id(),
        name=node.text("name"),
        currency=node.text("currency", "EUR"),
        base_minor=node.number("base_minor", 0, 0, 10**9),
        per_min=tuple(_rate(each) for each in node.tables("per_min", optional=True)),
        per_km=tuple(_rate(each) for each in node.tables("per_km", optional=True)),
        cap_minor=None if cap < 0 else cap,
        reservation_minor=node.number("reservation_minor", 0, 0, 10**9),
    )
    node.done()
    return plan


def _rate(node: Node) -> Rate:
    end = node.number("end", -1, -1, 10**9)
    rate = Rate(
        start=node.number("start", 0, 0, 10**9),
        rate_milli=node.number("rate_milli", None, 0, 10**9),
        interval=node.number("interval", None, 0, 10**6),
        end=None if end < 0 else end,
    )
    node.done()
    return rate


def _zone(node: Node) -> Zone:
    zone = Zone(
        polygons=(tuple(node.ring(ring) for ring in node.items("polygon")),),
        types=frozenset(node.texts("types", ())) or None,
        start_allowed=node.flag("start_allowed", default=True),
        end_allowed=node.flag("end_allowed", default=True),
        through_allowed=node.flag("through_allowed", default=True),
        station_parking=node.flag("station_parking", default=False),
    )
    node.done()
    return zone


def _vehicle(node: Node, fleet: Fleet) -> FleetVehicle:
    type_id, station_id = node.text("type"), node.text("station", "")
    if type_id not in fleet.type_of:
        raise node.bad("type", f"there is no type {type_id!r} in this file")
    if station_id and station_id not in fleet.station_of:
        raise node.bad("station", f"there is no station {station_id!r} in this file")
    station = fleet.station_of.get(station_id)
    kind = fleet.type_of[type_id]
    returns_home = kind.return_constraint is ReturnConstraint.ROUNDTRIP_STATION
    if returns_home and station is None:
        raise node.bad("station", "is missing: a vehicle of this type comes back to its station")
    lat, lon = (station.lat, station.lon) if station else node.point()
    battery = node.number("battery_percent", 100, 0, 100) if kind.max_range_m else None
    slot = node.number("slot", 0, 0, 1_000)
    vehicle = FleetVehicle(
        fleet_id=fleet.id,
        id=node.id(),
        type_id=type_id,
        lat=lat,
        lon=lon,
        station_id=station_id or None,
        home_id=station_id if returns_home else None,
        slot=slot or None,
        battery_percent=battery,
    )
    node.done()
    return vehicle


def _check(root: Node, fleet: Fleet) -> None:
    """Check what names what else."""
    for kind in fleet.types:
        if kind.plan not in fleet.plan_of:
            raise root.bad("type", f"{kind.id}: there is no plan {kind.plan!r} in this file")
    for zone in fleet.zones:
        unknown = (zone.types or frozenset()) - set(fleet.type_of)
        if unknown:
            raise root.bad("zone", f"there is no type {min(unknown)!r} in this file")
    for name, parts in (("type", fleet.types), ("station", fleet.stations), ("plan", fleet.plans)):
        _check_unique(root, name, [part.id for part in parts])


def _check_unique(root: Node, name: str, ids: Sequence[str]) -> None:
    twice = [one for one in ids if ids.count(one) > 1]
    if twice:
        raise root.bad(name, f"{twice[0]!r} is there twice")


def _check_boxes(root: Node, fleet: Fleet, vehicles: Sequence[FleetVehicle]) -> None:
    """Check that no two vehicles stand in one box, and no more at a station than fit."""
    _check_unique(root, "vehicle", [one.id for one in vehicles])
    boxes = [f"{one.station_id}, box {one.slot}" for one in vehicles if one.slot is not None]
    _check_unique(root, "vehicle", boxes)
    for station in fleet.stations:
        here = sum(one.station_id == station.id for one in vehicles)
        if here > station.capacity:
            raise root.bad("station", f"{station.id} has {station.capacity} places for {here}")
