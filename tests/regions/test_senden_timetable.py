"""What was published about the lines holds in the built feed, on every day to come."""

import zipfile
from datetime import date, timedelta
from itertools import pairwise

import gtfs_kit
import pandas as pd
import pytest

from kommit.kit.clock import parse_hms
from kommit.kit.geo import distance_m
from kommit.regions.region import Region

X90_STOPS = [
    "Olfen, Mobilpunkt Stadthalle",
    "Olfen, Rechede Stork",
    "Lüdinghausen, Hans-Böckler-Str.",
    "Lüdinghausen, Azaleenstr.",
    "Lüdinghausen, Busbahnhof",
    "Lüdinghausen, Eichendorffring",
    "Senden, Mönkingheide",
    "Senden, Mahnmal",
    "Senden, P&R-Parkplatz",
]
A_TUESDAY, A_SATURDAY = date(2026, 11, 24), date(2026, 11, 28)


def calls(feed: gtfs_kit.Feed, route: str, direction: int, day: date) -> pd.DataFrame:
    """Return the stop times of a line on a day with names, and times in minutes."""
    trips = feed.get_trips(f"{day:%Y%m%d}")
    trips = trips[(trips.route_id == route) & (trips.direction_id == direction)]
    times = feed.stop_times.merge(trips[["trip_id"]]).merge(feed.stops[["stop_id", "stop_name"]])
    times["minute"] = times.departure_time.map(parse_hms) / 60
    return times.sort_values(["trip_id", "stop_sequence"])


def ride_minutes(times: pd.DataFrame, origin: str, destination: str) -> set[float]:
    """Return how long the trips take between two stops."""
    at = times.pivot_table(index="trip_id", columns="stop_name", values="minute", aggfunc="first")
    return set(at[destination] - at[origin])


def departures(times: pd.DataFrame, stop: str) -> list[float]:
    return sorted(times[times.stop_name == stop].minute)


@pytest.mark.parametrize(
    ("route", "origin", "minutes"),
    [
        ("X90", "Olfen, Mobilpunkt Stadthalle", 56),
        ("X90", "Lüdinghausen, Busbahnhof", 40),
        ("S91", "Olfen, Mobilpunkt Stadthalle", 71),
    ],
)
def test_published_running_times(
    feed: gtfs_kit.Feed, route: str, origin: str, minutes: int
) -> None:
    to_muenster = calls(feed, route, 0, A_TUESDAY)
    back = calls(feed, route, 1, A_TUESDAY)
    assert ride_minutes(to_muenster, origin, "Münster, Hauptbahnhof") == {minutes}
    assert ride_minutes(back, "Münster, Hauptbahnhof", origin) == {minutes}


def test_x90_calls_at_the_published_stops(feed: gtfs_kit.Feed) -> None:
    trip = next(iter(calls(feed, "X90", 0, A_TUESDAY).groupby("trip_id")))[1]
    names = list(trip.stop_name)
    assert names[: len(X90_STOPS)] == X90_STOPS
    assert names[-2:] == ["Münster, Ludgeriplatz", "Münster, Hauptbahnhof"]
    back = next(iter(calls(feed, "X90", 1, A_TUESDAY).groupby("trip_id")))[1]
    assert list(back.stop_name) == names[::-1]


@pytest.mark.parametrize(("direction", "stop"), [(0, X90_STOPS[0]), (1, "Münster, Hauptbahnhof")])
def test_x90_runs_every_30_minutes_from_six_to_eight(
    feed: gtfs_kit.Feed, direction: int, stop: str
) -> None:
    times = departures(calls(feed, "X90", direction, A_TUESDAY), stop)
    assert {b - a for a, b in pairwise(times)} == {30}
    assert 6 * 60 <= times[0] < 6.5 * 60
    assert 20 * 60 <= times[-1] < 20.5 * 60


def test_x90_runs_hourly_on_saturdays_from_eight(feed: gtfs_kit.Feed) -> None:
    times = departures(calls(feed, "X90", 0, A_SATURDAY), X90_STOPS[0])
    assert {b - a for a, b in pairwise(times)} == {60}
    assert 8 * 60 <= times[0] < 8.5 * 60


def test_there_is_an_x90_at_mahnmal_at_11_06(feed: gtfs_kit.Feed) -> None:
    """The example of the shuttle's arrival-based booking."""
    assert 11 * 60 + 6 in departures(calls(feed, "X90", 0, A_TUESDAY), "Senden, Mahnmal")


@pytest.mark.parametrize("direction", [0, 1])
def test_express_and_fast_buses_make_a_bus_every_15_minutes(
    feed: gtfs_kit.Feed, direction: int
) -> None:
    at_muenster = sorted(
        minute
        for route in ("X90", "S90", "S91")
        for minute in departures(calls(feed, route, direction, A_TUESDAY), "Münster, Hauptbahnhof")
    )
    between = [t for t in at_muenster if 7 * 60 <= t <= 20 * 60]
    assert {b - a for a, b in pairwise(between)} == {15}


def test_the_citybus_reaches_the_express_bus(feed: gtfs_kit.Feed) -> None:
    x90 = departures(calls(feed, "X90", 0, A_TUESDAY), "Senden, Mahnmal")
    for minute in departures(calls(feed, "C12", 0, A_TUESDAY), "Senden, Mahnmal"):
        assert any(4 <= departure - minute <= 10 for departure in x90)


def active_services(feed: gtfs_kit.Feed, day: date) -> set[str]:
    """Return the services of a day, by the rules of calendar.txt and calendar_dates.txt."""
    text, weekday = f"{day:%Y%m%d}", f"{day:%A}".lower()
    regular = feed.calendar[(feed.calendar.start_date <= text) & (feed.calendar.end_date >= text)]
    changes = feed.calendar_dates[feed.calendar_dates.date == text].set_index("service_id")
    added = set(changes.index[changes.exception_type == 1])
    removed = set(changes.index[changes.exception_type == 2])
    return (set(regular.service_id[regular[weekday] == 1]) - removed) | added


def test_every_day_to_come_has_service(feed: gtfs_kit.Feed) -> None:
    today = date.today()  # noqa: DTZ011 - the feed has one time zone, and a day more is in range
    days = [today + timedelta(n) for n in range(400)]
    days += [date(2050, 1, 1) + timedelta(n) for n in range(365)]
    services = {day: frozenset(active_services(feed, day)) for day in days}
    trips = feed.trips.groupby("service_id").size()
    for choice in set(services.values()):
        assert trips[list(choice)].sum() >= 100, f"too few trips by the services {choice}"


@pytest.mark.parametrize(
    ("holiday", "weekday"),
    [(date(2026, 12, 25), date(2026, 12, 24)), (date(2027, 5, 27), date(2027, 5, 26))],
)
def test_a_holiday_runs_as_the_sunday_after(
    feed: gtfs_kit.Feed, holiday: date, weekday: date
) -> None:
    sunday = next(holiday + timedelta(n) for n in range(1, 8) if (holiday.weekday() + n) % 7 == 6)
    trips = {
        day: set(feed.get_trips(f"{day:%Y%m%d}").trip_id) for day in (holiday, weekday, sunday)
    }
    assert trips[holiday] == trips[sunday]
    assert trips[holiday] != trips[weekday]


def test_vehicles_are_as_fast_as_such_vehicles(feed: gtfs_kit.Feed) -> None:
    """Crow-fly speed from end to end."""
    for route, (slowest, fastest) in {"X90": (28, 45), "S91": (25, 40), "RB": (40, 80)}.items():
        trip = next(iter(calls(feed, route, 0, A_TUESDAY).groupby("trip_id")))[1]
        ends = trip.merge(feed.stops).iloc[[0, -1]]
        km = distance_m(*ends[["stop_lat", "stop_lon"]].to_numpy().ravel()) / 1000
        assert slowest <= km / (ends.minute.iloc[1] - ends.minute.iloc[0]) * 60 <= fastest, route


def test_a_taxibus_is_booked_an_hour_before_and_a_buergerbus_need_not_be(
    senden: Region, feed: gtfs_kit.Feed
) -> None:
    with (
        zipfile.ZipFile(senden.feeds[0].path) as archive,
        archive.open("booking_rules.txt") as file,
    ):
        rules = pd.read_csv(file).set_index("booking_rule_id")
    assert rules.loc["taxibus", "booking_type"] == 1
    assert rules.loc["taxibus", "prior_notice_duration_min"] == 60
    assert rules.loc["buergerbus", "booking_type"] == 0
    assert rules.phone_number.notna().all()
    routes = feed.trips.set_index("trip_id").route_id
    boarding = feed.stop_times[feed.stop_times.pickup_type != 1]
    by_route = boarding.groupby(boarding.trip_id.map(routes))
    for route, rows in by_route:
        rule = {"T": "taxibus", "BB": "buergerbus"}.get(route[0] if route[0] == "T" else route)
        assert set(rows.pickup_booking_rule_id.dropna()) == ({rule} if rule else set())
        assert set(rows.pickup_type) == ({2} if rule == "taxibus" else {0})
