"""Measure what further criteria cost on top of the plain search.

    python scripts/bench_criteria.py [--feed VBB | --gtfs FEED.zip --oracle ORACLE.json]
        [--criteria price,walking] [--queries 100] [--rounds 3] [--out RESULT.json]

The queries of an oracle, earliest arrivals (``eat``) and 120-minute windows (``range120``), each
answered plainly and with the criteria, one after the other in one thread; who begins alternates.
``ratio`` is that of the medians. The prices are made up, since the feeds have none: 2.00 for each
boarding and 0.10 a kilometre, on railways 3.00 and 0.20; grams a kilometre are those of buses and
local trains in ``kommit/data/emissions.json``.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from bench_support import PAIRS, Pair, machine, noise, pairs_asked, percentiles
from bench_transit import SCOPE, WINDOWS_S, read_cases
from rich.console import Console
from rich.table import Table

from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from routing.timetable import Timetable
from routing.transit.criteria import Weighing
from routing.transit.criteria_costs import Criterion, RideCosts
from routing.transit.criteria_search import CriteriaSearch
from routing.transit.search import TransitQuery
from routing.transit.warm import warm_up, warm_up_criteria

RAIL = 2, 100, 101, 102, 103, 106, 109
"""Route types that pay and emit as trains do."""


def made_up_costs(timetable: Timetable) -> RideCosts:
    """Return prices that nobody asks, and common grams."""
    is_rail = np.isin(timetable.route_type, RAIL)
    pairs = (300, 200), (20, 10), (58, 93)
    return RideCosts(*(np.where(is_rail, *pair).astype(np.int32) for pair in pairs))


def bench(pair: Pair, weighing: Weighing, n_queries: int, rounds: int) -> dict[str, Any]:
    """Build the image, and answer the oracle's queries in both ways."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder) / "image"
        build_image([FeedInput(SCOPE, pair.gtfs)], None, at, station_transfers=False)
        image = load_image(at)
        costs = made_up_costs(image.timetable)
        search = CriteriaSearch(image.timetable, bounds=image.bounds, costs=costs)
        result: dict[str, Any] = {
            "feed": pair.name,
            "machine": machine(),
            "criteria": list(weighing.criteria),
            "rounds": rounds,
        }
        for key in WINDOWS_S:
            result[key] = race(search, _queries(image, pair, key, n_queries), weighing, rounds)
    return result


def _queries(image: NetworkImage, pair: Pair, key: str, n_queries: int) -> list[TransitQuery]:
    oracle = json.loads(pair.oracle.read_text("utf-8"))
    return [case.query for case in read_cases(image, oracle, key)][:n_queries]


def race(
    search: CriteriaSearch, queries: Sequence[TransitQuery], weighing: Weighing, rounds: int
) -> dict[str, Any]:
    """Answer every query in both ways, once to warm up and then ``rounds`` times."""
    ways: dict[str, Callable[[TransitQuery], Sequence[object]]] = {
        "plain": search.search,
        "weighed": lambda query: search.weigh(query, weighing),
    }
    times_ms: dict[str, list[float]] = {name: [] for name in ways}
    sizes: dict[str, list[int]] = {name: [] for name in ways}
    with noise() as seen:
        for at_round in range(-1, rounds):
            for turn, query in enumerate(queries):
                for name in ways if turn % 2 else reversed(ways):
                    begin = time.perf_counter()
                    found = ways[name](query)
                    took_ms = (time.perf_counter() - begin) * 1e3
                    if at_round >= 0:
                        times_ms[name].append(took_ms)
                        sizes[name].append(len(found))
    figures = {
        name: {
            **percentiles(times_ms[name]),
            "answers": median(sizes[name]),
            "most": max(sizes[name]),
        }
        for name in ways
    }
    return {
        "queries": len(queries),
        **figures,
        "ratio": figures["weighed"]["median_ms"] / figures["plain"]["median_ms"],
        "ratio_p95": figures["weighed"]["p95_ms"] / figures["plain"]["p95_ms"],
        "other_cores": seen.other_cores,
    }


def table_of(result: dict[str, Any]) -> Table:
    """Return the figures as a table."""
    table = Table(title=f"{result['feed']}: {' and '.join(result['criteria'])}")
    for name in ("query", "plain ms", "with criteria ms", "ratio", "of p95", "answers", "others"):
        table.add_column(name, justify="right")
    for key in WINDOWS_S:
        of_kind = result[key]
        plain, weighed = of_kind["plain"], of_kind["weighed"]
        table.add_row(
            key,
            *(f"{way['median_ms']:.2f} / {way['p95_ms']:.1f}" for way in (plain, weighed)),
            f"{of_kind['ratio']:.2f}",
            f"{of_kind['ratio_p95']:.2f}",
            " → ".join(f"{way['answers']:g} (≤ {way['most']})" for way in (plain, weighed)),
            f"{of_kind['other_cores']:.2f}",
        )
    return table


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feed", choices=PAIRS, default="VBB")
    parser.add_argument("--gtfs", type=Path, help="another feed's zip file")
    parser.add_argument("--oracle", type=Path, help="its oracle")
    parser.add_argument("--criteria", default="price,walking", help="one to three, with commas")
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, help="write the figures as JSON, too")
    asked = parser.parse_args()

    (pair,) = pairs_asked(asked.gtfs, asked.oracle, [asked.feed])
    weighing = Weighing(tuple(Criterion(name) for name in asked.criteria.split(",")))
    warm_up(print)
    warm_up_criteria()
    result = bench(pair, weighing, asked.queries, asked.rounds)
    Console().print(table_of(result))
    if asked.out:
        asked.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
