"""Time how long realtime takes from bytes to searches that see it.

    python scripts/bench_realtime.py --gtfs FEED.zip [--pb SNAPSHOT.pb ...] [--updates 1000]

Builds an image of the feed and answers one question each way, so that the day's view and its
mirror exist. Then takes each snapshot, and one message made up of ``--updates`` trips of the feed
that are late from some stop on, through all steps, ``--repeats`` times:

decode    protobuf to typed updates (not for the message made up, which has no bytes)
match     updates to runs of the image; the first time, ids are looked up (``match_first``)
overlay   runs to an overlay
patch     the day's view and its mirror under the overlay, ready to be swapped in
total     match, overlay and patch; the medians of all

Prints one JSON object; times in milliseconds. nigiri applies a snapshot of Kingston in
3.4 to 3.9 ms (figure of ``../shared/data/README.md``, not measured here).
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import numpy as np

from feeds.gtfs.validate import load_feed
from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from feeds.realtime.decode import Forecast, StopUpdate, TripUpdate, TripUpdates, decode_trip_updates
from feeds.realtime.find import Finder, event_sequences
from feeds.realtime.match import match_updates
from feeds.report import Findings, Severity
from routing.query import TimeKind
from routing.realtime.overlay import OverlaidViews, Overlay
from routing.transit.search import TransitQuery, TransitSearch
from routing.transit.warm import warm_up

SCOPE = "bench"
NOON_S = 12 * 3600
NIGIRI_MS = "3.4-3.9 (one Kingston snapshot, ../shared/data/README.md)"

Result = TypeVar("Result")


class Stopwatch:
    """Collects the milliseconds of steps by name."""

    def __init__(self) -> None:
        self.ms: dict[str, list[float]] = {}

    def time(self, step: str, work: Callable[[], Result]) -> Result:
        """Return what ``work`` returns, and note how long it took."""
        start = time.perf_counter()
        result = work()
        self.ms.setdefault(step, []).append((time.perf_counter() - start) * 1e3)
        return result

    def medians(self) -> dict[str, float]:
        """Return the median of each step."""
        return {step: round(statistics.median(ms), 2) for step, ms in self.ms.items()}


def main() -> None:
    """Run as the module's description says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gtfs", type=Path, required=True)
    parser.add_argument("--pb", type=Path, nargs="*", default=[])
    parser.add_argument("--updates", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=9)
    arguments = parser.parse_args()
    warm_up(notify=print)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "image"
        build_image([FeedInput(SCOPE, arguments.gtfs)], None, out)
        image = load_image(out)
        sequences = event_sequences(load_feed(arguments.gtfs, Findings()))
        cases = dict(_cases(image, arguments.pb, arguments.updates))
        report = {
            name: _measured(image, sequences, *case, arguments.repeats)
            for name, case in cases.items()
        }
    print(json.dumps({"feed": arguments.gtfs.name, "nigiri_ms": NIGIRI_MS, **report}, indent=1))


def _cases(
    image: NetworkImage, snapshots: list[Path], n_updates: int
) -> Iterator[tuple[str, tuple[bytes | None, TripUpdates]]]:
    for path in snapshots:
        data = path.read_bytes()
        yield path.stem, (data, decode_trip_updates(data))
    yield f"{n_updates} late trips", (None, _late_trips(image, n_updates, Random(1)))


def _late_trips(image: NetworkImage, n_updates: int, random: Random) -> TripUpdates:
    """Return updates for trips of the busiest day, each late from some stop on."""
    tt = image.timetable
    day = int(np.argmax(tt.service_active[tt.trip_service].sum(axis=0)))
    running = np.flatnonzero(tt.service_active[tt.trip_service, day])
    trips = random.sample(running.tolist(), min(n_updates, running.size))
    start_date = date.fromordinal(int(tt.first_day[0]) + day).strftime("%Y%m%d")
    updates = tuple(_late_trip(image, trip, start_date, random) for trip in trips)
    return TripUpdates(int(tt.day_epoch[0, day]) + NOON_S, is_differential=False, updates=updates)


def _late_trip(image: NetworkImage, trip: int, start_date: str, random: Random) -> TripUpdate:
    first, end = image.timetable.trip_event_ptr[trip : trip + 2]
    event = random.randrange(first, end - 1)
    stop = image.catalogue.stop(int(image.timetable.event_stop[event])).id
    forecast = Forecast(random.randint(-60, 1800), None)
    told = StopUpdate(None, stop.removeprefix(f"{SCOPE}:"), forecast, None, 0, None)
    trip_id = image.catalogue.trip(trip).id.removeprefix(f"{SCOPE}:")
    nothing = (None, None, None)
    return TripUpdate(trip_id, trip_id, None, start_date, None, 0, None, (told,), *nothing)


def _measured(
    image: NetworkImage,
    sequences: np.ndarray[Any, Any],
    data: bytes | None,
    message: TripUpdates,
    repeats: int,
) -> dict[str, Any]:
    search = TransitSearch(image.timetable, bounds=image.bounds)
    finder = Finder(image.timetable, image.catalogue, SCOPE, sequences)
    for kind in TimeKind:
        search.search(TransitQuery(([0], [0]), ([1], [0]), message.timestamp or 0, kind))
    base, watch, findings = search.views, Stopwatch(), Findings()
    watch.time("match_first", lambda: match_updates(finder, message, findings))
    for _ in range(repeats):
        if data is not None:
            watch.time("decode", lambda: decode_trip_updates(data))
        matched = watch.time("match", lambda: match_updates(finder, message, Findings()))
        overlay = watch.time("overlay", lambda: Overlay(base.frame, matched.runs))  # noqa: B023
        search.views = watch.time("patch", lambda: OverlaidViews(base, overlay).prepare())  # noqa: B023
    watch.ms["total"] = [
        sum(steps)
        for steps in zip(watch.ms["match"], watch.ms["overlay"], watch.ms["patch"], strict=True)
    ]
    [(_, _, view), *_] = search.views.built()
    return {
        "updates": len(message.updates),
        "stop_updates": sum(len(update.stops) for update in message.updates),
        "runs": len(matched.runs),
        "added": len(matched.added_ids),
        "left_out": {
            code["code"]: code["count"]
            for code in findings.to_json()["codes"]
            if code["severity"] == Severity.WARNING
        },
        "events_of_view": int(view.forward.lanes.departures.size),
        "ms": watch.medians(),
    }


if __name__ == "__main__":
    main()
