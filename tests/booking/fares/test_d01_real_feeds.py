"""Two feeds as published, priced; figures are looked up in their files by hand.

Both are read without an error; ``../shared/data/fares`` says whose they are.
"""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from booking.domain.fares_v2 import fare_of
from feeds.fares.read import read_fares
from feeds.gtfs.archive import open_archive
from feeds.report import Findings
from routing.fares.tables import FareTables
from tests.support.fares import ADULT, CHILD, ride
from tests.support.shared import shared_data

pytestmark = pytest.mark.shared


def of(scope: str, *path: str) -> tuple[FareTables, list[str]]:
    findings = Findings()
    with open_archive(shared_data("fares", *path)) as archive:
        tables = read_fares(archive, scope, findings)
    assert tables is not None
    return tables, [f"{finding.severity} {finding.code}" for finding in findings]


TRANSCOLLINES = [
    # area of the stops -> rule of fare_leg_rules.txt -> product, amount of fare_products.txt
    ("F134-01 5:17 910 6:59 L910-01", 2000),  # PNT -> GAT: REG-PNT-GAT, PS-2000, 20.00
    ("F134-01 5:17 910 6:25 F103-04", 500),  # PNT -> COL: REG-PNT-COL, PS-500, 5.00
    ("F103-04 6:25 910 6:59 L910-01", 500),  # COL -> GAT: REG-COL-GAT, PS-500
    ("F103-04 6:25 910 6:28 F103-08", 500),  # COL -> COL
    ("F912-51 16:30 910 17:05 F101-60", 2000),  # GAT -> PNT: REG-GAT-PNT
    ("L910-01 6:59 910 7:03 F910-07", None),  # GAT -> GAT: no rule, within the city STO carries
]


@pytest.mark.parametrize(("line", "cents"), TRANSCOLLINES)
def test_transcollines(line: str, cents: int | None) -> None:
    """Outaouais, Québec: by area, in the timeframe of 2026 (5 January to 23 August)."""
    tables, found = of("t", "transcollines", "transcollines-fares.zip")
    assert found == []
    zone = ZoneInfo(tables.time_zone)
    leg = ride(line, date(2026, 3, 2), zone, "t")
    fare = fare_of(tables, [(0, leg)], ADULT, zone)
    assert (None if fare is None else fare.total.minor) == cents
    if fare is not None:
        assert fare.total.currency == "CAD"
        assert fare == fare_of(tables, [(0, leg)], CHILD, zone), "no categories: one price for all"
    after = ride(line, date(2026, 8, 24), zone, "t")
    assert fare_of(tables, [(0, after)], ADULT, zone) is None, "GT-2026 ended the day before"


def test_transcollines_has_no_transfers() -> None:
    """PNT -> COL and on to GAT with a change is two fares: 5.00 and 5.00, not 20.00."""
    tables, _ = of("t", "transcollines", "transcollines-fares.zip")
    zone = ZoneInfo(tables.time_zone)
    lines = ("F134-01 5:17 910 6:25 F103-04", "F103-04 6:40 910 6:59 L910-01")
    legs = [(n, ride(line, date(2026, 3, 2), zone, "t")) for n, line in enumerate(lines)]
    fare = fare_of(tables, legs, ADULT, zone)
    assert fare is not None
    assert [line.amount.minor for line in fare.lines] == [500, 500]


ZAKROCZYM = [
    ("100 4:05 Z1 4:06 101", 0),  # 1 -> 1: flr_1, single_ride_zone1_normal, 0.00
    ("100 4:05 Z1 4:39 117-2", 400),  # 1 -> 2: flr_12, single_ride_zones12_normal, 4.00
    ("100 4:05 Z1 4:47 120", 500),  # 1 -> 3: flr_13, single_ride_zones13_normal, 5.00
    ("126 5:30 Z1 5:41 119", 400),  # 3 -> 2: flr_32, single_ride_zones23_normal, 4.00
    ("126 5:30 Z1 5:44 116", 500),  # 3 -> 1: flr_31, single_ride_zones13_normal, 5.00
]


@pytest.mark.parametrize(("line", "grosze"), ZAKROCZYM)
@pytest.mark.parametrize("path", [("zakroczym",), ("zakroczym", "gtfs.zip")])
def test_zakroczym(line: str, grosze: int, path: tuple[str, ...]) -> None:
    """Mazovia: three zones, cash to the driver; children have no single ticket of their own."""
    tables, found = of("z", *path)
    assert found == ["warning default-category"], "three discounts, and no default among them"
    zone = ZoneInfo(tables.time_zone)
    legs = [(0, ride(line, date(2026, 3, 2), zone, "z"))]
    for passenger in (ADULT, CHILD):
        fare = fare_of(tables, legs, passenger, zone)
        assert fare is not None
        assert (fare.total.minor, fare.total.currency) == (grosze, "PLN")
