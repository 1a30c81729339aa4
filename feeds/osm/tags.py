"""What OpenStreetMap's tags mean for a rider: the kind of street, and who may use it which way.

Defaults follow the OSM wiki, "OSM tags for routing/Access restrictions", Germany. One function a
profile, so that a table of examples can test each.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from feeds.osm.vehicles import Kmh, bicycle, car, cargo_bicycle, scooter
from feeds.osm.wheelchair import USABLE
from routing.street.graph import StreetClass
from routing.street.profile import REFERENCE_MPS, Profile
from routing.street.ways import WheelchairState

CLASSES: Final = {
    "motorway": StreetClass.MOTORWAY,
    "motorway_link": StreetClass.MOTORWAY,
    "trunk": StreetClass.TRUNK,
    "trunk_link": StreetClass.TRUNK,
    "primary": StreetClass.PRIMARY,
    "primary_link": StreetClass.PRIMARY,
    "secondary": StreetClass.SECONDARY,
    "secondary_link": StreetClass.SECONDARY,
    "tertiary": StreetClass.TERTIARY,
    "tertiary_link": StreetClass.TERTIARY,
    "unclassified": StreetClass.RESIDENTIAL,
    "residential": StreetClass.RESIDENTIAL,
    "living_street": StreetClass.RESIDENTIAL,
    "road": StreetClass.RESIDENTIAL,
    "busway": StreetClass.SERVICE,
    "service": StreetClass.SERVICE,
    "pedestrian": StreetClass.PEDESTRIAN,
    "platform": StreetClass.PATH,
    "track": StreetClass.TRACK,
    "cycleway": StreetClass.CYCLEWAY,
    "bridleway": StreetClass.PATH,
    "footway": StreetClass.PATH,
    "corridor": StreetClass.PATH,
    "path": StreetClass.PATH,
    "steps": StreetClass.STEPS,
    "elevator": StreetClass.ELEVATOR,
}
"""Class by value of ``highway``; others (construction, proposed, raceway, …) are no streets."""

NOT_ON_FOOT: Final = frozenset(
    {"motorway", "motorway_link", "trunk", "trunk_link", "cycleway", "bridleway", "busway"}
)
"""Streets that nobody walks on unless a tag of their own allows it."""

YES: Final = frozenset(
    {"yes", "designated", "permissive", "official", "destination", "customers", "limited"}
)
NO: Final = frozenset(
    {
        "no",
        "private",
        "use_sidepath",
        "agricultural",
        "forestry",
        "delivery",
        "military",
        "emergency",
    }
)

FOOT_ALONG: Final = 1
FOOT_AGAINST: Final = 2
BOTH_WAYS: Final = FOOT_ALONG | FOOT_AGAINST


def street_class(tags: Mapping[str, str]) -> StreetClass | None:
    """Return the kind of street, or None if the way is not one."""
    if tags.get("highway") == "area" or (tags.get("area") == "yes" and "highway" not in tags):
        return None
    if "highway" not in tags and tags.get("route") == "ferry":
        return StreetClass.FERRY
    if "highway" not in tags and _is_platform(tags):
        return StreetClass.PATH
    return CLASSES.get(tags.get("highway", ""))


def foot(tags: Mapping[str, str]) -> int:
    """Return the directions in which the way can be walked: ``FOOT_ALONG`` | ``FOOT_AGAINST``."""
    if not _allowed_on_foot(tags):
        return 0
    oneway = tags.get("oneway:foot", tags.get("foot:oneway", "no"))
    if tags.get("conveying") in {"forward", "backward"}:
        oneway = "yes" if tags["conveying"] == "forward" else "-1"
    if oneway == "yes" or tags.get("foot:backward") in NO:
        return FOOT_ALONG
    if oneway == "-1" or tags.get("foot:forward") in NO:
        return FOOT_AGAINST
    return BOTH_WAYS


def _allowed_on_foot(tags: Mapping[str, str]) -> bool:
    own = tags.get("foot")
    if own in YES:
        return True
    if own in NO or tags.get("motorroad") == "yes":
        return False
    if tags.get("access") in NO:
        return False
    return tags.get("highway") not in NOT_ON_FOOT or _has_sidewalk(tags)


def _has_sidewalk(tags: Mapping[str, str]) -> bool:
    sides = (tags.get(f"sidewalk:{side}") for side in ("both", "left", "right"))
    return tags.get("sidewalk") in {"both", "left", "right", "yes"} or "yes" in sides


def _is_platform(tags: Mapping[str, str]) -> bool:
    return tags.get("railway") == "platform" or tags.get("public_transport") == "platform"


STAIRS: Final = 1.4
"""Time on stairs over that on streets whose height is not known either.

Stairs take twice the time of level ground: 0.65 m/s along the ground against 1.34 m/s (Weidmann,
Transporttechnik der Fussgänger, 1993). But they stand on slopes, where streets take longer, too,
1.4 times at 10 % (Tobler 1993), and those that go round them climb as high."""
LOOSE: Final = {
    "gravel": 0.75, "fine_gravel": 0.75, "pebblestone": 0.75, "mud": 0.5, "sand": 0.5,
}  # fmt: skip
"""Share of the walking speed by surface (OSRM, ``foot.lua``)."""


def stretch_of(
    tags: Mapping[str, str], kind: StreetClass, on_foot: int, state: WheelchairState
) -> list[list[float]]:
    """Return one way's row of ``Ways.stretch``; ``on_foot`` is what ``foot`` says of it."""
    level = STAIRS if kind is StreetClass.STEPS else 1.0 / LOOSE.get(tags.get("surface", ""), 1.0)
    walked = [level if on_foot & side else np.inf for side in (FOOT_ALONG, FOOT_AGAINST)]
    rolled = walked if state in USABLE else [np.inf, np.inf]
    driven = [_stretched(speed(tags), profile) for profile, speed in VEHICLES.items()]
    return [list(row) for row in zip(walked, rolled, *driven, strict=True)]


def _stretched(kmh: Kmh, profile: Profile) -> list[float]:
    whole = REFERENCE_MPS[profile] * 3.6
    return [whole / speed if speed > 0.0 else np.inf for speed in kmh]


VEHICLES: Final[Mapping[Profile, Callable[[Mapping[str, str]], Kmh]]] = {
    Profile.BICYCLE: bicycle,
    Profile.CARGO_BICYCLE: cargo_bicycle,
    Profile.SCOOTER: scooter,
    Profile.CAR: car,
}
"""In the order of their places in arrays over profiles."""
