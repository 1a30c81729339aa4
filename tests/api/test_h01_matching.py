"""Where a rider was seen is explained by the vehicles of the timetable.

The timetable is that of ``tests.support.server``: bus 90 Anger 8:00, Brink 8:10, Camp 8:20 and back
from 8:30 on, TaxiBus Camp 9:00, Dorf 9:15.
"""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from booking.domain.cico import Spot
from feeds.image.image import load_image
from kommit.api.network import Network
from kommit.api.trip_matching import NetworkMatcher

PLACES = {
    "anger": (51.800, 7.400),
    "brink": (51.8501, 7.480),
    "camp": (51.900, 7.560),
    "dorf": (51.930, 7.600),
    "field": (51.870, 7.300),
}


@pytest.fixture(scope="module")
def matcher(image: Path) -> NetworkMatcher:
    network = Network(load_image(image))
    return NetworkMatcher(lambda: network)


def spot(place: str, clock: str, **more: str) -> Spot:
    day = datetime.fromisoformat("2024-05-06T00:00:00+02:00")
    hours, minutes = map(int, clock.split(":"))
    return Spot(day + timedelta(hours=hours, minutes=minutes), *PLACES[place], **more)


def explained(matcher: NetworkMatcher, *seen: Spot) -> list[str]:
    return [
        f"{leg.ride.trip_id} {leg.origin.name}-{leg.destination.name}"
        for leg in matcher.rides(seen)
        if leg.ride is not None
    ]


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (("anger", "7:55"), ("camp", "8:22"), ["tiny:out8 Anger-Camp"]),
        (("anger", "8:02"), ("brink", "8:11"), ["tiny:out8 Anger-Brink 1"]),
        (("anger", "8:20"), ("camp", "9:21"), ["tiny:out9 Anger-Camp"]),
        (("camp", "8:25"), ("anger", "8:48"), ["tiny:back8 Camp-Anger"]),
        (("anger", "7:59"), ("dorf", "9:16"), ["tiny:out8 Anger-Camp", "tiny:taxi9 Camp-Dorf"]),
        (("anger", "8:05"), ("camp", "8:25"), []),
        (("anger", "7:58"), ("camp", "8:55"), []),
        (("anger", "8:00"), ("field", "8:30"), []),
        (("anger", "3:00"), ("camp", "3:20"), []),
        (("anger", "7:00"), ("camp", "14:00"), []),
    ],
)
def test_one_check_in_and_one_check_out(
    matcher: NetworkMatcher, begin: tuple[str, str], end: tuple[str, str], expected: list[str]
) -> None:
    assert explained(matcher, spot(*begin), spot(*end)) == expected


def test_a_sighting_elsewhere_speaks_against_a_vehicle(matcher: NetworkMatcher) -> None:
    ends = spot("anger", "7:58"), spot("camp", "8:22")
    on_it = spot("brink", "8:10")
    assert explained(matcher, ends[0], on_it, ends[1]) == ["tiny:out8 Anger-Camp"]
    assert explained(matcher, ends[0], spot("field", "8:10"), ends[1]) == []


def test_a_beacon_names_the_vehicle(matcher: NetworkMatcher) -> None:
    ends = spot("anger", "7:58"), spot("camp", "9:21")
    assert explained(matcher, *ends) == ["tiny:out9 Anger-Camp"], "it ends when the trip ends"
    on_board = spot("brink", "8:10", vehicle="tiny:out8")
    assert explained(matcher, ends[0], on_board, ends[1]) in ([], ["tiny:out9 Anger-Camp"])


def test_a_beacon_of_a_stop_counts_wherever_the_phone_is(matcher: NetworkMatcher) -> None:
    lost = spot("field", "7:58", stop_id="tiny:anger")
    assert explained(matcher, lost, spot("camp", "8:22")) == ["tiny:out8 Anger-Camp"]
    near = matcher.nearest(lost)
    assert near is not None
    assert (near.point.stop_id, near.distance_m) == ("tiny:anger", 0)
    station = Spot(lost.at, *PLACES["anger"], stop_id="tiny:anger")
    assert explained(matcher, station, spot("brink", "8:11", stop_id="tiny:brink"))


def test_the_next_stop(matcher: NetworkMatcher) -> None:
    near = matcher.nearest(spot("field", "8:00"))
    assert near is not None
    assert near.point.name in {"Anger", "Brink", "Brink 1", "Brink 2"}
    assert near.distance_m > 5_000


def test_outside_of_the_timetable(matcher: NetworkMatcher) -> None:
    begin, end = spot("anger", "8:00"), spot("camp", "8:20")
    year = timedelta(days=4_000)
    late = [Spot(one.at + year, one.lat, one.lon) for one in (begin, end)]
    assert matcher.rides(late) == ()
