"""C04: with price, walking, CO2 and risk, the answers are those of the slow twin, to a quantum."""

from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from routing.query import TimeKind
from routing.transit.criteria import Slack, WeighedJourney, Weighing
from routing.transit.criteria_bags import BagsPool
from routing.transit.criteria_costs import Criterion, RideCosts
from routing.transit.criteria_search import CriteriaSearch
from routing.transit.reference_criteria import Weighed, World, in_window, near
from routing.transit.search import TransitJourney, TransitQuery, TransitRide
from tests.routing.transit.random_networks import networks, queries
from tests.routing.transit.test_c01_reference import check_journey
from tests.support.examples import many
from tests.support.timetables import Network, compile_network

N_ROUTES = 4
ALL = list(Criterion)
seeds = st.integers(0, 2**32).map(Random)


def random_world(random: Random, network: Network) -> tuple[CriteriaSearch, World]:
    """Give the network's groups of trips routes, routes costs, and choose criteria."""
    trips = [replace(trip, route=hash(tuple(trip.stops)) % N_ROUTES) for trip in network.trips]
    timetable = compile_network(replace(network, trips=trips))
    n_routes = timetable.route_type.size
    costs = RideCosts(
        *(
            np.array(random.choices(choice, k=n_routes), dtype=np.int32)
            for choice in (
                [0, 100, 250],
                [0, 0, 7, 20],
                [0, 50, 120],
            )
        )
    )
    criteria = tuple(random.sample(ALL, random.choice([1, 2, 2, 3])))
    search = CriteriaSearch(timetable, costs=costs)
    search._bags = BagsPool(timetable.n_stops, room=random.choice([1, 64, 1 << 14]))
    return search, World(timetable, costs, criteria)


def random_slack(random: Random) -> Slack:
    return Slack(
        least_s=random.choice([0, 600, 1800]),
        percent=random.choice([0, 25, 100]),
        rides=random.choice([0, 1, 2]),
    )


def values(found: WeighedJourney, query: TransitQuery) -> Weighed:
    """Return an answer's criteria; the one that a question without window fixes, as it asks."""
    journey = found.journey
    departure, arrival = journey.departure, journey.arrival
    if query.window_s == 0 and query.kind is TimeKind.DEPART:
        departure = query.time
    elif query.window_s == 0:
        arrival = query.time
    return Weighed(departure, arrival, journey.rides, tuple(found.costs.values()))


@many
@given(st.data())
def test_exactly_the_good_journeys_near_the_quick_ones(data: st.DataObject) -> None:
    network, random = data.draw(networks), data.draw(seeds)
    search, world = random_world(random, network)
    weighing = Weighing(world.criteria, dict.fromkeys(world.criteria, 1), random_slack(random))
    query = data.draw(queries(network))
    wanted = near(world, query, search.search(query), weighing.slack)
    found = [values(each, query) for each in search.weigh(query, weighing)]
    assert len(set(found)) == len(found)
    assert set(found) == {each for each in wanted if in_window(each, query)}


@many
@given(st.data())
def test_no_good_journey_is_better_by_a_quantum(data: st.DataObject) -> None:
    network, random = data.draw(networks), data.draw(seeds)
    search, world = random_world(random, network)
    quanta = {each: random.choice([20, 300, 3000]) for each in world.criteria}
    weighing = Weighing(world.criteria, quanta, random_slack(random))
    query = data.draw(queries(network))
    found = [values(each, query) for each in search.weigh(query, weighing)]
    good = near(world, query, search.search(query), weighing.slack)
    beyond = [each for each in good if not in_window(each, query)]
    for wanted in good.difference(beyond):
        # as in the plain search, one beyond the window may be the better one
        assert any(each.beats(wanted, list(quanta.values())) for each in [*found, *beyond])
    for one in found:
        assert not any(other.beats(one) for other in found)


@many
@given(st.data())
def test_weighed_journeys_can_be_travelled_and_cost_what_they_say(data: st.DataObject) -> None:
    network, random = data.draw(networks), data.draw(seeds)
    search, world = random_world(random, network)
    query = data.draw(queries(network))
    for found in search.weigh(query, Weighing(world.criteria, slack=random_slack(random))):
        check_journey(search, query, found.journey)
        assert tuple(found.costs.values()) == costs_of(world, found.journey)


def costs_of(world: World, journey: TransitJourney) -> tuple[int, ...]:
    """Add up a journey's costs, leg by leg."""
    tt = world.timetable
    costs = np.array(world.walked(journey.access_s + journey.egress_s))
    ready, at, rides = 0, -1, 0
    for leg in journey.legs:
        if not isinstance(leg, TransitRide):
            costs += world.walked(leg.seconds)
            ready, at = ready + leg.seconds, leg.to_stop
            continue
        change_s = (
            int(tt.stop_change_s[at]) if at == leg.from_stop and walked_none(journey, leg) else 0
        )
        costs += world.risked(rides, leg.departure - ready - change_s)
        costs += [world._fare(leg.trip, each, leg.board, leg.alight) for each in world.criteria]
        ready, at, rides = leg.arrival, leg.to_stop, rides + 1
    return tuple(costs.tolist())


def walked_none(journey: TransitJourney, ride: TransitRide) -> bool:
    """Say whether a ride is boarded at the stop where the one before it was left."""
    before = journey.legs[journey.legs.index(ride) - 1]
    return isinstance(before, TransitRide)
