"""Which candidates are answered: possible ones, none beaten in everything, and not too many."""

from hypothesis import given
from hypothesis import strategies as st

from routing.choosing import MOST_WITH_VEHICLES, Candidate, chosen, costs_of, possible
from routing.sharing.own import OwnWay
from routing.street.profile import Profile
from routing.transit.search import TransitJourney, TransitRide
from tests.routing.sharing.test_a01_rules import STREET, TWO_STATIONS, WALKER, best, search


def riding(departure: int, arrival: int, rides: int = 1) -> TransitJourney:
    """Return a journey whose rides leave at once and arrive at the end."""
    legs = tuple(TransitRide(n, 0, 0, 1, departure, arrival, 0, 1) for n in range(rides))
    return TransitJourney(departure, arrival, 0, 0, legs)


def on_foot(departure: int, arrival: int, rides: int = 1) -> Candidate:
    return Candidate(departure, arrival, riding(departure, arrival, rides), None, None)


def by_bicycle(departure: int, arrival: int, rides: int = 1, *, ride_s: int = 60) -> Candidate:
    way = OwnWay(Profile.BICYCLE, ride_s)
    return Candidate(departure, arrival, riding(departure, arrival, rides), way, None)


def test_a_rental_that_saves_nothing_is_left_out() -> None:
    way = best(search(TWO_STATIONS, "any_station").ahead(STREET.at("A"), WALKER), "H")
    assert way is not None
    same = Candidate(0, 1000, riding(0, 1000), way, None)
    quicker = Candidate(0, 900, riding(0, 900), way, None)
    assert chosen([on_foot(0, 1000), same]) == [on_foot(0, 1000)]
    assert len(chosen([on_foot(0, 1000), quicker])) == 2
    assert costs_of(quicker).price_minor == 140


def test_what_starts_at_any_time_beats_what_takes_longer() -> None:
    direct = Candidate(0, 500, None, OwnWay(Profile.BICYCLE, 500), None)
    assert chosen([direct, on_foot(3000, 3600)]) == [direct]
    assert len(chosen([direct, on_foot(3000, 3400)])) == 2


def test_the_last_vehicle_of_a_station_is_taken_once() -> None:
    one, two = (
        best(
            search(TWO_STATIONS.replace("bikes=1", f"bikes={n}"), "any_station").ahead(
                STREET.at("A"), WALKER
            ),
            "H",
        )
        for n in (1, 2)
    )
    assert one is not None
    assert two is not None
    # at the start and again between two rides
    twice = Candidate(0, 2000, riding(0, 2000), one, None, ((one, 1000),))
    assert possible(twice) == (False, True, False)
    assert possible(twice._replace(access=two, between=((two, 1000),))) == (True, False, False)
    assert possible(twice._replace(between=())) == (True, False, False)


times = st.integers(0, 20)
drawn = st.builds(
    lambda begin, took, rides, bicycle: (by_bicycle if bicycle else on_foot)(
        begin, begin + took, rides
    ),
    times,
    st.integers(1, 20),
    st.integers(1, 4),
    st.booleans(),
)


@given(st.lists(drawn, max_size=60))
def test_no_answer_is_beaten_and_nothing_good_without_a_vehicle_is_lost(candidates) -> None:
    answers = chosen(candidates)
    costs = [costs_of(one) for one in answers]
    for number, cost in enumerate(costs):
        for other in costs[:number] + costs[number + 1 :]:
            assert any(a < b for a, b in zip(cost, other, strict=True)), (cost, other)
    assert sum(bool(one.ways) for one in answers) <= MOST_WITH_VEHICLES
    for one in candidates:
        if not one.ways:
            mine = costs_of(one)
            assert any(all(a <= b for a, b in zip(cost, mine, strict=True)) for cost in costs)


def test_of_too_many_with_vehicles_the_best_in_each_criterion_stay() -> None:
    many = [by_bicycle(n, 1000 + 10 * n) for n in range(40)]
    answers = chosen(many)
    assert len(answers) == MOST_WITH_VEHICLES
    assert {many[0].arrival, many[-1].arrival} <= {one.arrival for one in answers}
