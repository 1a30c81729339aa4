"""A bus that becomes another line on the way: one vehicle, no change, two legs, one price."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.image.build import FeedInput, build_image
from kommit.api.schemas.journeys import Plan
from kommit.cli.show_journeys import print_journeys
from tests.support.gtfs import gtfs_zip
from tests.support.server import TO_CAMP, World
from tests.support.server import world as open_world

FEED = """
# agency.txt
agency_id, agency_name, agency_url, agency_timezone
A1, Kommitbus, https://bus.example, Europe/Berlin
A2, Nachbarbus, https://other.example, Europe/Berlin

# routes.txt
route_id, agency_id, route_short_name, route_type
R90, A1, 90, 3
R91, A2, 91, 3

# stops.txt
stop_id, stop_name, stop_lat, stop_lon
anger, Anger, 51.800, 7.400
brink, Brink, 51.850, 7.480
camp, Camp, 51.900, 7.560

# trips.txt
route_id, service_id, trip_id, block_id
R90, daily, T1, bus7
R91, daily, T2, bus7

# stop_times.txt
trip_id, stop_id, stop_sequence, arrival_time, departure_time
T1, anger, 1, 8:00:00, 8:00:00
T1, brink, 2, 8:10:00, 8:10:00
T2, brink, 1, 8:10:00, 8:11:00
T2, camp, 2, 8:20:00, 8:20:00
"""


@pytest.fixture
def through(tmp_path: Path, sqlite_url: str) -> Iterator[World]:
    """An installation in which line 90 goes on as line 91, without time for a change."""
    image = tmp_path / "image"
    build_image([FeedInput("tiny", gtfs_zip(tmp_path, FEED))], None, image)
    with open_world(image, sqlite_url, tmp_path) as opened:
        yield opened


def test_riders_are_told_to_stay(through: World) -> None:
    [journey] = through.plan()
    legs = [
        (leg["route"]["short_name"], leg["trip_id"], leg["stay_seated"]) for leg in journey["legs"]
    ]
    assert legs == [("90", "tiny:T1", False), ("91", "tiny:T2", True)]
    assert journey["transfers"] == 0
    calls = [[call["name"] for call in leg["stops"]] for leg in journey["legs"]]
    assert calls == [["Anger", "Brink"], ["Brink", "Camp"]]
    assert [leg["departure"][11:16] for leg in journey["legs"]] == ["08:00", "08:11"]


def test_it_is_sold_as_one_way_and_shared_by_both_operators(through: World) -> None:
    [journey] = through.plan()
    # 1.40 € and 16 started kilometres, from the first stop to the last, at 0.27 €
    assert journey["price"] == {"amount": 140 + 16 * 27, "currency": "EUR"}
    offer = through.offer()
    assert offer["price"] == journey["price"]
    assert [line["amount"]["amount"] for line in offer["breakdown"]] == [286, 286]
    rider = through.rider()
    order = rider.post("/v1/orders", {"offer": offer["offer"]}).json()
    assert rider.pay(order).json()["state"] == "confirmed"
    assert rider.get(f"/v1/orders/{order['id']}/ticket").status_code == 200


def test_the_board_lists_the_vehicle_once_where_it_becomes_another_line(through: World) -> None:
    answer = through.client.get(
        "/v1/stops/tiny:brink/departures", params={"at": TO_CAMP["depart"], "limit": 5}
    )
    today = [d for d in answer.json()["departures"] if d["service_day"] == "2024-05-06"]
    assert [(each["trip_id"], each["time"][11:16]) for each in today] == [("tiny:T2", "08:11")]


def test_on_a_terminal(through: World, capsys: pytest.CaptureFixture[str]) -> None:
    print_journeys(Plan.model_validate(through.client.get("/v1/plan", params=TO_CAMP).json()))
    shown = capsys.readouterr().out
    assert "0 changes" in shown
    assert "stay seated: BUS 91" in shown
