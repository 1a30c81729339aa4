"""Extracts in: what is kept, what is told, and what is refused."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from feeds.osm.errors import StreetsUnreadable
from feeds.osm.read import read_streets
from routing.street.graph import CLOSED, StreetClass
from routing.street.profile import Profile
from routing.street.snap import snap
from tests.support.shared import shared_data
from tests.support.streets import Drawing, network_of

POINTS = b"<node id='1' lat='51' lon='7'/><node id='2' lat='51' lon='7.01'/>"
WAY = b"<way id='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='path'/></way>"
ONE_STREET = b"<osm version='0.6'>" + POINTS + WAY + b"</osm>"
UNSORTED = b"<osm version='0.6'>" + WAY + POINTS + b"</osm>"

CROSSING = Drawing(
    """
    A.B.C
    ..D..
    ..E..

    ABC name=Hauptstraße
    BD highway=steps
    DE highway=footway oneway:foot=yes
    """
)


def test_ways_are_cut_where_they_meet(tmp_path: Path) -> None:
    path = CROSSING.write(tmp_path / "x.osm.pbf")
    streets, graph = read_streets(path), network_of(path).graph

    assert graph.n_segments == 4
    assert graph.n_nodes == 5
    assert streets.names == ["Hauptstraße"]
    assert sorted(graph.segment_name.tolist()) == [-1, -1, 0, 0]
    np.testing.assert_allclose(graph.segment_length_dm, 1000, atol=2)


def test_stairs_cost_more_than_their_length_and_one_way_is_closed(tmp_path: Path) -> None:
    network = CROSSING.network(tmp_path)
    graph, way_cost = network.graph, network.nets[Profile.FOOT].way_cost
    costs = {
        int(kind): way_cost.reshape(-1, 2)[graph.segment_class == kind].tolist()
        for kind in (StreetClass.STEPS, StreetClass.PATH)
    }
    (stairs,), (footway,) = costs[StreetClass.STEPS], costs[StreetClass.PATH]
    assert stairs == [pytest.approx(1400, abs=4)] * 2
    assert footway == [pytest.approx(1000, abs=2), CLOSED]


def test_the_same_extract_gives_the_same_arrays(tmp_path: Path) -> None:
    path = CROSSING.write(tmp_path / "x.osm.pbf")
    networks = network_of(path), network_of(path)
    for one, other in zip(*(network.graph for network in networks), strict=True):
        np.testing.assert_array_equal(one, other)
    for profile in Profile:
        for one, other in zip(*(network.nets[profile] for network in networks), strict=True):
            np.testing.assert_array_equal(one, other)


def test_every_format_of_the_same_streets_is_read_alike(tmp_path: Path) -> None:
    graphs = [
        network_of(CROSSING.write(tmp_path / f"x{ending}")).graph
        for ending in (".osm.pbf", ".osm", ".osm.gz")
    ]
    assert {graph.n_segments for graph in graphs} == {4}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.osm.pbf", b"", "is empty"),
        ("text.osm.pbf", b"this is no map", "cannot be read"),
        ("broken.osm", b"<osm version='0.6'><way id='1'>", "cannot be read"),
        ("page.html", b"<html>", "not named like"),
        ("nothing.osm", b"<osm version='0.6'></osm>", "no street that can be walked on"),
        ("cut.osm.gz", gzip.compress(ONE_STREET)[:-12], "cannot be read"),
        ("junk.osm.bz2", b"BZh9junk", "cannot be read"),
        ("off.osm", ONE_STREET.replace(b"lat='51'", b"lat='951'"), "cannot be read"),
        ("car.osm", ONE_STREET.replace(b"path", b"motorway"), "no street that can be walked on"),
        ("house.osm", ONE_STREET.replace(b"highway", b"building"), "no street that can be walked"),
        ("unsorted.osm", UNSORTED, "points must stand before ways"),
        ("negative.osm", ONE_STREET.replace(b"'1'", b"'-1'"), "have positive ids"),
        ("jump.osm", ONE_STREET.replace(b"'7.01'", b"'7.9'"), "no street that can be walked on"),
    ],
)
def test_what_is_no_extract_is_refused_with_one_sentence(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(StreetsUnreadable, match=told):
        network_of(path)


def test_a_stray_point_costs_its_piece_of_street_and_no_memory(tmp_path: Path) -> None:
    # 3 stands on the other side of the world; so does a street of its own, 4-5
    path = tmp_path / "stray.osm"
    more = (
        b"<node id='3' lat='-80' lon='-179'/><node id='4' lat='80' lon='179'/>"
        b"<node id='5' lat='80.001' lon='179'/>"
    )
    ways = b"".join(
        b"<way id='%d'>%s<tag k='highway' v='path'/></way>"
        % (number, b"".join(b"<nd ref='%d'/>" % node for node in nodes))
        for number, nodes in enumerate(((1, 2, 3), (4, 5)), start=1)
    )
    path.write_bytes(b"<osm version='0.6'>" + POINTS + more + ways + b"</osm>")
    streets, network = read_streets(path), network_of(path)

    assert network.graph.n_segments == 2
    assert network.graph.grid_ptr.nbytes < 10e6
    assert [finding.code for finding in streets.findings] == ["street-jump"]
    usable = network.nets[Profile.FOOT].segment_usable
    snaps = snap(network.graph, usable, np.array([51.0001, 80.0005]), np.array([7.005, 179.0]))
    np.testing.assert_allclose(snaps.fraction, [0.5, 0.5], atol=1e-3)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StreetsUnreadable, match=r"no file .*gone\.osm\.pbf"):
        read_streets(tmp_path / "gone.osm.pbf")


@pytest.mark.shared
def test_a_real_extract_cut_short_anywhere_is_refused(tmp_path: Path) -> None:
    whole = shared_data("osm", "liechtenstein.osm.pbf").read_bytes()
    for size in (10, 1_000, len(whole) // 2, len(whole) - 1):
        path = tmp_path / "cut.osm.pbf"
        path.write_bytes(whole[:size])
        with pytest.raises(StreetsUnreadable):
            read_streets(path)


def test_a_street_that_leaves_the_extract_is_not_joined_across_the_gap(tmp_path: Path) -> None:
    path = tmp_path / "gap.osm"
    nodes = "".join(f"<node id='{i}' lat='51' lon='{7 + i / 100}'/>" for i in (1, 2, 5, 6, 8))
    refs = "".join(f"<nd ref='{i}'/>" for i in (1, 2, 3, 4, 5, 6, 7, 8, 9))
    path.write_text(
        f"<osm version='0.6'>{nodes}<way id='1'>{refs}<tag k='highway' v='path'/></way></osm>"
    )
    streets, graph = read_streets(path), network_of(path).graph
    assert graph.n_segments == 2, "1-2 and 5-6; of 8 nothing is left"
    np.testing.assert_allclose(graph.segment_length_dm, 6998, atol=2)
    assert [finding.code for finding in streets.findings] == ["way-cut-off"]


def test_streets_outside_the_extract_are_told_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "cut.osm"
    path.write_text(
        "<osm version='0.6'><node id='1' lat='51' lon='7'/><node id='2' lat='51' lon='7.01'/>"
        "<way id='1'><nd ref='1'/><nd ref='2'/><nd ref='99'/><tag k='highway' v='path'/></way></osm>"
    )
    streets = read_streets(path)
    assert network_of(path).graph.n_segments == 1
    assert [finding.code for finding in streets.findings] == ["way-cut-off"]
