"""E03: while overlays are swapped, every answer is that of one of them, never of a mixture."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event

import pytest

from routing.realtime.overlay import OverlaidViews, Overlay
from routing.transit.search import TransitSearch
from tests.routing.realtime.random_runs import random_runs
from tests.routing.transit.random_networks import random_network, random_query
from tests.support.timetables import compile_network


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_answers_are_those_of_one_overlay(seed: int) -> None:
    random = Random(seed)
    network = random_network(random)
    search = TransitSearch(compile_network(network))
    base, timetable = search.views, search.views.frame.timetable
    overlays = [Overlay(base.frame, random_runs(random, network)) for _ in range(4)]
    queries = [random_query(random, network) for _ in range(40)]
    each = [TransitSearch(timetable, OverlaidViews(base, overlay)) for overlay in overlays]
    allowed = [[one.search(query) for one in each] for query in queries]
    assert any(answers.count(answers[0]) < len(answers) for answers in allowed), "they differ"
    done = Event()

    def swap() -> int:
        n_swaps = 0
        while not done.is_set():
            overlay = overlays[n_swaps % len(overlays)]
            search.views = OverlaidViews(base, overlay).prepare()
            n_swaps += 1
        return n_swaps

    search.views = each[0].views
    with ThreadPoolExecutor(4) as pool:
        swapping = pool.submit(swap)
        rounds = [list(pool.map(search.search, queries)) for _ in range(10)]
        done.set()
        assert swapping.result() > 4
    for answers in rounds:
        for query, answer, fine in zip(queries, answers, allowed, strict=True):
            assert answer in fine, query
