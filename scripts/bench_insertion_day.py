"""A made-up day of a shuttle of LOOPmünster's size, and how it is driven as requests come in."""

import random
from typing import Final, NamedTuple

import numpy as np

from routing.dispatch.board import Board
from routing.dispatch.model import I32, Request, Task, Vehicle

SIDE_M: Final = 6_325
"""Of a square of 40 km2."""
DETOUR: Final = 1.35
"""Ways on streets are so much longer than the crow flies."""
SPEED_MPS: Final = 8.3
N_PLACES: Final = 300
OPENS_S, CLOSES_S = 6 * 3600, 23 * 3600
WINDOW_S: Final = 900
"""From the first to the last moment of a promised pick-up."""
STANDS_S: Final = 30


class Wish(NamedTuple):
    """A request, and when it is made."""

    at: int
    request: Request


class Town(NamedTuple):
    """Places with the ways between them."""

    drive: I32
    metres: I32


def town(draw: random.Random) -> Town:
    """Return 300 stops, half of them near one of three centres."""
    centres = [[draw.uniform(0, SIDE_M) for _ in range(2)] for _ in range(3)]
    xy = np.array([_place(draw, draw.choice(centres)) for _ in range(N_PLACES)])
    metres = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) * DETOUR
    return Town(np.ceil(metres / SPEED_MPS).astype(np.int32), np.ceil(metres).astype(np.int32))


def _place(draw: random.Random, centre: list[float]) -> list[float]:
    if draw.random() < 0.5:
        return [draw.uniform(0, SIDE_M) for _ in range(2)]
    return [min(max(draw.gauss(x, 700), 0.0), SIDE_M) for x in centre]


def request(draw: random.Random, places: Town, begin: int) -> Request:
    """Return a request of one to four people from some moment on."""
    while True:
        pickup, drop_off = draw.sample(range(N_PLACES), 2)
        direct = int(places.drive[pickup, drop_off])
        if places.metres[pickup, drop_off] > 800:
            break
    ride = int(1.5 * direct) + 300
    people = draw.choices([1, 2, 3, 4], [70, 20, 6, 4])[0]
    until = begin + WINDOW_S
    end = until + STANDS_S + ride
    return Request(
        pickup, drop_off, begin, until, 0, end, ride, (people, 0, 0, 0), STANDS_S, STANDS_S
    )


def day(draw: random.Random, places: Town, count: int) -> list[Wish]:
    """Return the requests of a day in the order in which they are made: 2 to 60 minutes ahead."""
    wishes = []
    for _ in range(count):
        peak = draw.choices([8 * 3600, 17 * 3600, 20 * 3600, 0], [30, 35, 15, 20])[0]
        begin = int(draw.gauss(peak, 4500)) if peak else draw.randint(OPENS_S, CLOSES_S)
        begin = min(max(begin, OPENS_S + 900), CLOSES_S - 3600)
        wishes.append(Wish(begin - draw.randint(120, 3600), request(draw, places, begin)))
    return sorted(wishes)


def vehicle(draw: random.Random, until: int = CLOSES_S + 3600) -> Vehicle:
    """Return a vehicle of six seats that begins its day at a depot."""
    depot = draw.randrange(N_PLACES)
    return Vehicle(depot, OPENS_S, depot, until, (6, 0, 0, 0))


class Drive:
    """A day as it is driven: what was done stays done, and who is on board stays on board."""

    def __init__(self, places: Town, vehicles: list[Vehicle], rounds: int) -> None:
        self.places, self.vehicles, self.rounds = places, vehicles, rounds
        self.board = Board(*places, vehicles, [], [()] * len(vehicles))
        self.metres = 0
        self.promised: list[Request] = []
        self.requests: list[Request] = []
        """As promised; who is on board is there before the longest ride ends."""
        self.done: dict[Task, tuple[int, int]] = {}
        """When a task began, and with which vehicle."""

    def ask(self, wish: Wish) -> None:
        """Take a request if any vehicle can, and improve the plans."""
        self.pass_until(wish.at)
        found = self.board.best(wish.request)
        if not found:
            return
        self.promised.append(wish.request)
        self.requests.append(wish.request)
        self.board = self.board.with_request(wish.request, found[0])
        if self.rounds:
            self.board = self.board.improved(rounds=self.rounds, seed=len(self.board.requests))

    def pass_until(self, now: int) -> None:
        """Let vehicles drive until a moment; whoever is on the way to a stop gets there."""
        plans = []
        for number, plan in enumerate(self.board.plans):
            left = self._advanced(number, plan, now)
            plans.append(plan[left:])
        self.board = Board(*self.places, self.vehicles, self.requests, plans)

    def _advanced(self, number: int, plan: tuple[Task, ...], now: int) -> int:
        """Move a vehicle on; return how many tasks it has done."""
        times, place = self.board.schedule(number), self.vehicles[number].place
        ready, done = self.vehicles[number].ready, 0
        for task, begin, end in zip(plan, times.begin.tolist(), times.end.tolist(), strict=True):
            asked = self.board.requests[task.request]
            there = asked.drop_off if task.is_drop_off else asked.pickup
            if begin - int(self.places.drive[place, there]) > now:
                break
            self.metres += int(self.places.metres[place, there])
            place, ready = there, begin
            if begin > now:
                break
            self.done[task] = (begin, number)
            if not task.is_drop_off:
                self._bound_ride(task.request, end)
            ready, done = end, done + 1
        ready = max(ready, min(now, CLOSES_S))
        self.vehicles[number] = self.vehicles[number]._replace(place=place, ready=ready)
        return done

    def _bound_ride(self, number: int, boarded: int) -> None:
        asked = self.requests[number]
        until = min(asked.drop_off_until, boarded + asked.max_ride)
        self.requests[number] = asked._replace(drop_off_until=until)

    def finish(self) -> None:
        """Drive to the end of the day, and home."""
        self.pass_until(CLOSES_S + 7200)
        for one in self.vehicles:
            self.metres += int(self.places.metres[one.place, one.end_place])

    def broken(self) -> int:
        """Return how many promises were not kept, measured by what was driven."""
        broken = 0
        for number, asked in enumerate(self.promised):
            (boards, one), (arrives, other) = (
                self.done[Task(number, end)] for end in (False, True)
            )
            on_time = asked.pickup_from <= boards <= asked.pickup_until
            short = arrives <= asked.drop_off_until and (
                arrives - boards - asked.boarding <= asked.max_ride
            )
            broken += not (on_time and short and one == other)
        return broken

    def pooled(self) -> float:
        """Return the share of rides with another group on board at some moment."""
        rides = [
            (self.done[Task(k, False)], self.done[Task(k, True)][0])
            for k in range(len(self.board.requests))
        ]
        shared = sum(
            any(
                number == other and begin < ends and begins < end
                for ((begins, other), ends) in (*rides[:k], *rides[k + 1 :])
            )
            for k, ((begin, number), end) in enumerate(rides)
        )
        return shared / max(1, len(rides))

    def direct_km(self) -> float:
        """Return how far it is for all people together, each by the shortest way."""
        metres = sum(
            one.load[0] * int(self.places.metres[one.pickup, one.drop_off])
            for one in self.board.requests
        )
        return metres / 1000
