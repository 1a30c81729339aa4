"""How far one gets in a time: stops, and all points of the streets around them.

From the place, and from every stop at the second at which the first ride gets there, the streets
are searched at once. What is reached is given as points along streets with their seconds; the API
draws areas around them.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import numpy as np

from kommit.kit.geo import M_PER_DEG_LAT
from routing.planner import Planner
from routing.query import Place
from routing.street import ends as at
from routing.street.dijkstra import ahead, back
from routing.street.graph import CLOSED, F64, I32, I64, StreetGraph
from routing.street.net import Net
from routing.street.network import StreetNetwork
from routing.street.profile import REFERENCE_MPS, Profile, off_street_cost
from routing.street.router import StreetRouter, budget_dm
from routing.street.snap import Snaps, snap
from routing.street.spread import FAR, junctions_of, spread
from routing.transit.arrays import NEVER

SAMPLE_M: Final = 40.0
"""Points along streets are no further apart than this."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What is asked: how far, how, and when."""

    limit_s: int
    profile: Profile = Profile.FOOT
    transit: bool = False
    """Whether rides are taken; then the ways to and from them are walked."""
    time: int = 0
    """Unix second of setting out; only rides ask for it."""
    backward: bool = False
    """From where one gets to the place, instead of where to from there; not by rides."""
    max_rides: int = 6


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """What is reached: S stops of the timetable and M points along streets."""

    stop_s: I32
    """(S,) or ``NEVER``; without rides, all are."""
    lat: F64
    """(M,) WGS84 degrees."""
    lon: F64
    seconds: F64
    """(M,) from setting out."""


class _Samples(NamedTuple):
    """M points, and the seconds to each."""

    lat: F64
    lon: F64
    seconds: F64


class _Seeds(NamedTuple):
    """Where on segments somebody sets out, and at what cost; N in all."""

    segment: I64
    fraction: F64
    cost: F64
    """(N,) effective dm."""


class Isochrones:
    """Answers for one planner; safe to share between threads.

    Parameters
    ----------
    planner
        With streets.
    """

    def __init__(self, planner: Planner, streets: StreetNetwork) -> None:
        self._planner, self._streets, self._graph = planner, streets, streets.graph
        self._junctions = lru_cache(len(Profile))(self._find_junctions)

    def reach(self, place: Place, asked: Reach) -> Reached | None:
        """Return what is reached from a place, or None where it is on no street."""
        net = self._streets.nets[asked.profile]
        here = self._snap(net, np.array([place.lat]), np.array([place.lon]))
        if not here.segment.size:
            return None
        stop_s = self._stops(place, asked)
        off_street = off_street_cost(asked.profile)
        own = (at.goals if asked.backward else at.origins)(self._graph, net, here, off_street)
        seeds = _seeds(here, np.zeros(here.segment.size), off_street)
        states, costs = own.state, own.cost
        if asked.transit:
            ends, snaps = self._stop_ends
            dm_a_second = _dm_a_second(asked.profile)
            late = stop_s[snaps.owner[ends.snap]]
            there = late < NEVER
            begun = late[there] * dm_a_second + ends.cost[there]
            states = np.concatenate([states, ends.state[there]])
            costs = np.concatenate([costs, begun.astype(np.int32)])
            begins = stop_s[snaps.owner].astype(np.float64) * dm_a_second
            seeds = _joined(seeds, _seeds(snaps, begins, off_street))
        budget = budget_dm(asked.limit_s, REFERENCE_MPS[asked.profile])
        arcs = back(net) if asked.backward else ahead(net)
        found = spread(arcs, states, costs, budget)
        near = seeds.cost <= budget
        seeds = _Seeds(seeds.segment[near], seeds.fraction[near], seeds.cost[near])
        samples = self._reached_streets(net, asked, found, seeds)
        known = self._known(place, stop_s, asked.limit_s)
        return Reached(stop_s, *map(np.concatenate, zip(samples, known, strict=True)))

    def times(self, place: Place, asked: Reach, goals: list[Place]) -> list[int | None]:
        """Return the seconds to each goal (``backward``: from it), None beyond the limit.

        As ``Planner`` finds them for who walks as far as it takes.
        """
        best = self._direct(place, asked, goals)
        if asked.transit:
            stop_s = self._stops(place, asked)
            best = np.minimum(best, [self._by_rides(stop_s, goal, asked.limit_s) for goal in goals])
        return [seconds if seconds <= asked.limit_s else None for seconds in best.tolist()]

    def _by_rides(self, stop_s: I32, goal: Place, limit_s: int) -> int:
        """Return the seconds to a goal from the stops around it, or ``NEVER``."""
        near_to = self._planner.footways.stops_near
        near = near_to(goal, limit_s, REFERENCE_MPS[Profile.FOOT], backward=True)
        arrival = stop_s[near.stop].astype(np.int64) + near.seconds
        return int(arrival.min(initial=NEVER))

    def _direct(self, place: Place, asked: Reach, goals: list[Place]) -> I64:
        """Return (G,) the seconds on streets alone, or ``NEVER``; one search for all goals."""
        lat, lon = (np.array(side) for side in zip(*((g.lat, g.lon) for g in goals), strict=True))
        router = StreetRouter(self._streets, asked.profile, lat, lon)
        reach = router.reach(place.lat, place.lon, asked.limit_s, backward=asked.backward)
        seconds = np.full(len(goals), NEVER, np.int64)
        seconds[reach.stop] = reach.seconds
        return seconds

    # --- parts

    def _stops(self, place: Place, asked: Reach) -> I32:
        """Return (S,) the seconds at which a ride gets to each stop."""
        planner = self._planner
        if not asked.transit:
            return np.full(planner.timetable.n_stops, NEVER, np.int32)
        walk_mps = REFERENCE_MPS[Profile.FOOT]
        near = planner.footways.stops_near(place, asked.limit_s, walk_mps)
        access = near.stop, near.seconds
        return planner.transit.reach(access, asked.time, asked.limit_s, asked.max_rides)

    @cached_property
    def _stop_ends(self) -> tuple[at.Ends, Snaps]:
        """Return where walks from stops begin."""
        timetable, net = self._planner.timetable, self._streets.nets[Profile.FOOT]
        snaps = self._snap(net, np.asarray(timetable.stop_lat), np.asarray(timetable.stop_lon))
        return at.origins(self._graph, net, snaps, off_street_cost(Profile.FOOT)), snaps

    def _known(self, place: Place, stop_s: I32, limit_s: int) -> _Samples:
        """Return the place and the stops that are reached as points."""
        timetable = self._planner.timetable
        stops = np.flatnonzero(stop_s <= limit_s)
        return _Samples(
            np.append(timetable.stop_lat[stops], place.lat),
            np.append(timetable.stop_lon[stops], place.lon),
            np.append(stop_s[stops].astype(np.float64), 0.0),
        )

    def _reached_streets(self, net: Net, asked: Reach, found: I32, seeds: _Seeds) -> _Samples:
        """Return the points along the streets that are reached, from junctions or from seeds."""
        ahead_, against = net.way_cost.reshape(-1, 2).T.astype(np.float64)
        if asked.backward:
            ahead_, against = against, ahead_
        columns = [
            self._from_junctions(asked, found, ahead_, against),
            self._from_seeds(seeds, ahead_, against),
        ]
        lat, lon, cost = (np.concatenate(column) for column in zip(*columns, strict=True))
        seconds = cost / _dm_a_second(asked.profile)
        near = seconds <= asked.limit_s
        return _Samples(lat[near], lon[near], seconds[near])

    def _from_junctions(
        self, asked: Reach, found: I32, there: F64, against: F64
    ) -> tuple[F64, F64, F64]:
        """Return points and their costs from the junctions at the ends of their segments.

        Turns and waits at the junctions are those of the way by which they were reached.
        """
        node = np.full(self._graph.n_nodes, FAR, np.int64)
        np.minimum.at(node, self._junctions(asked.profile), found)
        begun, ended = node[self._graph.segment_from], node[self._graph.segment_to]
        usable = ((begun < FAR) & (there < CLOSED)) | ((ended < FAR) & (against < CLOSED))
        segments = np.flatnonzero(usable)
        points = _along(self._graph, segments)
        segment = segments[points.row]
        first = begun[segment] + points.share * there[segment]
        last = ended[segment] + (1.0 - points.share) * against[segment]
        return points.lat, points.lon, np.minimum(first, last)

    def _from_seeds(self, seeds: _Seeds, there: F64, against: F64) -> tuple[F64, F64, F64]:
        """Return points and their costs along the segments on which somebody sets out."""
        points = _along(self._graph, seeds.segment)
        segment, away = seeds.segment[points.row], points.share - seeds.fraction[points.row]
        cost = np.where(away >= 0, away * there[segment], -away * against[segment])
        return points.lat, points.lon, seeds.cost[points.row] + cost

    def _find_junctions(self, profile: Profile) -> I32:
        return junctions_of(self._graph, self._streets.nets[profile])

    def _snap(self, net: Net, lat: F64, lon: F64) -> Snaps:
        return snap(self._graph, net.segment_usable, lat, lon)


def _dm_a_second(profile: Profile) -> float:
    return 10.0 * REFERENCE_MPS[profile]


def _seeds(snaps: Snaps, cost: F64, off_street: float) -> _Seeds:
    """Return seeds at (N,) snaps, which somebody leaves at a cost."""
    whole = np.asarray(cost + snaps.distance_dm * off_street, np.float64)
    return _Seeds(snaps.segment.astype(np.int64), snaps.fraction, whole)


def _joined(some: _Seeds, more: _Seeds) -> _Seeds:
    return _Seeds(
        np.concatenate([some.segment, more.segment]),
        np.concatenate([some.fraction, more.fraction]),
        np.concatenate([some.cost, more.cost]),
    )


class _Points(NamedTuple):
    """M points along some segments."""

    lat: F64
    lon: F64
    share: F64
    """(M,) of the segment that lies before the point."""
    row: I64
    """(M,) which of the segments it is."""


def _along(graph: StreetGraph, segments: I64) -> _Points:
    """Return points along segments, close together; a segment may be given more than once."""
    starts, ends = graph.shape_ptr[segments], graph.shape_ptr[segments + 1] - 1
    pieces, row = ends - starts, np.repeat(np.arange(segments.size), ends - starts)
    piece = np.repeat(starts, pieces) + _counted(pieces)
    lat, lon = graph.shape_lat, graph.shape_lon
    d_lat, d_lon = lat[piece + 1] - lat[piece], lon[piece + 1] - lon[piece]
    metres = np.hypot(d_lat, d_lon * np.cos(np.radians(lat[piece]))) * M_PER_DEG_LAT
    whole = np.bincount(row, metres, minlength=segments.size)
    before = np.cumsum(metres) - metres
    before -= (np.cumsum(whole) - whole)[row]
    count = np.maximum(np.ceil(metres / SAMPLE_M), 1).astype(np.int64) + 1
    of = np.repeat(np.arange(piece.size), count)
    part = _counted(count) / (count[of] - 1)
    share = (before[of] + part * metres[of]) / np.maximum(whole[row[of]], 1e-9)
    return _Points(
        lat[piece[of]] + part * d_lat[of],
        lon[piece[of]] + part * d_lon[of],
        np.clip(share, 0.0, 1.0),
        row[of],
    )


def _counted(counts: I64) -> I64:
    """Return 0, 1, … for each of the counts, one after the other."""
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(starts, counts)
