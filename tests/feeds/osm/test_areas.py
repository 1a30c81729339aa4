"""Squares: crossed by straight lines, round their holes, by those who may."""

from pathlib import Path

import numpy as np
import pytest

from feeds.osm.areas import MOST_CORNERS, lines_across, read_areas
from feeds.osm.collected import Point
from feeds.osm.read import read_streets
from kommit.kit.geo import M_PER_DEG_LAT
from routing.street.build import build_network
from routing.street.profile import Profile
from routing.street.router import StreetRouter

LAT0, LON0 = 51.0, 7.0


def point(number: int, east_m: float, north_m: float) -> Point:
    lat = LAT0 + north_m / M_PER_DEG_LAT
    return Point(number, lat, LON0 + east_m / M_PER_DEG_LAT / np.cos(np.radians(LAT0)))


def ring(*corners: tuple[float, float], first: int = 1) -> list[Point]:
    points = [point(first + i, *corner) for i, corner in enumerate(corners)]
    return [*points, points[0]]


SQUARE = ring((0, 0), (100, 0), (100, 100), (0, 100))
HOLE = ring((40, 40), (60, 40), (60, 60), (40, 60), first=11)
# an L: the corner 4 at (50, 50) points inwards
BENT = ring((0, 0), (100, 0), (100, 50), (50, 50), (50, 100), (0, 100))


def drawn(lines: list[tuple[Point, Point]]) -> set[tuple[int, ...]]:
    return {tuple(sorted((one.id, other.id))) for one, other in lines}


def test_a_square_is_crossed_from_corner_to_corner() -> None:
    assert drawn(lines_across([SQUARE], {1, 3})) == {(1, 3)}
    assert drawn(lines_across([SQUARE], {1, 2, 3, 4})) == {(1, 3), (2, 4)}


def test_along_an_edge_there_is_a_way_already() -> None:
    assert drawn(lines_across([SQUARE], {1, 2})) == set()


def test_a_fountain_is_walked_round() -> None:
    lines = drawn(lines_across([SQUARE, HOLE], {1, 3}))
    assert (1, 3) not in lines
    assert lines in ({(1, 12), (3, 12)}, {(1, 14), (3, 14)})


def test_a_bend_is_walked_round() -> None:
    assert drawn(lines_across([BENT], {3, 5})) == set(), "round the corner along its edges"
    assert drawn(lines_across([BENT], {2, 6})) == {(2, 4), (4, 6)}
    assert drawn(lines_across([BENT], {1, 4})) == {(1, 4)}


def test_a_line_through_a_corner_is_two() -> None:
    # 3 stands in the middle between 1 and 5, on the tip of a notch
    notched = ring((0, 0), (50, -50), (50, 0), (60, -50), (100, 0), (50, 80))
    assert drawn(lines_across([notched], {1, 5})) == {(1, 3), (3, 5)}


def test_lines_never_leave_a_random_area() -> None:
    random = np.random.default_rng(3)
    for _ in range(20):
        angle = np.sort(random.uniform(0, 2 * np.pi, 14))
        reach = random.uniform(20, 100, 14)
        star = ring(*zip(reach * np.cos(angle), reach * np.sin(angle), strict=True))
        for one, other in lines_across([star], set(range(1, 15))):
            for share in np.linspace(0.01, 0.99, 50):
                lat = one.lat + share * (other.lat - one.lat)
                lon = one.lon + share * (other.lon - one.lon)
                assert _winding(star, lat, lon) == pytest.approx(2 * np.pi, abs=1e-3)


def _winding(star: list[Point], lat: float, lon: float) -> float:
    """Return the angle by which the edge goes round a point: another way to tell inside."""
    scale = np.cos(np.radians(LAT0))
    seen = np.unwrap([np.arctan2(p.lat - lat, (p.lon - lon) * scale) for p in star])
    return float(abs(seen[-1] - seen[0]))


NODES = "".join(
    f"<node id='{p.id}' lat='{p.lat:.9f}' lon='{p.lon:.9f}'/>"
    for p in (*SQUARE[:-1], *HOLE[:-1], point(21, -50, 0), point(23, 150, 100))
)
ROADS = "".join(
    f"<way id='{way}'><nd ref='{one}'/><nd ref='{other}'/><tag k='highway' v='residential'/></way>"
    for way, one, other in ((1, 21, 1), (2, 3, 23))
)
EDGE = "".join(f"<nd ref='{number}'/>" for number in (1, 2, 3, 4, 1))
IN_EDGE = "".join(f"<nd ref='{number}'/>" for number in (11, 12, 13, 14, 11))
TAGS = "<tag k='highway' v='pedestrian'/><tag k='name' v='Marktplatz'/>"


def extract(folder: Path, area: str) -> Path:
    path = folder / "square.osm"
    path.write_text(f"<osm version='0.6'>{NODES}{ROADS}{area}</osm>")
    return path


def metres(path: Path, profile: Profile) -> tuple[int, set[str]] | None:
    """Return the way between the far ends of both roads, and the streets that it takes."""
    streets = read_streets(path)
    network = build_network(streets.ways)
    router = StreetRouter(network, profile, np.empty(0), np.empty(0))
    start, end = point(0, -50, 0), point(0, 150, 100)
    found = router.path((start.lat, start.lon), (end.lat, end.lon), 3600)
    if found is None:
        return None
    return found.metres, {streets.names[step.name] for step in found.steps if step.name >= 0}


def test_a_closed_way_is_crossed_on_foot_and_by_wheelchair_under_its_name(tmp_path: Path) -> None:
    path = extract(tmp_path, f"<way id='3'>{EDGE}<tag k='area' v='yes'/>{TAGS}</way>")
    for profile in (Profile.FOOT, Profile.WHEELCHAIR, Profile.BICYCLE):
        found = metres(path, profile)
        assert found is not None
        assert found[0] == pytest.approx(50 + 141 + 50, abs=2)
        assert found[1] == {"Marktplatz"}
    assert metres(path, Profile.CAR) is None


def test_a_closed_street_is_no_square(tmp_path: Path) -> None:
    path = extract(tmp_path, f"<way id='3'>{EDGE}{TAGS}</way>")
    assert read_areas(path) == []
    assert metres(path, Profile.FOOT) == (pytest.approx(300, abs=2), {"Marktplatz"})


def test_a_multipolygon_is_crossed_round_its_hole_and_along_its_edge(tmp_path: Path) -> None:
    path = extract(
        tmp_path,
        f"<way id='3'>{EDGE}</way><way id='4'>{IN_EDGE}</way><relation id='9'>"
        "<member type='way' ref='3' role='outer'/><member type='way' ref='4' role='inner'/>"
        f"<tag k='type' v='multipolygon'/>{TAGS}</relation>",
    )
    found = metres(path, Profile.FOOT)
    round_it = 2 * np.hypot(60, 40)
    assert found == (pytest.approx(50 + round_it + 50, abs=2), {"Marktplatz"})


def test_a_private_square_is_not_crossed(tmp_path: Path) -> None:
    private = TAGS + "<tag k='access' v='private'/>"
    path = extract(tmp_path, f"<way id='3'>{EDGE}<tag k='area' v='yes'/>{private}</way>")
    assert metres(path, Profile.FOOT) is None


def test_an_area_of_too_many_corners_is_walked_round_and_told_of(tmp_path: Path) -> None:
    angles = np.linspace(0, 2 * np.pi, MOST_CORNERS + 2)[:-1]
    corners = [point(100 + i, 99 * np.cos(a), 99 * np.sin(a)) for i, a in enumerate(angles)]
    nodes = "".join(f"<node id='{p.id}' lat='{p.lat:.9f}' lon='{p.lon:.9f}'/>" for p in corners)
    refs = "".join(f"<nd ref='{p.id}'/>" for p in (*corners, corners[0]))
    roads = "".join(
        f"<way id='{way}'><nd ref='{way}'/><nd ref='{number}'/><tag k='highway' v='path'/></way>"
        for way, number in ((21, 100), (23, 200))
    )
    path = tmp_path / "round.osm"
    path.write_text(
        f"<osm version='0.6'>{NODES}{nodes}<way id='3'>{refs}<tag k='area' v='yes'/>{TAGS}</way>"
        f"{roads}</osm>"
    )
    assert [finding.code for finding in read_streets(path).findings] == ["area-not-crossed"]
