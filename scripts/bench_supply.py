"""A synthetic supply for benchmarks: stations, free-floating scooters and bicycles around stops."""

import numpy as np

from routing.sharing.supply import (
    PricingPlan,
    Rate,
    ReturnConstraint,
    SharingSystem,
    Station,
    Supply,
    Vehicle,
    VehicleType,
)
from routing.street.profile import Profile
from routing.timetable import F64, Timetable

STATIONS, SCOOTERS, BIKES = 40, 300, 60
PLAN = PricingPlan("p", "a euro, 20 ct a minute", "EUR", 100, (Rate(0, 20_000, 1),))
SPREAD_DEG = 0.004


def synthetic_supply(timetable: Timetable, seed: int = 1) -> Supply:
    """Return 40 stations with bicycles, 300 scooters and 60 bicycles that stand free.

    All stand within some 400 m of random stops, so in towns rather than in fields.
    """
    rng = np.random.default_rng(seed)
    return Supply((_docked(timetable, rng), _free(timetable, rng)), 1)


def _near_stops(timetable: Timetable, rng: np.random.Generator, count: int) -> list[list[float]]:
    stops = rng.integers(0, timetable.n_stops, count)
    at: F64 = np.column_stack([timetable.stop_lat[stops], timetable.stop_lon[stops]])
    points: list[list[float]] = (at + rng.normal(0, SPREAD_DEG, at.shape)).tolist()
    return points


def _docked(timetable: Timetable, rng: np.random.Generator) -> SharingSystem:
    kind = VehicleType(
        "bike", "Bike", "bicycle", "human", Profile.BICYCLE, ReturnConstraint.ANY_STATION, plan="p"
    )
    stations = {
        str(number): Station(
            str(number), f"Station {number}", lat, lon, available={"bike": 3}, docks={"": 5}
        )
        for number, (lat, lon) in enumerate(_near_stops(timetable, rng, STATIONS))
    }
    return SharingSystem(
        "docked", "Docked", "Bench", "Europe/Berlin", {"bike": kind}, stations, plans={"p": PLAN}
    )


def _free(timetable: Timetable, rng: np.random.Generator) -> SharingSystem:
    free = ReturnConstraint.FREE_FLOATING
    types = {
        "scooter": VehicleType(
            "scooter", "Scooter", "scooter_standing", "electric", Profile.SCOOTER, free, 40_000, "p"
        ),
        "bike": VehicleType("bike", "Bike", "bicycle", "human", Profile.BICYCLE, free, plan="p"),
    }
    scooters = _near_stops(timetable, rng, SCOOTERS)
    ranges = rng.integers(5_000, 40_000, SCOOTERS).tolist()
    vehicles = [
        Vehicle(f"s{n}", "scooter", lat, lon, range_m=range_m)
        for n, ((lat, lon), range_m) in enumerate(zip(scooters, ranges, strict=True))
    ]
    bikes = _near_stops(timetable, rng, BIKES)
    vehicles += [Vehicle(f"b{n}", "bike", lat, lon) for n, (lat, lon) in enumerate(bikes)]
    return SharingSystem(
        "free", "Free", "Bench", "Europe/Berlin", types, {}, tuple(vehicles), plans={"p": PLAN}
    )
