"""Feeds of three time zones in one image, over the days on which clocks change.

Berlin and London change their clocks in the same instant (31 March 2024, 1:00 UTC), New York did
three weeks before. A train by Berlin's clock, on by one of London's, and a flight by New York's;
all clock times below were worked out by hand.
"""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from kommit.api.network import Network
from routing.query import TimeKind
from routing.transit.departures import next_departures
from routing.transit.search import TransitQuery, TransitRide, TransitSearch
from tests.support.gtfs import gtfs_zip
from tests.support.streets import Drawing

CALAIS = Drawing("E.W\n\nEW")
"""Where the trains meet: 200 m apart, on a street."""
BERLIN, GREENWICH, NEW_YORK = "Europe/Berlin", "Europe/London", "America/New_York"


def feed(folder: Path, name: str, zone: str, stops: str, times: str) -> FeedInput:
    path = gtfs_zip(
        folder,
        name=f"{name}.zip",
        agency=f"agency_id,agency_name,agency_url,agency_timezone\nA,{name},https://a.example,{zone}\n",
        routes="route_id,agency_id,route_short_name,route_type\nR,A,R,2\n",
        calendar="service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
        "start_date,end_date\ndaily,1,1,1,1,1,1,1,20240301,20240407\n",
        stops="stop_id,stop_name,stop_lat,stop_lon\n" + stops,
        trips=f"route_id,service_id,trip_id\nR,daily,{name}\n",
        stop_times="trip_id,stop_id,stop_sequence,arrival_time,departure_time\n" + times,
    )
    return FeedInput(name, path)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> NetworkImage:
    folder = tmp_path_factory.mktemp("zones")
    (e_lat, e_lon), (w_lat, w_lon) = CALAIS.at("E"), CALAIS.at("W")
    feeds = [
        feed(
            folder,
            "train",
            BERLIN,
            f"K,Köln,50.94,6.96\nE,Calais,{e_lat},{e_lon}\n",
            "train,K,1,22:30:00,22:30:00\ntrain,E,2,26:30:00,26:30:00\n",
        ),
        feed(
            folder,
            "tunnel",
            GREENWICH,
            f"W,Calais,{w_lat},{w_lon}\nL,London,51.53,-0.12\n",
            "tunnel,W,1,25:40:00,25:40:00\ntunnel,L,2,27:00:00,27:00:00\n",
        ),
        feed(
            folder,
            "flight",
            NEW_YORK,
            # on the same street as the trains, so that one extract will do
            f"H,London,{w_lat},{w_lon}\nN,New York,40.7,-74.0\n",
            "flight,H,1,2:00:00,2:00:00\nflight,N,2,9:00:00,9:00:00\n",
        ),
    ]
    streets = CALAIS.write(folder / "streets.osm.pbf")
    build_image(feeds, streets, folder / "image", region="zones")
    return load_image(folder / "image")


def second(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def clock(moment: int, zone: str) -> str:
    return f"{datetime.fromtimestamp(moment, ZoneInfo(zone)):%d. %H:%M}"


def stop(image: NetworkImage, stop_id: str) -> int:
    found = image.catalogue.find_stop(stop_id)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", TimeKind)
@pytest.mark.parametrize(
    ("day", "arrives", "leaves", "in_london"),
    [
        pytest.param("2024-03-20", "21. 02:30", "21. 01:40", "21. 03:00", id="winter"),
        # 26:30 after noon minus 12 h of the 30th is 1:30 UTC, when clocks are forward
        pytest.param("2024-03-30", "31. 03:30", "31. 02:40", "31. 04:00", id="night of change"),
        pytest.param("2024-03-31", "01. 02:30", "01. 01:40", "01. 03:00", id="day of change"),
        pytest.param("2024-04-02", "03. 02:30", "03. 01:40", "03. 03:00", id="summer"),
    ],
)
def test_a_change_between_zones(
    image: NetworkImage, day: str, arrives: str, leaves: str, in_london: str, kind: TimeKind
) -> None:
    begin = second(f"{day}T22:00", BERLIN)
    query = TransitQuery(
        ([stop(image, "train:K")], [0]),
        ([stop(image, "tunnel:L")], [0]),
        begin if kind is TimeKind.DEPART else begin + 6 * 3600,
        kind,
        window_s=2 * 3600,
    )
    (found,) = TransitSearch(image.timetable, bounds=image.bounds).search(query)
    first, second_ride = (leg for leg in found.legs if isinstance(leg, TransitRide))
    assert clock(first.departure, BERLIN) == f"{day[-2:]}. 22:30"
    assert clock(first.arrival, BERLIN) == arrives
    assert clock(second_ride.departure, GREENWICH) == leaves
    assert clock(found.arrival, GREENWICH) == in_london


@pytest.mark.parametrize(
    ("day", "leaves", "arrives"),
    [
        pytest.param("2024-03-05", "05. 08:00", "05. 09:00", id="both in winter"),
        # noon minus 12 h of the 10th is 4:00 UTC
        pytest.param("2024-03-10", "10. 07:00", "10. 09:00", id="New York changes its clocks"),
        pytest.param("2024-03-20", "20. 07:00", "20. 09:00", id="only New York in summer"),
        pytest.param("2024-03-31", "31. 08:00", "31. 09:00", id="Berlin changes its clocks"),
        pytest.param("2024-04-02", "02. 08:00", "02. 09:00", id="both in summer"),
    ],
)
def test_an_ocean_apart(image: NetworkImage, day: str, leaves: str, arrives: str) -> None:
    here, there = stop(image, "flight:H"), stop(image, "flight:N")
    time = second(f"{day}T03:30", BERLIN)
    search = TransitSearch(image.timetable, bounds=image.bounds)
    (found,) = search.search(TransitQuery(([here], [0]), ([there], [0]), time, window_s=6 * 3600))
    assert clock(found.departure, BERLIN) == leaves
    assert clock(found.arrival, NEW_YORK) == arrives
    # and the departure boards say the same
    assert next_departures(search.views, [here], time, 1)[0].time == found.departure
    network = Network(image)
    (board,) = network.board.departures(network.platforms(here), time, 1)
    assert board.time == found.departure


def test_days_count_in_the_zone_of_the_agency(image: NetworkImage) -> None:
    """On the last day of the timetable, New York's flight leaves when it is the 7th there."""
    here, there = stop(image, "flight:H"), stop(image, "flight:N")
    search = TransitSearch(image.timetable, bounds=image.bounds)
    last = second("2024-04-07T02:00", NEW_YORK)
    for time, expected in ((last, [last]), (last + 1, [])):
        query = TransitQuery(([here], [0]), ([there], [0]), time, window_s=86_400)
        assert [found.departure for found in search.search(query)] == expected
    first = second("2024-03-01T02:00", NEW_YORK)
    query = TransitQuery(([here], [0]), ([there], [0]), first + 9 * 3600, TimeKind.ARRIVE, 86_400)
    assert [found.departure for found in search.search(query)] == [first]
