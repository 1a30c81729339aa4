"""Random towns: the best insertion equals that of every position tried with Bellman-Ford."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.routing.dispatch import reference
from tests.routing.dispatch.towns import Town

seeds = st.integers(0, 2**32)


def compare(seed: int, wishes: int, rests: int) -> bool:
    """Compare one more request on each vehicle of a board; say whether any takes it."""
    drawn = Town(seed)
    board = drawn.board(2, wishes, rests=rests)
    request = drawn.request()
    found = {one.vehicle: one.cost for one in board.best(request, most=2)}
    town = reference.Town(drawn.drive, drawn.metres, (*board.requests, request))
    for number, vehicle in enumerate(drawn.fleet):
        plan, row = board.plans[number], len(board.requests)
        assert found.get(number) == reference.added(town, vehicle, plan, row)
    cheapest = min(found.values(), default=None)
    assert [one.cost for one in board.best(request)] == ([] if cheapest is None else [cheapest])
    return bool(found)


@given(seeds, st.integers(0, 8))
@settings(max_examples=60, deadline=None)
def test_the_best_place_is_that_of_all_positions(seed, wishes) -> None:
    compare(seed, wishes, rests=0)


@pytest.mark.parametrize("rests", [1, 2])
@given(seeds, st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_with_rests_of_the_driver_too(rests, seed, wishes) -> None:
    compare(seed, wishes, rests)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_a_boards_cost_is_what_its_insertions_cost(seed) -> None:
    drawn = Town(seed)
    board = drawn.board(2, 6)
    town = reference.Town(drawn.drive, drawn.metres, board.requests)
    costs = [reference.cost(town, *pair) for pair in zip(drawn.fleet, board.plans, strict=True)]
    assert None not in costs
    assert board.cost == sum(cost or 0 for cost in costs)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_boarding_can_begin_as_late_as_was_said_and_no_later(seed) -> None:
    drawn = Town(seed)
    board, request = drawn.board(1, 5), drawn.request()
    for found in board.best(request):
        taken = board.with_request(request, found)
        for later, possible in ((found.pickup_latest, True), (found.pickup_latest + 1, False)):
            asked = request._replace(pickup_from=later)
            town = reference.Town(drawn.drive, drawn.metres, (*board.requests, asked))
            is_open = later <= request.pickup_until
            feasible = reference.cost(town, drawn.fleet[0], taken.plans[0]) is not None
            assert (is_open and feasible) == possible


def test_the_draws_hold_requests_that_fit_and_some_that_do_not() -> None:
    fits = [compare(seed, 5, rests=0) for seed in range(30)]
    assert 5 < sum(fits) < 29
