"""Measure streets: building, searching, and how far ways agree with other engines.

.venv/bin/python scripts/bench_street.py --osm ../shared/data/osm/heidelberg.osm.pbf
    [--oracle ../shared/data/oracle/oracle_street_osrm_heidelberg.json] [--valhalla]
    [--pairs-seed 5] [--out RESULT.json]
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from bench_street_equal import compare as equal_to_networkx
from bench_street_peers import MODES, agreement, compare, osrm_trips
from bench_street_valhalla import ValhallaError, valhalla_trips
from bench_street_world import World, build_world, random_points, router, sizes, timed
from bench_support import machine
from rich.console import Console
from rich.table import Table

from routing.street.instructions import instructions
from routing.street.profile import Profile

WALK_S = 15 * 60
FAR_S = 12 * 3600
QUERIES = 1_000
STOPS = 500
MATRIX = 300
PAIRS = 300


def searches(world: World) -> dict[str, Any]:
    """Return how long searches take from random points."""
    return {
        **_around(world),
        **{f"{mode}_way": _ways(world, profile) for mode, profile in MODES.items()},
        "car_matrix_300x300_ms": _matrix_ms(world),
    }


def _around(world: World) -> dict[str, Any]:
    """Return the times of one-to-many searches on foot, to stops and from them."""
    walker = router(world, Profile.FOOT, random_points(world.network, Profile.FOOT, STOPS, seed=1))
    points = random_points(world.network, Profile.FOOT, QUERIES, seed=2)
    walker.reach(*points[0], WALK_S)
    ahead = timed(walker.reach, ((*point, WALK_S) for point in points))

    def back(lat: float, lon: float) -> object:
        return walker.reach(lat, lon, WALK_S, backward=True)

    return {"walk_15_min_to_stops": ahead, "walk_15_min_from_stops": timed(back, points)}


def _ways(world: World, profile: Profile) -> dict[str, Any]:
    """Return the times of single ways anywhere in the extract."""
    long = world.long[profile]
    here, there = (random_points(world.network, profile, QUERIES, seed) for seed in (3, 4))
    pairs = [(*pair, FAR_S) for pair in zip(here, there, strict=True)]
    long.path(*pairs[0])
    long.reach(*pairs[0])
    paths = [path for pair in pairs if (path := long.path(*pair)) is not None]
    instructions(world.network, profile, paths[0])
    return {
        "with_geometry": timed(long.path, pairs),
        "cost_only": timed(long.reach, pairs),
        "instructions_of_it": timed(
            instructions, ((world.network, profile, path) for path in paths)
        ),
        "median_km": float(np.median([path.metres for path in paths])) / 1000,
        "share_with_a_way": len(paths) / len(pairs),
    }


def _matrix_ms(world: World) -> float:
    points = np.array(random_points(world.network, Profile.CAR, MATRIX, seed=6))
    axes = points[:, 0].copy(), points[:, 1].copy()
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        world.long[Profile.CAR].table(axes, axes)
        times.append((time.perf_counter() - begin) * 1e3)
    return float(np.median(times))


def against_valhalla(world: World, asked: argparse.Namespace) -> dict[str, Any]:
    """Return how ways agree with Valhalla's, and Valhalla with OSRM, or why it was not asked."""
    osrm = osrm_trips(asked.oracle) if asked.oracle else []
    if osrm:
        pairs = [trip[:3] for trip in osrm]
    else:
        points = random_points(world.network, Profile.CAR, 2 * PAIRS, seed=7)
        pairs = [(mode, *points[i : i + 2]) for mode in MODES for i in range(0, 2 * PAIRS, 2)]
    try:
        valhalla = valhalla_trips(asked.osm, pairs)
    except ValhallaError as error:
        return {"valhalla": {"skipped": str(error)}}
    return {
        "valhalla": compare(world, valhalla),
        "osrm and valhalla": agreement(osrm, valhalla),
    }


def table_of(result: dict[str, Any]) -> Table:
    """Return the figures as a table, two columns of milliseconds where there are percentiles."""
    table = Table(title=result["extract"])
    for name in ("measured", "value or p50 ms", "p95 ms"):
        table.add_column(name, justify="left" if name == "measured" else "right")
    _add_rows(table, "", {name: value for name, value in result.items() if name != "extract"})
    return table


def _add_rows(table: Table, path: str, figures: dict[str, Any]) -> None:
    for name, value in figures.items():
        full = f"{path}{name}"
        if isinstance(value, dict) and "p50_ms" in value:
            table.add_row(full, f"{value['p50_ms']:.3f}", f"{value['p95_ms']:.3f}")
        elif isinstance(value, dict):
            _add_rows(table, f"{full}: ", value)
        elif isinstance(value, float):
            table.add_row(full, f"{value:,.4g}")
        elif not isinstance(value, list):
            table.add_row(full, f"{value:,}" if isinstance(value, int) else str(value))


def print_outliers(console: Console, title: str, figures: dict[str, Any]) -> None:
    """Print every pair that is far off, or has no way here, with its reason."""
    for mode in MODES:
        rows = figures.get(mode, {})
        for each in rows.get("outliers", []):
            console.print(
                f"{title} {mode} {each['from']} to {each['to']}: ours {each['ours_m']} m"
                f" {each['ours_s']} s, theirs {each['theirs_m']} m {each['theirs_s']} s."
                f" {each['reason']}",
                highlight=False,
                soft_wrap=True,
            )
        for each in rows.get("without_a_way_here", []):
            console.print(
                f"{title} {mode} {each['from']} to {each['to']}: no way here, theirs"
                f" {each['theirs_m']} m. {each['reason']}",
                highlight=False,
                soft_wrap=True,
            )


def main() -> None:
    """Measure, print, and write the figures if asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--osm", type=Path, required=True)
    parser.add_argument("--oracle", type=Path, help="ways of OSRM to compare with")
    parser.add_argument(
        "--valhalla", action="store_true", help="install Valhalla (540 MB) and compare with it"
    )
    parser.add_argument("--pairs-seed", type=int, default=5, help="of the pairs for networkx")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()

    console = Console()
    world = build_world(asked.osm)
    result: dict[str, Any] = {
        "extract": asked.osm.name,
        "machine": machine(),
        "build": world.build,
        "size": sizes(world),
        "searches": searches(world),
        "networkx": {
            profile.name.lower(): equal_to_networkx(world, profile, asked.pairs_seed)
            for profile in Profile
        },
    }
    if asked.oracle:
        result["osrm"] = compare(world, osrm_trips(asked.oracle))
    if asked.valhalla:
        result |= against_valhalla(world, asked)
    console.print(table_of(result))
    for peer in ("osrm", "valhalla"):
        print_outliers(console, peer, result.get(peer, {}))
    if asked.out:
        asked.out.write_text(json.dumps(result, indent=1), "utf-8")


if __name__ == "__main__":
    main()
