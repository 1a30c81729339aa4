"""The streets and stops that all rentals share; one for each planner, kept over all supplies."""

import threading
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import numpy as np

from routing.sharing.rides import Exits
from routing.street import ends as at
from routing.street.dijkstra import Arcs, ahead, back, search, workspace_for
from routing.street.graph import F64, I32
from routing.street.net import Net
from routing.street.network import StreetNetwork
from routing.street.profile import Profile, off_street_cost
from routing.street.router import NOWHERE, StreetRouter
from routing.street.snap import snap
from routing.street.spread import junctions_of

RENTAL_WALK_DM: Final = 6000
"""Effective dm on foot to a vehicle, and from a dock, at most: 7.5 minutes at the usual pace."""
FLOAT_WALK_DM: Final = 3000
"""From where a vehicle was left free: it can be left close by, unless zones keep it away."""

AT_JUNCTION: Final = -1
"""``Exits.place`` of a junction."""
AT_DOOR: Final = -2
"""``Exits.place`` of the rider's own target."""


class Field(NamedTuple):
    """Junctions near a point, on foot; N in all."""

    node: I32
    dm: I32
    """(N,) effective dm between junction and point."""


class Ground:
    """Junctions, stops and the ways on foot between them."""

    def __init__(self, network: StreetNetwork, stop_lat: F64, stop_lon: F64) -> None:
        self.network, self.graph = network, network.graph
        self.stop_lat, self.stop_lon = stop_lat, stop_lon
        self._foot = network.nets[Profile.FOOT]
        self._arcs: tuple[Arcs, Arcs] = ahead(self._foot), back(self._foot)
        self._threads = threading.local()
        self.stop_exits = lru_cache(len(Profile))(self._stop_exits)
        self._nodes = lru_cache(len(Profile))(self._find_nodes)
        self._states = lru_cache(len(Profile))(self._find_states)

    @property
    def n_stops(self) -> int:
        """Number of stops."""
        return int(self.stop_lat.size)

    @property
    def n_nodes(self) -> int:
        """Number of junctions."""
        return self.graph.n_nodes

    @cached_property
    def stops_on_foot(self) -> StreetRouter:
        """Ways on foot between points and stops."""
        return StreetRouter(self.network, Profile.FOOT, self.stop_lat, self.stop_lon)

    def walk_to(self, lat: float, lon: float, limit_dm: int) -> Field:
        """Return the junctions from which somebody walks to a point within ``limit_dm``."""
        net = self._foot
        snaps = snap(self.graph, net.segment_usable, np.array([lat]), np.array([lon]))
        work = getattr(self._threads, "work", None)
        if work is None:
            work = self._threads.work = workspace_for(net)
        source = at.goals(self.graph, net, snaps)
        search(self._arcs[1], self.graph.segment_length_dm, source, limit_dm, NOWHERE, work)
        node = work.touched[: work.counts[0]]
        node = node[node < self.n_nodes]
        return Field(node.copy(), work.cost[node])

    @cached_property
    def _stop_fields(self) -> tuple[I32, Field]:
        """Return the stop of each row, and the junctions around all stops."""
        fields = [
            self.walk_to(lat, lon, FLOAT_WALK_DM)
            for lat, lon in zip(self.stop_lat.tolist(), self.stop_lon.tolist(), strict=True)
        ]
        sizes = [field.node.size for field in fields]
        stop = np.repeat(np.arange(self.n_stops, dtype=np.int32), sizes)
        empty = np.empty(0, np.int32)
        node, dm = (np.concatenate([empty, *column]) for column in zip(*fields, strict=True))
        return stop, Field(node, dm)

    def _stop_exits(self, profile: Profile) -> Exits:
        """Return where rides may be left free for a stop: at junctions, and at the stop itself.

        Gates are the junctions, and after them the stops.
        """
        net = self.network.nets[profile]
        stop, field = self._stop_fields
        junctions = self.at_junctions(profile, field, stop)
        doors = self.at_points(net, profile, self.stop_lat, self.stop_lon, self.n_nodes)
        return joined(junctions, doors)

    def at_junctions(self, profile: Profile, field: Field, target: I32) -> Exits:
        """Return exits at junctions, for (N,) targets."""
        ptr, state = self._states(profile)
        counts = ptr[field.node + 1] - ptr[field.node]
        row = np.repeat(np.arange(field.node.size), counts)
        nth = np.arange(row.size) - np.repeat(np.cumsum(counts) - counts, counts)
        states = state[ptr[field.node][row] + nth]
        zero = np.zeros(row.size, np.int32)
        return exits(
            states, zero, zero, field.dm[row], target[row], field.node[row], zero + AT_JUNCTION
        )

    def at_points(
        self, net: Net, profile: Profile, lat: F64, lon: F64, first_gate: int = 0
    ) -> Exits:
        """Return exits at (N,) points themselves; target and gate are their number."""
        snaps = snap(self.graph, net.segment_usable, lat, lon)
        ends = at.goals(self.graph, net, snaps, off_street_cost(profile))
        row = ends.snap
        zero = np.zeros(row.size, np.int32)
        return exits(
            ends.state,
            ends.cost,
            ends.length,
            zero,
            snaps.owner[row],
            snaps.owner[row] + np.int32(first_gate),
            zero + AT_DOOR,
            ends.way,
            snaps.fraction[row],
        )

    def node_of(self, profile: Profile, state: int) -> int:
        """Return the junction at which a state of a net is."""
        return int(self._nodes(profile)[state])

    def _find_nodes(self, profile: Profile) -> I32:
        """Return (N,) the junction at which each state is."""
        return junctions_of(self.graph, self.network.nets[profile])

    def _find_states(self, profile: Profile) -> tuple[I32, I32]:
        """Return (V+1,) pointers and the states at each junction, by junction."""
        node = self._nodes(profile)
        order = np.argsort(node, kind="stable").astype(np.int32)
        ptr = np.searchsorted(node[order], np.arange(self.n_nodes + 1)).astype(np.int32)
        return ptr, order


def exits(  # noqa: PLR0913, PLR0917 - the columns of a table
    state: I32,
    cost: I32,
    length: I32,
    walk_dm: I32,
    target: I32,
    gate: I32,
    place: I32,
    way: I32 | None = None,
    fraction: F64 | None = None,
) -> Exits:
    """Return exits with columns as kernels want them; none is ridden in part unless it says so."""
    n = state.size
    way = np.full(n, -1, np.int32) if way is None else way
    fraction = np.zeros(n) if fraction is None else fraction
    columns = state, cost, length, walk_dm, target, gate, place, way
    whole = [np.ascontiguousarray(column, np.int32) for column in columns]
    return Exits._make([*whole, fraction.astype(np.float64)])


def joined(*parts: Exits) -> Exits:
    """Return all exits of several tables."""
    return Exits._make(np.concatenate(column) for column in zip(*parts, strict=True))
