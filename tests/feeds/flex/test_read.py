"""GTFS-Flex becomes on-demand services; what cannot be read is told, never lost silently."""

from datetime import date
from pathlib import Path

import pytest

from routing.booking_rules import BookingRule
from routing.ondemand.service import Freedom, OnDemandService, TravelRules, Window
from tests.support.flex import HOLE, ROW, SQUARE, codes, feature, flex_feed, read_path
from tests.support.shared import shared_data

EIGHT_TO_SIX = "08:00:00,18:00:00,2,2"


def only(folder: Path, **changed: str) -> OnDemandService:
    feed = flex_feed(folder, **changed)
    assert codes(feed) == []
    (service,) = feed.services
    return service


def test_a_group_of_stops_in_two_rows(tmp_path: Path) -> None:
    service = only(tmp_path)
    (relation,) = service.relations
    assert (service.id, service.name, service.agency_id) == ("x:R", "90", "x:A1")
    assert list(service.stops) == ["x:A", "x:B"], "C is in no group"
    assert service.stops["x:A"].stop_id == "x:A"
    assert service.areas["villages"].freedom is Freedom.STOP_TO_STOP
    assert (relation.id, relation.origin, relation.destination) == ("x:T", "villages", "villages")
    assert (relation.pickup, relation.drop_off) == (Window(28800, 64800), Window(28800, 66600))
    assert relation.terms.rule == BookingRule(1, 60, -1, -1, -1)
    assert relation.terms.phone_number == "0123"
    assert relation.days.runs_on(date(2024, 5, 5))
    assert not relation.days.runs_on(date(2025, 5, 5))
    assert not service.is_ours
    assert service.attribution == ("Kommitbus",)


def test_one_row_is_read_as_rides_within_its_area(tmp_path: Path) -> None:
    rows = f"{ROW}\nT,1,,villages,,,,{EIGHT_TO_SIX},hour,hour\n"
    feed = flex_feed(tmp_path, stop_times=rows)
    assert codes(feed) == ["one-row-trip stop_times.txt:2"]
    (relation,) = feed.services[0].relations
    assert (relation.origin, relation.destination) == ("villages", "villages")


@pytest.mark.parametrize("field", ["location_id", "stop_id"])
def test_from_a_zone_with_a_hole_to_stops(tmp_path: Path, field: str) -> None:
    at = {"location_id": ",,zone", "stop_id": "zone,,"}[field]
    rows = (
        f"{ROW}\nT,1,{at},,,{EIGHT_TO_SIX},hour,hour\nT,2,,villages,,,,{EIGHT_TO_SIX},hour,hour\n"
    )
    feed = flex_feed(
        tmp_path, [feature("zone", [*SQUARE, HOLE], stop_name="The zone")], stop_times=rows
    )
    assert codes(feed) == []
    zone = feed.services[0].areas["zone"]
    assert (zone.name, zone.freedom, zone.stops) == ("The zone", Freedom.DOOR_TO_DOOR, ())
    ((outer, hole),) = zone.polygons
    assert outer[0] == (51.84, 7.47), "GeoJSON has the longitude first"
    assert len(hole) == 4
    (relation,) = feed.services[0].relations
    assert (relation.origin, relation.destination) == ("zone", "villages"), "not back"


def test_a_single_stop_with_a_window_is_an_area(tmp_path: Path) -> None:
    rows = f"{ROW}\nT,1,C,,,,,{EIGHT_TO_SIX},hour,hour\nT,2,,villages,,,,{EIGHT_TO_SIX},hour,hour\n"
    service = only(tmp_path, stop_times=rows)
    assert service.areas["C"].stops == ("x:C",)
    assert set(service.stops) == {"x:A", "x:B", "x:C"}


def test_columns_of_drafts(tmp_path: Path) -> None:
    rows = (
        "trip_id,stop_sequence,stop_id,start_pickup_dropoff_window,end_pickup_dropoff_window,"
        "pickup_booking_rule_id,dropoff_booking_rule_id\n"
        "T,1,old,08:00:00,18:00:00,hour,hour\nT,1,old,08:00:00,18:00:00,hour,hour\n"
    )
    groups = "location_group_id,location_id,location_group_name\nold,A,Old\nold,zone,Old\n"
    feed = flex_feed(
        tmp_path,
        [feature("zone", SQUARE)],
        stop_times=rows,
        location_groups=groups,
        location_group_stops="",
    )
    assert codes(feed) == []
    area = feed.services[0].areas["old"]
    assert (area.stops, len(area.polygons), area.freedom) == (("x:A",), 1, Freedom.DOOR_TO_DOOR)
    assert len(feed.services[0].relations) == 1


def test_a_deviated_route_keeps_its_zones_and_says_what_is_missing(tmp_path: Path) -> None:
    rows = (
        f"{ROW}\nT,1,A,,,08:00:00,08:00:00,,,,,,\nT,2,,,zone,,,{EIGHT_TO_SIX},hour,hour\n"
        f"T,3,,,zone,,,{EIGHT_TO_SIX},hour,hour\nT,4,B,,,09:00:00,09:00:00,,,,,,\n"
    )
    feed = flex_feed(tmp_path, [feature("zone", SQUARE)], stop_times=rows)
    assert codes(feed) == ["fixed-stops stop_times.txt:2"]
    (relation,) = feed.services[0].relations
    assert (relation.origin, relation.destination) == ("zone", "zone")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("booking_type\nhour,0\n", BookingRule(0, -1, -1, -1, -1)),
        (
            "booking_type,prior_notice_duration_min,prior_notice_duration_max\nhour,1,30,1440\n",
            BookingRule(1, 30, -1, -1, 1440),
        ),
        (
            "booking_type,prior_notice_last_day,prior_notice_last_time\nhour,2,1,17:00:00\n",
            BookingRule(2, -1, 1, 61200, -1),
        ),
    ],
)
def test_booking_rules_of_all_types(tmp_path: Path, rules: str, expected: BookingRule) -> None:
    service = only(tmp_path, booking_rules="booking_rule_id," + rules)
    assert service.relations[0].terms.rule == expected


def test_rules_that_are_read_on_the_safe_side(tmp_path: Path) -> None:
    rules = (
        "booking_rule_id,booking_type,prior_notice_last_day,prior_notice_last_time,"
        "prior_notice_start_day,prior_notice_start_time,prior_notice_service_id\n"
        "hour,2,1,17:00:00,7,09:00:00,weekdays\n"
    )
    days = (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "daily,1,1,1,1,1,1,1,20240101,20241231\nweekdays,1,1,1,1,1,0,0,20240101,20241231\n"
    )
    feed = flex_feed(tmp_path, booking_rules=rules, calendar=days)
    assert set(codes(feed)) == {
        "earliest-booking booking_rules.txt:2",
        "service-days-of-notice booking_rules.txt:2",
    }
    rule = feed.services[0].relations[0].terms.rule
    assert rule.last_day == 3, "for Monday it is booked on Friday"
    assert rule.max_notice_min == 7 * 1440 - 60, "a departure at 8:00, from 9:00 seven days before"


def test_the_stricter_of_two_rules_counts(tmp_path: Path) -> None:
    rules = "booking_rule_id,booking_type,prior_notice_duration_min\nhour,1,60\nnow,0,\n"
    rows = f"{ROW}\nT,1,,villages,,,,{EIGHT_TO_SIX},now,\nT,2,,villages,,,,{EIGHT_TO_SIX},,hour\n"
    feed = flex_feed(tmp_path, booking_rules=rules, stop_times=rows)
    assert codes(feed) == ["two-booking-rules stop_times.txt:2"]
    assert feed.services[0].relations[0].terms.rule.prior_notice_min == 60


def test_how_long_rides_take(tmp_path: Path) -> None:
    trips = (
        "route_id,service_id,trip_id,safe_duration_factor,safe_duration_offset\nR,daily,T,1.5,600\n"
    )
    assert only(tmp_path, trips=trips).travel == TravelRules(1.5, (), 600)
    bad = flex_feed(tmp_path, trips=trips.replace("1.5,600", "0,"))
    assert [each.code for each in bad.findings] == ["bad-duration"]
    assert bad.services[0].travel == TravelRules()


def test_days_of_exceptions(tmp_path: Path) -> None:
    service = only(
        tmp_path,
        calendar="",
        calendar_dates="service_id,date,exception_type\ndaily,20240501,1\ndaily,20240502,2\n",
    )
    days = service.relations[0].days
    assert days.runs_on(date(2024, 5, 1))
    assert not days.runs_on(date(2024, 5, 2))
    assert not days.runs_on(date(2024, 5, 3))


BAD = {
    "window that ends before it begins": (
        {"stop_times": f"{ROW}\nT,1,,villages,,,,18:00:00,08:00:00,2,2,hour,hour\n"},
        "bad-window stop_times.txt:2",
    ),
    "window without an end": (
        {"stop_times": f"{ROW}\nT,1,,villages,,,,18:00:00,,2,2,hour,hour\n"},
        "bad-window stop_times.txt:2",
    ),
    "group without stops": (
        {"location_group_stops": "location_group_id,stop_id"},
        "empty-group location_groups.txt:None",
    ),
    "unknown stop in a group": (
        {"location_group_stops": "location_group_id,stop_id\nvillages,A\nvillages,Z\n"},
        "dangling-reference location_group_stops.txt:3",
    ),
    "group that is not listed": (
        {"location_groups": "location_group_id,location_group_name"},
        "dangling-reference location_group_stops.txt:2",
    ),
    "stop somewhere off the earth": (
        {"stops": "stop_id,stop_name,stop_lat,stop_lon\nA,A,51.85,7.48\nB,B,951.86,7.49\n"},
        "bad-position stops.txt:3",
    ),
    "unknown place": (
        {"stop_times": f"{ROW}\nT,1,,towns,,,,{EIGHT_TO_SIX},hour,hour\n"},
        "dangling-reference stop_times.txt:2",
    ),
    "unknown rule": (
        {"booking_rules": "booking_rule_id,booking_type\nother,0\n"},
        "dangling-reference stop_times.txt:2",
    ),
    "rule without a notice": (
        {"booking_rules": "booking_rule_id,booking_type\nhour,1\n"},
        "bad-booking-rule booking_rules.txt:2",
    ),
    "no rule": (
        {"stop_times": f"{ROW}\nT,1,,villages,,,,{EIGHT_TO_SIX},,\n"},
        "no-booking-rule stop_times.txt:2",
    ),
    "unknown days": (
        {"trips": "route_id,service_id,trip_id\nR,never,T\n"},
        "dangling-reference trips.txt:2",
    ),
    "unknown route": (
        {"trips": "route_id,service_id,trip_id\nQ,daily,T\n"},
        "dangling-reference trips.txt:2",
    ),
    "unknown agency": (
        {"routes": "route_id,agency_id,route_short_name,route_type\nR,A9,90,3\n"},
        "dangling-reference routes.txt:2",
    ),
    "unknown clock": (
        {
            "agency": "agency_id,agency_name,agency_url,agency_timezone\n"
            "A1,Bus,https://bus.example,Europe/Senden\n"
        },
        "unknown-time-zone agency.txt:2",
    ),
    "impossible days": (
        {
            "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
            "start_date,end_date\ndaily,1,1,1,1,1,1,1,20250101,20241231\n"
        },
        "bad-date calendar.txt:2",
    ),
    "no trip with a window": (
        {"stop_times": f"{ROW}\nT,1,A,,,08:00:00,08:00:00,,,,,,\n"},
        "no-on-demand-service stop_times.txt:None",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, case: str) -> None:
    changed, expected = BAD[case]
    assert expected in codes(flex_feed(tmp_path, **changed))


@pytest.mark.parametrize(
    "rings",
    [
        [[[7.4, 51.8], [7.5, 51.8], [7.4, 51.8]]],
        [[[7.4, 151.8], [7.5, 51.8], [7.5, 51.9]]],
        "no",
        [],
    ],
)
def test_a_broken_polygon_is_left_out(tmp_path: Path, rings: object) -> None:
    rows = f"{ROW}\nT,1,,,zone,,,{EIGHT_TO_SIX},hour,hour\nT,2,,,zone,,,{EIGHT_TO_SIX},hour,hour\n"
    feed = flex_feed(tmp_path, [feature("zone", rings)], stop_times=rows)
    assert codes(feed)[0] == "bad-polygon locations.geojson:None"
    assert feed.services == ()


def test_an_archive_without_the_files(tmp_path: Path) -> None:
    feed = flex_feed(tmp_path, stop_times="", routes="")
    assert feed.services == ()
    assert {each.file for each in feed.findings} == {"stop_times.txt", "routes.txt"}


@pytest.mark.shared
def test_the_feed_of_the_uckermark_is_read_without_loss() -> None:
    feed = read_path(shared_data("flex", "vbb_flex_2025"), "vbb")
    assert {each.code for each in feed.findings} == {"one-row-trip"}
    assert [s.name for s in feed.services] == [f"RufBus {n}" for n in (476, 477, 478, 487, 488)]
    assert len({stop for service in feed.services for stop in service.stops}) == 415
    relations = [relation for service in feed.services for relation in service.relations]
    assert len(relations) == 8
    assert {relation.terms.rule for relation in relations} == {BookingRule(1, 60, -1, -1, -1)}
    weekdays = feed.services[0].relations[0]
    assert weekdays.pickup == Window(17 * 3600 + 1800, 22 * 3600)
    assert not weekdays.days.runs_on(date(2023, 5, 1)), "the first of May is like a Sunday"


@pytest.mark.shared
def test_feeds_of_drafts_of_the_standard() -> None:
    aspen = read_path(shared_data("flex", "aspen-flex-on-demand.gtfs"), "aspen")
    assert len(aspen.findings) == 0
    assert aspen.services[0].travel == TravelRules(1.0, (), 1200)
    assert len(aspen.services[0].relations) == 2
    cobb = read_path(shared_data("flex", "cobblinc-scheduled-deviated-flex.gtfs"), "cobb")
    assert {each.code for each in cobb.findings} == {"fixed-stops"}
    assert [len(service.relations) for service in cobb.services] == [24, 24, 24]
    assert cobb.services[0].relations[0].terms.rule == BookingRule(1, 120, -1, -1, 1440)
