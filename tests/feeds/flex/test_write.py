"""A service that is written and read again is the same service."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from feeds.flex.read import OF_OTHERS
from feeds.flex.write import flex_files, write_flex
from feeds.report import Severity
from routing.booking_rules import BookingRule
from routing.ondemand.service import (
    Area,
    Freedom,
    Kind,
    OnDemandService,
    Relation,
    ServiceDays,
    ServiceStop,
    Terms,
    TravelRules,
    Window,
)
from tests.support.flex import flex_feed, read_path
from tests.support.shared import shared_data
from tests.support.shuttles import senden_service

RING = ((51.84, 7.47), (51.84, 7.5), (51.86, 7.5), (51.84, 7.47))
HOLE = ((51.845, 7.49), (51.845, 7.495), (51.85, 7.495), (51.845, 7.49))
DAY, EVENING = Window(6 * 3600, 22 * 3600), Window(20 * 3600, 26 * 3600 + 1)


def again(service: OnDemandService, folder: Path) -> OnDemandService:
    """Return a service written and read; nothing in it may be wrong."""
    path = folder / "out.zip"
    path.write_bytes(write_flex(service))
    feed = read_path(path, service.id.partition(":")[0])
    assert [str(each) for each in feed.findings if each.severity is not Severity.INFO] == []
    (found,) = feed.services
    return found


def made() -> OnDemandService:
    """Return a service with everything that GTFS-Flex can say."""
    stops = {
        "x:A": ServiceStop("x:A", "Anger, “Kirche”", 51.85, 7.48, "x:A"),
        "y:B": ServiceStop("y:B", "Brink", 51.1 + 1e-13, 7.49, "y:B"),
        "v1": ServiceStop("v1", "Virtual", 51.852, 7.49),
    }
    areas = {
        "stops": Area("stops", "Stops", ("x:A", "v1")),
        "half": Area("half", "Half", ("y:B",), ((RING, HOLE),), Freedom.ONE_END_FREE),
        "doors": Area("doors", "Doors", (), ((RING,), (HOLE,)), Freedom.DOOR_TO_DOOR),
    }
    week = ServiceDays(frozenset({0, 4}), date(2026, 1, 1), date(2026, 12, 31))
    ever = ServiceDays(frozenset({6}), added=frozenset({date(2026, 5, 1)}))
    dated = ServiceDays(
        frozenset(), added=frozenset({date(2026, 5, 2)}), removed=frozenset({date(2026, 5, 3)})
    )
    soon = Terms(BookingRule(0, -1, -1, -1, -1))
    hour = Terms(BookingRule(1, 60, -1, -1, 1440), "Say, “hello”", "0123", "https://a.example")
    before = Terms(BookingRule(2, -1, 1, 61200, 10_000), None, None, None, "https://b.example")
    return OnDemandService(
        id="x:bus",
        name="Bus",
        agency_id="x:1",
        agency_name="Operator",
        time_zone="Europe/Berlin",
        stops=stops,
        areas=areas,
        relations=(
            Relation("r0", "stops", "stops", week, DAY, EVENING, soon),
            Relation("x:r1", "half", "half", ever, DAY, DAY, hour),
            Relation("x:r2", "stops", "doors", dated, EVENING, EVENING, before),
            Relation("x:r3", "doors", "half", dated, DAY, EVENING, hour),
        ),
        limits=OF_OTHERS,
        travel=TravelRules(1.3, (), 90),
        color="00A651",
        attribution=("One", "Two, three"),
    )


def test_everything_that_can_be_said_comes_back(tmp_path: Path) -> None:
    service = made()
    assert again(service, tmp_path) == service


def test_the_bytes_are_the_same_each_time() -> None:
    assert write_flex(made()) == write_flex(made())


def test_one_free_end_means_a_trip_there_and_one_back() -> None:
    trips = flex_files(made())["trips.txt"].splitlines()[1:]
    assert [row.split(",")[2] for row in trips] == [
        "kommit:r0", "r1", "r1/back", "r2", "r3", "r3/back"
    ]  # fmt: skip
    rows = [row for row in flex_files(made())["stop_times.txt"].splitlines() if "r1" in row]
    assert [row.split(",")[2:4] for row in rows] == [
        ["", "half/area"], ["half", ""], ["half", ""], ["", "half/area"]
    ]  # fmt: skip


def test_a_rule_that_opens_days_before_keeps_its_minutes(tmp_path: Path) -> None:
    service = made()
    terms = again(service, tmp_path).relations[2].terms
    assert terms.rule.max_notice_min == 10_000
    rows = flex_files(service)["booking_rules.txt"]
    assert "2,,,7,21:20:00,1,17:00:00" in rows, "20:00 of the day, less 10,000 minutes"


def test_the_shuttle_of_senden_comes_back_without_its_vehicles(tmp_path: Path) -> None:
    service = senden_service()
    assert service.vehicles
    expected = replace(service, vehicles=None, limits=OF_OTHERS, parallel=None, kind=Kind.SHUTTLE)
    assert again(service, tmp_path) == expected


def test_a_read_service_comes_back(tmp_path: Path) -> None:
    (service,) = flex_feed(tmp_path).services
    assert again(service, tmp_path) == service


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    ["vbb_flex_2025", "aspen-flex-on-demand.gtfs", "cobblinc-scheduled-deviated-flex.gtfs"],
)
def test_services_of_real_feeds_come_back(tmp_path: Path, name: str) -> None:
    services = read_path(shared_data("flex", name), "x").services
    assert services
    for service in services:
        assert again(service, tmp_path) == service
