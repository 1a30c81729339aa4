"""A pair of coordinates is a place."""

import pytest

from feeds.places.coordinates import coordinate_hit, parse_coordinate
from feeds.places.place import PlaceKind


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("51.85,7.48", (51.85, 7.48)),
        (" 51.85 , 7.48 ", (51.85, 7.48)),
        ("51.85 7.48", (51.85, 7.48)),
        ("51.85; 7.48", (51.85, 7.48)),
        ("51.85°, 7.48°", (51.85, 7.48)),
        ("-33.9,+18.4", (-33.9, 18.4)),
        ("51,7", (51.0, 7.0)),
        ("90.1,7", None),
        ("51,180.5", None),
        ("51.85", None),
        ("51.85,7.48,9", None),
        ("Senden 51.85,7.48", None),
        ("\N{ARABIC-INDIC DIGIT FIVE},\N{ARABIC-INDIC DIGIT SEVEN}", None),
        ("nan,nan", None),
        ("1e3,1", None),
    ],
)
def test_pairs(text: str, point: tuple[float, float] | None) -> None:
    assert parse_coordinate(text) == point


def test_the_place_at_a_pair_is_named_by_it() -> None:
    hit = coordinate_hit(51.85, 7.48)
    assert (hit.id, hit.kind, hit.name) == (
        "51.850000,7.480000",
        PlaceKind.COORDINATE,
        "51.85000, 7.48000",
    )
