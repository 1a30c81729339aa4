"""FEATURE UNDER TEST: fares by the clock and the day (``timeframes.txt``)."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from booking.domain.fare_prices import Media
from booking.domain.fares_v2 import Choices, fare_of
from routing.fares.tables import FareMediaType
from tests.support.fares import ADULT, BERLIN, MONDAY, PLACES, SATURDAY, fares, priced, ride

WMATA = """
    # calendar.txt
    service_id,       monday, tuesday, wednesday, thursday, friday, saturday, sunday, start_date, end_date
    weekday_service,  1,      1,       1,         1,        1,      0,        0,      20220708,   20221231
    saturday_service, 0,      0,       0,         0,        0,      1,        0,      20220708,   20221231
    sunday_service,   0,      0,       0,         0,        0,      0,        1,      20220708,   20221231

    # timeframes.txt
    timeframe_group_id, start_time, end_time, service_id
    weekday_peak,       5:00:00,    9:30:00,  weekday_service
    weekday_offpeak,    9:30:00,    15:00:00, weekday_service
    weekday_peak,       15:00:00,   19:00:00, weekday_service
    weekday_offpeak,    19:00:00,   21:30:00, weekday_service
    weekday_late_night, 21:30:00,   24:00:00, weekday_service
    weekday_late_night, 00:00:00,   5:00:00,  weekday_service
    weekend,            ,           ,         saturday_service
    weekend,            ,           ,         sunday_service

    # fare_products.txt
    fare_product_id, fare_product_name,                             amount, currency
    peak_fare,       Peak fare,                                     5,      USD
    regular_fare,    Off-peak fare,                                 3,      USD
    weekend_fare,    Weekend Metrorail one-way fare,                2,      USD
    late_night_fare, Late Night flat fare (Mon - Fri after 9:30pm), 2,      USD

    # fare_leg_rules.txt
    network_id, fare_product_id, from_timeframe_group_id, to_timeframe_group_id
    bus,        weekend_fare,    weekend,
    bus,        late_night_fare, weekday_late_night,
    bus,        peak_fare,       weekday_peak,
    bus,        regular_fare,    weekday_offpeak,
"""
FRIDAY = date(2022, 11, 4)


@pytest.mark.parametrize(
    ("departure", "paid"),
    [
        ("7:30", "5.00 peak_fare"),  # said so on gtfs.org
        ("11:30", "3.00 regular_fare"),  # said so on gtfs.org
        ("5:00", "5.00 peak_fare"),
        ("9:29", "5.00 peak_fare"),
        ("9:30", "3.00 regular_fare"),  # the end is not part of it
        ("23:59", "2.00 late_night_fare"),
        ("24:10", "2.00 weekend_fare"),  # Saturday by the clocks, Friday by the timetable
    ],
)
def test_peak_and_off_peak(tmp_path: Path, departure: str, paid: str) -> None:
    """Washington: by the time of departure."""
    line = f"A {departure} R 24:30 B"
    assert priced(fares(tmp_path, WMATA), line, day=FRIDAY) == paid


def test_days_on_which_no_service_runs(tmp_path: Path) -> None:
    tables = fares(tmp_path, WMATA)
    assert priced(tables, "A 8:00 R 8:20 B", day=date(2023, 1, 2)) == "no fare"


MNR = """
    # stop_areas.txt
    area_id,   stop_id
    mnr_1,     A
    mnr_HUD-7, B

    # areas.txt
    area_id
    mnr_1
    mnr_HUD-7

    # calendar.txt
    service_id, monday, tuesday, wednesday, thursday, friday, saturday, sunday, start_date, end_date
    weekdays,   1,      1,       1,         1,        1,      0,        0,      20220101,   20240501
    weekends,   0,      0,       0,         0,        0,      1,        1,      20220101,   20240501
    anyday,     1,      1,       1,         1,        1,      1,        1,      20220101,   20240501

    # timeframes.txt
    timeframe_group_id, start_time, end_time, service_id
    anytime,            00:00:00,   24:00:00, anyday
    weekdays,           00:00:00,   24:00:00, weekdays
    weekends,           00:00:00,   24:00:00, weekends
    mnr_ampeak,         06:00:00,   10:00:00, weekdays
    mnr_notampeak,      00:00:00,   06:00:00, weekdays
    mnr_notampeak,      10:00:00,   24:00:00, weekdays
    mnr_am2pmpeak,      06:00:00,   09:00:00, weekdays
    mnr_am2pmpeak,      16:00:00,   20:00:00, weekdays
    mnr_notam2pmpeak,   00:00:00,   06:00:00, weekdays
    mnr_notam2pmpeak,   09:00:00,   16:00:00, weekdays
    mnr_notam2pmpeak,   20:00:00,   24:00:00, weekdays

    # fare_media.txt
    fare_media_id, fare_media_type
    paper,         1

    # fare_products.txt
    fare_product_id,        fare_product_name,                  fare_media_id, amount, currency
    mnr_1:HUD-7_adult_peak, Outbound Adult Peak Zonal Fare,     paper,         20.00,  USD
    mnr_1:HUD-7_adult,      Outbound Adult Off Peak Zonal Fare, paper,         15.00,  USD
    mnr_HUD-7:1_adult_peak, Inbound Adult Peak Zonal Fare,      paper,         20.00,  USD
    mnr_HUD-7:1_adult,      Inbound Adult Off Peak Zonal Fare,  paper,         15.00,  USD

    # fare_leg_rules.txt
    network_id, from_area_id, to_area_id, fare_product_id,        from_timeframe_group_id, to_timeframe_group_id
    rail,       mnr_1,        mnr_HUD-7,  mnr_1:HUD-7_adult,      mnr_notam2pmpeak,        anytime
    rail,       mnr_1,        mnr_HUD-7,  mnr_1:HUD-7_adult,      weekends,                anytime
    rail,       mnr_1,        mnr_HUD-7,  mnr_1:HUD-7_adult_peak, mnr_am2pmpeak,           anytime
    rail,       mnr_HUD-7,    mnr_1,      mnr_HUD-7:1_adult,      weekdays,                mnr_notampeak
    rail,       mnr_HUD-7,    mnr_1,      mnr_HUD-7:1_adult,      weekends,                anytime
    rail,       mnr_HUD-7,    mnr_1,      mnr_HUD-7:1_adult_peak, weekdays,                mnr_ampeak
"""


@pytest.mark.parametrize(
    ("line", "day", "paid"),
    [
        ("A 18:45 T 20:10 B", MONDAY, "20.00 mnr_1:HUD-7_adult_peak"),  # train 869, on gtfs.org
        ("A 21:04 T 22:20 B", MONDAY, "15.00 mnr_1:HUD-7_adult"),  # train 883, on gtfs.org
        ("B 8:50 T 10:00 A", MONDAY, "15.00 mnr_HUD-7:1_adult"),  # by its arrival
        ("B 8:49 T 9:59 A", MONDAY, "20.00 mnr_HUD-7:1_adult_peak"),
        ("B 8:49 T 9:59 A", SATURDAY, "15.00 mnr_HUD-7:1_adult"),
    ],
)
def test_times_and_zones_together(tmp_path: Path, line: str, day: date, paid: str) -> None:
    """Metro-North: outbound by departure, inbound by arrival; tickets are of paper."""
    paper: Media = (frozenset({FareMediaType.PAPER}),)
    assert priced(fares(tmp_path, MNR), line, day=day, choices=Choices(media=paper)) == paid


NIGHT = """
    # timeframes.txt
    timeframe_group_id, start_time, end_time, service_id
    night,              0:00:00,    3:00:00,  daily

    # fare_products.txt
    fare_product_id, amount, currency
    night,           4.00,   EUR

    # fare_leg_rules.txt
    from_timeframe_group_id, fare_product_id
    night,                   night
"""


def test_an_hour_that_comes_twice_is_in_the_frame_both_times(tmp_path: Path) -> None:
    """On 27 October 2024 the clocks of Berlin show 2:30 twice: fold 0 and fold 1."""
    tables = fares(tmp_path, NIGHT)
    leg = ride("A 2:30 R 2:50 B", date(2024, 10, 27))
    for fold in (0, 1):
        twice = replace(leg, departure=leg.departure.replace(fold=fold))
        assert fare_of(tables, [(0, twice)], ADULT, BERLIN) is not None


def test_the_clock_is_that_of_the_stop(tmp_path: Path) -> None:
    """At 2:30 in Berlin it is 3:30 in Helsinki."""
    helsinki = PLACES.replace(
        "7.480,    0,             ,", "7.480,    0,             , Europe/Helsinki"
    )
    assert helsinki != PLACES
    line = "A 2:30 R 2:50 B"
    assert priced(fares(tmp_path, NIGHT), line) == "4.00 night"
    assert priced(fares(tmp_path, NIGHT, helsinki), line) == "no fare"


def test_times_are_read_in_the_zone_that_is_given(tmp_path: Path) -> None:
    tables = fares(tmp_path, NIGHT)
    leg = [(0, ride("A 2:30 R 2:50 B"))]
    assert fare_of(tables, leg, ADULT, BERLIN) is not None
    assert fare_of(tables, leg, ADULT, ZoneInfo("Asia/Tokyo")) is None


def test_somebody_else_may_know_the_days(tmp_path: Path) -> None:
    tables = fares(tmp_path, NIGHT)
    leg, asked = [(0, ride("A 2:30 R 2:50 B"))], []

    def is_service_day(service: str, day: date) -> bool:
        asked.append((service, day))
        return False

    assert fare_of(tables, leg, ADULT, BERLIN, is_service_day) is None
    assert asked == [("f:daily", MONDAY)]
