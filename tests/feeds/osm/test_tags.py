"""Who may walk where: each row is a way as it is tagged in Germany."""

import pytest

from feeds.osm.tags import BOTH_WAYS, FOOT_AGAINST, FOOT_ALONG, foot, street_class
from routing.street.graph import StreetClass


def tags(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("highway=residential", BOTH_WAYS),
        ("highway=residential oneway=yes", BOTH_WAYS),
        ("highway=residential oneway=yes oneway:foot=yes", FOOT_ALONG),
        ("highway=footway oneway:foot=-1", FOOT_AGAINST),
        ("highway=footway foot:backward=no", FOOT_ALONG),
        ("highway=steps", BOTH_WAYS),
        ("highway=steps conveying=forward", FOOT_ALONG),
        ("highway=steps conveying=backward", FOOT_AGAINST),
        ("highway=steps conveying=reversible", BOTH_WAYS),
        ("highway=motorway", 0),
        ("highway=trunk", 0),
        ("highway=trunk sidewalk=right", BOTH_WAYS),
        ("highway=trunk sidewalk:left=yes sidewalk:right=no", BOTH_WAYS),
        ("highway=trunk sidewalk:both=separate", 0),
        ("highway=trunk motorroad=yes sidewalk:both=yes", 0),
        ("highway=primary motorroad=yes", 0),
        ("highway=primary foot=use_sidepath", 0),
        ("highway=primary sidewalk=separate", BOTH_WAYS),
        ("highway=cycleway", 0),
        ("highway=cycleway foot=yes", BOTH_WAYS),
        ("highway=path foot=designated bicycle=designated", BOTH_WAYS),
        ("highway=bridleway", 0),
        ("highway=track access=agricultural", 0),
        ("highway=track access=agricultural foot=permissive", BOTH_WAYS),
        ("highway=service access=private", 0),
        ("highway=service access=destination", BOTH_WAYS),
        ("highway=footway foot=private", 0),
        ("highway=busway", 0),
        ("railway=platform", BOTH_WAYS),
        ("public_transport=platform access=no", 0),
    ],
)
def test_walking(text: str, expected: int) -> None:
    assert foot(tags(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("highway=motorway_link", StreetClass.MOTORWAY),
        ("highway=unclassified", StreetClass.RESIDENTIAL),
        ("highway=pedestrian area=yes", StreetClass.PEDESTRIAN),
        ("railway=platform", StreetClass.PATH),
        ("highway=construction", None),
        ("highway=proposed", None),
        ("highway=area", None),
        ("area=yes public_transport=platform", None),
        ("railway=rail", None),
    ],
)
def test_kinds_of_street(text: str, expected: StreetClass | None) -> None:
    assert street_class(tags(text)) is expected
