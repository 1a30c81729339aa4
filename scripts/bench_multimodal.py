"""Time whole plan requests with shuttles at both ends, between rides and all the way, in process.

    python scripts/bench_multimodal.py [--queries 200] [--stops 300] [--vehicles 10] [--booked 60]

The demo region with its timetable and streets, and one on-demand service made for this: as many
stops as asked for (the region's stops in and around Senden, and points on its streets), vehicles
on the road all day, and rides booked before, so that plans are not empty. Questions lead from and
to random places near stops that only the shuttle serves well; each is asked once with shuttles and
once without, in turns, on one core, single thread. Fleets come from memory: what the database adds
is a read of a few rows.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image
from kommit.api.network import Network
from kommit.regions.region import load_region
from routing.booking_rules import SAME_DAY, BookingRule
from routing.journey import Journey, OnDemandLeg, RideLeg
from routing.ondemand.board import inserted
from routing.ondemand.duties import duties_of
from routing.ondemand.fleet import FleetNow, Spot
from routing.ondemand.network import OnDemandNetwork
from routing.ondemand.rides import promised_s, ride_of
from routing.ondemand.service import (
    Area,
    Capacity,
    Limits,
    OnDemandService,
    Relation,
    ServiceDays,
    ServiceStop,
    ServiceVehicle,
    Shift,
    Terms,
    Window,
)
from routing.ondemand.times import ServiceTimes
from routing.ondemand.wishes import ShuttleWishes
from routing.planner import Planner
from routing.query import Place, PlanQuery, Preferences, TimeKind
from routing.timetable import NONE

ZONE = ZoneInfo("Europe/Berlin")
DAY = int(datetime(2026, 5, 5, tzinfo=ZONE).timestamp())
ALL_DAY = Window(5 * 3600, 24 * 3600)
BOX = (51.79, 51.94, 7.40, 7.60)
"""South, north, west, east: the municipality of Senden and a little more."""
HALVES = ((51.79, 51.865, 7.40, 7.60), (51.865, 51.94, 7.40, 7.60))
"""Two services' worth of it: chains with a shuttle at both ends lead from one to the other."""


class Fleets:
    """Fleets in memory."""

    def __init__(self, fleets: dict[str, FleetNow]) -> None:
        self._fleets = fleets

    def fleet(self, service_id: str, begin: int, end: int) -> FleetNow:
        """Return the fleet of a service."""
        del begin, end
        return self._fleets[service_id]


def network() -> Network:
    """Return the demo region."""
    region, folder = load_region("senden"), Path(tempfile.mkdtemp()) / "image"
    feeds = [FeedInput(feed.scope, feed.path) for feed in region.feeds]
    build_image(feeds, region.streets, folder, region=region.name)
    return Network(load_image(folder))


def service(
    net: Network, name: str, box: tuple[float, ...], stops: int, vehicles: int, rng: random.Random
) -> OnDemandService:
    """Return a service with stops of the timetable, and points on streets, in a box."""
    south, north, west, east = box
    tt, found = net.timetable, {}
    for stop in range(tt.n_known_stops):
        info, lat, lon = (
            net.catalogue.stop(stop),
            float(tt.stop_lat[stop]),
            float(tt.stop_lon[stop]),
        )
        if south <= lat < north and west <= lon < east:
            found[info.id] = ServiceStop(info.id, info.name, lat, lon, info.id)
    graph = net.image.streets.graph
    nodes = np.flatnonzero(
        (graph.node_lat >= south) & (graph.node_lat < north)
        & (graph.node_lon >= west) & (graph.node_lon < east)
    ).tolist()  # fmt: skip
    for node in rng.sample(nodes, min(max(stops - len(found), 0), len(nodes))):
        key = f"v{node}"
        lat, lon = float(graph.node_lat[node]), float(graph.node_lon[node])
        found[key] = ServiceStop(key, key, lat, lon)
    days = ServiceDays(frozenset(range(7)))
    terms = Terms(BookingRule(SAME_DAY, 15, NONE, NONE, NONE))
    depot, shifts = rng.choice(list(found.values())), (Shift(days, ALL_DAY),)
    return OnDemandService(
        id=f"bench:{name}",
        name=name,
        agency_id="senden:rvm",
        agency_name="RVM",
        time_zone=str(ZONE),
        stops=found,
        areas={"all": Area("all", "All", tuple(found))},
        relations=(Relation("r0", "all", "all", days, ALL_DAY, ALL_DAY, terms),),
        vehicles=tuple(
            ServiceVehicle(f"v{n}", f"V{n}", Capacity(6, 1), depot.lat, depot.lon, shifts)
            for n in range(vehicles)
        ),
        limits=Limits(detour_factor=1.3, detour_s=360, pickup_window_s=360),
    )


def booked(times: ServiceTimes, one: OnDemandService, rides: int, rng: random.Random) -> FleetNow:
    """Return the fleet of a service with those of so many random rides that fit its plans."""
    fleet = FleetNow(one.id, 1, DAY, tuple(duties_of(one, DAY, DAY + 86_400)), {})
    stops = list(one.stops.values())
    for number in range(rides):
        here, there = (Spot(s.lat, s.lon, s.id) for s in rng.sample(stops, 2))
        drive_s, _ = times.drive(here, there)
        if drive_s > 3600:
            continue
        begin = DAY + rng.randrange(6 * 3600, 20 * 3600)
        end = begin + promised_s(one.limits, Capacity(1), drive_s)
        until = begin + one.limits.pickup_window_s
        ride = ride_of(one, f"r{number}", here, there, begin, until, end, Capacity(1))
        changed = inserted(fleet, times, ride)
        fleet = changed if isinstance(changed, FleetNow) else fleet
    return fleet


def kind_of(journey: Journey) -> str:
    """Return where the shuttles of a journey are."""
    legs = [leg for leg in journey.legs if isinstance(leg, OnDemandLeg | RideLeg)]
    marks = ["S" if isinstance(leg, OnDemandLeg) else "R" for leg in legs]
    if "S" not in marks:
        return "no shuttle"
    if "R" not in marks:
        return "shuttle all the way"
    places = {
        "start": marks[0] == "S", "end": marks[-1] == "S", "between": "S" in marks[1:-1],
    }  # fmt: skip
    return "shuttle at " + " and ".join(name for name, is_there in places.items() if is_there)


def questions(services: list[OnDemandService], count: int, rng: random.Random) -> list[PlanQuery]:
    """Return questions from one half of the region to the other or to town, and back."""
    ends = [[Place(s.lat, s.lon) for s in one.stops.values()] for one in services]
    town = [Place(51.9566, 7.635), Place(51.9556, 7.6277), Place(51.7680, 7.4430)]
    found = []
    for number in range(count):
        here = rng.choice(ends[number % 2])
        there = rng.choice(ends[1 - number % 2] if number % 4 < 2 else town)
        if number % 8 >= 4:
            here, there = there, here
        kind = TimeKind.ARRIVE if number % 3 == 2 else TimeKind.DEPART
        at = DAY + rng.randrange(7 * 3600, 19 * 3600)
        found.append(PlanQuery(here, there, at, kind, now=DAY + 5 * 3600))
    return found


def percentiles(times: list[float]) -> str:
    """Return median, 95th percentile and the most."""
    p50, p95, most = np.percentile(times, [50, 95, 100])
    return f"p50 {p50:7.1f}  p95 {p95:7.1f}  max {most:7.1f} ms"


def timed(planner: Planner, query: PlanQuery) -> tuple[float, list[Journey]]:
    """Return milliseconds and journeys of one request."""
    begun = time.perf_counter()
    journeys = planner.page(query).journeys
    return 1000 * (time.perf_counter() - begun), journeys


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--stops", type=int, default=300)
    parser.add_argument("--vehicles", type=int, default=10)
    parser.add_argument("--booked", type=int, default=60)
    asked = parser.parse_args()
    rng, net = random.Random(5), network()
    halves = [
        service(net, name, box, asked.stops // 2, asked.vehicles // 2, rng)
        for name, box in zip(("south", "north"), HALVES, strict=True)
    ]
    begun = time.perf_counter()
    on_demand = OnDemandNetwork(halves, net.timetable, net.image.streets, net.catalogue.find_stop)
    planner = net.planner.with_services(on_demand)
    print(f"driving times and hops: {time.perf_counter() - begun:.2f} s")
    fleets = {
        one.id: booked(on_demand.times(one.id), one, asked.booked // 2, rng) for one in halves
    }
    rides = sum(len(fleet.rides) for fleet in fleets.values())
    stops = sum(len(one.stops) for one in halves)
    print(f"{stops} stops, {asked.vehicles} vehicles, {rides} rides booked before")
    planner = planner.with_fleets(Fleets(fleets))
    with_ms: list[float] = []
    without_ms: list[float] = []
    both_ms: list[float] = []
    kinds: Counter[str] = Counter()
    asked_for = questions(halves, asked.queries, rng)
    for query in asked_for[:20]:
        timed(planner, query)  # compiles, and fills the caches of ways
    for query in asked_for:
        plain = Preferences(shuttles=ShuttleWishes(wanted=False))
        without_ms.append(timed(planner, replace(query, preferences=plain))[0])
        took, journeys = timed(planner, query)
        with_ms.append(took)
        found = {kind_of(journey) for journey in journeys}
        kinds.update(found)
        if any("start and end" in kind for kind in found):
            both_ms.append(took)
    print("with shuttles:    ", percentiles(with_ms))
    print("without shuttles: ", percentiles(without_ms))
    if both_ms:
        print(f"with both ends ({len(both_ms)}):", percentiles(both_ms))
    for kind, count in kinds.most_common():
        print(f"  {kind}: among the answers to {count} questions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
