"""A real timetable on real streets becomes one image."""

import time
from pathlib import Path

import numpy as np
import pytest

from feeds.errors import ImageCorrupt
from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image, verify_image
from tests.support.shared import shared_data

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def heidelberg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("images") / "heidelberg"
    feed = FeedInput("vrn", shared_data("gtfs", "vrn_heidelberg_cut.zip"))
    build_image([feed], shared_data("osm", "heidelberg.osm.pbf"), out)
    return out


def test_it_loads_at_once_and_is_whole(heidelberg: Path) -> None:
    start = time.perf_counter()
    image = load_image(heidelberg)
    assert time.perf_counter() - start < 0.3
    assert verify_image(heidelberg).id == image.id
    assert image.manifest.attribution[-1] == "© OpenStreetMap contributors (ODbL)"


def test_streets_and_their_names_come_back(heidelberg: Path) -> None:
    image = load_image(heidelberg)
    assert image.streets is not None
    assert image.streets.graph.node_lat.size > 10_000
    assert int(image.streets.graph.segment_name.max()) < len(image.catalogue.street_names)
    assert "Bergheimer Straße" in set(image.catalogue.street_names)


def test_riders_walk_between_stops_along_streets(heidelberg: Path) -> None:
    tt = load_image(heidelberg).timetable
    stations = np.flatnonzero(np.bincount(tt.stop_station[tt.stop_station >= 0]))
    origin = np.repeat(np.arange(tt.n_stops), np.diff(tt.transfer_ptr))
    assert tt.transfer_stop.size > 1000
    assert not np.isin(tt.transfer_stop, stations).any()
    assert not (tt.transfer_stop == origin).any()
    assert tt.transfer_s.max() <= 600
    assert (tt.transfer_m >= 0).all()
    pairs = set(zip(origin.tolist(), tt.transfer_stop.tolist(), strict=True))
    assert len(pairs) == tt.transfer_stop.size


def test_a_street_graph_that_does_not_fit_is_refused(heidelberg: Path) -> None:
    path = heidelberg / "streets" / "nets" / "car" / "arc_ptr.npy"
    whole = path.read_bytes()
    np.save(path, np.load(path)[:-1])
    with pytest.raises(ImageCorrupt, match=r"car: .*_ptr has the wrong type or shape"):
        load_image(heidelberg)
    path.write_bytes(whole)


def test_muenster_without_streets(tmp_path: Path) -> None:
    path = shared_data("gtfs", "stadtwerke_muenster_2023.zip")
    report = build_image([FeedInput("swms", path)], None, tmp_path / "image")
    assert report.counts["events"] == 766_484
    names = load_image(tmp_path / "image").catalogue
    station = names.find_stop("swms:4074101P")
    assert station is not None
    assert names.stop(station).name == "Alexianer-Campus"
    assert names.stop(station).is_station
