"""Time the timetable search on the queries of an oracle file, and compare every answer.

    python scripts/bench_transit.py --gtfs FEED.zip --oracle ORACLE.json [--out RESULT.json]

Builds a network image of the feed, maps it, and answers each query twice: ``eat`` (earliest
arrivals for one departure) and ``range120`` (all good departures of two hours), single thread,
journeys with all legs. Prints one JSON object in the form of ``../shared/bench/peer_nigiri.py``.

``mismatches`` are answers that differ from the oracle; ``explained`` those that differ only by
journeys slower than a direct walk between the two stops, which the oracle's engine leaves out.
"""

import argparse
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from routing.timetable import Timetable
from routing.transit.search import TransitJourney, TransitQuery, TransitSearch
from routing.transit.warm import warm_up

SCOPE = "bench"
WINDOWS_S = {"eat": 0, "range120": 120 * 60}

Criteria = tuple[int, int, int]
"""Departure (0 where the oracle gives none), arrival, transfers."""


@dataclass(frozen=True)
class Case:
    """One query of an oracle with the answer it wants."""

    query: TransitQuery
    expected: list[Criteria]
    direct_s: int | None
    """Seconds of the hop that joins origin and destination, where there is one."""

    def criteria(self, journey: TransitJourney) -> Criteria:
        """Return what the oracle gives of a journey."""
        departure = journey.departure if self.query.window_s else 0
        return departure, journey.arrival, journey.rides - 1

    def mismatches(self, journeys: list[TransitJourney]) -> bool:
        """Say whether the answer is another than the oracle's."""
        return sorted(map(self.criteria, journeys)) != self.expected

    def explains(self, journeys: list[TransitJourney]) -> bool:
        """Say whether all that differs is slower than the direct hop."""
        return self.direct_s is not None and not self.mismatches(
            [j for j in journeys if j.arrival - self._set_out(j) <= self.direct_s]
        )

    def _set_out(self, journey: TransitJourney) -> int:
        return journey.departure if self.query.window_s else self.query.time


def read_cases(image: NetworkImage, oracle: dict[str, Any], key: str) -> list[Case]:
    """Return the queries of an oracle under ``key``, ``eat`` or ``range120``."""
    hops = _hops_by_target(image.timetable)
    return [_case(image, hops, item, key) for item in oracle["queries"]]


def _case(
    image: NetworkImage, hops: dict[int, list[tuple[int, int]]], item: dict[str, Any], key: str
) -> Case:
    origin, target = (image.catalogue.find_stop(f"{SCOPE}:{item[end]}") for end in ("from", "to"))
    assert origin is not None
    assert target is not None
    last_hops = hops.get(target, [])
    egress = [(target, 0), *last_hops]  # one hop may end the journey
    expected = [
        (
            _second(each["departure"]) if WINDOWS_S[key] else 0,
            _second(each["arrival"]),
            each["transfers"],
        )
        for each in item[key]
    ]
    query = TransitQuery(
        access=([origin], [0]),
        egress=([stop for stop, _ in egress], [seconds for _, seconds in egress]),
        time=_second(item["departure"]),
        window_s=WINDOWS_S[key],
    )
    return Case(query, sorted(expected), dict(last_hops).get(origin))


def _second(iso: str) -> int:
    return int(datetime.fromisoformat(iso).timestamp())


def _hops_by_target(timetable: Timetable) -> dict[int, list[tuple[int, int]]]:
    origins = np.repeat(np.arange(timetable.n_stops), np.diff(timetable.transfer_ptr)).tolist()
    hops: dict[int, list[tuple[int, int]]] = {}
    for origin, target, seconds in zip(
        origins, timetable.transfer_stop.tolist(), timetable.transfer_s.tolist(), strict=True
    ):
        hops.setdefault(target, []).append((origin, seconds))
    return hops


def floored(timetable: Timetable) -> Timetable:
    """Return the timetable with times floored to the minute, as the oracles' engine reads them."""
    return timetable._replace(
        event_arrival=timetable.event_arrival // 60 * 60,
        event_departure=timetable.event_departure // 60 * 60,
    )


def measure(search: TransitSearch, cases: list[Case]) -> dict[str, float]:
    """Answer every case; return milliseconds and how many answers differ."""
    times, found, mismatches, explained = [], 0, 0, 0
    for case in cases:
        begin = time.perf_counter()
        journeys = search.search(case.query)
        times.append((time.perf_counter() - begin) * 1e3)
        found += bool(journeys)
        if case.mismatches(journeys):
            explained += case.explains(journeys)
            mismatches += not case.explains(journeys)
    times.sort()
    return {
        "queries": len(times),
        "median_ms": statistics.median(times),
        "p95_ms": times[int(0.95 * len(times))],
        "mean_ms": statistics.mean(times),
        "found": found,
        "differs_from_oracle": mismatches + explained,
        "mismatches": mismatches,
        "explained": explained,
    }


def peak_mb() -> float:
    """Return the most memory this process has had, megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(result: dict[str, Any], name: str, action: Callable[[], Any]) -> Any:
    """Do something and note its seconds under ``name``."""
    begin = time.perf_counter()
    done = action()
    result[name] = time.perf_counter() - begin
    return done


def bench(gtfs: Path, oracle: Path, folder: Path, *, floor: bool) -> dict[str, Any]:
    """Build an image of ``gtfs`` in ``folder`` and answer the oracle's queries on it."""
    spec = json.loads(oracle.read_text("utf-8"))
    result: dict[str, Any] = {"engine": "kommit", "feed": str(gtfs)}
    timed(result, "warm_up_s", lambda: warm_up(print))
    feed = FeedInput(SCOPE, gtfs)
    timed(
        result,
        "image_build_s",
        lambda: build_image([feed], None, folder, station_transfers=False),
    )
    result["build_peak_mb"] = peak_mb()
    image: NetworkImage = timed(result, "image_load_s", lambda: load_image(folder))
    cases = {key: read_cases(image, spec, key) for key in WINDOWS_S}
    search = (
        TransitSearch(floored(image.timetable))
        if floor
        else TransitSearch(image.timetable, bounds=image.bounds)
    )
    timed(result, "first_answer_s", lambda: search.search(cases["eat"][0].query))
    result["load_s"] = result["image_load_s"] + result["first_answer_s"]
    measure(search, cases["eat"][:50])
    for key, of_kind in cases.items():
        result[key] = measure(search, of_kind)
    result["peak_mb"] = peak_mb()
    return result


@contextmanager
def folder_for(image: Path | None) -> Iterator[Path]:
    """Give the folder asked for, or one that is removed afterwards."""
    if image is not None:
        yield image
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "image"


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--gtfs", type=Path, required=True, help="the feed's zip file")
    parser.add_argument("--oracle", type=Path, required=True, help="the oracle's JSON file")
    parser.add_argument("--out", type=Path, help="write the JSON there, too")
    parser.add_argument("--image", type=Path, help="keep the image in this folder")
    parser.add_argument(
        "--floor-to-minutes",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="read times as the oracle does (default: yes)",
    )
    options = parser.parse_args()
    with folder_for(options.image) as folder:
        result = bench(options.gtfs, options.oracle, folder, floor=options.floor_to_minutes)
    text = json.dumps(result, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
