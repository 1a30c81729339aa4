"""Compiles the kernels of dispatch, which takes a minute once after an installation."""

import numpy as np

from routing.dispatch.board import Board
from routing.dispatch.model import Request, Rest, Vehicle


def warm_up() -> None:
    """Insert, refuse, schedule and improve once, so that no rider waits for the compiler."""
    tables = np.array([[0, 60], [60, 0]], np.int32)
    places = (1, 0, 0, 0)
    vehicle = Vehicle(0, 0, 0, 7200, (2, 0, 0, 0), rests=(Rest(0, 3600, 60),))
    board = Board(tables, tables, [vehicle], [], [[]])
    request = Request(0, 1, 0, 600, 0, 1200, 600, places, 10, 10)
    for _ in range(3):
        found = board.best(request)
        if not found:
            board.why_not(request)
            break
        board = board.with_request(request, found[0])
    board.schedule(0)
    board.improved(rounds=1)
