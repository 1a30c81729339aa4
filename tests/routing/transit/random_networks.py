"""Random small networks with all that makes timetables hard, and questions on them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from kommit.kit.clock import service_day_epoch
from routing.booking_rules import PRIOR_DAYS, REAL_TIME, SAME_DAY, BookingRule
from routing.query import TimeKind
from routing.timetable import NONE
from routing.transit.search import TransitQuery
from tests.support.timetables import BERLIN, Network, Trip

MINUTE, HOUR = 60, 3600
CLOCK_CHANGES = date(2024, 3, 30), date(2024, 6, 4), date(2024, 10, 26)
"""First of four days; in spring and autumn the second has 23 and 25 hours."""
N_STOPS = 5


@st.composite
def trips(draw: st.DrawFn, n_rules: int) -> list[Trip]:
    """Some trips on one sequence of stops; loops, overtaking and equal times happen."""
    stops = draw(st.lists(st.integers(0, N_STOPS - 1), min_size=2, max_size=5))
    flags = draw(st.lists(st.sampled_from([0, 0, 0, 1, 2, 3]), min_size=5, max_size=5))
    rule = draw(st.integers(NONE, n_rules - 1))
    zone = draw(st.sampled_from([0, 0, 0, 1]))
    found = []
    for _ in range(draw(st.integers(1, 4))):
        time = draw(st.integers(0, 28 * 4)) * 15 * MINUTE
        arrivals, departures = [], []
        for _ in stops:
            time += draw(st.sampled_from([0, 5, 10, 30])) * MINUTE
            arrivals.append(time)
            time += draw(st.sampled_from([0, 0, 0, 5])) * MINUTE
            departures.append(time)
        days = draw(st.sets(st.integers(0, 3), min_size=1))
        found.append(
            Trip(stops, arrivals, departures, flags[: len(stops)], days, zone=zone, rule=rule)
        )
    return found


def rules() -> st.SearchStrategy[BookingRule]:
    """Return booking rules of every type."""
    longest = st.sampled_from([NONE, NONE, 180])
    return st.one_of(
        st.builds(
            BookingRule, st.just(REAL_TIME), st.just(NONE), st.just(NONE), st.just(NONE), longest
        ),
        st.builds(
            BookingRule,
            st.just(SAME_DAY),
            st.sampled_from([0, 30, 90]),
            st.just(NONE),
            st.just(NONE),
            longest,
        ),
        st.builds(
            BookingRule,
            st.just(PRIOR_DAYS),
            st.just(NONE),
            st.integers(0, 2),
            st.sampled_from([NONE, 9 * HOUR, 18 * HOUR]),
            longest,
        ),
    )


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to four groups of trips on five stops over four days."""
    first = draw(st.sampled_from(CLOCK_CHANGES))
    booking = draw(st.lists(rules(), max_size=2))
    groups = draw(st.lists(trips(len(booking)), min_size=1, max_size=4))
    stop = st.integers(0, N_STOPS - 1)
    hops = draw(
        st.lists(
            st.tuples(stop, stop, st.sampled_from([0, 5 * MINUTE, 20 * MINUTE])),
            max_size=5,
            unique_by=lambda hop: hop[:2],
        )
    )
    return Network(
        N_STOPS,
        [trip for group in groups for trip in group],
        [hop for hop in hops if hop[0] != hop[1]],
        draw(st.lists(st.sampled_from([0, 5 * MINUTE]), min_size=N_STOPS, max_size=N_STOPS)),
        booking,
        [first + timedelta(k) for k in range(4)],
        (BERLIN, ZoneInfo("Europe/London")),
    )


@st.composite
def ends(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """One or two stops with the way to each."""
    stops = draw(st.lists(st.integers(0, N_STOPS - 1), min_size=1, max_size=2))
    return stops, [draw(st.sampled_from([0, 5, 25])) * MINUTE for _ in stops]


@st.composite
def queries(draw: st.DrawFn, network: Network) -> TransitQuery:
    """A question on a network, of every kind."""
    epoch = service_day_epoch(network.days[0], network.zones[0])
    time = epoch + draw(st.integers(0, 4 * 24 * 4)) * 15 * MINUTE
    now = draw(st.none() | st.integers(-20, 4 * 24).map(lambda k: epoch + k * HOUR))
    return TransitQuery(
        access=draw(ends()),
        egress=draw(ends()),
        time=time,
        kind=draw(st.sampled_from(TimeKind)),
        window_s=draw(st.sampled_from([0, HOUR, 6 * HOUR, 24 * HOUR])),
        max_rides=draw(st.sampled_from([1, 2, 3, 8])),
        now=now if network.rules else None,
        max_duration_s=draw(st.sampled_from([3 * HOUR, 24 * HOUR])),
    )
