"""The streets that the street benchmarks measure: nets, hierarchies, routers, random points."""

import resource
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from feeds.osm.read import read_streets
from routing.street.build import build_network
from routing.street.hierarchy import Hierarchy, build_hierarchy
from routing.street.longways import LongWays
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.router import StreetRouter

Point = tuple[float, float]
"""Latitude and longitude."""


@dataclass(frozen=True)
class World:
    """An extract, ready for searches."""

    network: StreetNetwork
    names: list[str]
    hierarchies: Mapping[Profile, Hierarchy]
    long: Mapping[Profile, LongWays]
    build: Mapping[str, Any]
    """Seconds and megabytes that it took."""


def build_world(osm: Path) -> World:
    """Read an extract and build everything, kernels compiled before the clock runs."""
    before = peak_mb()
    begin = time.perf_counter()
    streets = read_streets(osm)
    read_s = time.perf_counter() - begin
    begin = time.perf_counter()
    network = build_network(streets.ways)
    network_s = time.perf_counter() - begin
    _compile(network)
    hierarchies, took = {}, {}
    for profile in Profile:
        begin = time.perf_counter()
        lengths = network.graph.segment_length_dm
        hierarchies[profile] = build_hierarchy(network.nets[profile], lengths)
        took[profile] = time.perf_counter() - begin
    build = {
        "read_s": read_s,
        "network_s": network_s,
        **{f"hierarchy_{profile.name.lower()}_s": took[profile] for profile in Profile},
        "build_s": read_s + network_s + sum(took.values()),
        "peak_memory_mb": peak_mb() - before,
    }
    long = {profile: LongWays(network, profile, hierarchies[profile]) for profile in Profile}
    return World(network, streets.names, hierarchies, long, build)


def _compile(network: StreetNetwork) -> None:
    """Compile the kernels on the smallest net there is of their types."""
    net = network.nets[Profile.FOOT]
    alone = net._replace(
        arc_ptr=np.zeros(2, np.int32),
        **{f"arc_{name}": np.empty(0, np.int32) for name in ("target", "cost", "way")},
    )
    build_hierarchy(alone, network.graph.segment_length_dm)


def sizes(world: World) -> dict[str, Any]:
    """Return how large the network is, in all and for every profile."""
    graph = world.network.graph
    figures: dict[str, Any] = {
        "junctions": graph.n_nodes,
        "segments": graph.n_segments,
        "graph_mb": megabytes(graph),
    }
    for profile in Profile:
        net, hierarchy = world.network.nets[profile], world.hierarchies[profile]
        figures[profile.name.lower()] = {
            "states": net.n_states,
            "arcs": int(net.arc_target.size),
            "net_mb": megabytes(net),
            "hierarchy_arcs": int(hierarchy.low.size),
            "hierarchy_mb": megabytes(hierarchy),
        }
    return figures


def megabytes(record: Iterable[np.ndarray[Any, Any]]) -> float:
    """Return the size of the arrays of a record."""
    return sum(array.nbytes for array in record) / 1e6


def router(world: World, profile: Profile, stops: list[Point]) -> StreetRouter:
    """Return a plain router with stops."""
    lat, lon = (np.array(axis) for axis in zip(*stops, strict=True))
    return StreetRouter(world.network, profile, lat, lon)


def random_points(network: StreetNetwork, profile: Profile, count: int, seed: int) -> list[Point]:
    """Return points some ten metres off random streets that a profile may use."""
    graph, random = network.graph, np.random.default_rng(seed)
    usable = np.flatnonzero(network.nets[profile].segment_usable)
    at = graph.shape_ptr[random.choice(usable, count)]
    lat = graph.shape_lat[at] + random.normal(0, 1e-4, count)
    lon = graph.shape_lon[at] + random.normal(0, 1e-4, count)
    return list(zip(lat.tolist(), lon.tolist(), strict=True))


def timed(call: Callable[..., object], arguments: Iterable[tuple[Any, ...]]) -> dict[str, float]:
    """Return the median and 95th percentile of single calls in milliseconds, caches warm."""
    times = []
    for given in arguments:
        begin = time.perf_counter()
        call(*given)
        times.append((time.perf_counter() - begin) * 1e3)
    return {"p50_ms": float(np.median(times)), "p95_ms": float(np.quantile(times, 0.95))}


def peak_mb() -> float:
    """Return the most memory that this process ever had resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
