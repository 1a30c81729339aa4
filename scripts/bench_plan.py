"""Time door-to-door planning between random doors of a street extract.

    python scripts/bench_plan.py --gtfs FEED.zip --osm STREETS.osm.pbf
        [--queries 500] [--seed 1] [--modes walk|all] [--profile 20] [--out RESULT.json]

Builds an image of both, draws pairs of doors a few metres off random streets and times of the
busiest service day between 6 and 20 h, and asks ``Planner.plan`` for a window of two hours, single
thread. With ``--modes all``, vehicles of a synthetic supply are rented (``bench_supply.py``). The
parts are measured in a second pass that makes the same calls as those who walk: walks to and from
all stops in reach, the timetable search, and the rest, which puts the journeys together with the
ways of every walk. ``--profile`` prints where a third pass spends its time.
"""

import argparse
import cProfile
import json
import pstats
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from bench_street_world import random_points
from bench_supply import synthetic_supply
from bench_support import machine, noise, percentiles
from rich.console import Console
from rich.table import Table

from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from routing.footways import StopWalks
from routing.journey import Journey
from routing.planner import Planner
from routing.query import Place, PlanQuery
from routing.street.profile import Profile
from routing.timetable import Timetable
from routing.transit.search import TransitQuery
from routing.transit.warm import warm_up

WINDOW_S = 2 * 3600
FROM_S, UNTIL_S = 6 * 3600, 20 * 3600


class Parts(NamedTuple):
    """Milliseconds of the parts of one answer."""

    stops_near_ms: float
    search_ms: float


def busiest_day(tt: Timetable) -> int:
    """Return the day, as an index of the timetable, on which most trips run."""
    trips = np.bincount(tt.trip_service, minlength=len(tt.service_active))
    return int(np.argmax(trips @ tt.service_active.astype(np.int64)))


def random_queries(image: NetworkImage, count: int, seed: int) -> list[PlanQuery]:
    """Return questions between random doors at random times of the busiest day."""
    assert image.streets is not None
    tt = image.timetable
    midnight = int(tt.day_epoch[0, busiest_day(tt)])
    seconds = np.random.default_rng(seed).integers(FROM_S, UNTIL_S, count).tolist()
    doors = (random_points(image.streets, Profile.FOOT, count, seed=seed + side) for side in (1, 2))
    return [
        PlanQuery(Place(*origin), Place(*target), midnight + second, window_s=WINDOW_S)
        for origin, target, second in zip(*doors, seconds, strict=True)
    ]


def plan_all(planner: Planner, queries: Sequence[PlanQuery]) -> tuple[list[float], list[Journey]]:
    """Plan every query; return milliseconds and all journeys."""
    times, journeys = [], []
    for query in queries:
        begin = time.perf_counter()
        found = planner.plan(query)
        times.append((time.perf_counter() - begin) * 1e3)
        journeys.extend(found)
    return times, journeys


def parts_of(planner: Planner, query: PlanQuery) -> Parts:
    """Return what an answer's walks to stops, and its search between them, take."""
    wishes = query.preferences
    near, budget = planner.footways.stops_near, (wishes.max_walk_s, wishes.walk_mps)
    begin = time.perf_counter()
    access = near(query.origin, *budget)
    egress = near(query.destination, *budget, backward=True)
    walked = time.perf_counter()
    planner.transit.search(_between(query, access, egress))
    return Parts((walked - begin) * 1e3, (time.perf_counter() - walked) * 1e3)


def _between(query: PlanQuery, access: StopWalks, egress: StopWalks) -> TransitQuery:
    return TransitQuery(
        access=(access.stop, access.seconds),
        egress=(egress.stop, egress.seconds),
        time=query.time,
        window_s=query.window_s,
        max_rides=query.preferences.max_rides,
    )


def bench(planner: Planner, queries: Sequence[PlanQuery]) -> dict[str, Any]:
    """Answer all queries; return the figures."""
    plan_all(planner, queries[:50])
    with noise() as seen:
        times, journeys = plan_all(planner, queries)
    parts = [parts_of(planner, query) for query in queries]
    walks, searches = (list(values) for values in zip(*parts, strict=True))
    rest = [max(0.0, whole - sum(part)) for whole, part in zip(times, parts, strict=True)]
    return {
        "queries": len(queries),
        "journeys": len(journeys),
        "journeys_with_rides": sum(journey.rides > 0 for journey in journeys),
        "other_cores_busy": seen.other_cores,
        "plan": percentiles(times),
        "walks to and from stops": percentiles(walks),
        "timetable search": percentiles(searches),
        "rest (ways, direct walk)": percentiles(rest),
    }


def profile(planner: Planner, queries: Sequence[PlanQuery], rows: int) -> None:
    """Print the functions that take most time by themselves."""
    profiler = cProfile.Profile()
    profiler.runcall(plan_all, planner, queries)
    pstats.Stats(profiler).strip_dirs().sort_stats("tottime").print_stats(rows)


def table_of(result: dict[str, Any]) -> Table:
    """Return the figures as a table."""
    found = f"{result['journeys']} journeys, {result['journeys_with_rides']} with rides"
    title = f"{result['queries']} questions, {found}; {result['day']}"
    table = Table(title=title)
    for name in ("part", "p50 ms", "p95 ms", "mean ms"):
        table.add_column(name, justify="left" if name == "part" else "right")
    for name, value in result.items():
        if isinstance(value, dict) and "p95_ms" in value:
            table.add_row(name, *(f"{figure:.3f}" for figure in value.values()))
    return table


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gtfs", type=Path, required=True, help="the feed's zip file")
    parser.add_argument("--osm", type=Path, required=True, help="its streets")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--modes", choices=("walk", "all"), default="walk")
    parser.add_argument("--profile", type=int, metavar="ROWS", help="print a profile, too")
    parser.add_argument("--out", type=Path, help="write the figures as JSON, too")
    asked = parser.parse_args()

    warm_up(print)
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder) / "image"
        build_image([FeedInput("bench", asked.gtfs)], asked.osm, at)
        image = load_image(at)
        planner = Planner(image.timetable, image.streets, image.bounds)
        if asked.modes == "all":
            planner = planner.with_supply(synthetic_supply(image.timetable, asked.seed), 0)
        queries = random_queries(image, asked.queries, asked.seed)
        day = int(image.timetable.first_day[0]) + busiest_day(image.timetable)
        result = {"machine": machine(), "day": str(date.fromordinal(day)), "modes": asked.modes}
        result |= bench(planner, queries)
        Console().print(table_of(result))
        if asked.profile:
            profile(planner, queries, asked.profile)
    if asked.out:
        asked.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
