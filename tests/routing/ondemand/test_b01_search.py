"""Chains with shuttles on the demo region: what is offered can be had, at that instant."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feeds.image.image import load_image
from kommit.api.network import Network
from kommit.bootstrap.networks import services_of_region
from kommit.regions.region import load_region
from routing.journey import Journey, OnDemandLeg, RideLeg
from routing.ondemand.board import inserted
from routing.ondemand.duties import duties_of
from routing.ondemand.fleet import FleetNow, Spot
from routing.ondemand.network import OnDemandNetwork, ServiceGround
from routing.ondemand.rides import promised_s, ride_of
from routing.ondemand.service import Area, Capacity, Freedom, OnDemandService
from routing.ondemand.terms import Reason
from routing.ondemand.wishes import ShuttleWishes
from routing.planner import Page, Planner
from routing.query import Place, PlanQuery, Preferences, TimeKind

ZONE = ZoneInfo("Europe/Berlin")
MORNING = int(datetime(2026, 5, 5, 7, tzinfo=ZONE).timestamp())
HAMLET = Place(51.824162, 7.522609)
TOWN = Place(51.9556, 7.6277)


class Fleets:
    """Fleets of this test."""

    def __init__(self, *fleets: FleetNow) -> None:
        self.known = {fleet.service: fleet for fleet in fleets}

    def fleet(self, service_id: str, begin: int, end: int) -> FleetNow:
        del begin, end
        return self.known[service_id]


@pytest.fixture(scope="module")
def region(senden_image: Path) -> Network:
    return Network(load_image(senden_image))


@pytest.fixture(scope="module")
def shuttle(region: Network) -> OnDemandService:
    (service,) = services_of_region(load_region("senden"), region.image)
    return replace(service, parallel=None)


def on_map(region: Network, service: OnDemandService) -> OnDemandNetwork:
    image = region.image
    return OnDemandNetwork([service], image.timetable, image.streets, image.catalogue.find_stop)


def idle(service: OnDemandService) -> FleetNow:
    duties = tuple(duties_of(service, MORNING - 3600, MORNING + 6 * 3600))
    return FleetNow(service.id, 1, MORNING, duties, {})


@pytest.fixture(scope="module")
def ground(region: Network, shuttle: OnDemandService) -> ServiceGround:
    return on_map(region, shuttle).grounds[shuttle.id]


def planner_of(region: Network, service: OnDemandService, fleet: FleetNow) -> Planner:
    return region.planner.with_services(on_map(region, service)).with_fleets(Fleets(fleet))


def busy(ground: ServiceGround, rides: int, seed: int) -> FleetNow:
    """Return a fleet in whose plans as many random rides stand as fit of those asked for."""
    rng, service, fleet = random.Random(seed), ground.service, idle(ground.service)
    stops = list(service.stops.values())
    for number in range(rides):
        ends = [Spot(stop.lat, stop.lon, stop.id) for stop in rng.sample(stops, 2)]
        drive_s, _ = ground.times.drive(*ends)
        begin = MORNING + rng.randrange(0, 3 * 3600)
        until = begin + service.limits.pickup_window_s
        end = begin + promised_s(service.limits, Capacity(1), drive_s)
        ride = ride_of(service, f"r{number}", *ends, begin, until, end, Capacity(1))
        changed = inserted(fleet, ground.times, ride)
        fleet = changed if isinstance(changed, FleetNow) else fleet
    return fleet


def page(planner: Planner, origin: Place, destination: Place, kind: TimeKind = TimeKind.DEPART, **wishes: object) -> Page:  # fmt: skip
    time = MORNING + (0 if kind is TimeKind.DEPART else 3 * 3600)
    preferences = Preferences(shuttles=ShuttleWishes(**wishes))  # type: ignore[arg-type]
    query = PlanQuery(origin, destination, time, kind, now=MORNING - 3600, preferences=preferences)
    return planner.page(query)


def shuttles(journey: Journey) -> list[OnDemandLeg]:
    return [leg for leg in journey.legs if isinstance(leg, OnDemandLeg)]


def takes_all(fleet: FleetNow, ground: ServiceGround, legs: list[OnDemandLeg]) -> bool:
    """Say whether a fleet can be promised the legs of a chain, one after the other."""
    for number, leg in enumerate(legs):
        ends = (
            Spot(leg.origin.lat, leg.origin.lon, leg.pickup_stop),
            Spot(leg.destination.lat, leg.destination.lon, leg.drop_off_stop),
        )
        windows = leg.departure, leg.pickup_until, leg.arrival
        ride = ride_of(ground.service, f"new{number}", *ends, *windows, Capacity(1))
        changed = inserted(fleet, ground.times, ride)
        if not isinstance(changed, FleetNow):
            return False
        fleet = changed
    return True


def places(ground: ServiceGround, seed: int) -> Iterator[tuple[Place, Place]]:
    rng = random.Random(seed)
    stops = [Place(stop.lat, stop.lon) for stop in ground.service.stops.values()]
    for _ in range(8):
        yield rng.choice(stops), rng.choice([TOWN, rng.choice(stops)])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", list(TimeKind))
def test_what_is_offered_can_be_committed_at_that_instant(
    region: Network, ground: ServiceGround, seed: int, kind: TimeKind
) -> None:
    fleet = busy(ground, 60, seed)
    planner, offered = planner_of(region, ground.service, fleet), 0
    for origin, destination in places(ground, seed):
        for journey in page(planner, origin, destination, kind).journeys:
            legs = shuttles(journey)
            offered += bool(legs)
            assert takes_all(fleet, ground, legs)
            for before, after in zip(journey.legs, journey.legs[1:], strict=False):
                assert before.arrival <= after.departure
    assert offered, "there was something to promise"


def test_a_shuttle_may_stand_in_every_place(region: Network, ground: ServiceGround) -> None:
    planner = planner_of(region, ground.service, idle(ground.service))
    to_town = page(planner, HAMLET, TOWN).journeys
    home = page(planner, TOWN, HAMLET).journeys
    within = page(planner, HAMLET, Place(51.9066, 7.4877)).journeys
    marks = {_marks(journey) for journey in (*to_town, *home, *within)}
    assert any(mark.startswith("S") and "R" in mark for mark in marks)
    assert any(mark.endswith("S") and "R" in mark for mark in marks)
    assert "S" in marks


def _marks(journey: Journey) -> str:
    kinds = {OnDemandLeg: "S", RideLeg: "R"}
    return "".join(kinds.get(type(leg), "") for leg in journey.legs)


def test_without_vehicles_nothing_is_offered_and_it_is_said_why(
    region: Network, shuttle: OnDemandService
) -> None:
    none = replace(shuttle, vehicles=())
    found = page(planner_of(region, none, idle(none)), HAMLET, TOWN)
    assert not any(shuttles(journey) for journey in found.journeys)
    assert {one.reason for one in found.refused} == {Reason.VEHICLE}


def test_a_group_that_is_too_big_is_refused(region: Network, ground: ServiceGround) -> None:
    planner = planner_of(region, ground.service, idle(ground.service))
    assert any(shuttles(j) for j in page(planner, HAMLET, TOWN, party=Capacity(6)).journeys)
    found = page(planner, HAMLET, TOWN, party=Capacity(7))
    assert not any(shuttles(journey) for journey in found.journeys)
    assert {one.reason for one in found.refused} == {Reason.PARTY}
    wheelchairs = page(planner, HAMLET, TOWN, party=Capacity(1, 2))
    assert {one.reason for one in wheelchairs.refused} == {Reason.CAPACITY}


def test_a_taken_shuttle_leads_to_another_bus(region: Network, ground: ServiceGround) -> None:
    """The fleet is full for the first bus: later ones are answered, and nothing is promised twice."""
    planner = planner_of(region, ground.service, idle(ground.service))
    first = next(j for j in page(planner, HAMLET, TOWN).journeys if shuttles(j))
    fleet = idle(ground.service)
    while takes_all(fleet, ground, shuttles(first)):
        (leg,) = shuttles(first)
        ends = (
            Spot(leg.origin.lat, leg.origin.lon, leg.pickup_stop),
            Spot(leg.destination.lat, leg.destination.lon, leg.drop_off_stop),
        )
        windows = leg.departure, leg.pickup_until, leg.arrival
        name = f"r{len(fleet.rides)}"
        changed = inserted(fleet, ground.times, ride_of(ground.service, name, *ends, *windows, Capacity(6)))  # fmt: skip
        if not isinstance(changed, FleetNow):
            break
        fleet = changed
    found = page(planner_of(region, ground.service, fleet), HAMLET, TOWN)
    offered = [journey for journey in found.journeys if shuttles(journey)]
    assert offered
    assert all(takes_all(fleet, ground, shuttles(journey)) for journey in offered)


SQUARE = ((51.80, 7.50), (51.80, 7.56), (51.84, 7.56), (51.84, 7.50), (51.80, 7.50))
HOLE = ((51.822, 7.520), (51.822, 7.525), (51.826, 7.525), (51.826, 7.520), (51.822, 7.520))


@pytest.mark.parametrize(
    ("freedom", "hole", "at_door"),
    [
        (Freedom.STOP_TO_STOP, False, False),
        (Freedom.ONE_END_FREE, False, True),
        (Freedom.DOOR_TO_DOOR, False, True),
        (Freedom.DOOR_TO_DOOR, True, False),
    ],
)
def test_doors_are_free_where_an_area_says_so(
    region: Network, shuttle: OnDemandService, freedom: Freedom, hole: bool, at_door: bool
) -> None:
    (area,) = shuttle.areas.values()
    polygon = (SQUARE, HOLE) if hole else (SQUARE,)
    free = Area(area.id, area.name, area.stops, (polygon,), freedom)
    one = on_map(region, replace(shuttle, areas={area.id: free})).grounds[shuttle.id]
    ends = one.ends((HAMLET.lat, HAMLET.lon), 1.33)
    assert any(spot.stop is None for spot in ends.spots) == at_door
    door, other = Spot(HAMLET.lat, HAMLET.lon), Spot(51.815, 7.548)
    stop = one.times.spots[0]
    assert one.may_pair(door, stop)
    if at_door:
        assert one.may_pair(door, other) == (freedom is Freedom.DOOR_TO_DOOR)


def test_a_stop_off_the_road_is_left_out(region: Network, shuttle: OnDemandService) -> None:
    far = replace(next(iter(shuttle.stops.values())), id="far", lat=51.0, lon=6.0, stop_id=None)
    (area,) = shuttle.areas.values()
    areas = {area.id: replace(area, stops=(*area.stops, "far"))}
    one = on_map(region, replace(shuttle, stops={**shuttle.stops, "far": far}, areas=areas))
    ground = one.grounds[shuttle.id]
    assert ground.times.off_road == ("far",)
    at = next(n for n, spot in enumerate(ground.times.spots) if spot.stop == "far")
    assert not ground.allowed[at].any()
    assert not ground.allowed[:, at].any()
