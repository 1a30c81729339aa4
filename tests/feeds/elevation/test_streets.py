"""Streets on a hill: slower up, refused to wheelchairs where steep, kept in the image's manifest."""

from pathlib import Path

import numpy as np
import pytest

from feeds.elevation.streets import lifted
from feeds.errors import FeedError
from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image
from feeds.osm.read import read_streets
from routing.street.build import build_network
from routing.street.graph import CLOSED
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.slopes import FACTORS, SLOPES
from routing.street.ways import WheelchairState
from tests.support.gtfs import gtfs_zip
from tests.support.streets import LAT0, LON0, STEP_M, Drawing

STREET = Drawing("""
    A.B.C

    ABC
    """)
POST = 0.001
"""Degrees between posts, about 70 m eastwards."""


def hill(folder: Path, slope: float) -> Path:
    """Write a plane that climbs to the east."""
    metres = slope * POST * 111_195 * np.cos(np.radians(LAT0)) * np.arange(20)
    rows = "\n".join(" ".join(f"{height:.3f}" for height in metres) for _ in range(20))
    path = folder / "hill.asc"
    path.write_text(
        f"ncols 20\nnrows 20\nxllcenter {LON0 - 5 * POST}\nyllcenter {LAT0 - 10 * POST}\n"
        f"cellsize {POST}\n{rows}\n"
    )
    return path


def on(folder: Path, slope: float) -> StreetNetwork:
    streets = read_streets(STREET.write(folder / "street.osm.pbf"))
    return build_network(lifted(streets, hill(folder, slope)).ways)


def costs(network: StreetNetwork, profile: Profile) -> list[int]:
    return network.nets[profile].way_cost.tolist()


@pytest.mark.parametrize(
    ("profile", "slope", "up", "down"),
    [
        (Profile.FOOT, 0.05, 1.19, 0.84),
        (Profile.FOOT, 0.10, 1.42, 1.00),
        (Profile.WHEELCHAIR, 0.05, 1.19, 1.19),
        (Profile.BICYCLE, 0.05, 1.70, 0.71),
        (Profile.CARGO_BICYCLE, 0.08, 1.52, 0.71),
        (Profile.SCOOTER, 0.08, 0.8, 0.8),
        (Profile.CAR, 0.08, 1.44, 1.44),
    ],
)
def test_time_up_and_down(
    tmp_path: Path, profile: Profile, slope: float, up: float, down: float
) -> None:
    level = costs(on(tmp_path, 0.0), profile)
    climbed = costs(on(tmp_path, slope), profile)
    if profile in {Profile.SCOOTER, Profile.CAR}:
        assert climbed == level
        return
    share = [one / other for one, other in zip(climbed, level, strict=True)]
    assert share == pytest.approx([up, down], abs=0.02)


def test_going_up_is_never_quicker_than_level_ground() -> None:
    for table in FACTORS.values():
        uphill = table[SLOPES > 0]
        assert uphill.min() >= 1.0
        assert (np.diff(uphill) >= -1e-9).all()
        assert table[np.searchsorted(SLOPES, 0.0)] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(("slope", "is_open"), [(0.05, True), (0.07, False), (-0.07, False)])
def test_wheelchairs_climb_six_percent(tmp_path: Path, slope: float, *, is_open: bool) -> None:
    network = on(tmp_path, slope)
    state = WheelchairState.ASSUMED if is_open else WheelchairState.INCLINE
    assert (max(costs(network, Profile.WHEELCHAIR)) < CLOSED) == is_open
    assert network.graph.segment_wheelchair.tolist() == [state]


@pytest.mark.parametrize("tag", ["wheelchair=yes", "incline=4%"])
def test_what_tags_say_counts_more_than_heights(tmp_path: Path, tag: str) -> None:
    drawing = Drawing(f"""
        A.B.C

        ABC {tag}
        """)
    streets = read_streets(drawing.write(tmp_path / "street.osm.pbf"))
    network = build_network(lifted(streets, hill(tmp_path, 0.08)).ways)
    assert max(costs(network, Profile.WHEELCHAIR)) < CLOSED


@pytest.mark.parametrize(
    ("tag", "is_level"), [("bridge=yes", True), ("tunnel=yes", True), ("", False)]
)
def test_bridges_and_tunnels_do_not_follow_the_ground(
    tmp_path: Path, tag: str, *, is_level: bool
) -> None:
    # up and down again: A and C are level, B stands on the ridge between
    drawing = Drawing(f"""
        A.B.C

        ABC {tag}
        """)
    ways = read_streets(drawing.write(tmp_path / "street.osm.pbf")).ways
    ridge = np.array([0.0, 0.1 * STEP_M, 0.0], np.float32)
    network = build_network(ways._replace(point_height=ridge))
    expected = 2 * STEP_M * 10 * (1.0 if is_level else (1.419 + 1.0) / 2)
    assert costs(network, Profile.FOOT) == pytest.approx([expected] * 2, rel=0.01)


def test_tags_slow_cargo_bicycles_where_heights_are_not_known(tmp_path: Path) -> None:
    drawing = Drawing("""
        A.B.C

        ABC incline=8%
        """)
    network = build_network(read_streets(drawing.write(tmp_path / "street.osm.pbf")).ways)
    up, down = costs(network, Profile.CARGO_BICYCLE)
    assert up > 1.4 * 2 * STEP_M * 10 * 0.96 > down
    assert len(set(costs(network, Profile.BICYCLE))) == 1


def test_points_without_height_are_told_of_and_level(tmp_path: Path) -> None:
    streets = read_streets(STREET.write(tmp_path / "street.osm.pbf"))
    path = tmp_path / "N10E010.hgt"
    path.write_bytes(np.zeros((3, 3), ">i2").tobytes())
    raised = lifted(streets, path)
    assert [finding.code for finding in raised.findings] == ["height-not-known"]
    assert costs(build_network(raised.ways), Profile.FOOT) == costs(
        build_network(streets.ways), Profile.FOOT
    )


def test_the_image_says_which_heights_it_was_built_with(tmp_path: Path) -> None:
    feeds = [FeedInput("rvm", gtfs_zip(tmp_path))]
    osm = STREET.write(tmp_path / "street.osm.pbf")
    build_image(feeds, osm, tmp_path / "level")
    build_image(feeds, osm, tmp_path / "hilly", elevation=hill(tmp_path, 0.05))
    level, hilly = (load_image(tmp_path / name) for name in ("level", "hilly"))
    assert hilly.manifest.streets is not None
    assert hilly.manifest.streets.elevation == "hill.asc"
    assert hilly.id != level.id
    with pytest.raises(FeedError, match="give a street extract"):
        build_image(feeds, None, tmp_path / "none", elevation=hill(tmp_path, 0.05))
