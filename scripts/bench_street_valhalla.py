"""Installs Valhalla beside kommit, in an environment of its own, and asks it for ways."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from bench_street_peers import Trip
from bench_street_world import Point

WHEEL = "pyvalhalla-weekly"
CACHE = Path.home() / ".cache" / "kommit" / "valhalla"
INSTALL_S = 300
BUILD_S = 600
COSTINGS = {"foot": "pedestrian", "bicycle": "bicycle", "car": "auto"}
ROUTES = Path(__file__).parent / "peers" / "valhalla_routes.py"


class ValhallaError(Exception):
    """Valhalla cannot be asked; the message says why."""


def valhalla_trips(osm: Path, pairs: list[tuple[str, Point, Point]]) -> list[Trip]:
    """Return Valhalla's ways of (mode, origin, goal), where it finds one.

    Raises
    ------
    ValhallaError
        If it cannot be installed, or cannot read the extract.
    """
    python = _installed()
    folder = CACHE / f"tiles-{hashlib.sha256(osm.read_bytes()).hexdigest()[:12]}"
    asked = [
        {"costing": COSTINGS[mode], "from": origin[::-1], "to": goal[::-1]}
        for mode, origin, goal in pairs
    ]
    done = _run([python, ROUTES, osm.resolve(), folder], BUILD_S, json.dumps(asked))
    answers = json.loads(done)
    return [
        Trip(*pair, found["distance_m"], found["duration_s"], tuple(found["streets"]))
        for pair, found in zip(pairs, answers, strict=True)
        if found and found["distance_m"] > 0
    ]


def _installed() -> Path:
    """Return the Python of the environment, which is made where it is not there."""
    python = CACHE / "bin" / "python"
    if not (CACHE / "installed").exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", CACHE], INSTALL_S)
        _run([python, "-m", "pip", "install", "--quiet", WHEEL], INSTALL_S)
        (CACHE / "installed").touch()
    return python


def _run(command: list[str | Path], timeout_s: int, given: str = "") -> str:
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ValhallaError(f"{Path(command[0]).name} did not finish: {error}") from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ValhallaError(f"{' '.join(map(str, command[:4]))} failed: {last}")
    return done.stdout
