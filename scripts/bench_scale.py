"""Measure how time and memory grow with the feed, from a county to four times Berlin-Brandenburg.

    python scripts/bench_scale.py [--feeds Heidelberg Münster VBB VBBx4] [--folder FOLDER]
        [--out RESULT.json]

For every feed, each in a fresh process: the image is built (seconds, peak memory), then three
processes map it, one after the other, and answer the oracle's queries. Resident memory is that
of the first one while it is alone, after its imports, after mapping the image, after questions
by departure, and after questions by arrival, which need the day's mirror. Proportional memory
(PSS: a page that n processes share counts 1/n in each) is read while all three are alive. ``VBBx4``
is made by ``replicate_feed.py``; its queries stay within the first copy.

Memory is ``VmHWM``, ``VmRSS`` and ``smaps_rollup`` of ``/proc``, in megabytes of 10^6 bytes;
``ru_maxrss`` would give a child the peak of the parent that started it.
"""

import argparse
import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import numpy as np
from bench_support import PAIRS, Pair, machine, noise, pairs_asked, percentiles
from bench_transit import SCOPE, WINDOWS_S, read_cases
from replicate_feed import replicate
from rich.console import Console
from rich.table import Table

from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image
from routing.query import TimeKind
from routing.transit.dayview import DayView
from routing.transit.search import TransitQuery, TransitSearch
from routing.transit.warm import warm_up

SPAWN = multiprocessing.get_context("spawn")
COPIES = 4
READERS = 3
REPLICATED = f"VBBx{COPIES}"


def status_mb(name: str) -> float:
    """Return a size of this process, such as ``VmRSS``."""
    return _field_mb(Path("/proc/self/status"), name)


def pss_mb(pid: int, name: str = "Pss") -> float:
    """Return the proportional memory of a process: ``Pss``, ``Pss_Anon`` or ``Pss_File``."""
    return _field_mb(Path(f"/proc/{pid}/smaps_rollup"), name)


def _field_mb(path: Path, name: str) -> float:
    lines = path.read_text("utf-8").splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith(f"{name}:"))
    return int(kilobytes) * 1024 / 1e6


def build(pipe: Connection, gtfs: Path, folder: Path) -> None:
    """Build the image and report its cost; runs in a process of its own."""
    before = status_mb("VmRSS")
    begin = time.perf_counter()
    with noise() as seen:
        feed = FeedInput(SCOPE, gtfs)
        report = build_image([feed], None, folder, station_transfers=False)
    pipe.send(
        {
            "build_s": time.perf_counter() - begin,
            "build_steps_s": report.seconds,
            "imports_mb": before,
            "build_peak_mb": status_mb("VmHWM"),
            "build_other_cores": seen.other_cores,
            "counts": report.counts,
        }
    )


def read(pipe: Connection, folder: Path, oracle: Path) -> None:
    """Map the image, answer queries, report, and stay until told to go; runs by itself."""
    result: dict[str, Any] = {}
    warm_up()
    result["rss_imports_mb"] = status_mb("VmRSS")
    begin = time.perf_counter()
    image = load_image(folder)
    result["load_ms"] = (time.perf_counter() - begin) * 1e3
    result["rss_loaded_mb"] = status_mb("VmRSS")
    spec = json.loads(oracle.read_text("utf-8"))
    queries = {key: [case.query for case in read_cases(image, spec, key)] for key in WINDOWS_S}

    begin = time.perf_counter()
    search = TransitSearch(image.timetable, bounds=image.bounds)
    result["frame_s"] = time.perf_counter() - begin
    view = _view_of(search, queries["eat"][0], result)
    for key, asked in queries.items():
        result[key] = percentiles(answer_all(search, asked))
    result["rss_departures_mb"] = status_mb("VmRSS")

    begin = time.perf_counter()
    mirrored = view.mirrored
    result["mirror_s"] = time.perf_counter() - begin
    result["mirror_mb"] = _megabytes(mirrored.lanes)
    answer_all(search, [replace(query, kind=TimeKind.ARRIVE) for query in queries["eat"]])
    result["rss_arrivals_mb"] = status_mb("VmRSS")
    pipe.send(result)
    with suppress(EOFError):
        pipe.recv()


def _view_of(search: TransitSearch, query: TransitQuery, result: dict[str, Any]) -> DayView:
    """Build the view that answers a query; note its size and what it took."""
    begin = time.perf_counter()
    view = search.views.covering(query.time, query.time + query.window_s + query.max_duration_s)
    result["view_s"] = time.perf_counter() - begin
    lanes, work = view.forward.lanes, view.forward.pool.take()
    view.forward.pool.give(work)
    result["view_events"] = int(lanes.departures.size)
    result["view_lanes"] = int(lanes.slot_ptr.size - 1)
    result["view_mb"] = _megabytes(lanes)
    result["workspace_mb"] = _megabytes(work)
    return view


def _megabytes(arrays: Iterable[np.ndarray[Any, Any]]) -> float:
    return sum(array.nbytes for array in arrays) / 1e6


def answer_all(search: TransitSearch, queries: Sequence[TransitQuery]) -> list[float]:
    """Answer every query; return milliseconds."""
    times = []
    for query in queries:
        begin = time.perf_counter()
        search.search(query)
        times.append((time.perf_counter() - begin) * 1e3)
    return times


@contextmanager
def child(function: Callable[..., None], *args: object) -> Iterator[tuple[SpawnProcess, Any]]:
    """Run a function in a new process; yield it with its first report, let it go at the end."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=function, args=(theirs, *args))
    process.start()
    theirs.close()
    try:
        yield process, ours.recv()
    except EOFError:
        raise SystemExit(f"{function.__name__} ended early; its message stands above.") from None
    finally:
        ours.close()  # whoever waits for a word gets the end of the line, and goes
        process.join()


def bench(pair: Pair, folder: Path) -> dict[str, Any]:
    """Build and read one feed's image."""
    image = folder / f"image-{pair.name}"
    with child(build, pair.gtfs, image) as (_, result):
        result["feed"] = pair.name
    sizes = [file.stat().st_size for file in image.rglob("*") if file.is_file()]
    result["image_mb"] = sum(sizes) / 1e6
    result["image_bytes_per_event"] = sum(sizes) / result["counts"]["events"]
    with ExitStack() as readers:
        reports = [readers.enter_context(child(read, image, pair.oracle)) for _ in range(READERS)]
        result["reader"] = reports[0][1]
        pids = [process.pid for process, _ in reports]
        for name in ("Pss", "Pss_Anon", "Pss_File"):
            result[f"{name.lower()}_mb"] = [pss_mb(pid, name) for pid in pids if pid]
    return result


def pairs_for(names: Sequence[str], folder: Path) -> Iterator[Pair]:
    """Yield the pairs by name, the replicated one made when its turn comes."""
    for name in names:
        (pair,) = pairs_asked(None, None, [name.removesuffix(f"x{COPIES}")])
        if name == REPLICATED:
            large = folder / f"{name}.zip"
            replicate(pair.gtfs, large, COPIES)
            pair = Pair(name, large, pair.oracle)
        yield pair


FIGURES: dict[str, Callable[[dict[str, Any]], str]] = {
    "stops": lambda of: f"{of['counts']['stops']:,}",
    "trips": lambda of: f"{of['counts']['trips']:,}",
    "stop events": lambda of: f"{of['counts']['events']:,}",
    "build s": lambda of: f"{of['build_s']:.1f}",
    "build peak MB": lambda of: f"{of['build_peak_mb']:,.0f}",
    "image MB": lambda of: f"{of['image_mb']:,.1f}",
    "image bytes an event": lambda of: f"{of['image_bytes_per_event']:.1f}",
    "load ms": lambda of: f"{of['reader']['load_ms']:.1f}",
    "view events": lambda of: f"{of['reader']['view_events']:,}",
    "frame + view s": lambda of: f"{of['reader']['frame_s'] + of['reader']['view_s']:.2f}",
    "mirror s": lambda of: f"{of['reader']['mirror_s']:.2f}",
    "view, mirror MB": lambda of: f"{of['reader']['view_mb']:.1f}, {of['reader']['mirror_mb']:.1f}",
    "workspace MB": lambda of: f"{of['reader']['workspace_mb']:.1f}",
    "RSS: imports": lambda of: f"{of['reader']['rss_imports_mb']:,.0f}",
    "RSS: image mapped": lambda of: f"{of['reader']['rss_loaded_mb']:,.0f}",
    "RSS: departures asked": lambda of: f"{of['reader']['rss_departures_mb']:,.0f}",
    "RSS: arrivals, too": lambda of: f"{of['reader']['rss_arrivals_mb']:,.0f}",
    f"PSS of {READERS} processes": lambda of: " ".join(f"{mb:,.0f}" for mb in of["pss_mb"]),
    "of it files": lambda of: " ".join(f"{mb:,.0f}" for mb in of["pss_file_mb"]),
    "earliest arrival p50/p95 ms": lambda of: _times(of["reader"]["eat"]),
    "120-min profile p50/p95 ms": lambda of: _times(of["reader"]["range120"]),
}


def _times(of_kind: dict[str, float]) -> str:
    return f"{of_kind['median_ms']:.2f} / {of_kind['p95_ms']:.2f}"


def table_of(results: Sequence[dict[str, Any]]) -> Table:
    """Return the figures as a table, a column a feed."""
    table = Table("", *(result["feed"] for result in results))
    for name, figure in FIGURES.items():
        table.add_row(name, *map(figure, results))
    return table


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = (*PAIRS, REPLICATED)
    parser.add_argument("--feeds", nargs="+", choices=names, default=names)
    parser.add_argument("--folder", type=Path, help="where images go; default: a temporary one")
    parser.add_argument("--out", type=Path, help="write the figures as JSON, too")
    asked = parser.parse_args()

    warm_up(print)
    on = machine()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        results = [bench(pair, Path(folder)) for pair in pairs_for(asked.feeds, Path(folder))]
    Console(width=120).print(table_of(results))
    if asked.out:
        report = {"machine": on, "feeds": results}
        asked.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
