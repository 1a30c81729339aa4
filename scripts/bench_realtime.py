"""Time how long realtime takes from bytes to searches that see it.

    python scripts/bench_realtime.py --gtfs FEED.zip [--pb SNAPSHOT.pb ...] [--updates 1000]

Builds an image of the feed and answers one question each way, so that the day's view and its
mirror exist. Then takes each snapshot, and one message made up of ``--updates`` trips of the feed
that are late from some stop on, through all steps, ``--repeats`` times:

decode    protobuf to typed updates, vehicles and alerts
match     these to runs of the image; the first time, ids are looked up (``match_first``)
overlay   runs to an overlay, and what else is known to what answers look it up in
patch     all views in use, which are two and a mirror, under the overlay, ready to be swapped in
total     match, overlay and patch; the medians of all
from_bytes  decode and all the others: what the server does with a message that has come

Prints one JSON object; times in milliseconds, by the clock on the wall (``ms``) and as the time of
this process on a core (``cpu_ms``), which a busy machine changes less. nigiri applies a snapshot of
Kingston in 3.4 to 3.9 ms (figure of ``../shared/data/README.md``, not measured here).
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

from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from feeds.realtime.find import Finder
from feeds.realtime.message import decode_message, match_message
from feeds.realtime.schema import FeedMessage
from feeds.realtime.state import make_realtime
from feeds.report import Findings, Severity
from routing.query import TimeKind
from routing.realtime.overlay import OverlaidViews
from routing.transit.dayview import DayViews
from routing.transit.search import TransitQuery, TransitSearch
from routing.transit.warm import warm_up

SCOPE = "bench"
NOON_S = 12 * 3600
NIGIRI_MS = "3.4-3.9 (one Kingston snapshot, ../shared/data/README.md)"

Result = TypeVar("Result")


class Stopwatch:
    """Collects the milliseconds of steps by name."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self.ms: dict[str, list[float]] = {}

    def time(self, step: str, work: Callable[[], Result]) -> Result:
        """Return what ``work`` returns, and note how long it took."""
        start = self._clock()
        result = work()
        self.ms.setdefault(step, []).append((self._clock() - start) * 1e3)
        return result

    def add_up(self, name: str, *steps: str) -> None:
        """Note the sums of steps as one more."""
        rounds = zip(*(self.ms[step] for step in steps), strict=True)
        self.ms[name] = [sum(times) for times in rounds]

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
        cases = dict(_cases(image, arguments.pb, arguments.updates))
        report = {name: _measured(image, data, arguments.repeats) for name, data in cases.items()}
    print(json.dumps({"feed": arguments.gtfs.name, "nigiri_ms": NIGIRI_MS, **report}, indent=1))


def _cases(
    image: NetworkImage, snapshots: list[Path], n_updates: int
) -> Iterator[tuple[str, bytes]]:
    for path in snapshots:
        yield path.stem, path.read_bytes()
    yield f"{n_updates} late trips", _late_trips(image, n_updates, Random(1))


def _late_trips(image: NetworkImage, n_updates: int, random: Random) -> bytes:
    """Return updates for trips of the busiest day, each late from some stop on."""
    tt = image.timetable
    day = int(np.argmax(tt.service_active[tt.trip_service].sum(axis=0)))
    running = np.flatnonzero(tt.service_active[tt.trip_service, day])
    trips = random.sample(running.tolist(), min(n_updates, running.size))
    start_date = date.fromordinal(int(tt.first_day[0]) + day).strftime("%Y%m%d")
    header = {"gtfs_realtime_version": "2.0", "timestamp": int(tt.day_epoch[0, day]) + NOON_S}
    entities = [_late_trip(image, trip, start_date, random) for trip in trips]
    message: bytes = FeedMessage(header=header, entity=entities).SerializeToString()
    return message


def _late_trip(image: NetworkImage, trip: int, start_date: str, random: Random) -> dict[str, Any]:
    first, end = image.timetable.trip_event_ptr[trip : trip + 2]
    event = random.randrange(first, end - 1)
    stop = image.catalogue.stop(int(image.timetable.event_stop[event])).id
    told = {
        "stop_id": stop.removeprefix(f"{SCOPE}:"),
        "arrival": {"delay": random.randint(-60, 1800)},
    }
    trip_id = image.catalogue.trip(trip).id.removeprefix(f"{SCOPE}:")
    described = {"trip_id": trip_id, "start_date": start_date}
    return {"id": trip_id, "trip_update": {"trip": described, "stop_time_update": [told]}}


def _measured(image: NetworkImage, data: bytes, repeats: int) -> dict[str, Any]:
    search = TransitSearch(image.timetable, bounds=image.bounds)
    finder = Finder(image.timetable, image.catalogue, SCOPE, image.sequences)
    message = decode_message(data)
    for kind in TimeKind:
        search.search(TransitQuery(([0], [0]), ([1], [0]), message.timestamp or 0, kind))
    base, findings = search.views, Findings()
    watch, cpu = Stopwatch(), Stopwatch(time.process_time)
    told = watch.time("match_first", lambda: match_message(finder, message, findings))
    for _ in range(repeats):
        search.views = _applied(data, finder, base, watch)
        search.views = _applied(data, finder, base, cpu)
    for each in (watch, cpu):
        each.add_up("total", "match", "overlay", "patch")
        each.add_up("from_bytes", "decode", "total")
    [(_, _, view), *_] = search.views.built()
    return {
        "updates": len(message.trips.updates),
        "stop_updates": sum(len(update.stops) for update in message.trips.updates),
        "runs": len(told.matched.runs),
        "added": len(told.matched.added),
        "left_out": {
            code["code"]: code["count"]
            for code in findings.to_json()["codes"]
            if code["severity"] == Severity.WARNING
        },
        "events_of_view": int(view.forward.lanes.departures.size),
        "ms": watch.medians(),
        "cpu_ms": cpu.medians(),
    }


def _applied(data: bytes, finder: Finder, base: DayViews, watch: Stopwatch) -> DayViews:
    """Take a message through all steps, as the server does."""
    message = watch.time("decode", lambda: decode_message(data))
    told = watch.time("match", lambda: match_message(finder, message, Findings()))
    known = watch.time("overlay", lambda: make_realtime(base.frame, [told]))
    assert known.overlay is not None, "the message tells of no trip"
    overlay = known.overlay
    return watch.time("patch", lambda: OverlaidViews(base, overlay).prepare())


if __name__ == "__main__":
    main()
