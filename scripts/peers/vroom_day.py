"""Plan a day of rides with VROOM; run by its own Python: ``VENV/bin/python vroom_day.py``.

Reads ``{"seconds": [[…]], "metres": [[…]], "vehicles": [[place, end, from, until, seats], …],
"rides": [[pickup, drop_off, from, until, drop_off_until, people, boarding, alighting], …]}`` and
answers ``{"served", "metres", "computing_s"}``. Imports nothing of kommit. VROOM knows no longest
ride: its riders may sit as long as the end of their window allows.
"""

import json
import sys
import time
from typing import Any

import numpy as np
import vroom


def main() -> None:
    """Plan, and count."""
    asked = json.load(sys.stdin)
    problem = vroom.Input()
    problem.set_durations_matrix("car", np.array(asked["seconds"], np.uint32))
    problem.set_distances_matrix("car", np.array(asked["metres"], np.uint32))
    for number, (place, end, begin, until, seats) in enumerate(asked["vehicles"], 1):
        problem.add_vehicle(
            vroom.Vehicle(
                number, start=place, end=end, capacity=[seats], time_window=(begin, until)
            )
        )
    for number, ride in enumerate(asked["rides"], 1):
        problem.add_shipment(*shipment(number, ride))
    began = time.perf_counter()
    solution = problem.solve(exploration_level=5, nb_threads=2)
    taken = time.perf_counter() - began
    served = len(asked["rides"]) - len({one.id for one in solution.unassigned})
    metres = int(solution.summary.distance)
    json.dump({"served": served, "metres": metres, "computing_s": taken}, sys.stdout)


def shipment(number: int, ride: list[int]) -> tuple[Any, Any, Any]:
    """Return the two steps of a ride and its load."""
    pickup, drop_off, begin, until, end, people, boarding, alighting = ride
    window = vroom.TimeWindow
    return (
        vroom.ShipmentStep(
            number, pickup, default_service=boarding, time_windows=[window(begin, until)]
        ),
        vroom.ShipmentStep(
            number, drop_off, default_service=alighting, time_windows=[window(begin, end)]
        ),
        vroom.Amount([people]),
    )


if __name__ == "__main__":
    main()
