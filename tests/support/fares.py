"""Fares as the files of a feed, legs as one line each, and prices as text.

``fares(tmp_path, files)`` reads files in the notation of ``tests.support.gtfs``; stops, routes and
days that are not given are those below. ``ride("A 8:00 R 8:20 B")`` is a leg on route R of the feed
``f`` from stop A to stop B on ``MONDAY``. ``priced`` returns ``"2.00 single, 0.00 single"``: for
each leg what it costs and by which product, or ``"no fare"``.
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

from booking.domain.chain import ChainLeg, ChainPoint, LegMode, TripRef
from booking.domain.fares_v2 import USUAL, Choices, FareV2, fare_of
from booking.domain.passengers import Passenger, PassengerCategory
from feeds.fares.read import read_fares
from feeds.gtfs.archive import open_archive
from feeds.report import Findings
from routing.fares.tables import FareTables
from tests.support.gtfs import gtfs_zip

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2024, 3, 4)
SATURDAY = date(2024, 3, 9)
PLACES = """
    # stops.txt
    stop_id, stop_name, stop_lat, stop_lon, location_type, parent_station, stop_timezone
    A,       Anger,     51.850,   7.480,    0,             ,
    B,       Brink,     51.860,   7.490,    0,             ,
    C,       Camp,      51.870,   7.500,    0,             ,
    D,       Dorf,      51.880,   7.510,    0,             ,
    S,       Station,   51.890,   7.520,    1,             ,
    S1,      Station 1, 51.890,   7.520,    0,             S,
    S2,      Station 2, 51.890,   7.520,    0,             S,

    # routes.txt
    route_id, agency_id, route_short_name, route_type, network_id
    R,        A1,        90,               3,          bus
    Q,        A1,        91,               3,          bus
    T,        A1,        RE1,              2,          rail
    X,        A1,        92,               3,
"""
ADULT = Passenger(PassengerCategory.ADULT, 0)
CHILD = Passenger(PassengerCategory.CHILD, 1)


def read(
    folder: Path, files: str, places: str = PLACES, scope: str = "f"
) -> tuple[FareTables | None, Findings]:
    """Return the fares of a feed with these files, and what was found."""
    findings = Findings()
    with open_archive(gtfs_zip(folder, dedent(places) + dedent(files))) as archive:
        return read_fares(archive, scope, findings), findings


def fares(folder: Path, files: str, places: str = PLACES) -> FareTables:
    """Return the fares of a feed in which nothing is wrong."""
    tables, findings = read(folder, files, places)
    wrong = [str(finding) for finding in findings if finding.severity != "info"]
    assert not wrong
    assert tables is not None
    return tables


def ride(
    line: str, day: date = MONDAY, zone: ZoneInfo = BERLIN, scope: str = "f", distance_m: int = 1000
) -> ChainLeg:
    """Return the leg of a line like ``A 8:00 R 8:20 B``; hours may go past 24."""
    board, departure, route, arrival, alight = line.split()
    return ChainLeg(
        mode=LegMode.BUS,
        origin=_point(f"{scope}:{board}"),
        destination=_point(f"{scope}:{alight}"),
        departure=_moment(day, departure, zone),
        arrival=_moment(day, arrival, zone),
        distance_m=distance_m,
        ride=TripRef(
            f"{scope}:{route}-1", day, 0, 1, f"{scope}:{route}", route, f"{scope}:A1", "Kommitbus"
        ),
    )


def _point(stop_id: str) -> ChainPoint:
    return ChainPoint(stop_id, 51.85, 7.48, stop_id)


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return datetime.combine(day + timedelta(days=hours // 24), time(hours % 24, minutes), zone)


def price(
    tables: FareTables,
    *lines: str,
    day: date = MONDAY,
    passenger: Passenger = ADULT,
    zone: ZoneInfo = BERLIN,
    choices: Choices = USUAL,
) -> FareV2 | None:
    """Return what rides cost, one after the other."""
    legs = [(at, ride(line, day, zone)) for at, line in enumerate(lines)]
    return fare_of(tables, legs, passenger, zone, choices=choices)


def shown(fare: FareV2 | None) -> str:
    """Return a fare as text."""
    if fare is None:
        return "no fare"
    return ", ".join(
        f"{line.amount.minor / 100:.2f} {line.product_id.partition(':')[2]}" for line in fare.lines
    )


def priced(
    tables: FareTables,
    *lines: str,
    day: date = MONDAY,
    passenger: Passenger = ADULT,
    choices: Choices = USUAL,
) -> str:
    """Return what rides cost, as text."""
    return shown(price(tables, *lines, day=day, passenger=passenger, choices=choices))
