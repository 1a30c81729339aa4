"""Energy and CO2 of a leg on streets, by the figures of ``kommit/data/street_vehicles.json``."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from routing.sharing.supply import VehicleType
from routing.street.profile import Profile


class StreetVehicle(StrEnum):
    """What is ridden or driven on streets, as far as its energy differs."""

    BICYCLE = "BICYCLE"
    E_BICYCLE = "E_BICYCLE"
    CARGO_BICYCLE = "CARGO_BICYCLE"
    E_CARGO_BICYCLE = "E_CARGO_BICYCLE"
    E_SCOOTER = "E_SCOOTER"
    SHARED_E_SCOOTER = "SHARED_E_SCOOTER"
    CAR = "CAR"
    SHARED_CAR = "SHARED_CAR"
    ELECTRIC_CAR = "ELECTRIC_CAR"
    SHARED_ELECTRIC_CAR = "SHARED_ELECTRIC_CAR"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a vehicle needs."""

    wh_per_km: float
    """From battery or tank, on the level."""
    wh_per_climbed_m: float
    g_per_km: float
    """CO2 equivalents per passenger kilometre."""


def energy_wh(vehicle: StreetVehicle, distance_m: int, ascent_m: int = 0) -> float:
    """Return what a leg takes from battery or tank; what is regained downhill is not counted."""
    needs = figures()[vehicle]
    return needs.wh_per_km * distance_m / 1000 + needs.wh_per_climbed_m * ascent_m


def street_co2_g(vehicle: StreetVehicle, distance_m: int) -> float:
    """Return the grams of one passenger on one leg."""
    return figures()[vehicle].g_per_km * distance_m / 1000


def own_vehicle(profile: Profile) -> StreetVehicle | None:
    """Return what people of a profile own, as far as nothing else is known; None on foot."""
    return {
        Profile.BICYCLE: StreetVehicle.BICYCLE,
        Profile.CARGO_BICYCLE: StreetVehicle.CARGO_BICYCLE,
        Profile.SCOOTER: StreetVehicle.E_SCOOTER,
        Profile.CAR: StreetVehicle.CAR,
    }.get(profile)


def shared_vehicle(kind: VehicleType) -> StreetVehicle | None:
    """Return what a shared vehicle is; None where its profile is on foot."""
    electric = kind.propulsion.startswith("electric")
    return {
        Profile.BICYCLE: StreetVehicle.E_BICYCLE if electric else StreetVehicle.BICYCLE,
        Profile.CARGO_BICYCLE: (
            StreetVehicle.E_CARGO_BICYCLE if electric else StreetVehicle.CARGO_BICYCLE
        ),
        Profile.SCOOTER: StreetVehicle.SHARED_E_SCOOTER,
        Profile.CAR: StreetVehicle.SHARED_ELECTRIC_CAR if electric else StreetVehicle.SHARED_CAR,
    }.get(kind.profile)


@cache
def figures() -> Mapping[StreetVehicle, Figures]:
    """Return the figures of every vehicle."""
    text = (files("kommit.data") / "street_vehicles.json").read_text("utf-8")
    data = json.loads(text)
    g_per_kwh = float(data["power"]["g_per_kwh"])
    return {vehicle: _figures(data["vehicles"][vehicle], g_per_kwh) for vehicle in StreetVehicle}


def _figures(row: Mapping[str, Any], g_per_kwh: float) -> Figures:
    """Return a row's figures; grams of electric vehicles are those of their power."""
    wh = float(row["wh_per_km"])
    grams = row.get("g_per_km")
    if grams is None:
        grams = wh / 1000 * g_per_kwh / float(row["persons"])
    return Figures(wh, float(row["wh_per_climbed_m"]), float(grams))
