"""What is wrong with files of fares is found by line and field, and left out or read kindly."""

import random
from pathlib import Path
from textwrap import dedent

import pytest

from feeds.fares.read import read_fares
from feeds.gtfs.archive import open_archive
from feeds.gtfs.validate import check_feed
from feeds.report import Findings
from tests.support.fares import PLACES, read
from tests.support.gtfs import gtfs_zip

GOOD = {
    "areas": "area_id, area_name\nW, West\nE, East\n",
    "stop_areas": "area_id, stop_id\nW, A\nE, B\nE, S\n",
    "rider_categories": "rider_category_id, rider_category_name, is_default_fare_category\n"
    "adult, Adult, 1\nchild, Child, 0\n",
    "fare_media": "fare_media_id, fare_media_type\napp, 4\n",
    "timeframes": "timeframe_group_id, start_time, end_time, service_id\n"
    "peak, 6:00:00, 9:00:00, daily\n",
    "fare_products": "fare_product_id, rider_category_id, fare_media_id, amount, currency\n"
    "single, adult, app, 2.80, EUR\nsingle, child, app, 1.40, EUR\nplus, , , 0.50, EUR\n",
    "fare_leg_rules": "leg_group_id, network_id, from_area_id, to_area_id, "
    "from_timeframe_group_id, to_timeframe_group_id, fare_product_id\n"
    "bus, bus, W, E, peak, , single\nrail, rail, , , , , single\n",
    "fare_leg_join_rules": "from_network_id, to_network_id, from_stop_id, to_stop_id\nbus, bus, , \n",
    "fare_transfer_rules": "from_leg_group_id, to_leg_group_id, transfer_count, duration_limit, "
    "duration_limit_type, fare_transfer_type, fare_product_id\nbus, rail, , 3600, 1, 0, plus\n",
}


def text_of(files: dict[str, str]) -> str:
    return "".join(f"\n# {name}.txt\n{body}" for name, body in files.items())


def found(folder: Path, **added: str) -> list[str]:
    """Return what is found if these rows are added; a value with a header replaces the file."""
    files = dict(GOOD)
    for name, rows in added.items():
        files[name] = rows[1:] if rows.startswith("=") else files.get(name, "") + rows + "\n"
    _, findings = read(folder, text_of(files))
    return [f"{f.code} {f.file}:{f.row} {f.field or ''}".rstrip() for f in findings]


def test_nothing_is_wrong(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_everything_is_read_with_the_scope(tmp_path: Path) -> None:
    tables, _ = read(tmp_path, text_of(GOOD))
    assert tables is not None
    assert tables.areas == {"f:W": "West", "f:E": "East"}
    assert tables.stop_areas == {"f:A": ("f:W",), "f:B": ("f:E",)} | dict.fromkeys(
        ("f:S", "f:S1", "f:S2"), ("f:E",)
    )
    assert tables.route_networks == {"f:R": "f:bus", "f:Q": "f:bus", "f:T": "f:rail"}
    (frame,) = tables.timeframes
    assert frame == ("f:peak", 6 * 3600, 9 * 3600, "f:daily")
    assert tables.products[1] == ("f:single", "", "f:child", "f:app", 140, "EUR")
    assert tables.leg_rules[0] == (
        "fare_leg_rules:2", "f:bus", "f:bus", "f:W", "f:E", "f:peak", "", "f:single", 0
    )  # fmt: skip
    (transfer,) = tables.transfer_rules
    assert transfer == ("fare_transfer_rules:2", "f:bus", "f:rail", -1, 3600, 1, 0, "f:plus")
    assert not tables.has_priority
    assert tables.stations == {"f:S1": "f:S", "f:S2": "f:S"}
    assert list(tables.services) == ["f:daily"]
    assert tables.time_zone == "Europe/Berlin"


def test_a_feed_without_rules_has_no_fares(tmp_path: Path) -> None:
    assert read(tmp_path, "")[0] is None
    products = text_of({"fare_products": GOOD["fare_products"]})
    tables, findings = read(tmp_path, products)
    assert (tables, list(findings)) == (None, [])


PRODUCT, LEG, TRANSFER = "fare_products", "fare_leg_rules", "fare_transfer_rules"
IN_PRODUCTS, IN_LEGS = "fare_products.txt:5", "fare_leg_rules.txt:4"
IN_TRANSFERS, IN_FRAMES = "fare_transfer_rules.txt:3", "timeframes.txt:3"


@pytest.mark.parametrize(
    ("file", "row", "finding"),
    [
        # references
        (PRODUCT, "x, senior, , 1.00, EUR", f"dangling-reference {IN_PRODUCTS} rider_category_id"),
        (PRODUCT, "x, , card, 1.00, EUR", f"dangling-reference {IN_PRODUCTS} fare_media_id"),
        (LEG, "b, tram, , , , , single", f"dangling-reference {IN_LEGS} network_id"),
        (LEG, "b, , N, , , , single", f"dangling-reference {IN_LEGS} from_area_id"),
        (LEG, "b, , , N, , , single", f"dangling-reference {IN_LEGS} to_area_id"),
        (LEG, "b, , , , night, , single", f"dangling-reference {IN_LEGS} from_timeframe_group_id"),
        (LEG, "b, , , , , night, single", f"dangling-reference {IN_LEGS} to_timeframe_group_id"),
        (LEG, "b, , , , , , day", f"dangling-reference {IN_LEGS} fare_product_id"),
        (LEG, "b, , , , , ,", f"missing-id {IN_LEGS} fare_product_id"),
        (TRANSFER, "tram, rail, , , , 0,", f"dangling-reference {IN_TRANSFERS} from_leg_group_id"),
        (TRANSFER, "bus, tram, , , , 0,", f"dangling-reference {IN_TRANSFERS} to_leg_group_id"),
        (TRANSFER, "bus, rail, , , , 0, x", f"dangling-reference {IN_TRANSFERS} fare_product_id"),
        ("stop_areas", "W, Z", "dangling-reference stop_areas.txt:5 stop_id"),
        ("stop_areas", "N, A", "dangling-reference stop_areas.txt:5 area_id"),
        ("timeframes", "peak, , , never", f"dangling-reference {IN_FRAMES} service_id"),
        ("fare_leg_join_rules", "bus, tram, ,", "dangling-reference fare_leg_join_rules.txt:3 to_network_id"),
        ("fare_leg_join_rules", "bus, bus, Z, Z", "dangling-reference fare_leg_join_rules.txt:3 from_stop_id"),
        # amounts
        (PRODUCT, "x, , , 1.005, EUR", f"bad-amount {IN_PRODUCTS} amount"),
        (PRODUCT, "x, , , '1,50', EUR".replace("'", '"'), f"bad-amount {IN_PRODUCTS} amount"),
        (PRODUCT, "x, , , free, EUR", f"bad-amount {IN_PRODUCTS} amount"),
        (PRODUCT, "x, , , , EUR", f"bad-amount {IN_PRODUCTS} amount"),
        (PRODUCT, "x, , , 1e3, EUR", f"bad-amount {IN_PRODUCTS} amount"),
        (PRODUCT, "x, , , 2.5, JPY", f"bad-amount {IN_PRODUCTS} amount"),
        (PRODUCT, "x, , , \u0661, EUR", f"bad-amount {IN_PRODUCTS} amount"),
        (PRODUCT, "x, , , 12345678901, EUR", f"bad-amount {IN_PRODUCTS} amount"),
        (PRODUCT, "x, , , 1.00, Euro", f"bad-currency {IN_PRODUCTS} currency"),
        (PRODUCT, "x, , , 1.00,", f"bad-currency {IN_PRODUCTS} currency"),
        (PRODUCT, "x, , , 5, EUR", f"odd-decimals {IN_PRODUCTS} amount"),
        (PRODUCT, "x, , , 5.000, EUR", f"odd-decimals {IN_PRODUCTS} amount"),
        # one key, two rows
        (PRODUCT, "single, adult, app, 9.00, EUR", f"duplicate-fare-row {IN_PRODUCTS}"),
        (LEG, "other, bus, W, E, peak, , single", f"duplicate-fare-row {IN_LEGS}"),
        (TRANSFER, "bus, rail, , 3600, 2, 1, plus", f"duplicate-fare-row {IN_TRANSFERS}"),
        ("fare_leg_join_rules", "bus, bus, ,", "duplicate-fare-row fare_leg_join_rules.txt:3"),
        ("areas", "W, Wast", "duplicate-fare-row areas.txt:4"),
        ("rider_categories", "adult, A, 0", "duplicate-fare-row rider_categories.txt:4"),
        ("fare_media", "app, 1", "duplicate-fare-row fare_media.txt:3"),
        # categories
        (PRODUCT, "x, child, , 1.00, EUR", None),
        ("fare_media", "coin, 7", "bad-number fare_media.txt:3 fare_media_type"),
        # timeframes
        ("timeframes", "peak, 8:00:00, 10:00:00, daily", f"timeframes-overlap {IN_FRAMES}"),
        ("timeframes", "peak, 9:00:00, 10:00:00, daily", None),
        ("timeframes", "late, 8:00:00, 10:00:00, daily", None),
        ("timeframes", "late, 22:00:00, 3:00:00, daily", f"bad-timeframe {IN_FRAMES}"),
        ("timeframes", "late, 22:00:00, 25:00:00, daily", f"bad-timeframe {IN_FRAMES}"),
        ("timeframes", "late, 22:00:00, , daily", f"bad-timeframe {IN_FRAMES} end_time"),
        ("timeframes", "late, noon, 14:00:00, daily", f"bad-time {IN_FRAMES} start_time"),
        # transfers that cannot be meant
        (TRANSFER, "bus, bus, 0, , , 0,", f"bad-transfer-rule {IN_TRANSFERS} transfer_count"),
        (TRANSFER, "bus, bus, -2, , , 0,", f"bad-transfer-rule {IN_TRANSFERS} transfer_count"),
        (TRANSFER, "bus, bus, two, , , 0,", f"bad-transfer-rule {IN_TRANSFERS} transfer_count"),
        (TRANSFER, "bus, bus, , , , 0,", f"bad-transfer-rule {IN_TRANSFERS} transfer_count"),
        (TRANSFER, "bus, rail, 1, , , 0,", f"bad-transfer-rule {IN_TRANSFERS} transfer_count"),
        (TRANSFER, "bus, bus, 1, 60, , 0,", f"bad-transfer-rule {IN_TRANSFERS} duration_limit_type"),
        (TRANSFER, "bus, bus, 1, , 1, 0,", f"bad-transfer-rule {IN_TRANSFERS} duration_limit_type"),
        (TRANSFER, "bus, bus, 1, 0, 1, 0,", f"bad-transfer-rule {IN_TRANSFERS} duration_limit"),
        (TRANSFER, "bus, bus, 1, , , ,", f"bad-transfer-rule {IN_TRANSFERS} fare_transfer_type"),
        (TRANSFER, "bus, bus, 1, , , 2,", f"bad-transfer-rule {IN_TRANSFERS} fare_product_id"),
        ("fare_leg_join_rules", "bus, bus, S1,", "bad-join-rule fare_leg_join_rules.txt:3"),
    ],
)  # fmt: skip
def test_findings(tmp_path: Path, file: str, row: str, finding: str | None) -> None:
    assert found(tmp_path, **{file: row})[:1] == ([finding] if finding else [])


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("bus, bus, , , , 0,", (-1, None, None)),
        ("bus, rail, 3, , , 0,", (-1, None, None)),
        ("bus, bus, 2, , 1, 0,", (2, None, None)),
        ("bus, bus, 2, 60, 3, 0,", (2, 60, 3)),
    ],
)
def test_transfer_rules_that_are_read_kindly(
    tmp_path: Path, row: str, rule: tuple[int, int | None, int | None]
) -> None:
    tables, _ = read(tmp_path, text_of(GOOD | {TRANSFER: GOOD[TRANSFER] + row + "\n"}))
    assert tables is not None
    last = tables.transfer_rules[-1]
    assert (last.transfer_count, last.duration_limit_s, last.duration_limit_type) == rule


def test_of_several_categories_exactly_one_is_the_default(tmp_path: Path) -> None:
    categories = GOOD["rider_categories"].replace("Child, 0", "Child, 1")
    finding = "default-category fare_products.txt:2 rider_category_id"
    assert found(tmp_path, rider_categories=f"={categories}") == [finding]
    categories = GOOD["rider_categories"].replace("Adult, 1", "Adult,")
    assert found(tmp_path, rider_categories=f"={categories}") == [finding]


def test_networks_in_two_files(tmp_path: Path) -> None:
    networks = "=network_id, network_name\ntram, Tram\n"
    added = "=network_id, route_id\ntram, R\ntram, X\nbus, X\ntram, Z\n"
    assert sorted(found(tmp_path, networks=networks, route_networks=added)) == [
        "dangling-reference route_networks.txt:5 route_id",
        "duplicate-fare-row route_networks.txt:4 route_id",
        "networks-twice networks.txt:None",
    ]
    files = GOOD | {"networks": networks[1:], "route_networks": added[1:]}
    tables, _ = read(tmp_path, text_of(files))
    assert tables is not None
    assert tables.route_networks["f:R"] == "f:tram", "route_networks.txt counts"
    assert tables.route_networks["f:X"] == "f:tram", "the first row counts"


def test_a_column_of_priorities_changes_what_empty_means(tmp_path: Path) -> None:
    legs = GOOD[LEG].replace("fare_product_id\n", "fare_product_id, rule_priority\n")
    tables, findings = read(tmp_path, text_of(GOOD | {LEG: legs.replace("single\n", "single,\n")}))
    assert list(findings) == []
    assert tables is not None
    assert tables.has_priority


def test_fares_never_keep_a_timetable_from_being_used(tmp_path: Path) -> None:
    """A file without its columns is a warning; nothing is left to price by."""
    files = GOOD | {"fare_products": "fare_product_id, fare_product_name\nsingle, Single\n"}
    tables, findings = read(tmp_path, text_of(files))
    assert tables is None
    assert not findings.has_errors
    codes = [finding.code for finding in findings]
    assert codes[:2] == ["missing-column", "missing-column"]
    assert codes[-1] == "no-fares"


def test_feeds_check_tells_of_fares(tmp_path: Path) -> None:
    legs = GOOD | {LEG: GOOD[LEG] + "b, , , , , , day\n"}
    trips = (
        "\n# trips.txt\nroute_id, service_id, trip_id\nR, daily, T1\n"
        "\n# stop_times.txt\ntrip_id, stop_id, stop_sequence, arrival_time, departure_time\n"
        "T1, A, 1, 8:00:00, 8:00:00\nT1, B, 2, 8:10:00, 8:10:00\n"
    )
    path = gtfs_zip(tmp_path, dedent(PLACES) + trips + text_of(legs))
    (said,) = [str(each) for each in check_feed(path) if each.code == "dangling-reference"]
    assert said == (
        "fare_leg_rules.txt, line 4, fare_product_id: The fare_product_id “day” does not exist or "
        "was left out, and so was this row: add what it means or remove the row."
    )


JUNK = ["", "-1", "999999999999", "ü", "a,b", '"', "\x00", "24:00:01", "1.5", "{0}", "adult", "bus"]


@pytest.mark.parametrize("seed", range(60))
def test_hostile_files_never_crash(tmp_path: Path, seed: int) -> None:
    """Fields, rows and headers are overwritten with rubbish; findings may say what they like."""
    rng = random.Random(seed)
    files = dict(GOOD)
    for _ in range(rng.randint(1, 6)):
        name = rng.choice(list(files))
        rows = files[name].split("\n")
        row = rng.randrange(len(rows))
        cells = rows[row].split(",")
        cells[rng.randrange(len(cells))] = rng.choice(JUNK)
        rows[row] = ",".join(cells)
        if rng.random() < 0.2:
            del rows[rng.randrange(len(rows))]
        files[name] = "\n".join(rows)
    path = gtfs_zip(tmp_path, dedent(PLACES) + text_of(files))
    findings = Findings()
    with open_archive(path) as archive:
        tables = read_fares(archive, "f", findings)
    assert not findings.has_errors
    assert tables is None or tables.leg_rules
