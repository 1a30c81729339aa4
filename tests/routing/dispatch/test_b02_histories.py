"""Random histories: promises move only with a vehicle that failed, and only by as much as it did."""

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.dispatch.board import Board
from routing.dispatch.model import Request, Vehicle
from tests.routing.dispatch.towns import Town

seeds = st.integers(0, 2**32)
steps = st.lists(
    st.sampled_from(["request", "request", "request", "cancel", "improve", "delay", "breakdown"]),
    min_size=4,
    max_size=14,
)


class History:
    """A board as the day goes on, and by how much each request may be late."""

    def __init__(self, seed: int) -> None:
        self.town = Town(seed)
        self.board = self.town.board(3, 5)
        self.fleet: list[Vehicle] = self.town.fleet
        self.allowed: dict[int, int] = {}

    def again(self) -> None:
        """Compile the board anew, as the next process does, from what is promised."""
        before = self.board
        self.board = Board(
            self.town.drive, self.town.metres, self.fleet, before.requests, before.plans
        )

    def request(self) -> None:
        asked = self.town.request()
        for found in self.board.best(asked):
            self.board = self.board.with_request(asked, found)

    def cancel(self) -> None:
        if self.board.requests:
            self.board = self.board.without(self.town.draw.randrange(len(self.board.requests)))

    def improve(self) -> None:
        self.board = self.board.improved(rounds=20)

    def delay(self) -> None:
        """A vehicle stands for a while: who is in its plan may be late from now on."""
        number = self.town.draw.randrange(3)
        vehicle = self.fleet[number]
        self.fleet[number] = vehicle._replace(ready=vehicle.ready + self.town.draw.randint(0, 2500))
        self.again()
        mine = {task.request for task in self.board.plans[number]}
        for request, seconds in self.board.late():
            if request in mine:
                self.allowed[request] = max(seconds, self.allowed.get(request, 0))

    def breakdown(self) -> None:
        """A vehicle serves nobody any more; its riders go to others, or are told that none can."""
        number = self.town.draw.randrange(3)
        riders = sorted({task.request for task in self.board.plans[number]})
        for request in riders:
            self.board = self.board.without(request)
        self.fleet[number] = self.fleet[number]._replace(capacity=(0, 0, 0, 0))
        self.again()
        self.board = self.board.planned(riders, rounds=20)

    def check(self) -> None:
        late = lateness(self.board)
        assert all(by <= self.allowed.get(request, 0) for request, by in late.items())


def lateness(board: Board) -> dict[int, int]:
    """By how much the schedules of a board are later than was promised, measured from outside."""
    late: dict[int, int] = {}
    for number, plan in enumerate(board.plans):
        times = board.schedule(number)
        boarded = {}
        for task, begin, end in zip(plan, times.begin.tolist(), times.end.tolist(), strict=True):
            asked: Request = board.requests[task.request]
            by = begin - (asked.drop_off_until if task.is_drop_off else asked.pickup_until)
            if task.is_drop_off and task.request in boarded:
                by = max(by, begin - boarded[task.request] - asked.max_ride)
            boarded[task.request] = end
            if by > 0:
                late[task.request] = max(by, late.get(task.request, 0))
    return late


@given(seeds, steps)
@settings(max_examples=50, deadline=None)
def test_promises_move_only_with_a_vehicle_that_failed(seed, history) -> None:
    day = History(seed)
    for step in history:
        getattr(day, step)()
        day.check()


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_late_names_who_and_by_how_much(seed) -> None:
    day = History(seed)
    day.delay()
    assert dict(day.board.late()) == lateness(day.board)


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_new_riders_make_nobody_later_who_is_late_already(seed) -> None:
    day = History(seed)
    day.delay()
    before = lateness(day.board)
    for _ in range(6):
        day.request()
    after = lateness(day.board)
    assert all(by <= before.get(request, 0) for request, by in after.items())


def test_the_draws_hold_vehicles_that_fail() -> None:
    days = [History(seed) for seed in range(20)]
    for day in days:
        day.delay()
    assert sum(bool(day.board.late()) for day in days) >= 3
