"""A10: energy and CO2 of legs on streets; every figure has a source."""

import json
from importlib.resources import files

import pytest

from kommit.api.emissions import grams_per_km
from kommit.api.energy import (
    StreetVehicle,
    energy_wh,
    figures,
    own_vehicle,
    shared_vehicle,
    street_co2_g,
)
from routing.sharing.supply import ReturnConstraint, VehicleType
from routing.street.profile import Profile

DATA = json.loads((files("kommit.data") / "street_vehicles.json").read_text("utf-8"))


def test_every_vehicle_has_figures_with_a_source() -> None:
    assert set(DATA["vehicles"]) == set(StreetVehicle)
    for row in (*DATA["vehicles"].values(), DATA["power"]):
        assert row["source"] in DATA["sources"]


def test_energy_is_that_of_the_distance_and_the_climb() -> None:
    assert energy_wh(StreetVehicle.E_BICYCLE, 5000) == pytest.approx(50)
    assert energy_wh(StreetVehicle.E_BICYCLE, 5000, 100) == pytest.approx(70)
    assert energy_wh(StreetVehicle.BICYCLE, 5000, 100) == 0
    assert energy_wh(StreetVehicle.ELECTRIC_CAR, 0) == 0


def test_grams_of_electric_vehicles_are_those_of_their_power() -> None:
    assert street_co2_g(StreetVehicle.E_BICYCLE, 1000) == pytest.approx(3.8)
    assert street_co2_g(StreetVehicle.ELECTRIC_CAR, 10_000) == pytest.approx(10 * 76 / 1.4)
    assert street_co2_g(StreetVehicle.CAR, 1000) == 166
    assert street_co2_g(StreetVehicle.BICYCLE, 1000) == 0


def test_cars_emit_more_than_buses_and_they_more_than_bicycles() -> None:
    bus = grams_per_km()["BUS"]  # type: ignore[index]  # a mode is its text
    assert street_co2_g(StreetVehicle.CAR, 1000) > bus
    assert street_co2_g(StreetVehicle.E_CARGO_BICYCLE, 1000) < bus
    needs = figures()
    assert needs[StreetVehicle.SHARED_E_SCOOTER].g_per_km > needs[StreetVehicle.E_SCOOTER].g_per_km


@pytest.mark.parametrize(
    ("profile", "own", "human", "electric"),
    [
        (Profile.FOOT, None, None, None),
        (Profile.WHEELCHAIR, None, None, None),
        (Profile.BICYCLE, "BICYCLE", "BICYCLE", "E_BICYCLE"),
        (Profile.CARGO_BICYCLE, "CARGO_BICYCLE", "CARGO_BICYCLE", "E_CARGO_BICYCLE"),
        (Profile.SCOOTER, "E_SCOOTER", "SHARED_E_SCOOTER", "SHARED_E_SCOOTER"),
        (Profile.CAR, "CAR", "SHARED_CAR", "SHARED_ELECTRIC_CAR"),
    ],
)
def test_vehicles_by_profile_and_propulsion(
    profile: Profile, own: str | None, human: str | None, electric: str | None
) -> None:
    assert own_vehicle(profile) == own
    for propulsion, expected in (("combustion", human), ("electric", electric)):
        kind = VehicleType("v", "V", "other", propulsion, profile, ReturnConstraint.FREE_FLOATING)
        assert shared_vehicle(kind) == expected
    if profile is Profile.BICYCLE:
        assisted = VehicleType(
            "v", "V", "bicycle", "electric_assist", profile, ReturnConstraint.FREE_FLOATING
        )
        assert shared_vehicle(assisted) == "E_BICYCLE"
