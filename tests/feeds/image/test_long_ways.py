"""The hierarchies of an image give the ways that the plain search over its nets gives."""

from pathlib import Path

import numpy as np
import pytest

from feeds.errors import ImageCorrupt
from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from kommit.regions.region import load_region
from routing.street.longways import ways_of
from routing.street.network import StreetNetwork
from routing.street.profile import REFERENCE_MPS, Profile
from routing.street.router import StreetRouter
from tests.support.gtfs import gtfs_zip

LONGEST_S = 4 * 3600


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("long") / "image"
    feed = FeedInput("tiny", gtfs_zip(out.parent))
    build_image([feed], load_region("senden").streets, out)
    return out


@pytest.fixture(scope="module")
def image(folder: Path) -> NetworkImage:
    return load_image(folder)


def points(streets: StreetNetwork, count: int) -> np.ndarray:
    """Return points beside random junctions."""
    rng = np.random.default_rng(4)
    node = rng.integers(0, streets.graph.n_nodes, count)
    at = np.column_stack([streets.graph.node_lat[node], streets.graph.node_lon[node]])
    return at + rng.normal(0, 3e-4, at.shape)


@pytest.mark.parametrize("profile", Profile)
def test_long_ways_are_the_plain_ways(image: NetworkImage, profile: Profile) -> None:
    streets = image.streets
    assert streets is not None
    long, plain = (
        ways_of(streets, profile),
        StreetRouter(streets, profile, np.empty(0), np.empty(0)),
    )
    if profile is Profile.CAR:  # the demo's streets are chequered, and their turns take time
        assert long is None
        return
    assert long is not None
    at = points(streets, 120).tolist()
    found = 0
    for origin, goal in zip(at[::2], at[1::2], strict=True):
        speed = REFERENCE_MPS[profile] * 0.8
        ways = [
            each.path(tuple(origin), tuple(goal), LONGEST_S, speed_mps=speed)
            for each in (long, plain)
        ]
        assert (ways[0] is None) == (ways[1] is None)
        if ways[0] is not None and ways[1] is not None:
            found += 1
            assert abs(ways[0].seconds - ways[1].seconds) <= 1  # stubs are rounded apart
            assert (ways[0].lat[0], ways[0].lon[0]) == tuple(origin)
    assert found > 20


@pytest.mark.parametrize("name", ["rank", "ptr", "cost"])
def test_a_hierarchy_that_does_not_fit_is_refused(folder: Path, name: str) -> None:
    path = folder / "streets" / "hierarchies" / "bicycle" / f"{name}.npy"
    whole = path.read_bytes()
    np.save(path, np.load(path)[:-1])
    with pytest.raises(ImageCorrupt, match="bicycle: "):
        load_image(folder)
    path.write_bytes(whole)


def test_an_image_without_them_is_damaged(folder: Path) -> None:
    path = folder / "streets" / "hierarchies" / "foot" / "rank.npy"
    whole = path.read_bytes()
    path.unlink()
    with pytest.raises(ImageCorrupt, match="build it again"):
        load_image(folder)
    path.write_bytes(whole)
