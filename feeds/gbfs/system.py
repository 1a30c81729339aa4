"""Files of one operator to a ``SharingSystem``. Names and files of GBFS 1.1 to 3.1."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from feeds.errors import GbfsUnreadable
from feeds.gbfs.document import DISCOVERY, NEW_NAMES, Document, addresses, read_document
from feeds.gbfs.fields import (
    Row,
    count_or_none,
    each,
    identifier,
    identifier_or_none,
    text,
    text_or,
)
from feeds.gbfs.pricing import read_plans
from feeds.gbfs.stations import read_stations
from feeds.gbfs.vehicles import Known, read_slots, read_vehicles
from feeds.gbfs.zones import Fences, read_fences
from feeds.report import Findings
from routing.sharing.supply import PricingPlan, ReturnConstraint, SharingSystem, VehicleType
from routing.street.profile import Profile

TYPES: Final = "vehicle_types"
INFORMATION: Final = "system_information"
PROFILES: Final = {
    "bicycle": Profile.BICYCLE,
    "cargo_bicycle": Profile.CARGO_BICYCLE,
    "scooter": Profile.SCOOTER,
    "scooter_standing": Profile.SCOOTER,
    "scooter_seated": Profile.SCOOTER,
    "car": Profile.CAR,
}
"""Streets by form factor. Mopeds and others are left out: no profile has their rules."""
BICYCLE: Final = "bicycle"
"""Id of the type of systems that tell of none (GBFS 1, and docks of 2)."""
MAX_BYTES: Final = 64 * 2**20

Documents = Mapping[str, Document]
"""Files by the name that GBFS 3 has for them."""


def read_system(scope: str, documents: Documents, findings: Findings) -> SharingSystem:
    """Return the system that files tell of; what cannot be understood becomes findings.

    Parameters
    ----------
    scope
        Id of the system here.

    Raises
    ------
    GbfsUnreadable
        If there is no ``system_information``, or it has no name or time zone.
    """
    data = {name: document.data for name, document in documents.items()}
    if INFORMATION not in data:
        raise GbfsUnreadable(f"{INFORMATION}.json is missing.")
    plans = read_plans(data.get("system_pricing_plans"), findings)
    types, left_out = _types(data.get(TYPES), plans, findings)
    stations = read_stations(
        data.get("station_information", {"stations": []}),
        data.get("station_status", {"stations": []}),
        types,
        frozenset(types) | left_out,
        findings,
    )
    known = Known(types, left_out, stations, plans)
    vehicles = read_vehicles(data.get("vehicle_status", {"vehicles": []}), known, findings)
    fences = read_fences(data["geofencing_zones"], findings) if "geofencing_zones" in data else None
    loose = {vehicle.type for vehicle in vehicles if vehicle.station is None}
    fences = fences or Fences()
    return replace(
        _named(scope, data[INFORMATION]),
        types={
            k: _returned(t, data, docked=bool(stations), loose=k in loose) for k, t in types.items()
        },
        stations=stations,
        vehicles=vehicles,
        slots=read_slots(data.get("vehicle_availability", {"vehicles": []}), known, findings),
        zones=fences.zones,
        default_start_allowed=fences.start_allowed,
        default_end_allowed=fences.end_allowed,
        default_through_allowed=fences.through_allowed,
        plans=plans,
    )


def _named(scope: str, row: Row) -> SharingSystem:
    """Return the system without all that can be rented."""
    try:
        name, time_zone = text(row, "name"), text(row, "timezone")
        ZoneInfo(time_zone)
    except (ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise GbfsUnreadable(f"{INFORMATION}.json: {error}.") from None
    except KeyError:
        raise GbfsUnreadable(f"{INFORMATION}.json: timezone is none that is known.") from None
    given = (text_or(row, field, "") for field in ("attribution_organization_name", "license_id"))
    return SharingSystem(
        id=scope,
        name=name,
        operator=text_or(row, "operator", name),
        time_zone=time_zone,
        types={},
        stations={},
        rental_uris=_uris(row),
        attribution=tuple(credit for credit in given if credit),
    )


def _uris(row: Row) -> dict[str, str]:
    """Return where people rent, by platform; other schemes than those of the web are refused."""
    apps = row.get("rental_apps")
    told = {"web": text_or(row, "url", "")}
    for platform in ("android", "ios"):
        app = apps.get(platform) if isinstance(apps, Mapping) else None
        told[platform] = text_or(app, "store_uri", "") if isinstance(app, Mapping) else ""
    return {platform: uri for platform, uri in told.items() if _is_web(uri)}


def _is_web(uri: str) -> bool:
    try:
        return urlsplit(uri).scheme in ("http", "https")
    except ValueError:
        return False


def _types(
    data: Row | None, plans: Mapping[str, PricingPlan], findings: Findings
) -> tuple[dict[str, VehicleType], frozenset[str]]:
    """Return vehicle types by id, and the ids of those for which there are no streets."""
    if data is None:
        plan = next(iter(plans)) if len(plans) == 1 else None
        return {BICYCLE: _bicycle(plan)}, frozenset()
    rows = data.get("vehicle_types")
    found = list(each(rows, lambda row: _type(row, plans), "bad-type", findings, TYPES))
    for kind, made in found:
        if made is None:
            findings.warn("no-streets", f"Vehicles of type {kind!r} are not used.", TYPES)
    left_out = frozenset(kind for kind, made in found if made is None)
    return {kind: made for kind, made in reversed(found) if made is not None}, left_out


def _bicycle(plan: str | None) -> VehicleType:
    constraint = ReturnConstraint.ANY_STATION
    return VehicleType(BICYCLE, BICYCLE, BICYCLE, "human", Profile.BICYCLE, constraint, plan=plan)


def _type(row: Row, plans: Mapping[str, PricingPlan]) -> tuple[str, VehicleType | None]:
    kind, form = identifier(row, "vehicle_type_id"), text(row, "form_factor")
    if form not in PROFILES:
        return kind, None
    plan, propulsion = (
        identifier_or_none(row, "default_pricing_plan_id"),
        text(row, "propulsion_type"),
    )
    made = VehicleType(
        id=kind,
        name=text_or(row, "name", kind),
        form_factor=form,
        propulsion=propulsion,
        profile=PROFILES[form],
        return_constraint=_constraint(row) or ReturnConstraint.ANY_STATION,
        max_range_m=(count_or_none(row, "max_range_meters") or None)
        if propulsion != "human"
        else None,
        plan=plan if plan in plans else None,
    )
    return kind, made


def _constraint(row: Row) -> ReturnConstraint | None:
    try:
        return ReturnConstraint(row.get("return_constraint"))  # type: ignore[arg-type]  # refused
    except (ValueError, TypeError):
        return None


def _returned(
    kind: VehicleType, data: Mapping[str, Row], *, docked: bool, loose: bool
) -> VehicleType:
    """Return a type with where it is returned: as told, or as its vehicles stand."""
    listed = data.get(TYPES, {}).get("vehicle_types")
    rows = listed if isinstance(listed, list) else []
    told = (
        row for row in rows if isinstance(row, Mapping) and row.get("vehicle_type_id") == kind.id
    )
    if any(_constraint(row) for row in told):
        return kind
    floating = ReturnConstraint.HYBRID if docked else ReturnConstraint.FREE_FLOATING
    found = floating if loose or not docked else ReturnConstraint.ANY_STATION
    return replace(kind, return_constraint=found)


def read_folder(scope: str, folder: Path, findings: Findings) -> SharingSystem:
    """Return the system whose files lie in a folder, by the names of its ``gbfs.json``.

    Raises
    ------
    GbfsUnreadable
        If ``gbfs.json`` or ``system_information.json`` cannot be read.
    """
    named = addresses(read_document(DISCOVERY, _bytes(folder, DISCOVERY)))
    return read_system(scope, _documents(folder, named, findings), findings)


def _documents(folder: Path, named: Iterable[str], findings: Findings) -> dict[str, Document]:
    """Return the files that can be read; the others become findings."""
    old = {new: name for name, new in NEW_NAMES.items()}
    found: dict[str, Document] = {}
    for name in sorted({*named} & USED):
        here = old[name] if name in old and (folder / f"{old[name]}.json").exists() else name
        try:
            found[name] = read_document(here, _bytes(folder, here))
        except GbfsUnreadable as error:
            findings.error("bad-file", str(error), f"{here}.json")
    return found


USED: Final = frozenset(
    {
        INFORMATION,
        TYPES,
        "station_information",
        "station_status",
        "vehicle_status",
        "vehicle_availability",
        "system_pricing_plans",
        "geofencing_zones",
    }
)


def _bytes(folder: Path, name: str) -> bytes:
    try:
        with (folder / f"{name}.json").open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise GbfsUnreadable(f"{name}.json: {reason}.") from None
    if len(content) > MAX_BYTES:
        raise GbfsUnreadable(f"{name}.json is longer than {MAX_BYTES >> 20} MiB.")
    return content
