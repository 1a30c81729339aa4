"""Fleet files: those of the demo region are read; what cannot be is named in a plain sentence."""

from pathlib import Path
from typing import Any

import pytest

from booking.fleets.reading import parse_fleet, read_fleet
from kommit.kit.node import BadFile
from kommit.regions.region import REGIONS
from tests.support.fleets import document

FILES = sorted((REGIONS / "senden" / "fleets").glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_demo_regions_fleets_can_be_read(path: Path) -> None:
    fleet, vehicles, fingerprint = read_fleet(path)
    assert vehicles
    assert len(fingerprint) == 64
    assert "illustrative" in path.read_text("utf-8").lower()
    assert "(Demo" in fleet.name


def test_the_cargo_bicycles_are_as_published() -> None:
    fleet, vehicles, _ = read_fleet(REGIONS / "senden" / "fleets" / "lastenrad.toml")
    assert [station.id for station in fleet.stations] == [
        "musikerviertel",
        "hagenkamp",
        "drachenwiese",
    ]
    assert fleet.rules.days_ahead == 14
    assert fleet.plans[0].price_minor(3 * 3600 + 1800, 0) == 400
    assert {vehicle.home_id for vehicle in vehicles} == {one.id for one in fleet.stations}


def broken(path: str, value: Any) -> dict[str, Any]:
    """Return the file with one field changed, or removed by None; a path reads ``type.0.plan``."""
    changed = document()
    node: Any = changed
    *way, last = path.split(".")
    for step in way:
        node = node[int(step)] if step.isdigit() else node[step]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("system", None, "boxes.toml: system: is missing"),
        ("system.id", "a b", "[system]: id: has up to 64 letters"),
        ("system.time_zone", "Europe/Senden", "there is no time zone 'Europe/Senden'"),
        ("system.colour", "red", "[system]: colour: means nothing here"),
        ("rules.days_ahead", -1, "[rules]: days_ahead: is a whole number from 0 to 366"),
        ("rules.min_rental_min", 2000, "is longer than max_rental_min"),
        ("hours.0.to", "25:00", "[[hours]] 1: to: a day's times go from 00:00 to 24:00"),
        ("hours.0.to", "05:00", "to: must be later than from"),
        ("hours.0.days", ["monday"], "[[hours]] 1: days: is a list of mon, tue"),
        ("closure.0.last", None, "[[closure]] 1: last: is missing"),
        ("type.0.plan", "day", "type: cargo: there is no plan 'day' in this file"),
        ("type.0.form_factor", "tank", "form_factor: is one of bicycle, "),
        ("type.0.max_range_km", None, "[[type]] 1: max_range_km: is missing"),
        ("station.0.lat", 91, "[[station]] 1: lat: is a number of degrees from -90 to 90"),
        ("station.1.id", "meadow", "station: 'meadow' is there twice"),
        ("station.0.capacity", 1, "station: meadow has 1 places for 2"),
        ("vehicle.1.station", "moon", "[[vehicle]] 2: station: there is no station 'moon'"),
        ("vehicle.1.station", None, "station: is missing: a vehicle of this type comes back"),
        ("vehicle.1.slot", 1, "vehicle: 'meadow, box 1' is there twice"),
        ("plan.0.fare_cap", {"minutes": 0, "minor": 1}, "minutes: is a whole number from 1 to"),
        ("plan.0.fare_cap", {"minutes": 9}, "[[plan]] 1 [fare_cap]: minor: is missing"),
        ("plan.0.fare_cap", {"minutes": 9, "minor": 9, "x": 1}, "[fare_cap]: x: means nothing"),
        ("plan.0.per_min.0.interval", None, "[[plan]] 1 [[per_min]] 1: interval: is missing"),
        (
            "zone",
            [{"polygon": [[[1, 2], [3, 4]]]}],
            "[[zone]] 1: polygon: a ring has three corners",
        ),
        ("zones", [], "boxes.toml: zones: means nothing here; is it misspelt?"),
    ],
)
def test_what_cannot_be_is_named(path: str, value: Any, sentence: str) -> None:
    with pytest.raises(BadFile) as refusal:
        parse_fleet(broken(path, value), "boxes.toml")
    assert sentence in str(refusal.value)


def test_a_file_that_is_no_toml_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"nothing\.toml cannot be read: No such file"):
        read_fleet(tmp_path / "nothing.toml")
    (tmp_path / "bad.toml").write_text("[system")
    with pytest.raises(BadFile, match=r"bad\.toml is no TOML"):
        read_fleet(tmp_path / "bad.toml")
