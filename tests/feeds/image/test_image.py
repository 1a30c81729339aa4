"""Images that were damaged are refused, and a refused image never becomes live."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from feeds.errors import ImageCorrupt, ImageError, ImageMissing, ImageOutdated
from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image, verify_image
from feeds.image.live import activate, current
from feeds.image.manifest import FORMAT
from feeds.image.shapes import BOUNDS, HIERARCHY, NET, STREETS, TIMETABLE
from routing.street.graph import StreetGraph
from routing.street.hierarchy import Hierarchy
from routing.street.net import Net
from routing.timetable import Timetable
from routing.transit.bounds import Bounds
from tests.support.gtfs import gtfs_zip


@pytest.fixture
def image(tmp_path: Path) -> Path:
    out = tmp_path / "image"
    build_image([FeedInput("rvm", gtfs_zip(tmp_path))], None, out)
    return out


def edit_manifest(folder: Path, **values: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_every_array_has_a_type_and_a_shape() -> None:
    assert set(TIMETABLE) == set(Timetable._fields)
    assert set(BOUNDS) == set(Bounds._fields)
    assert set(STREETS) == set(StreetGraph._fields)
    assert set(NET) == set(Net._fields)
    assert set(HIERARCHY) == set(Hierarchy._fields)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(ImageMissing, match="no network image at"):
        load_image(tmp_path)


def test_another_format(image: Path) -> None:
    edit_manifest(image, format=0)
    with pytest.raises(ImageOutdated, match=r"format 0.*build it again"):
        load_image(image)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", f'{{"format": {FORMAT}}}', f'{{"format": {FORMAT}, "region": 3}}']
)
def test_a_manifest_that_makes_no_sense(image: Path, text: str) -> None:
    (image / "manifest.json").write_text(text)
    with pytest.raises((ImageCorrupt, ImageOutdated)):
        load_image(image)


def test_a_manifest_that_was_changed(image: Path) -> None:
    edit_manifest(image, valid_until="2099-12-31")
    with pytest.raises(ImageCorrupt, match="was changed"):
        load_image(image)


def test_every_file_that_is_missing_or_cut_is_noticed_on_load(image: Path) -> None:
    for file in sorted(image.rglob("*.npy")):
        whole = file.read_bytes()
        file.write_bytes(whole[:-1] if len(whole) > 128 else whole[:40])
        with pytest.raises(ImageCorrupt, match="damaged"):
            load_image(image)
        file.unlink()
        with pytest.raises(ImageCorrupt, match="damaged"):
            load_image(image)
        file.write_bytes(whole)
    assert load_image(image).id


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("timetable/stop_lat", lambda a: a[:-1]),
        ("timetable/event_stop", lambda a: a.astype(np.int64)),
        ("timetable/trip_route", lambda a: np.append(a, a[:1])),
        ("timetable/trip_event_ptr", lambda a: a + 1),
        ("timetable/day_epoch", lambda a: a[:, 1:]),
        ("timetable/booking_rules", lambda a: a[:, :4]),
        ("timetable/first_day", lambda a: np.append(a, a)),
        ("catalogue/stop_name/ptr", lambda a: a[:-1]),
        ("catalogue/route_id/ptr", lambda a: np.append(a, a[-1:])),
        ("catalogue/trip_order", lambda a: a[:-1]),
    ],
)
def test_arrays_that_do_not_fit_together(
    image: Path, name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    path = image / f"{name}.npy"
    np.save(path, change(np.load(path)))
    with pytest.raises(ImageCorrupt, match="damaged"):
        load_image(image)


def test_a_flipped_bit_is_found_by_the_hashes(image: Path) -> None:
    path = image / "timetable" / "event_departure.npy"
    array = np.load(path)
    array[0] += 1
    np.save(path, array)
    load_image(image)
    with pytest.raises(ImageCorrupt, match=r"event_departure\.npy is not as built"):
        verify_image(image)


def test_nothing_is_live_at_first(tmp_path: Path) -> None:
    assert current(tmp_path) is None


def test_the_pointer_switches(image: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(image, other)
    store = tmp_path / "store"
    assert activate(image, store).id == load_image(image).id
    assert current(store) == image
    activate(other, store)
    assert current(store) == other
    assert [path.name for path in store.iterdir()] == ["current"]


def test_a_store_can_be_moved_with_its_images(image: Path, tmp_path: Path) -> None:
    store = tmp_path / "var" / "images"
    store.mkdir(parents=True)
    image.rename(store / "one")
    activate(store / "one", store)
    (tmp_path / "var").rename(tmp_path / "moved")
    assert load_image(tmp_path / "moved" / "images" / "current").id


def test_a_damaged_image_never_becomes_live(image: Path, tmp_path: Path) -> None:
    broken, store = tmp_path / "broken", tmp_path / "store"
    shutil.copytree(image, broken)
    activate(image, store)
    array = np.load(broken / "timetable" / "stop_lat.npy")
    np.save(broken / "timetable" / "stop_lat.npy", array + 1)
    with pytest.raises(ImageError):
        activate(broken, store)
    assert current(store) == image


def test_a_store_that_cannot_be_written_is_one_clear_error(image: Path, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file")
    with pytest.raises(ImageError, match="cannot be made live"):
        activate(image, tmp_path / "store")


def test_running_readers_keep_the_image_they_have(image: Path, tmp_path: Path) -> None:
    before = load_image(image)
    stops = before.catalogue.stop(2)
    build_image([FeedInput("new", gtfs_zip(tmp_path))], None, image)
    assert before.catalogue.stop(2) == stops
    assert load_image(image).catalogue.stop(2).id == "new:C"
