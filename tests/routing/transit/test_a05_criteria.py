"""A05: what else counts than time: price, walking, CO2 and changes that are not tight."""

import numpy as np
import pytest

from routing.realtime.overlay import OverlaidViews, Overlay, Run
from routing.timetable import NONE
from routing.transit.criteria import Slack, Weighing
from routing.transit.criteria_costs import Criterion, RideCosts
from routing.transit.criteria_search import CriteriaSearch
from tests.support.timetables import TODAY_INDEX, TinyNetwork, network

PRICE, WALKING, CO2, RELIABILITY = Criterion
NETWORK = network(
    """
    Bus
    A      B      C
    8:00   8:20   8:45

    Rail
    A      C
    8:00   8:35
    9:30   10:05

    Tram
    B      D
    8:21   8:31
    8:24   8:34
    8:30   8:40

    C ~ 5m ~ D
    """
)


def costs(tiny: TinyNetwork, **of_route: tuple[int, int]) -> RideCosts:
    """Return price of boarding, and grams a kilometre, by the route's name."""
    figures = np.array([of_route.get(name, (0, 0)) for name in tiny.routes], dtype=np.int32)
    none = np.zeros(len(figures), dtype=np.int32)
    return RideCosts(figures[:, 0].copy(), none, figures[:, 1].copy())


def ask(
    text: str, *criteria: Criterion, slack: Slack | None = None, **of_route: tuple[int, int]
) -> list[str]:
    search = CriteriaSearch(NETWORK.timetable, costs=costs(NETWORK, **of_route))
    weighing = Weighing(criteria, dict.fromkeys(criteria, 1), slack or Slack())
    return [
        f"{NETWORK.line(found.journey)}: {', '.join(map(str, found.costs.values()))}"
        for found in search.weigh(NETWORK.query(text), weighing)
    ]


def test_a_cheaper_journey_may_take_longer() -> None:
    found = ask("A 8:00 -> C", PRICE, Bus=(200, 0), Rail=(500, 0))
    assert found == ["A 8:00 Rail 8:35 C: 500", "A 8:00 Bus 8:45 C: 200"]


def test_but_not_longer_than_the_slack() -> None:
    close = Slack(least_s=540, percent=25)
    assert ask("A 8:00 -> C", PRICE, slack=close, Bus=(200, 0), Rail=(500, 0)) == [
        "A 8:00 Rail 8:35 C: 500"
    ]
    in_percent = Slack(least_s=0, percent=30)
    assert len(ask("A 8:00 -> C", PRICE, slack=in_percent, Bus=(200, 0), Rail=(500, 0))) == 2


def test_what_is_slower_and_dearer_is_left_out() -> None:
    assert ask("A 8:00 -> C", PRICE, Bus=(600, 0), Rail=(500, 0)) == ["A 8:00 Rail 8:35 C: 500"]


def test_grams_count_by_the_kilometre() -> None:
    bus, rail = (
        line.split(": ") for line in sorted(ask("A 8:00 -> C", CO2, Bus=(0, 10), Rail=(0, 90)))
    )
    assert bus[0] == "A 8:00 Bus 8:45 C"
    assert 0 < 5 * int(bus[1]) < int(rail[1])


def test_less_walking() -> None:
    assert ask("A 8:00 -> C+5m/D", WALKING) == [
        "A 8:00 Bus 8:20 B 8:21 Tram 8:31 D: 0",
        "A 8:00 Rail 8:35 C: 300",
    ]


def test_changes_that_are_not_tight() -> None:
    everything = Slack(least_s=1200)
    assert ask("A 8:00 -> D", RELIABILITY, slack=everything) == [
        "A 8:00 Bus 8:20 B 8:21 Tram 8:31 D: 2",
        "A 8:00 Bus 8:20 B 8:24 Tram 8:34 D: 1",
        "A 8:00 Bus 8:20 B 8:30 Tram 8:40 D: 0",
    ]
    assert ask("A -> D 8:45", RELIABILITY, slack=everything) == [
        "A 8:00 Bus 8:20 B 8:30 Tram 8:40 D: 0"
    ]


def test_a_window_has_what_is_near_each_of_its_journeys() -> None:
    assert ask("A 7:00-10:00 -> C", PRICE, Bus=(200, 0), Rail=(500, 0)) == [
        "A 8:00 Rail 8:35 C: 500",
        "A 8:00 Bus 8:45 C: 200",
        "A 9:30 Rail 10:05 C: 500",
    ]


def test_three_criteria_at_once() -> None:
    found = ask(
        "A 8:00 -> D", PRICE, WALKING, RELIABILITY, Bus=(200, 0), Rail=(100, 0), Tram=(50, 0)
    )
    assert found == [
        "A 8:00 Bus 8:20 B 8:21 Tram 8:31 D: 250, 0, 2",
        "A 8:00 Bus 8:20 B 8:24 Tram 8:34 D: 250, 0, 1",
        "A 8:00 Bus 8:20 B 8:30 Tram 8:40 D: 250, 0, 0",
    ]


def test_what_comes_too_late_for_the_plain_search_may_be_cheaper() -> None:
    """From B nobody can be at D before the train, so that the plain search does not go there."""
    tiny = network(
        """
        Bus
        A      X
        8:00   8:02

        Line
        X      B
        8:12   8:20

        Rail
        A      D
        8:00   8:25

        Tram
        B      D
        8:21   8:31
        """
    )
    search = CriteriaSearch(tiny.timetable, costs=costs(tiny, Bus=(100, 0), Rail=(500, 0)))
    weighing = Weighing((PRICE,), slack=Slack(rides=2))
    assert [
        tiny.line(each.journey) for each in search.weigh(tiny.query("A 8:00 -> D"), weighing)
    ] == [
        "A 8:00 Rail 8:25 D",
        "A 8:00 Bus 8:02 X 8:12 Line 8:20 B 8:21 Tram 8:31 D",
    ]


def test_losses_of_less_than_a_quantum_do_not_add_up() -> None:
    """At B, 0.99 and nothing are the same but for a minute, and so are 1.99 and 1.00 at C."""
    tiny = network(
        """
        Swift
        A      B
        8:00   8:10

        Cheap
        A      B
        8:00   8:11

        Rapid
        B      C
        8:20   8:30

        Tardy
        B      C
        8:20   8:31
        """
    )
    prices = costs(tiny, Swift=(99, 0), Cheap=(0, 0), Rapid=(100, 0), Tardy=(1, 0))
    search = CriteriaSearch(tiny.timetable, costs=prices)
    found = search.weigh(tiny.query("A 8:00 -> C"), Weighing((PRICE,), {PRICE: 100}))
    assert min(each.costs[PRICE] for each in found) < 1 + 100
    assert min(each.journey.arrival for each in found) == tiny.midnight + 8 * 3600 + 30 * 60


@pytest.mark.parametrize("criteria", [(), (PRICE, PRICE), tuple(Criterion)])
def test_no_more_than_three_criteria(criteria: tuple[Criterion, ...]) -> None:
    with pytest.raises(ValueError, match="one to 3 different criteria"):
        Weighing(criteria)


def test_costs_are_checked() -> None:
    right = costs(NETWORK)
    with pytest.raises(ValueError, match="minor_per_km needs 3 figures"):
        CriteriaSearch(NETWORK.timetable, costs=right._replace(minor_per_km=right[1][:2]))
    with pytest.raises(ValueError, match="grams_per_km must be 0 to 100000"):
        CriteriaSearch(NETWORK.timetable, costs=right._replace(grams_per_km=right[2] - 1))


def test_realtime_counts() -> None:
    """The bus is cancelled, and another of its route runs ten minutes later, without a stop."""
    search = CriteriaSearch(NETWORK.timetable, costs=costs(NETWORK, Bus=(200, 0), Rail=(500, 0)))
    weighing = Weighing((PRICE,), {PRICE: 1})
    stops = [NETWORK.stops.index(name) for name in "AC"]
    extra = Run(NONE, TODAY_INDEX, stops, [29400, 31200], [29400, 31200], [0, 0], route=0)
    overlay = Overlay(search.views.frame, [Run.cancelled(0, TODAY_INDEX), extra])
    search.views = OverlaidViews(search.views, overlay)
    found = search.weigh(NETWORK.query("A 8:00 -> C"), weighing)
    assert [each.costs[PRICE] for each in found] == [500, 200]
    assert found[1].journey.departure == NETWORK.midnight + 29400
