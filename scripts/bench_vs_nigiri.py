"""Race kommit against nigiri, the C++ engine of MOTIS: one run, same queries, same core.

    python scripts/bench_vs_nigiri.py --install-nigiri /tmp/nigiri
    python scripts/bench_vs_nigiri.py --nigiri-python /tmp/nigiri/bin/python
        [--feeds Heidelberg Münster VBB | --gtfs FEED.zip --oracle ORACLE.json]
        [--rounds 5] [--block 25] [--core 1] [--out RESULT.json]

Both engines are single processes with one thread, pinned to the same core, and take turns: a block
of queries each, and who begins alternates; so both see the same noise. An untimed round comes
first, whose answers are compared. What is timed:

* nigiri: ``pynigiri.route``, which searches, reconstructs all legs and returns a list of journeys
  (its legs become Python objects only when read, which is not timed); the query object is
  made before.
* kommit: ``TransitSearch.search``, which searches, reconstructs all legs, and returns journeys with
  a Python object for every leg; the query's lists are turned to arrays within.

Times of the feed are floored to the minute for both, as nigiri stores them. The ratios are
kommit / nigiri: below 1 is faster. "Rounds" are the ratio of medians of the best and worst round.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import IO, Any, NamedTuple, Protocol, Self

from bench_support import PAIRS, Pair, machine, noise, p95, pairs_asked, percentiles
from bench_transit import (
    SCOPE,
    WINDOWS_S,
    Case,
    Criteria,
    floored,
    read_cases,
)
from rich.console import Console
from rich.table import Table

from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image
from routing.transit.search import TransitJourney, TransitSearch
from routing.transit.warm import warm_up

PYNIGIRI = "pynigiri==0.1.5"
PEER = Path(__file__).parent / "peers" / "nigiri.py"


class Block(NamedTuple):
    """What an engine answers to some of the queries, and how long each took."""

    times_ms: list[float]
    answers: list[list[Criteria]]
    """Per query, in order; departures are 0 where the oracle gives none."""
    legs: int
    """Rides and walks of all journeys."""


class Engine(Protocol):
    """One of the two that are compared."""

    def answer(self, key: str, first: int, last: int) -> Block:
        """Answer the queries ``[first, last)`` of a kind."""
        ...


class Kommit:
    """The product in this process."""

    def __init__(self, pair: Pair, spec: dict[str, Any], folder: Path) -> None:
        # Joins stations for nobody: the normalised feeds say all transfers themselves.
        build_image([FeedInput(SCOPE, pair.gtfs)], None, folder, station_transfers=False)
        image = load_image(folder)
        self.cases = {key: read_cases(image, spec, key) for key in WINDOWS_S}
        self._search = TransitSearch(floored(image.timetable))

    def answer(self, key: str, first: int, last: int) -> Block:
        """Answer the queries ``[first, last)`` of a kind."""
        cases = self.cases[key][first:last]
        times, found = [], []
        for case in cases:
            begin = time.perf_counter()
            journeys = self._search.search(case.query)
            times.append((time.perf_counter() - begin) * 1e3)
            found.append(journeys)
        return Block(times, list(map(_criteria, cases, found)), _legs(found))


class Nigiri:
    """The peer: a process of its own, asked over a pipe."""

    def __init__(self, python: Path, pair: Pair) -> None:
        self._log: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed in __exit__
        self._process = subprocess.Popen(
            [python, PEER, pair.gtfs, pair.oracle],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.pid = self._process.pid
        self.loaded = self._heard()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
        self._log.close()

    def answer(self, key: str, first: int, last: int) -> Block:
        """Answer the queries ``[first, last)`` of a kind."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"key": key, "first": first, "last": last}) + "\n")
        self._process.stdin.flush()
        block = self._heard()
        answers = [[(d, a, t) for d, a, t in journeys] for journeys in block["answers"]]
        return Block(block["times_ms"], answers, block["legs"])

    def _heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            raise SystemExit(f"nigiri ended: {self._log.read()[-2000:]}")
        heard: dict[str, Any] = json.loads(line)
        return heard


@dataclass
class Rounds:
    """Milliseconds of one engine for one kind of query, a list a round."""

    times_ms: list[list[float]] = field(default_factory=list)

    @property
    def pooled(self) -> list[float]:
        """All times of all rounds."""
        return [each for of_round in self.times_ms for each in of_round]

    def summary(self) -> dict[str, float]:
        """Return median, 95th percentile and mean."""
        return percentiles(self.pooled)


def race(
    kommit: Engine, nigiri: Engine, key: str, n_queries: int, rounds: int, size: int
) -> tuple[Rounds, Rounds]:
    """Let both answer all queries ``rounds`` times, taking turns a block."""
    times: tuple[Rounds, Rounds] = Rounds(), Rounds()
    engines = kommit, nigiri
    for at_round in range(rounds):
        for one in times:
            one.times_ms.append([])
        for at_block, first in enumerate(range(0, n_queries, size)):
            starts = (at_round + at_block) % 2
            for turn in (starts, 1 - starts):
                block = engines[turn].answer(key, first, min(first + size, n_queries))
                times[turn].times_ms[-1].extend(block.times_ms)
    return times


def ratios(kommit: Rounds, nigiri: Rounds) -> dict[str, Any]:
    """Return kommit / nigiri: of medians, of 95th percentiles, and the best and worst round's."""
    of_rounds = sorted(
        median(ours) / median(theirs)
        for ours, theirs in zip(kommit.times_ms, nigiri.times_ms, strict=True)
    )
    return {
        "median": median(kommit.pooled) / median(nigiri.pooled),
        "p95": p95(kommit.pooled) / p95(nigiri.pooled),
        "median_best_round": of_rounds[0],
        "median_worst_round": of_rounds[-1],
    }


def compare(cases: Sequence[Case], kommit: Block, nigiri: Block) -> dict[str, int]:
    """Count the answers that differ, from each other and from the oracle."""
    ours, theirs = ([sorted(each) for each in block.answers] for block in (kommit, nigiri))
    wanted = [case.expected for case in cases]
    return {
        "queries": len(cases),
        "journeys": sum(map(len, ours)),
        "kommit_legs": kommit.legs,
        "nigiri_legs": nigiri.legs,
        "engines_differ": _differing(ours, theirs),
        "kommit_differs_from_oracle": _differing(ours, wanted),
        "nigiri_differs_from_oracle": _differing(theirs, wanted),
    }


def bench(pair: Pair, nigiri_python: Path, rounds: int, size: int) -> dict[str, Any]:
    """Race both engines on one feed."""
    spec = json.loads(pair.oracle.read_text("utf-8"))
    result: dict[str, Any] = {"feed": pair.name, "load_average_before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as folder, Nigiri(nigiri_python, pair) as nigiri:
        kommit = Kommit(pair, spec, Path(folder) / "image")
        result["nigiri_loaded"] = nigiri.loaded
        for key, cases in kommit.cases.items():
            answers = [engine.answer(key, 0, len(cases)) for engine in (kommit, nigiri)]
            with noise(nigiri.pid) as seen:
                times = race(kommit, nigiri, key, len(cases), rounds, size)
            result[key] = {
                "kommit": times[0].summary(),
                "nigiri": times[1].summary(),
                "ratio": ratios(*times),
                "answers": compare(cases, *answers),
                "other_cores_busy": seen.other_cores,
            }
    return result


def install(folder: Path) -> Path:
    """Return the Python of a virtual environment that has pynigiri, made where it is missing."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", PYNIGIRI], check=True)
    return python


def table_of(results: Sequence[dict[str, Any]]) -> Table:
    """Return the figures as a table, ratios first."""
    table = Table(title="kommit / nigiri, one thread, all legs (milliseconds)")
    for name in ("feed", "query"):
        table.add_column(name)
    for name in ("ratio median", "rounds", "ratio p95", "kommit", "nigiri", "differ", "others"):
        table.add_column(name, justify="right")
    for result in results:
        for key in WINDOWS_S:
            table.add_row(result["feed"], key, *_cells(result[key]))
    return table


def _cells(of_kind: dict[str, Any]) -> tuple[str, ...]:
    ratio, ours, theirs = (of_kind[name] for name in ("ratio", "kommit", "nigiri"))
    return (
        f"{ratio['median']:.3f}",
        f"{ratio['median_best_round']:.3f}-{ratio['median_worst_round']:.3f}",
        f"{ratio['p95']:.3f}",
        *(f"{each['median_ms']:.3f} / {each['p95_ms']:.3f}" for each in (ours, theirs)),
        f"{of_kind['answers']['engines_differ']} of {of_kind['answers']['queries']}",
        f"{of_kind['other_cores_busy']:.2f}",
    )


def _criteria(case: Case, journeys: list[TransitJourney]) -> list[Criteria]:
    return [case.criteria(journey) for journey in journeys]


def _legs(found: list[list[TransitJourney]]) -> int:
    return sum(len(journey.legs) for journeys in found for journey in journeys)


def _differing(some: Sequence[list[Criteria]], others: Sequence[list[Criteria]]) -> int:
    return sum(one != other for one, other in zip(some, others, strict=True))


def main() -> None:
    """Run the race as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    peer = parser.add_mutually_exclusive_group(required=True)
    peer.add_argument("--nigiri-python", type=Path, help=f"a Python that has {PYNIGIRI}")
    peer.add_argument("--install-nigiri", type=Path, metavar="FOLDER", help="a venv to make")
    parser.add_argument("--feeds", nargs="+", choices=PAIRS, default=list(PAIRS))
    parser.add_argument("--gtfs", type=Path, help="another feed's zip file")
    parser.add_argument("--oracle", type=Path, help="its oracle")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--block", type=int, default=25, help="queries in a turn")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--out", type=Path, help="write the figures as JSON, too")
    asked = parser.parse_args()

    pairs = pairs_asked(asked.gtfs, asked.oracle, asked.feeds)
    python = asked.nigiri_python or install(asked.install_nigiri)
    warm_up(lambda text: print(text, file=sys.stderr))
    os.sched_setaffinity(0, {asked.core})  # the peer inherits it
    on = machine()
    results = [bench(pair, python, asked.rounds, asked.block) for pair in pairs]
    Console(width=140).print(table_of(results))
    if asked.out:
        report = {"machine": on, "peer": PYNIGIRI, "rounds": asked.rounds, "feeds": results}
        asked.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
