"""C02: searches at the same time do not disturb each other, and share the views they need."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from routing.transit.dayview import DayViews
from routing.transit.search import TransitSearch
from tests.routing.transit.random_networks import random_network, random_query
from tests.support.timetables import compile_network, network


@pytest.mark.parametrize("seed", range(5))
def test_many_threads_answer_as_one(seed: int) -> None:
    random = Random(seed)
    tight = random_network(random)
    timetable = compile_network(tight)
    asked = [random_query(random, tight) for _ in range(60)]
    alone = TransitSearch(timetable)
    expected = [alone.search(query) for query in asked]
    shared = TransitSearch(timetable, DayViews(timetable, capacity=2))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(shared.search, asked * 5)) == expected * 5


def test_a_view_is_built_once_and_the_oldest_forgotten() -> None:
    views = DayViews(network("A B\n8:00 8:10").timetable, capacity=2)
    first = views.of_days(0, 1)
    assert views.of_days(0, 1) is first
    views.of_days(1, 1)
    assert views.of_days(0, 1) is first, "used again, so kept"
    views.of_days(2, 1)
    assert views.of_days(0, 1) is first
    second = views.of_days(1, 1)
    assert views.of_days(1, 1) is second, "forgotten and built anew"


def test_a_view_covers_whole_days_before_and_after_the_timetable() -> None:
    tiny = network("A B\n8:00 8:10")
    start, end = int(tiny.timetable.day_epoch[0, 0]), int(tiny.timetable.day_epoch[0, -1])
    views = DayViews(tiny.timetable)
    for second in (start - 90_000, start - 1, start, end + 86_399, end + 400_000):
        view = views.covering(second, second + 100_000)
        assert view.start <= second < view.start + 86_400
        assert view.end > second + 100_000
