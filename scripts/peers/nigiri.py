"""Answer the queries of an oracle with nigiri (MOTIS), a block at a time; run by its own Python.

    VENV/bin/python nigiri.py FEED.zip ORACLE.json

Speaks JSON, a line each way: first ``{"load_s", "memory_mb"}``, then for every
``{"key", "first", "last"}`` the block's ``{"times_ms", "answers", "legs"}``. Settings are those
the oracles were computed with. Imports nothing of kommit.
"""

import datetime as dt
import json
import os
import sys
import time
from pathlib import Path
from typing import IO, Any

import pynigiri as ng

WINDOWS_MIN = {"eat": 0, "range120": 120}


def main() -> None:
    """Load the feed, then answer blocks until there are no more."""
    answers = _own_stdout()
    feed, oracle = sys.argv[1:3]
    with Path(oracle).open(encoding="utf-8") as file:
        spec = json.load(file)
    before, begin = _peak_mb(), time.perf_counter()
    timetable = load(feed, dt.date.fromisoformat(spec["day"]))
    loaded = {"load_s": time.perf_counter() - begin, "memory_mb": _peak_mb() - before}
    _say(answers, loaded)
    for line in sys.stdin:
        asked = json.loads(line)
        items = spec["queries"][asked["first"] : asked["last"]]
        _say(answers, block(timetable, items, WINDOWS_MIN[asked["key"]]))


def load(feed: str, day: dt.date) -> Any:
    """Load the week of the oracle."""
    config, final = ng.LoaderConfig(), ng.FinalizeOptions()
    config.link_stop_distance = 0
    final.adjust_footpaths = final.merge_dupes_intra_src = final.merge_dupes_inter_src = False
    first, last = day - dt.timedelta(days=1), day + dt.timedelta(days=6)
    return ng.load_timetable([ng.TimetableSource("x", feed, config)], str(first), str(last), final)


def block(timetable: Any, items: list[dict[str, Any]], window_min: int) -> dict[str, Any]:
    """Answer a block; only ``ng.route`` is timed, which returns journeys with their legs."""
    times, found = [], []
    for item in items:
        asked = query(timetable, item, window_min)
        begin = time.perf_counter()
        journeys = ng.route(timetable, asked)
        times.append((time.perf_counter() - begin) * 1e3)
        found.append(journeys)
    return {
        "times_ms": times,
        "answers": [[_criteria(j, window_min) for j in journeys] for journeys in found],
        "legs": sum(len(journey.legs) for journeys in found for journey in journeys),
    }


def query(timetable: Any, item: dict[str, Any], window_min: int) -> Any:
    """Return nigiri's form of an oracle's query."""
    asked = ng.Query()
    start = int(dt.datetime.fromisoformat(item["departure"]).timestamp()) // 60
    asked.start_time = (start, start + window_min) if window_min else start
    asked.start = [ng.Offset(timetable.find_location(item["from"]), 0, 0)]
    asked.destination = [ng.Offset(timetable.find_location(item["to"]), 0, 0)]
    asked.start_match_mode = asked.dest_match_mode = ng.LocationMatchMode.EXACT
    asked.use_start_footpaths = False
    asked.max_transfers, asked.max_travel_time = 7, 1440
    return asked


def _criteria(journey: Any, window_min: int) -> tuple[int, int, int]:
    departure = journey.departure_time() * 60 if window_min else 0
    return departure, journey.arrival_time() * 60, journey.transfers


def _own_stdout() -> IO[str]:
    """Keep standard output for answers alone: what the engine prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _say(answers: IO[str], message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _peak_mb() -> float:
    """Return the most memory this process has had; ``ru_maxrss`` would count its parent's."""
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmHWM"))


main()
