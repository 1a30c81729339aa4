"""Random routes, modes, operators and flags for random networks, and riders who are particular."""

from dataclasses import dataclass, replace
from random import Random

import numpy as np

from kommit.kit.clock import service_day_epoch
from routing.filters import ANY_RIDE, RideFilter
from routing.modes import MODES
from routing.pace import TransferPace
from routing.query import TimeKind
from routing.timetable import NONE, Timetable
from routing.transit.search import TransitQuery
from tests.routing.transit.random_networks import HOUR, MINUTE, N_STOPS, random_network
from tests.support.timetables import BERLIN, TODAY_INDEX, Network, Trip, compile_network

N_ROUTES = 4
"""In each time zone."""
N_AGENCIES = 2
"""In each time zone."""
TYPES = [0, 2, 3, 3, 715, 109, 900]


@dataclass(frozen=True)
class Region:
    """A network with everything a rider may be particular about."""

    network: Network
    trip_flags: list[int]
    route_type: list[int]
    route_agency: list[int]
    stop_wheelchair: list[int]
    walked: bool
    """Whether the metres of the transfers are known."""

    @property
    def n_routes(self) -> int:
        return N_ROUTES * len(self.network.zones)

    def timetable(self) -> Timetable:
        """Compile the network; the first trip's route makes sure that there are all."""
        plain = compile_network(self.network)
        metres = plain.transfer_s if self.walked else np.full_like(plain.transfer_s, NONE)
        return plain._replace(
            trip_flags=np.array(self.trip_flags, dtype=np.uint8),
            route_type=np.array(self.route_type, dtype=np.int16),
            route_agency=np.array(self.route_agency, dtype=np.int32),
            agency_zone=np.repeat(np.arange(len(self.network.zones), dtype=np.int32), N_AGENCIES),
            stop_wheelchair=np.array(self.stop_wheelchair, dtype=np.uint8),
            transfer_m=metres.astype(np.int32),
        )


def random_region(random: Random, network: Network | None = None) -> Region:
    """Give the trips of a network, else of a random one, routes and flags of their own."""
    network = network or random_network(random)
    trips = [
        replace(trip, route=random.choice([0, 0, 1, 2]) if at else N_ROUTES - 1)
        for at, trip in enumerate(network.trips)
    ]
    zones = range(len(network.zones))
    return Region(
        replace(network, trips=trips),
        trip_flags=[random.choice([0, 1, 2, 3, 3, 3, 3, 3, 4]) for _ in trips],
        route_type=[random.choice(TYPES) for _ in zones for _ in range(N_ROUTES)],
        route_agency=[
            zone * N_AGENCIES + random.randrange(N_AGENCIES)
            for zone in zones
            for _ in range(N_ROUTES)
        ],
        stop_wheelchair=[random.choice([0, 1, 1, 1, 1, 2]) for _ in range(N_STOPS)],
        walked=random.random() < 0.7,
    )


def random_filter(random: Random, region: Region) -> RideFilter | None:
    """Make what a rider takes, mostly one wish."""
    if random.random() < 0.15:
        return random.choice([None, ANY_RIDE])
    wishes = random.sample(range(8), random.choice([1, 1, 1, 2, 3]))
    agencies = N_AGENCIES * len(region.network.zones)

    def some(size: int) -> frozenset[int]:
        return frozenset(at for at in range(size) if random.random() < 0.5)

    def some_modes() -> frozenset[str]:
        return frozenset(mode for mode in MODES if random.random() < 0.6)

    return RideFilter(
        only_routes=some(region.n_routes) if 0 in wishes else None,
        only_modes=some_modes() if 1 in wishes else None,
        only_agencies=some(agencies) if 2 in wishes else None,
        banned_routes=some(region.n_routes) if 3 in wishes else frozenset(),
        banned_modes=some_modes() if 4 in wishes else frozenset(),
        banned_agencies=some(agencies) if 5 in wishes else frozenset(),
        wheelchair=6 in wishes,
        allow_unknown=6 in wishes and random.random() < 0.5,
        bikes=7 in wishes,
    )


def random_pace(random: Random) -> TransferPace:
    """Make a pace; usual ones are frequent."""
    return TransferPace(random.choice([10, 60, 100, 100, 133, 250]), random.choice([0, 0, 60, 300]))


def two_lines(random: Random) -> Region:
    """Make two lines that a walk joins, and rides all the way that are about as quick.

    Whoever walks quickly is there sooner than the timetable's transfers would allow.
    """
    hop_s = random.choice([10, 20, 40]) * MINUTE
    trips = [
        *(_ride(random, 0, 1, random.randrange(60), 5) for _ in range(4)),
        *(_ride(random, 2, 3, random.randrange(100), 5) for _ in range(8)),
        *(_ride(random, 0, 3, random.randrange(60), random.randint(15, 60)) for _ in range(4)),
    ]
    trips[0] = replace(trips[0], route=N_ROUTES - 1)
    return Region(
        Network(N_STOPS, trips, [(1, 2, hop_s), (2, 1, hop_s)]),
        trip_flags=[random.choice([0, 3]) for _ in trips],
        route_type=[3] * N_ROUTES,
        route_agency=[0] * N_ROUTES,
        stop_wheelchair=[0] * N_STOPS,
        walked=True,
    )


def _ride(random: Random, origin: int, target: int, minute: int, takes_min: int) -> Trip:
    times = [7 * HOUR + minute * MINUTE, 7 * HOUR + (minute + takes_min) * MINUTE]
    return Trip([origin, target], times, times, route=random.randrange(N_ROUTES))


def from_end_to_end(random: Random, region: Region) -> TransitQuery:
    """Make a question from the start of the one line to the end of the other."""
    kind, window_s = random.choice(list(TimeKind)), random.choice([0, HOUR])
    day = service_day_epoch(region.network.days[TODAY_INDEX], BERLIN)
    begin = day + 7 * HOUR + random.randrange(60) * MINUTE
    time = begin if kind is TimeKind.DEPART else begin + HOUR
    return TransitQuery(([0], [0]), ([3], [0]), time, kind, window_s, pace=random_pace(random))
