"""The illustrative streets hang together and reach every stop and every door of a settlement."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from kommit.kit.geo import to_xy
from kommit.regions.region import Region
from kommit.regions.sources import read_stops, read_toml
from kommit.regions.street_ways import street_name

FOOT = {"residential", "unclassified", "tertiary", "secondary"}


@pytest.fixture(scope="module")
def ways(senden: Region) -> list[tuple[dict[str, str], list[tuple[int, float, float]]]]:
    read = []
    for entity in osmium.FileProcessor(str(senden.streets)).with_locations():
        if entity.is_way():
            nodes = [(node.ref, node.lat, node.lon) for node in entity.nodes]
            read.append((dict(entity.tags), nodes))
    return read


@pytest.fixture(scope="module")
def nodes(ways: list) -> dict[int, tuple[float, float]]:
    return {ref: (lat, lon) for _, points in ways for ref, lat, lon in points}


def test_every_way_is_walkable_and_says_that_it_is_illustrative(ways: list) -> None:
    assert {tags["highway"] for tags, _ in ways} == FOOT
    assert all(tags["source"] == "kommit illustrative" for tags, _ in ways)
    assert all(tags["note"] == "illustrative" for tags, _ in ways)
    assert all(len(points) >= 2 for _, points in ways)


def test_the_streets_are_one_piece(ways: list, nodes: dict) -> None:
    index = {ref: i for i, ref in enumerate(nodes)}
    pairs = [(index[a[0]], index[b[0]]) for _, points in ways for a, b in pairwise(points)]
    a, b = np.transpose(pairs)
    graph = csr_array((np.ones(len(pairs)), (a, b)), shape=(len(nodes), len(nodes)))
    assert connected_components(graph, directed=False)[0] == 1


def test_no_street_is_drawn_twice(ways: list) -> None:
    pairs = Counter(frozenset((a[0], b[0])) for _, points in ways for a, b in pairwise(points))
    assert pairs.most_common(1)[0][1] == 1


def nearest_m(nodes: dict, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    at = np.array(list(nodes.values()))
    lat0, lon0 = at[0]
    tree = cKDTree(np.column_stack(to_xy(at[:, 0], at[:, 1], lat0, lon0)))
    return tree.query(np.column_stack(to_xy(lat, lon, lat0, lon0)))[0]


def test_every_stop_lies_on_a_street(folder: Path, nodes: dict) -> None:
    stops = read_stops(folder / "stops.csv")
    lat, lon = (np.array([getattr(s, name) for s in stops]) for name in ("stop_lat", "stop_lon"))
    assert nearest_m(nodes, lat, lon).max() < 0.1


def test_every_door_of_a_settlement_is_near_a_street(folder: Path, nodes: dict) -> None:
    rng = np.random.default_rng(1)
    for area in read_toml(folder / "areas.toml")["settlement"]:
        angle, radius = rng.uniform(0, 2 * np.pi, 200), rng.uniform(0, area["radius_m"], 200)
        lat = area["center"][0] + radius * np.sin(angle) / 111_195
        lon = area["center"][1] + radius * np.cos(angle) / (111_195 * np.cos(np.radians(51.8)))
        assert nearest_m(nodes, lat, lon).max() < 130, area["name"]


def test_streets_are_called_after_their_stops(ways: list) -> None:
    names = Counter(tags["name"] for tags, _ in ways if "name" in tags)
    assert {"Weseler Straße", "Bulderner Straße", "Azaleenstraße", "Eichendorffring"} <= set(names)
    assert len(names) >= 60
    assert names.most_common(1)[0][1] == 1, "a name is given once"


@pytest.mark.parametrize(
    ("stop", "street"),
    [
        ("Senden, Bulderner Str.", "Bulderner Straße"),
        ("Senden, Schulze-Bremer-Str.", "Schulze-Bremer-Straße"),
        ("Lüdinghausen, Azaleenstr.", "Azaleenstraße"),
        ("Lüdinghausen, Wagnerstraße", "Wagnerstraße"),
        ("Senden, Bösensell Birkenweg", "Birkenweg"),
        ("Senden, Weg Deipenbrock", "Weg Deipenbrock"),
        ("Senden, Busbahnhof", ""),
        ("Senden, Abzw. Bösensell", ""),
        ("Münster, P+R Weseler Str.", ""),
        ("Lüdinghausen, Klosterstr./Ev. Kirche", ""),
    ],
)
def test_street_names(stop: str, street: str) -> None:
    assert street_name(stop, ["Bösensell"]) == street
