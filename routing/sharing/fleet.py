"""The vehicles of one class on the streets: where they are reached, ridden, and left."""

import threading
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.sharing.ground import RENTAL_WALK_DM, Ground
from routing.sharing.rides import Exits, Workspace, workspace_for
from routing.sharing.staying import Stays, stays_of
from routing.sharing.stock import UNLIMITED_M, RentalClass
from routing.sharing.zones import inside
from routing.street import ends as at
from routing.street.dijkstra import Arcs, ahead, back
from routing.street.graph import CLOSED, F64, I32, U8, StreetGraph
from routing.street.net import Net
from routing.street.profile import REFERENCE_MPS, Profile, off_street_cost
from routing.street.snap import Snaps, snap

UNLOCK_S = {Profile.CAR: 120}
"""From standing before a vehicle to riding off, where it is not the usual minute."""
USUAL_UNLOCK_S = 60
LOCK_S = {Profile.CAR: 60}
USUAL_LOCK_S = 30

WHOLE_DM = 0.1
"""Metres a second at which an effective decimetre takes a second: asks for the costs themselves."""


class Walks(NamedTuple):
    """Ways on foot between places and stops; N in all."""

    place: I32
    stop: I32
    dm: I32
    """(N,) effective dm."""


class Fleet:
    """A class of vehicles on the streets; immutable but for buffers, one for each thread."""

    def __init__(self, ground: Ground, rental: RentalClass) -> None:
        self.ground, self.rental = ground, rental
        self.profile = rental.type.profile
        self.dm_a_second = round(10 * REFERENCE_MPS[self.profile])
        self.unlock_s = UNLOCK_S.get(self.profile, USUAL_UNLOCK_S)
        self.lock_s = LOCK_S.get(self.profile, USUAL_LOCK_S)
        self.net = _fenced(ground.graph, ground.network.nets[self.profile], rental)
        self.ahead: Arcs = ahead(self.net)
        self.back: Arcs = back(self.net)
        self.off_street = off_street_cost(self.profile)
        lat, lon = _columns(rental.pickups)
        self.pickup_snaps: Snaps = snap(ground.graph, self.net.segment_usable, lat, lon)
        self.starts = at.origins(ground.graph, self.net, self.pickup_snaps, self.off_street)
        self.start_of = self.pickup_snaps.owner[self.starts.snap]
        """(E,) vehicle of each of ``starts``."""
        self.range_dm: I32 = np.array([p.range_m * 10 for p in rental.pickups], np.int32)
        self._threads = threading.local()

    @property
    def is_limited(self) -> bool:
        """Whether some battery may be too small."""
        return bool((self.range_dm < UNLIMITED_M * 10).any())

    @cached_property
    def stretch(self) -> float:
        """Decimetres on the ground for one effective dm at most."""
        net, ground_dm = self.net, np.repeat(self.ground.graph.segment_length_dm, 2)
        open_ = net.way_cost < CLOSED
        share = ground_dm[open_] / np.maximum(net.way_cost[open_], 1)
        return float(share.max(initial=1.0))

    @cached_property
    def open_gates(self) -> U8:
        """Return (V + S,) 1 at junctions and stops where vehicles may be left without a dock."""
        lat, lon = self._gates
        return (self._floats_at(lat, lon) | (self.area_of_gate >= 0)).astype(np.uint8)

    @cached_property
    def area_of_gate(self) -> I32:
        """Return (V + S,) the dock in whose area each junction or stop is, or -1."""
        return self._areas_at(*self._gates)

    def end_at(self, lat: float, lon: float) -> tuple[bool, int]:
        """Say whether a vehicle may be left at a point, and in which dock's area, or -1."""
        point = np.array([lat]), np.array([lon])
        area = int(self._areas_at(*point)[0])
        return bool(self._floats_at(*point)[0]) or area >= 0, area

    @property
    def _gates(self) -> tuple[F64, F64]:
        graph, ground = self.ground.graph, self.ground
        lat = np.concatenate([graph.node_lat, ground.stop_lat])
        return lat, np.concatenate([graph.node_lon, ground.stop_lon])

    def _floats_at(self, lat: F64, lon: F64) -> npt.NDArray[np.bool_]:
        if not self.rental.floats:
            return np.zeros(lat.size, np.bool_)
        return self.rental.fence.rules_at(lat, lon).may_end

    def _areas_at(self, lat: F64, lon: F64) -> I32:
        found = np.full(lat.size, -1, np.int32)
        for number, dock in enumerate(self.rental.docks):
            for polygon in dock.area:
                found[inside(polygon, lat, lon)] = number
        return found

    @cached_property
    def dock_ends(self) -> Exits:
        """Exits at docks; target and place are the dock."""
        lat, lon = _columns(self.rental.docks)
        ends = self.ground.at_points(self.net, self.profile, lat, lon)
        return ends._replace(place=ends.target, gate=np.zeros_like(ends.gate))

    @cached_property
    def walks_from_docks(self) -> Walks:
        """Ways on foot from docks to stops."""
        return self._walks(*_columns(self.rental.docks), backward=False)

    @cached_property
    def walks_to_pickups(self) -> Walks:
        """Ways on foot from stops to vehicles."""
        return self._walks(*_columns(self.rental.pickups), backward=True)

    def _walks(self, lat: F64, lon: F64, *, backward: bool) -> Walks:
        reach = self.ground.stops_on_foot.reach
        found = [
            reach(*point, RENTAL_WALK_DM, backward=backward, speed_mps=WHOLE_DM)
            for point in zip(lat.tolist(), lon.tolist(), strict=True)
        ]
        place = np.repeat(np.arange(lat.size, dtype=np.int32), [r.stop.size for r in found])
        empty = np.empty(0, np.int32)
        return Walks(
            place,
            np.concatenate([empty, *(r.stop for r in found)]),
            np.concatenate([empty, *(r.seconds for r in found)]),
        )

    @cached_property
    def dock_exits(self) -> Exits:
        """Exits at stations with the walk from there to stops; the target is the stop."""
        return behind(self.dock_ends, self.walks_from_docks)

    @cached_property
    def docked_stays(self) -> Stays:
        """Rides that stay on one segment and end at a dock."""
        return stays_of(self, self.dock_exits)

    @cached_property
    def free_stays(self) -> Stays:
        """Rides that stay on one segment and end at a stop's door."""
        return stays_of(self, self.ground.stop_exits(self.profile))

    def work(self, name: str) -> Workspace:
        """Return this thread's buffers of a name: each keeps what was searched last."""
        work: Workspace | None = getattr(self._threads, name, None)
        if work is None:
            work = workspace_for(self.net)
            setattr(self._threads, name, work)
        return work

    def more_room(self, name: str) -> Workspace:
        """Replace buffers by larger ones."""
        old = self.work(name)
        work = workspace_for(self.net, 2 * old.state.size)
        work.counts[2] = old.counts[2]
        setattr(self._threads, name, work)
        return work


def behind(ends: Exits, walks: Walks) -> Exits:
    """Return exits with every walk on from the place that is their target."""
    order = np.argsort(walks.place, kind="stable")
    place = walks.place[order]
    low = np.searchsorted(place, ends.target, side="left")
    counts = np.searchsorted(place, ends.target, side="right") - low
    row = np.repeat(np.arange(ends.target.size), counts)
    nth = np.arange(row.size) - np.repeat(np.cumsum(counts) - counts, counts)
    walk = order[low[row] + nth]
    found = Exits._make(column[row] for column in ends)
    return found._replace(walk_dm=walks.dm[walk], target=walks.stop[walk])


def _columns(points) -> tuple[F64, F64]:  # type: ignore[no-untyped-def]  # pickups or docks
    lat = np.array([point.lat for point in points], np.float64)
    return lat, np.array([point.lon for point in points], np.float64)


def _fenced(graph: StreetGraph, net: Net, rental: RentalClass) -> Net:
    """Return the net with streets closed, and slower, as zones say."""
    if not rental.fence.restricts_ways:
        return net
    rules = rental.fence.rules_at(graph.shape_lat, graph.shape_lon)
    starts = graph.shape_ptr[:-1]
    passes = np.logical_and.reduceat(rules.may_pass, starts)
    slowest = np.minimum.reduceat(rules.max_mps, starts)
    reference = REFERENCE_MPS[rental.type.profile]
    least = np.where(
        np.isfinite(slowest), np.ceil(graph.segment_length_dm * reference / slowest), 0
    ).astype(np.int32)
    is_open = np.repeat(passes, 2) & (net.way_cost < CLOSED)
    slower = np.maximum(np.repeat(least, 2) - net.way_cost, 0)
    way_cost = np.where(is_open, net.way_cost + slower, CLOSED).astype(np.int32)

    def arcs(cost: I32, way: I32) -> I32:
        return np.where(is_open[way], cost + slower[way], CLOSED).astype(np.int32)

    return net._replace(
        arc_cost=arcs(net.arc_cost, net.arc_way),
        back_cost=arcs(net.back_cost, net.back_way),
        way_cost=way_cost,
        way_tail=np.where(is_open, net.way_tail, -1).astype(np.int32),
        segment_usable=(net.segment_usable & passes).astype(np.uint8),
    )
