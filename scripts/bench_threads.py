"""Measure how many more questions two threads answer than one.

    python scripts/bench_threads.py [--feed VBB | --gtfs FEED.zip --oracle ORACLE.json]
        [--threads 2] [--rounds 5] [--repeats 3] [--out RESULT.json]

The 120-minute profiles of an oracle, journeys with all legs, on one ``TransitSearch`` that the
threads share. Rounds with one thread and with all alternate; the ratio is that of the median
throughputs. "Others" is how many cores other processes and the host kept busy meanwhile: the
ratio means little where that is more than a few hundredths.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from bench_support import PAIRS, Pair, machine, noise, pairs_asked
from bench_transit import SCOPE, read_cases
from rich.console import Console
from rich.table import Table

from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image
from routing.transit.search import TransitQuery, TransitSearch
from routing.transit.warm import warm_up


def bench(pair: Pair, threads: int, rounds: int, repeats: int) -> dict[str, Any]:
    """Build the image, then answer the oracle's queries with one thread and with ``threads``."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder) / "image"
        build_image([FeedInput(SCOPE, pair.gtfs)], None, at, station_transfers=False)
        image = load_image(at)
        spec = json.loads(pair.oracle.read_text("utf-8"))
        queries = [case.query for case in read_cases(image, spec, "range120")] * repeats
        search = TransitSearch(image.timetable)
        counts = (1, threads)
        for count in counts:
            answer_all(search, queries, count)
        measured = [
            {count: answer_all(search, queries, count) for count in counts} for _ in range(rounds)
        ]
    sides = {count: _median_of([each[count] for each in measured]) for count in counts}
    single, several = (sides[count]["queries_per_s"] for count in counts)
    return {
        "feed": pair.name,
        "machine": machine(),
        "threads": threads,
        "ratio": several / single,
        "ratio_rounds": sorted(
            each[threads]["queries_per_s"] / each[1]["queries_per_s"] for each in measured
        ),
        "by_threads": sides,
    }


def answer_all(
    search: TransitSearch, queries: Sequence[TransitQuery], threads: int
) -> dict[str, float]:
    """Answer every query once; return the throughput and how busy the machine was."""
    with ThreadPoolExecutor(threads) as pool, noise() as seen:
        found = sum(map(len, pool.map(search.search, queries)))
    assert found, "no query has an answer"
    return {
        "queries_per_s": len(queries) / seen.wall_s,
        "own_cores": seen.own_cores,
        "other_cores": seen.other_cores,
    }


def _median_of(rounds: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: median(each[name] for each in rounds) for name in rounds[0]}


def table_of(result: dict[str, Any]) -> Table:
    """Return the figures as a table."""
    worst, best = result["ratio_rounds"][0], result["ratio_rounds"][-1]
    title = f"{result['feed']}: ratio {result['ratio']:.2f} (rounds {worst:.2f}-{best:.2f})"
    table = Table(title=title)
    for name in ("threads", "queries/s", "own cores", "others"):
        table.add_column(name, justify="right")
    for count, side in result["by_threads"].items():
        cells = (side["own_cores"], side["other_cores"])
        rate = f"{side['queries_per_s']:.1f}"
        table.add_row(str(count), rate, *(f"{cores:.2f}" for cores in cells))
    return table


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feed", choices=PAIRS, default="VBB")
    parser.add_argument("--gtfs", type=Path, help="another feed's zip file")
    parser.add_argument("--oracle", type=Path, help="its oracle")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=3, help="times the queries are answered")
    parser.add_argument("--out", type=Path, help="write the figures as JSON, too")
    asked = parser.parse_args()

    (pair,) = pairs_asked(asked.gtfs, asked.oracle, [asked.feed])
    warm_up(print)
    result = bench(pair, asked.threads, asked.rounds, asked.repeats)
    Console().print(table_of(result))
    if asked.out:
        asked.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
