"""Small random towns: places on a grid, vehicles, and requests of every kind."""

import random

import numpy as np

from routing.dispatch.board import Board
from routing.dispatch.model import I32, NEVER, Request, Rest, Vehicle

N_PLACES = 12


class Town:
    """Draws its parts from one seed; times are in seconds, and a side of the town takes 600."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        xy = np.array([[self.draw.uniform(0, 600) for _ in range(2)] for _ in range(N_PLACES)])
        apart = np.abs(xy[:, None] - xy[None]).sum(axis=2)
        self.drive: I32 = np.ceil(apart).astype(np.int32)
        self.metres: I32 = np.ceil(apart * 8).astype(np.int32)

    def vehicle(self, *, rests: int = 0) -> Vehicle:
        depot, at = self.draw.randrange(N_PLACES), self.draw.randrange(N_PLACES)
        ready = self.draw.randrange(600)
        duration = self.draw.choice([NEVER, NEVER, 2500, 4000])
        return Vehicle(
            at if rests else depot,
            ready,
            depot,
            ready + self.draw.randint(3000, 9000),
            (self.draw.randint(2, 6), self.draw.randint(0, 1), 1, 2),
            range_m=self.draw.choice([NEVER, NEVER, 20_000]),
            max_duration=duration,
            rests=tuple(self.rest(ready + 1500 * k) for k in range(rests)),
        )

    def rest(self, begin: int) -> Rest:
        begin += self.draw.randrange(1000)
        return Rest(begin, begin + self.draw.randint(0, 900), self.draw.randint(100, 400))

    def request(self) -> Request:
        pickup, drop_off = self.draw.sample(range(N_PLACES), 2)
        direct, begin = int(self.drive[pickup, drop_off]), self.draw.randint(0, 5000)
        ride = int(direct * self.draw.uniform(1.0, 1.8)) + self.draw.randint(0, 200)
        until = begin + self.draw.randint(0, 900)
        boarding = self.draw.choice([0, 30])
        return Request(
            pickup,
            drop_off,
            begin,
            until,
            self.draw.choice([0, 0, begin + ride]),
            until + boarding + self.draw.choice([direct, ride, ride + 600]),
            self.draw.choice([ride, ride, NEVER]),
            (self.draw.randint(0, 3), self.draw.randint(0, 1), 0, self.draw.randint(0, 1)),
            boarding,
            self.draw.choice([0, 20]),
        )

    def board(self, vehicles: int, wishes: int, *, rests: int = 0) -> Board:
        """A board on which each of some wishes was put in where it was best, if anywhere."""
        self.fleet = [self.vehicle(rests=rests) for _ in range(vehicles)]
        board = Board(self.drive, self.metres, self.fleet, [], [[]] * vehicles)
        for _ in range(wishes):
            request = self.request()
            for found in board.best(request):
                board = board.with_request(request, found)
        return board
