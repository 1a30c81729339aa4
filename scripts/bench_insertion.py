"""How fast a request is put into the plans of a fleet, and how good a day gets that way.

``python scripts/bench_insertion.py [--requests 560] [--rounds 300] [--vroom VENV/bin/python]``

All data are made up, the same every time. VROOM, for comparison, plans the whole day with perfect
foresight; it is run by a Python that has ``pyvroom``, and left out where none is given.
"""

import argparse
import json
import random
import statistics
import subprocess
import time
from pathlib import Path
from typing import Final

from bench_insertion_day import CLOSES_S, OPENS_S, Drive, Town, Wish, day, request, town, vehicle
from bench_support import machine, p95

from routing.dispatch.board import Board
from routing.dispatch.model import Vehicle

N_STOPS: Final = 60
"""Planned for each vehicle."""
N_ASKED: Final = 500
PEER: Final = Path(__file__).parent / "peers" / "vroom_day.py"


def main() -> None:
    """Measure, and print."""
    asked = _arguments()
    print(machine())
    for count, target in ((10, 5), (120, 50)):
        _insert(count, target)
    _day(asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--requests", type=int, default=560, help="of the day (560)")
    parser.add_argument("--vehicles", type=int, default=11)
    parser.add_argument("--rounds", type=int, default=300, help="of improving after each (300)")
    parser.add_argument("--vroom", type=Path, help="a Python with pyvroom")
    return parser.parse_args()


def _insert(count: int, target_ms: float) -> None:
    """Time the best insertion of a request into a board of so many vehicles."""
    draw = random.Random(5)
    places = town(draw)
    board = _full(draw, places, count)
    times, feasible, first = [], 0, 0.0
    for k in range(N_ASKED):
        wish = request(draw, places, draw.randint(OPENS_S, CLOSES_S))
        began = time.perf_counter()
        found = board.best(wish)
        times.append(1000 * (time.perf_counter() - began))
        feasible += bool(found)
        first = times[0] if k == 0 else first
    print(
        f"{count} vehicles with {N_STOPS} stops each: p50 {statistics.median(times):.2f} ms, "
        f"p95 {p95(times):.2f} ms (target {target_ms}), max {max(times):.2f} ms, "
        f"first {first:.2f} ms; {feasible} of {N_ASKED} feasible"
    )


def _full(draw: random.Random, places: Town, count: int) -> Board:
    """Return a board on which every vehicle has its stops planned."""
    board = Board(*places, [vehicle(draw) for _ in range(count)], [], [()] * count)
    for _ in range(200 * count):
        wish = request(draw, places, draw.randint(OPENS_S, CLOSES_S))
        sizes = [len(plan) for plan in board.plans]
        if min(sizes) == N_STOPS:
            break
        open_for = [one for one in board.best(wish, most=count) if sizes[one.vehicle] < N_STOPS]
        if open_for:
            board = board.with_request(wish, open_for[0])
    assert all(len(plan) == N_STOPS for plan in board.plans)
    return board


def _day(asked: argparse.Namespace) -> None:
    draw = random.Random(7)
    places = town(draw)
    vehicles = [vehicle(draw) for _ in range(asked.vehicles)]
    wishes = day(draw, places, asked.requests)
    for rounds in (0, asked.rounds):
        _drive(places, list(vehicles), wishes, rounds)
    if asked.vroom is None:
        print("VROOM: left out; give --vroom VENV/bin/python with pyvroom installed")
        return
    done = json.loads(_vroom(asked.vroom, places, vehicles, wishes))
    print(
        f"VROOM, whole day known: {done['served']} of {len(wishes)} served, "
        f"{done['metres'] / 1000:.0f} km, computed in {done['computing_s']:.1f} s"
    )


def _drive(places: Town, vehicles: list[Vehicle], wishes: list[Wish], rounds: int) -> None:
    """Drive the day as requests come in, and print what became of it."""
    drive, began = Drive(places, vehicles, rounds), time.perf_counter()
    for wish in wishes:
        drive.ask(wish)
    drive.finish()
    taken, served = time.perf_counter() - began, len(drive.board.requests)
    name = f"improved {rounds} rounds after each" if rounds else "insertion alone"
    print(
        f"{name}: {served} of {len(wishes)} served, {drive.metres / 1000:.0f} km, "
        f"{drive.metres / 1000 / served:.2f} km a ride, {drive.broken()} promises broken, "
        f"{100 * drive.pooled():.0f} % of rides shared with another group, people's direct km by "
        f"vehicle km {1000 * drive.direct_km() / drive.metres:.2f}, computed in {taken:.1f} s"
    )


def _vroom(python: Path, places: Town, vehicles: list[Vehicle], wishes: list[Wish]) -> str:
    rides = [[*r[:4], r.drop_off_until, r.load[0], r.boarding, r.alighting] for _, r in wishes]
    problem = {
        "seconds": places.drive.tolist(),
        "metres": places.metres.tolist(),
        "vehicles": [[v.place, v.end_place, v.ready, v.end_until, v.capacity[0]] for v in vehicles],
        "rides": rides,
    }
    command = [str(python), str(PEER)]
    run = subprocess.run(
        command, input=json.dumps(problem), capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        raise SystemExit(f"VROOM gave no answer: {run.stderr[-300:]}")
    return run.stdout


if __name__ == "__main__":
    main()
