"""Time isochrones around random doors of a street extract.

    python scripts/bench_isochrone.py --gtfs FEED.zip --osm STREETS.osm.pbf
        [--places 60] [--seed 1] [--out RESULT.json]

Builds an image of both and asks, at 8 h of the busiest service day, how far one gets: on foot and
by car within 30 minutes, by rides within 30 and 60 minutes. Searching (``routing.isochrones``) and
drawing three bands (``kommit.api.bands``) are timed apart; single thread, in process.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from bench_plan import busiest_day
from bench_street_world import random_points
from bench_support import machine, noise, percentiles
from rich.console import Console
from rich.table import Table

from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from kommit.api.bands import bands_of
from routing.isochrones import Isochrones, Reach
from routing.planner import Planner
from routing.query import Place
from routing.street.profile import Profile


class Case(NamedTuple):
    """What is asked."""

    name: str
    minutes: int
    profile: Profile = Profile.FOOT
    transit: bool = False


CASES = (
    Case("walk", 30),
    Case("car", 30, Profile.CAR),
    Case("rides", 30, transit=True),
    Case("rides", 60, transit=True),
)


def measure(image: NetworkImage, case: Case, places: int, seed: int) -> dict[str, Any]:
    """Return the milliseconds of a case, and the size of its answers."""
    assert image.streets is not None
    timetable = image.timetable
    isochrones = Isochrones(Planner(timetable, image.streets, image.bounds), image.streets)
    eight = int(timetable.day_epoch[0, busiest_day(timetable)]) + 8 * 3600
    limit_s = 60 * case.minutes
    asked = Reach(limit_s, case.profile, transit=case.transit, time=eight)
    searching, drawing, points = [], [], []
    for number, door in enumerate(
        random_points(image.streets, case.profile, places + 2, seed=seed)
    ):
        begin = time.perf_counter()
        reached = isochrones.reach(Place(*door), asked)
        found = time.perf_counter()
        if reached is None or number < 2:  # the first ones compile and load
            continue
        limits = [limit_s // 3, 2 * limit_s // 3, limit_s]
        list(bands_of(reached.lat, reached.lon, reached.seconds, limits))
        searching.append((found - begin) * 1e3)
        drawing.append((time.perf_counter() - found) * 1e3)
        points.append(float(reached.lat.size))
    return {
        "case": f"{case.name} {case.minutes} min",
        "search_ms": percentiles(searching),
        "draw_ms": percentiles(drawing),
        "points": round(sum(points) / max(len(points), 1)),
    }


def main() -> None:
    """Build, measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--gtfs", type=Path, required=True)
    parser.add_argument("--osm", type=Path, required=True)
    parser.add_argument("--places", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "image"
        build_image([FeedInput("bench", asked.gtfs)], asked.osm, out)
        image = load_image(out)
        rows = [measure(image, case, asked.places, asked.seed) for case in CASES]
    table = Table("case", "search p50 / p95 ms", "draw p50 / p95 ms", "points")
    for row in rows:
        search, draw = row["search_ms"], row["draw_ms"]
        table.add_row(
            row["case"],
            f"{search['median_ms']:.1f} / {search['p95_ms']:.1f}",
            f"{draw['median_ms']:.1f} / {draw['p95_ms']:.1f}",
            str(row["points"]),
        )
    Console().print(table)
    if asked.out:
        result = {"machine": machine(), "noise": noise(), "rows": rows}
        asked.out.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
