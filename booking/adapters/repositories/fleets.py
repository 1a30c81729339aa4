"""Own fleets in SQL."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.adapters.fleet_tables import (
    FleetClosureRow,
    FleetHoursRow,
    FleetPlanRow,
    FleetRow,
    FleetStationRow,
    FleetTypeRow,
    FleetVehicleRow,
    FleetZoneRow,
)
from booking.adapters.snapshot import restore, snapshot
from booking.adapters.tables import Base
from booking.domain.calendar import Calendar, Closure, Opening
from booking.domain.errors import FleetNotFound, VehicleNotFound
from booking.domain.fleets import Fleet, FleetStation, FleetVehicle, RentalRules, VehicleState
from routing.sharing.supply import PricingPlan, ReturnConstraint, VehicleType, Zone
from routing.street.profile import Profile

PARTS = (
    FleetTypeRow,
    FleetStationRow,
    FleetPlanRow,
    FleetZoneRow,
    FleetHoursRow,
    FleetClosureRow,
)
RULES = (
    "days_ahead",
    "min_rental_s",
    "max_rental_s",
    "turnaround_s",
    "reserve_ahead",
    "reserve_s",
)


class SqlFleets:
    """See ``booking.service.fleet_repositories.FleetRepository``."""

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks

    def list_ids(self) -> Sequence[str]:
        """Return the ids of all fleets."""
        return self._session.scalars(select(FleetRow.id).order_by(FleetRow.id)).all()

    def fingerprint(self, fleet_id: str) -> str | None:
        """Return that of the file the fleet was read from."""
        row = self._session.get(FleetRow, fleet_id)
        return None if row is None else row.fingerprint

    def get(self, fleet_id: str) -> Fleet:
        """Return a fleet with all its parts."""
        row = self._session.get(FleetRow, fleet_id)
        if row is None:
            raise FleetNotFound(fleet_id)
        return Fleet(
            id=row.id,
            name=row.name,
            operator=row.operator,
            email=row.email,
            language=row.language,
            calendar=self._calendar(row),
            rules=RentalRules(**{name: getattr(row, name) for name in RULES}),
            types=tuple(_type(each) for each in self._parts(FleetTypeRow, fleet_id)),
            stations=tuple(_station(each) for each in self._parts(FleetStationRow, fleet_id)),
            plans=tuple(
                restore(PricingPlan, each.content) for each in self._parts(FleetPlanRow, fleet_id)
            ),
            zones=tuple(_zone(each.content) for each in self._parts(FleetZoneRow, fleet_id)),
            end_allowed=row.end_allowed,
            url=row.url,
        )

    def put(self, fleet: Fleet, fingerprint: str) -> None:
        """Keep a fleet in place of the one before."""
        for table in PARTS:
            self._session.execute(delete(table).where(table.fleet_id == fleet.id))
        self._session.merge(_fleet_row(fleet, fingerprint))
        self._session.flush()
        self._session.add_all(_part_rows(fleet))
        self._session.flush()

    def vehicles(self, fleet_id: str) -> Sequence[FleetVehicle]:
        """Return all vehicles of a fleet."""
        of_fleet = select(FleetVehicleRow).where(FleetVehicleRow.fleet_id == fleet_id)
        return [_vehicle(row) for row in self._session.scalars(of_fleet.order_by("id"))]

    def vehicle(self, fleet_id: str, vehicle_id: str) -> FleetVehicle:
        """Return a vehicle, locked if this transaction writes."""
        row = self._session.get(
            FleetVehicleRow,
            (fleet_id, vehicle_id),
            with_for_update=self._locks,
            populate_existing=True,
        )
        if row is None:
            raise VehicleNotFound
        return _vehicle(row)

    def save(self, vehicle: FleetVehicle) -> None:
        """Keep a vehicle as it is now."""
        names = FleetVehicle.__dataclass_fields__
        self._session.merge(FleetVehicleRow(**{name: getattr(vehicle, name) for name in names}))
        self._session.flush()

    def _parts(self, table: Any, fleet_id: str) -> Iterable[Any]:
        rows = select(table).where(table.fleet_id == fleet_id).order_by(table.place)
        return self._session.scalars(rows)

    def _calendar(self, row: FleetRow) -> Calendar:
        hours = self._session.scalars(
            select(FleetHoursRow)
            .where(FleetHoursRow.fleet_id == row.id)
            .order_by(FleetHoursRow.weekday, FleetHoursRow.opens_min)
        )
        closures = self._session.scalars(
            select(FleetClosureRow)
            .where(FleetClosureRow.fleet_id == row.id)
            .order_by(FleetClosureRow.first, FleetClosureRow.last)
        )
        return Calendar(
            row.time_zone,
            tuple(Opening(each.weekday, each.opens_min, each.closes_min) for each in hours),
            tuple(Closure(each.first, each.last, each.yearly, each.reason) for each in closures),
        )


def _fleet_row(fleet: Fleet, fingerprint: str) -> FleetRow:
    return FleetRow(
        id=fleet.id,
        fingerprint=fingerprint,
        name=fleet.name,
        operator=fleet.operator,
        email=fleet.email,
        url=fleet.url,
        language=fleet.language,
        time_zone=fleet.calendar.time_zone,
        end_allowed=fleet.end_allowed,
        **{name: getattr(fleet.rules, name) for name in RULES},
    )


def _part_rows(fleet: Fleet) -> list[Base]:
    types = [FleetTypeRow(place=n, **_scoped(fleet, t)) for n, t in enumerate(fleet.types)]
    stations = [FleetStationRow(place=n, **_scoped(fleet, s)) for n, s in enumerate(fleet.stations)]
    plans = [
        FleetPlanRow(fleet_id=fleet.id, id=plan.id, place=n, content=snapshot(plan))
        for n, plan in enumerate(fleet.plans)
    ]
    zones = [
        FleetZoneRow(fleet_id=fleet.id, place=n, content=_zone_snapshot(zone))
        for n, zone in enumerate(fleet.zones)
    ]
    hours = [FleetHoursRow(fleet_id=fleet.id, **each._asdict()) for each in fleet.calendar.hours]
    closures = [
        FleetClosureRow(fleet_id=fleet.id, **each._asdict()) for each in fleet.calendar.closures
    ]
    return [*types, *stations, *plans, *zones, *hours, *closures]


def _scoped(fleet: Fleet, part: VehicleType | FleetStation) -> dict[str, Any]:
    """Return the columns of a part whose fields are named as they are."""
    content: dict[str, Any] = snapshot(part)
    return content | {"fleet_id": fleet.id}


def _type(row: FleetTypeRow) -> VehicleType:
    return VehicleType(
        id=row.id,
        name=row.name,
        form_factor=row.form_factor,
        propulsion=row.propulsion,
        profile=Profile(row.profile),
        return_constraint=ReturnConstraint(row.return_constraint),
        max_range_m=row.max_range_m,
        plan=row.plan,
    )


def _station(row: FleetStationRow) -> FleetStation:
    return FleetStation(row.id, row.name, row.lat, row.lon, row.capacity)


def _zone_snapshot(zone: Zone) -> dict[str, Any]:
    """Return a zone as JSON; sets have no order, so its types are sorted."""
    fields = {name: getattr(zone, name) for name in Zone.__dataclass_fields__}
    types = None if zone.types is None else sorted(zone.types)
    return {name: snapshot(value) for name, value in fields.items() if name != "types"} | {
        "types": types
    }


def _zone(content: dict[str, Any]) -> Zone:
    polygons = tuple(
        tuple(tuple((lat, lon) for lat, lon in ring) for ring in polygon)
        for polygon in content["polygons"]
    )
    types = None if content["types"] is None else frozenset(content["types"])
    return Zone(**content | {"polygons": polygons, "types": types})


def _vehicle(row: FleetVehicleRow) -> FleetVehicle:
    fields = {name: getattr(row, name) for name in FleetVehicle.__dataclass_fields__}
    return FleetVehicle(**fields | {"state": VehicleState(row.state)})
