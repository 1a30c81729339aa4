"""An image carries the fares of its feeds, and says so."""

from pathlib import Path
from textwrap import dedent

import pytest
from typer.testing import CliRunner

from feeds.errors import ImageCorrupt
from feeds.image.build import FeedInput, build_image
from feeds.image.fares import load_fares, save_fares
from feeds.image.image import load_image, verify_image
from kommit.cli.main import app
from tests.feeds.fares.test_read import GOOD, text_of
from tests.support.fares import PLACES, read
from tests.support.gtfs import gtfs_zip

TRIPS = """
# trips.txt
route_id, service_id, trip_id
R,        daily,      T1

# stop_times.txt
trip_id, stop_id, stop_sequence, arrival_time, departure_time
T1,      A,       1,             8:00:00,      8:00:00
T1,      B,       2,             8:10:00,      8:10:00
"""


def build(folder: Path, files: dict[str, str] = GOOD, name: str = "image") -> Path:
    feed = gtfs_zip(folder, dedent(PLACES) + TRIPS + text_of(files), f"{name}.zip")
    plain = gtfs_zip(folder, name="plain.zip")
    build_image([FeedInput("p", plain), FeedInput("f", feed)], None, folder / name)
    return folder / name


def test_fares_come_back_as_they_were_read(tmp_path: Path) -> None:
    expected, _ = read(tmp_path, text_of(GOOD))
    image = verify_image(build(tmp_path))
    assert image.fares == (expected,), "the other feed has none"
    assert "fares/tables.json" in image.manifest.files
    (tables,) = image.fares
    for stop in tables.stop_areas:
        assert image.catalogue.find_stop(stop) is not None
    assert tables.transfer_rules[0].type.name == "FROM_LEG", "numbers are choices again"
    assert tables.media[0].type.name == "APP"


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    assert load_image(build(tmp_path)).id == load_image(build(tmp_path)).id


def test_other_fares_are_another_image(tmp_path: Path) -> None:
    dearer = GOOD | {"fare_products": GOOD["fare_products"].replace("2.80", "2.90")}
    assert load_image(build(tmp_path)).id != load_image(build(tmp_path, dearer, "dearer")).id


def test_a_changed_price_is_noticed(tmp_path: Path) -> None:
    image = build(tmp_path)
    file = image / "fares" / "tables.json"
    file.write_text(file.read_text().replace("280", "100"))
    with pytest.raises(ImageCorrupt, match=r"fares/tables.json is not as built"):
        verify_image(image)


@pytest.mark.parametrize("text", ["", "[7]", '[{"scope": "f"}]', '[{"leg_rules": [[1]]}]', "{}}"])
def test_a_damaged_file_is_noticed(tmp_path: Path, text: str) -> None:
    image = build(tmp_path)
    (image / "fares" / "tables.json").write_text(text)
    with pytest.raises(ImageCorrupt):
        load_image(image)


def test_image_info_counts_them(tmp_path: Path) -> None:
    image = build(tmp_path)
    said = CliRunner().invoke(app, ["image", "info", str(image)], env={"COLUMNS": "200"})
    assert said.exit_code == 0
    assert "2 products, 2 rules of legs, 1 of transfers (EUR)" in said.output
    assert "fares p" not in said.output


def test_no_fares(tmp_path: Path) -> None:
    save_fares([None], tmp_path / "fares")
    assert load_fares(tmp_path / "fares") == ()
