"""Shared vehicles as text, on streets drawn as text.

One line each; ``at`` names a letter of the drawing, or two with a share between them::

    station S at A bikes=2 docks=1
    bike v1 at B range=900 home=S until=3600
    zone CDE end=no

A zone is a box around its letters, 20 m wider. ``walk 60 | A bike 83 E:T | walk 0`` is a way: the
vehicle's place, seconds with unlocking and locking, where it is left and the station there.
"""

from dataclasses import replace

import numpy as np

from routing.sharing.found import RentalWay
from routing.sharing.supply import (
    PricingPlan,
    Rate,
    ReturnConstraint,
    SharingSystem,
    Slot,
    Station,
    Supply,
    Vehicle,
    VehicleType,
    Zone,
)
from routing.street.build import build_network
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.ways import Ways
from tests.support.streets import Drawing

CLOSING = {
    "foot": (Profile.FOOT, Profile.WHEELCHAIR),
    "bicycle": (Profile.BICYCLE, Profile.CARGO_BICYCLE, Profile.SCOOTER),
    "car": (Profile.CAR,),
}
ONE_PLAN = PricingPlan("p", "a euro and 10 ct a minute", "EUR", 100, (Rate(0, 10_000, 1),))


def network_of(drawing: Drawing) -> StreetNetwork:
    """Return the streets of a drawing; all may use a way.

    But for ``foot=no`` and ``oneway=yes``; ``hard=2`` takes bicycles twice as long.
    """
    letters = sorted(drawing.points)
    runs = [way[0] for way in drawing.ways]
    points = [letter for run in runs for letter in run]
    lat, lon = np.array([drawing.at(letter) for letter in points]).T
    stretch = np.ones((len(runs), 2, 6), np.float32)
    for row, (_, *tags) in enumerate(drawing.ways):
        for key, value in (tag.split("=") for tag in tags):
            if key in CLOSING and value == "no":
                stretch[row, :, CLOSING[key]] = np.inf
            if key == "hard":  # so much longer takes it by bicycle
                stretch[row, :, Profile.BICYCLE] = float(value)
            if key == "oneway":
                stretch[row, 1, [Profile.BICYCLE, Profile.CAR]] = np.inf
    n, nothing = len(runs), np.empty(0)
    ways = Ways(
        point_ptr=np.cumsum([0, *map(len, runs)]).astype(np.int64),
        point_id=np.array([letters.index(letter) for letter in points], np.int64),
        point_lat=lat,
        point_lon=lon,
        point_height=np.full(len(points), np.nan, np.float32),
        way_id=np.arange(n, dtype=np.int64),
        street_class=np.full(n, 5, np.uint8),
        flags=np.zeros(n, np.uint8),
        name=np.full(n, -1, np.int32),
        wheelchair=np.zeros(n, np.uint8),
        stretch=stretch,
        barrier_id=nothing.astype(np.int64),
        barrier_closed=nothing.astype(np.uint8),
        barrier_wait_s=np.empty((0, 6), np.float32),
        turn_from=nothing.astype(np.int64),
        turn_via=nothing.astype(np.int64),
        turn_to=nothing.astype(np.int64),
        turn_kind=nothing.astype(np.uint8),
    )
    return build_network(ways)


def supply_of(text: str, drawing: Drawing, constraint: str = "any_station") -> Supply:
    """Return the supply of ``text`` (see the module docstring): one system, one type ``bike``."""
    kind = VehicleType(
        "bike", "Bike", "bicycle", "human", Profile.BICYCLE, ReturnConstraint(constraint), plan="p"
    )
    system = SharingSystem(
        "s", "System", "Op", "Europe/Berlin", {"bike": kind}, {}, plans={"p": ONE_PLAN}
    )
    for line in filter(None, map(str.strip, text.splitlines())):
        system = _with(system, line.split(), drawing)
    return Supply((system,), 1)


def _with(system: SharingSystem, words: list[str], drawing: Drawing) -> SharingSystem:
    given = dict(word.split("=") for word in words if "=" in word)
    if words[0] == "zone":
        return replace(system, zones=(*system.zones, _zone(words[1], given, drawing)))
    if words[0] == "slot":
        start, end = int(given["start"]), int(given["end"]) if "end" in given else None
        slot = Slot(words[1], "bike", words[3], start, end)
        return replace(system, slots=(*system.slots, slot))
    lat, lon = place_of(words[3], drawing)
    if words[0] == "station":
        docks = {"": int(given["docks"])} if "docks" in given else None
        station = Station(
            words[1],
            words[1],
            lat,
            lon,
            is_renting=given.get("renting") != "no",
            is_returning=given.get("returning") != "no",
            available={"bike": int(given.get("bikes", 0))},
            docks=docks,
            area=(_box(given["area"], drawing),) if "area" in given else (),
        )
        return replace(system, stations={**system.stations, words[1]: station})
    vehicle = Vehicle(
        words[1],
        "bike",
        lat,
        lon,
        station=given.get("station"),
        home_station=given.get("home"),
        range_m=int(given["range"]) if "range" in given else None,
        available_until=int(given["until"]) if "until" in given else None,
    )
    return replace(system, vehicles=(*system.vehicles, vehicle))


def _zone(letters: str, given: dict[str, str], drawing: Drawing) -> Zone:
    return Zone(
        (_box(letters, drawing),),
        start_allowed=given.get("start") != "no",
        end_allowed=given.get("end") != "no",
        through_allowed=given.get("through") != "no",
        max_speed_mps=float(given["speed"]) if "speed" in given else None,
        station_parking=given.get("parking") == "station",
    )


def _box(letters: str, drawing: Drawing):
    lat, lon = np.array([drawing.at(letter) for letter in letters]).T
    south, north, west, east = (
        lat.min() - 2e-4,
        lat.max() + 2e-4,
        lon.min() - 3e-4,
        lon.max() + 3e-4,
    )
    return (((south, west), (north, west), (north, east), (south, east), (south, west)),)


def place_of(text: str, drawing: Drawing) -> tuple[float, float]:
    """Return the point of ``A``, or of ``AB.25``: a share on the way from A to B."""
    if len(text) == 1:
        return drawing.at(text)
    return drawing.between(text[0], text[1], float(text[2:]))


def line_of(way: RentalWay | None, drawing: Drawing) -> str:
    """Return a way as text."""
    if way is None:
        return "none"
    pickup = way.fleet.rental.pickups[way.pickup]
    dock = "" if way.exit.dock < 0 else ":" + way.fleet.rental.docks[way.exit.dock].station
    start, end = (
        letter_at(pickup.lat, pickup.lon, drawing),
        letter_at(way.exit.lat, way.exit.lon, drawing),
    )
    return f"walk {way.walk_s} | {start} bike {way.rental_s} {end}{dock} | walk {way.last_walk_s}"


def letter_at(lat: float, lon: float, drawing: Drawing) -> str:
    """Return the letter nearest to a point."""
    return min(
        drawing.points,
        key=lambda p: (drawing.at(p)[0] - lat) ** 2 + (drawing.at(p)[1] - lon) ** 2,
    )
