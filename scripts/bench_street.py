"""Measure the street graph and the walks on it.

.venv/bin/python scripts/bench_street.py --osm ../shared/data/osm/heidelberg.osm.pbf
    [--oracle ../shared/data/oracle/oracle_street_osrm_heidelberg.json] [--out RESULT.json]
"""

import argparse
import json
import resource
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from feeds.image.streets import compile_streets
from feeds.osm.read import read_streets
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.router import StreetRouter

WALK_S = 15 * 60
QUERIES = 1_000


def timed(call: Callable[..., object], arguments: Iterable[tuple[Any, ...]]) -> dict[str, float]:
    """Return the median and 95th percentile of single calls in milliseconds, caches warm."""
    times = []
    for given in arguments:
        begin = time.perf_counter()
        call(*given)
        times.append((time.perf_counter() - begin) * 1e3)
    return {"p50_ms": float(np.median(times)), "p95_ms": float(np.quantile(times, 0.95))}


def random_points(network: StreetNetwork, count: int, seed: int) -> list[tuple[float, float]]:
    """Return points a few metres off random walkable streets."""
    graph, random = network.graph, np.random.default_rng(seed)
    segments = random.choice(np.flatnonzero(network.nets[Profile.FOOT].segment_usable), count)
    at = graph.shape_ptr[segments]
    lat = graph.shape_lat[at] + random.normal(0, 1e-4, count)
    lon = graph.shape_lon[at] + random.normal(0, 1e-4, count)
    return list(zip(lat.tolist(), lon.tolist(), strict=True))


def against_osrm(walker: StreetRouter, path: Path) -> dict[str, float]:
    """Compare walking distances with OSRM's between the points that OSRM snapped to."""
    ratios = []
    for query in json.loads(path.read_text())["queries"]:
        foot = query["foot"]
        (from_lon, from_lat), (to_lon, to_lat) = foot["snapped"]
        way = walker.path((from_lat, from_lon), (to_lat, to_lon), 24 * 3600)
        if way is not None and foot["distance_m"] > 0:
            ratios.append(way.metres / foot["distance_m"])
    values = np.array(ratios)
    return {
        "pairs": len(ratios),
        "share_within_5_percent": float((np.abs(values - 1) <= 0.05).mean()),
        "median_ratio": float(np.median(values)),
        "outliers_over_25_percent": int((np.abs(values - 1) > 0.25).sum()),
    }


def both_ways(
    walker: StreetRouter, points: list[tuple[float, float]]
) -> dict[str, dict[str, float]]:
    """Return how long it takes to find all stops around points, from them and to them."""
    return {
        "walk_15_min_to_all_stops": timed(walker.reach, ((*point, WALK_S) for point in points)),
        "walk_15_min_from_all_stops": timed(
            partial(walker.reach, backward=True), ((*point, WALK_S) for point in points)
        ),
    }


def table_of(result: dict[str, Any]) -> Table:
    """Return the figures as a table, two columns of milliseconds where there are percentiles."""
    table = Table(title=result["extract"])
    for name in ("measured", "value or p50 ms", "p95 ms"):
        table.add_column(name, justify="left" if name == "measured" else "right")
    for name, value in result.items():
        if isinstance(value, dict) and "p50_ms" in value:
            table.add_row(name, f"{value['p50_ms']:.3f}", f"{value['p95_ms']:.3f}")
        elif isinstance(value, dict):
            for part, figure in value.items():
                table.add_row(f"{name}: {part}", f"{figure:.4g}")
        elif name != "extract":
            table.add_row(name, f"{value:,.2f}" if isinstance(value, float) else f"{value:,}")
    return table


def main() -> None:
    """Measure, print, and write the figures if asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--osm", type=Path, required=True)
    parser.add_argument("--oracle", type=Path)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    network = compile_streets(read_streets(asked.osm))
    build_s = time.perf_counter() - begin
    graph = network.graph
    stops = random_points(network, 500, seed=1)
    axes = (np.array(axis) for axis in zip(*stops, strict=True))
    walker = StreetRouter(network, Profile.FOOT, *axes)
    walker.reach(*stops[0], WALK_S)
    walker.path(stops[0], stops[1], WALK_S)
    points = random_points(network, QUERIES, seed=2)
    goals = random_points(network, QUERIES, seed=3)
    result: dict[str, Any] = {
        "extract": asked.osm.name,
        "build_s": build_s,
        "junctions": graph.n_nodes,
        "segments": graph.n_segments,
        "graph_mb": sum(array.nbytes for array in graph) / 1e6,
        "memory_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
        **both_ways(walker, points),
        "walk_point_to_point": timed(
            walker.path, ((a, b, 3 * 3600) for a, b in zip(points, goals, strict=True))
        ),
    }
    if asked.oracle:
        result["against_osrm_on_foot"] = against_osrm(walker, asked.oracle)
    Console().print(table_of(result))
    if asked.out:
        asked.out.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
