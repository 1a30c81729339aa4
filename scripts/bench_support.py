"""What the benchmarks share: the pairs of feed and oracle, percentiles, and how quiet it was."""

import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("KOMMIT_SHARED", ROOT.parent / "shared")) / "data"
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
BUSY = (0, 1, 2, 5, 6)
"""Columns of ``/proc/stat`` in which a core works: user, nice, system, irq, softirq."""
STEAL = 7


class Pair(NamedTuple):
    """A feed with the oracle of its queries."""

    name: str
    gtfs: Path
    oracle: Path


PAIRS = {
    name: Pair(name, DATA / "gtfs" / gtfs, DATA / "oracle" / oracle)
    for name, gtfs, oracle in (
        ("Heidelberg", "vrn_heidelberg_cut_norm.zip", "oracle_vrn_heidelberg_2022.json"),
        ("Münster", "stadtwerke_muenster_2023_norm.zip", "oracle_muenster_2023.json"),
        ("VBB", "vbb_2021_norm.zip", "oracle_vbb_2021.json"),
    )
}


def pairs_asked(gtfs: Path | None, oracle: Path | None, names: Sequence[str]) -> list[Pair]:
    """Return the one pair given by its files, else those of ``names`` from the shared data.

    Raises
    ------
    SystemExit
        If a file is missing, with a sentence that says which.
    """
    if (gtfs is None) != (oracle is None):
        raise SystemExit("--gtfs and --oracle belong together: give both or none.")
    pairs = [Pair(gtfs.stem, gtfs, oracle)] if gtfs and oracle else [PAIRS[name] for name in names]
    for path in (path for pair in pairs for path in pair[1:]):
        if not path.is_file():
            raise SystemExit(f"There is no file {path}: set KOMMIT_SHARED, or give other files.")
    return pairs


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile, by the rule of ``bench_transit.py``."""
    return sorted(values)[int(0.95 * len(values))]


def percentiles(times_ms: Sequence[float]) -> dict[str, float]:
    """Return median, 95th percentile and mean."""
    return {
        "median_ms": statistics.median(times_ms),
        "p95_ms": p95(times_ms),
        "mean_ms": statistics.mean(times_ms),
    }


def machine() -> dict[str, Any]:
    """Return what the figures were measured on, and when."""
    return {
        "date": time.strftime("%Y-%m-%d %H:%M"),
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def cpu_model() -> str:
    """Return the name of the processor."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "?")


class Noise:
    """How many cores others kept busy meanwhile; filled in at the end of ``noise()``."""

    wall_s: float = 0.0
    own_cores: float = 0.0
    other_cores: float = 0.0
    """Cores kept busy by other processes of this machine, and by its host (steal)."""


@contextmanager
def noise(*others_of_ours: int) -> Iterator[Noise]:
    """Watch the machine during a block; processes named by id count as our own."""
    pids = (os.getpid(), *others_of_ours)
    seen = Noise()
    begin, busy, own = time.perf_counter(), _busy_s(), sum(map(_cpu_s, pids))
    yield seen
    seen.wall_s = time.perf_counter() - begin
    seen.own_cores = (sum(map(_cpu_s, pids)) - own) / seen.wall_s
    seen.other_cores = max(0.0, (_busy_s() - busy) / seen.wall_s - seen.own_cores)


def _busy_s() -> float:
    ticks = [int(part) for part in Path("/proc/stat").read_text("utf-8").split("\n")[0].split()[1:]]
    return TICK_S * sum(ticks[column] for column in (*BUSY, STEAL))


def _cpu_s(pid: int) -> float:
    """Return the processor time of a process with all its threads."""
    after_name = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return TICK_S * (int(after_name[11]) + int(after_name[12]))
