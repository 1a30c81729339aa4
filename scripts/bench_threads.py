"""Measure how many more questions two threads answer than one.

    python scripts/bench_threads.py [--feed VBB | --gtfs FEED.zip --oracle ORACLE.json]
        [--threads 2] [--rounds 30] [--out RESULT.json]

The 120-minute profiles of an oracle, journeys with all legs, on one ``TransitSearch`` that the
threads share. A round is one pass with one thread and one with all, a second or so each; who
begins alternates. A shared host slows down and speeds up by a third within half a minute, without
a trace in this machine's own figures: so only the two passes of one round are compared, the
ratio is the median over the rounds, and quartiles say how far to trust it. Rounds beyond the number
of threads are such noise, and are counted. "Others" is how many cores this machine saw busy
with anything else.
"""

import argparse
import json
import tempfile
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from bench_support import PAIRS, Pair, machine, noise, pairs_asked
from bench_transit import SCOPE, read_cases
from rich.console import Console
from rich.table import Table

from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image
from routing.transit.search import TransitQuery, TransitSearch
from routing.transit.warm import warm_up


def bench(pair: Pair, threads: int, rounds: int) -> dict[str, Any]:
    """Build the image, then answer the oracle's queries with one thread and with ``threads``."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder) / "image"
        build_image([FeedInput(SCOPE, pair.gtfs)], None, at, station_transfers=False)
        image = load_image(at)
        spec = json.loads(pair.oracle.read_text("utf-8"))
        queries = [case.query for case in read_cases(image, spec, "range120")]
        passes = race(TransitSearch(image.timetable, bounds=image.bounds), queries, threads, rounds)
    single, several = passes[1], passes[threads]
    ratios = sorted(
        many["queries_per_s"] / one["queries_per_s"]
        for one, many in zip(single, several, strict=True)
    )
    return {
        "feed": pair.name,
        "machine": machine(),
        "threads": threads,
        "rounds": rounds,
        "ratio": median(ratios),
        "ratio_quartiles": [ratios[rounds // 4], ratios[(3 * rounds) // 4]],
        "rounds_beyond_threads": sum(ratio > threads for ratio in ratios),
        "by_threads": {count: _median_of(of_count) for count, of_count in passes.items()},
    }


def race(
    search: TransitSearch, queries: Sequence[TransitQuery], threads: int, rounds: int
) -> dict[int, list[dict[str, float]]]:
    """Return the passes by number of threads, one a round, after one of each that is not kept."""
    counts = [1, threads]
    passes: dict[int, list[dict[str, float]]] = {count: [] for count in counts}
    for at_round in range(-1, rounds):
        for count in counts if at_round % 2 else reversed(counts):
            measured = answer_all(search, queries, count)
            if at_round >= 0:
                passes[count].append(measured)
    return passes


def answer_all(
    search: TransitSearch, queries: Sequence[TransitQuery], threads: int
) -> dict[str, float]:
    """Answer every query once; return the throughput and how busy the machine was."""
    left = deque(queries)
    # Threads that are only joined: a pool would wake its owner for every answer, which slows one
    # worker more than several, and so flatters the ratio (13.3 ms a query instead of 12.4).
    workers = [Thread(target=_work_off, args=(search, left)) for _ in range(threads)]
    with noise() as seen:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    return {
        "queries_per_s": len(queries) / seen.wall_s,
        "own_cores": seen.own_cores,
        "other_cores": seen.other_cores,
    }


def _work_off(search: TransitSearch, left: deque[TransitQuery]) -> None:
    while (query := _next_of(left)) is not None:
        search.search(query)


def _next_of(left: deque[TransitQuery]) -> TransitQuery | None:
    with suppress(IndexError):  # none left; asking first would race with the other threads
        return left.popleft()
    return None


def _median_of(rounds: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: median(each[name] for each in rounds) for name in rounds[0]}


def table_of(result: dict[str, Any]) -> Table:
    """Return the figures as a table."""
    low, high = result["ratio_quartiles"]
    title = f"{result['feed']}: ratio {result['ratio']:.2f} (quartiles {low:.2f}-{high:.2f})"
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
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--out", type=Path, help="write the figures as JSON, too")
    asked = parser.parse_args()

    (pair,) = pairs_asked(asked.gtfs, asked.oracle, [asked.feed])
    warm_up(print)
    result = bench(pair, asked.threads, asked.rounds)
    Console().print(table_of(result))
    if asked.out:
        asked.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
