"""D01: on real feeds the answers are those of an independent engine (see shared/data/README.md)."""

import json
import random
from pathlib import Path

import pytest

from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from routing.transit.search import TransitSearch
from scripts.bench_transit import SCOPE, WINDOWS_S, Case, floored, measure, read_cases
from tests.support.shared import shared_data

pytestmark = pytest.mark.shared

PAIRS = {
    "heidelberg": ("vrn_heidelberg_cut_norm.zip", "oracle_vrn_heidelberg_2022.json", 500, 0),
    "muenster": ("stadtwerke_muenster_2023_norm.zip", "oracle_muenster_2023.json", 150, 1),
}
"""Feed, oracle, how many queries to ask, and how many differences nigiri's pruning may explain."""


@pytest.fixture(scope="module", params=PAIRS)
def place(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def image(place: str, tmp_path_factory: pytest.TempPathFactory) -> NetworkImage:
    folder: Path = tmp_path_factory.mktemp(place) / "image"
    feed = FeedInput(SCOPE, shared_data("gtfs", PAIRS[place][0]))
    build_image([feed], None, folder, station_transfers=False)
    return load_image(folder)


@pytest.mark.parametrize("key", WINDOWS_S)
def test_every_answer_is_the_oracles(place: str, image: NetworkImage, key: str) -> None:
    _, oracle, sample, explained = PAIRS[place]
    spec = json.loads(shared_data("oracle", oracle).read_text("utf-8"))
    cases: list[Case] = read_cases(image, spec, key)
    chosen = random.Random(2).sample(cases, sample)
    search = TransitSearch(floored(image.timetable))

    result = measure(search, chosen)

    assert result["queries"] == sample
    assert result["found"] > 0.7 * sample
    assert result["mismatches"] == 0
    assert result["explained"] <= explained
