"""Improving plans: never dearer, nobody left behind, every window kept, the same by the same seed."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.dispatch.board import Board
from routing.dispatch.model import Task
from tests.routing.dispatch import reference
from tests.routing.dispatch.towns import Town

seeds = st.integers(0, 2**32)


def served(board: Board) -> Counter[Task]:
    return Counter(task for plan in board.plans for task in plan)


def check(drawn: Town, board: Board) -> None:
    """Every plan can be driven, by the slow twin, and costs are what they are said to be."""
    town = reference.Town(drawn.drive, drawn.metres, board.requests)
    costs = [reference.cost(town, *pair) for pair in zip(drawn.fleet, board.plans, strict=True)]
    assert None not in costs
    assert board.cost == sum(cost or 0 for cost in costs)


@given(seeds, st.integers(0, 1))
@settings(max_examples=25, deadline=None)
def test_plans_are_no_dearer_and_serve_the_same(seed, rests) -> None:
    drawn = Town(seed)
    board = drawn.board(3, 12 if not rests else 6, rests=rests)
    better = board.improved(rounds=60, seed=seed)
    assert better.cost <= board.cost
    assert served(better) == served(board)
    check(drawn, better)


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_the_same_seed_gives_the_same_plans(seed) -> None:
    board = Town(seed).board(3, 12)
    assert board.improved(rounds=80, seed=7).plans == board.improved(rounds=80, seed=7).plans


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_who_waits_for_a_plan_is_put_into_one_where_there_is_room(seed) -> None:
    drawn = Town(seed)
    board = drawn.board(3, 12)
    pending = list(range(0, len(board.requests), 2))
    without = board
    for request in pending:
        without = without.without(request)
    again = without.planned(pending, rounds=100, seed=1)
    assert not served(without) - served(again), "who is in a plan stays in one"
    assert served(again) <= served(board), "nobody is served twice"
    check(drawn, again)


def test_a_search_finds_what_greedy_insertion_missed() -> None:
    boards = [Town(seed).board(3, 14) for seed in range(12)]
    better = [board.improved(rounds=200).cost < board.cost for board in boards]
    assert sum(better) >= 4


def test_a_board_without_anything_stays_as_it_is() -> None:
    drawn = Town(3)
    empty = Board(drawn.drive, drawn.metres, [], [], [])
    idle = drawn.board(2, 0)
    assert empty.improved(rounds=5).plans == ()
    assert idle.improved(rounds=5).plans == ((), ())
    assert idle.improved(seconds=0.01).cost == 0
