"""What tags mean for bicycles, cargo bicycles, e-scooters and cars: who may go, and how fast.

Access goes from the general to the particular, as the OSM wiki lists it for Germany. Speeds follow
the profiles of OSRM (``bicycle.lua``, ``car.lua``), so that routes can be compared.
"""

from collections.abc import Mapping
from typing import Final

from feeds.osm.access import OPEN, SHUT, SHUT_TO_PASSERS, access

Tags = Mapping[str, str]
Kmh = tuple[float, float]
"""Speed along and against a way; 0 where it is closed."""

NOBODY: Final[Kmh] = (0.0, 0.0)

PASSERS: Final = 0.25
"""Share of the speed on streets that are open only to those who have business there, so that
nobody takes them as a short cut."""
SLOWEST_KMH: Final = 5.0
"""Even there, cars are no slower than walkers: whoever starts there leaves by the short way."""

CAR_KMH: Final = {
    "motorway": 90, "motorway_link": 45, "trunk": 85, "trunk_link": 40, "primary": 65,
    "primary_link": 30, "secondary": 55, "secondary_link": 25, "tertiary": 40,
    "tertiary_link": 20, "unclassified": 25, "residential": 25, "living_street": 10, "road": 25,
    "service": 15,
}  # fmt: skip
ALLOWED_SHARE: Final = 0.8
"""Of the speed limit is driven on average."""
LIMITS_KMH: Final = {"none": 140, "walk": 7, "DE:urban": 50, "DE:rural": 100, "DE:motorway": 140}
MPH: Final = 1.609

CYCLED_KMH: Final = {
    "primary": 15, "primary_link": 15, "secondary": 15, "secondary_link": 15, "tertiary": 15,
    "tertiary_link": 15, "unclassified": 15, "residential": 15, "living_street": 15, "road": 15,
    "service": 15, "cycleway": 15, "track": 12, "path": 13, "trunk": 15, "trunk_link": 15,
}  # fmt: skip
SURFACE_KMH: Final = {
    "cobblestone": 7, "unhewn_cobblestone": 6, "cobblestone:flattened": 10, "sett": 9,
    "paving_stones": 10, "wood": 10, "metal": 10, "compacted": 10, "fine_gravel": 10, "ground": 10,
    "dirt": 8, "unpaved": 6, "gravel": 6, "pebblestone": 6, "grass_paver": 6, "earth": 6,
    "grass": 6, "mud": 3, "sand": 3, "woodchips": 3,
}  # fmt: skip
PUSHED_KMH: Final = 4.0
TRAILS: Final = frozenset({"path", "track", "bridleway"})
CARRIED_KMH: Final = 2.0
"""A bicycle on stairs; nobody carries a cargo bicycle."""
SCOOTER_KMH: Final = 18.0
"""On smooth streets; the limit is 20 km/h (eKFV)."""


def car(tags: Tags) -> Kmh:
    """Return the speed of a car."""
    highway = tags.get("highway", "")
    given = access(tags, "access", "vehicle", "motor_vehicle", "motorcar")
    if given in SHUT or (highway not in CAR_KMH and given not in OPEN):
        return NOBODY
    kmh = float(CAR_KMH.get(highway, 10))
    if (limit := _limit_kmh(tags)) is not None:
        kmh = limit * ALLOWED_SHARE
    if given in SHUT_TO_PASSERS:
        kmh = max(kmh * PASSERS, SLOWEST_KMH)
    return _one_way(kmh, 0.0, tags.get("oneway"), tags, highway)


def bicycle(tags: Tags) -> Kmh:
    """Return the speed of a bicycle; it is pushed where people may walk and not cycle."""
    pushed = _pushed_kmh(tags)
    kmh = _cycled_kmh(tags)
    if kmh <= 0.0:
        return pushed, pushed
    return _cycled_one_way(kmh, pushed, tags)


def cargo_bicycle(tags: Tags) -> Kmh:
    """Return the speed of a cargo bicycle, which is not pushed and does not squeeze through."""
    kmh = _cycled_kmh(tags)
    if kmh <= 0.0 or _width_m(tags) < 1.0:
        return NOBODY
    return _cycled_one_way(0.9 * kmh if kmh < 15.0 else kmh, 0.0, tags)


def scooter(tags: Tags) -> Kmh:
    """Return the speed of an e-scooter: cycle ways and roads, where tags of its own say no other.

    Pedestrian areas and footways are closed even to cyclists' extra signs (eKFV, § 10).
    """
    own = tags.get("small_electric_vehicle", tags.get("electric_scooter"))
    highway = tags.get("highway")
    for_feet = highway in {"footway", "pedestrian"} or (
        highway == "path" and tags.get("bicycle") != "designated"
    )
    if own in SHUT or (for_feet and own not in OPEN):
        return NOBODY
    kmh = _cycled_kmh(tags)
    if kmh <= 0.0:
        return NOBODY
    return _cycled_one_way(SCOOTER_KMH if kmh >= 15.0 else kmh, 0.0, tags)


def _cycled_kmh(tags: Tags) -> float:
    highway = tags.get("highway", "")
    given = access(tags, "access", "vehicle", "bicycle")
    own = tags.get("bicycle")
    if given in SHUT or own == "dismount" or tags.get("motorroad") == "yes":
        return 0.0
    if own not in OPEN and tags.get("vehicle") == "destination":
        given = "yes"  # cyclists pass streets that are closed to through traffic
    if highway not in CYCLED_KMH and own not in OPEN:
        return 0.0
    kmh = float(CYCLED_KMH.get(highway, 12 if highway != "steps" else 0))
    kmh = min(kmh, SURFACE_KMH.get(tags.get("surface", ""), 15.0))
    return kmh * (PASSERS if given == "private" else 1.0)


def _cycled_one_way(kmh: float, against_kmh: float, tags: Tags) -> Kmh:
    oneway = tags.get("oneway:bicycle", tags.get("oneway"))
    sides = (tags.get(key, "") for key in ("cycleway", "cycleway:left", "cycleway:right"))
    if any(side.startswith("opposite") for side in sides):
        oneway = "no"
    return _one_way(kmh, against_kmh, oneway, tags, tags.get("highway", ""))


def _one_way(kmh: float, against_kmh: float, oneway: str | None, tags: Tags, highway: str) -> Kmh:
    if oneway is None and (
        tags.get("junction") in {"roundabout", "circular"} or highway == "motorway"
    ):
        oneway = "yes"
    if oneway in {"-1", "reverse"}:
        return against_kmh, kmh
    return kmh, against_kmh if oneway in {"yes", "1", "true"} else kmh


def _pushed_kmh(tags: Tags) -> float:
    """Return how fast a bicycle is pushed where people walk, or carried on their stairs.

    Trails that vehicles may not use are left to hikers, as OSRM's ``bicycle.lua`` leaves them.
    """
    highway = tags.get("highway")
    is_trail = highway in TRAILS and access(tags, "access", "vehicle", "bicycle") == "no"
    own = tags.get("foot", tags.get("access"))
    if own in SHUT or own == "private" or highway in {"motorway", "trunk"} or is_trail:
        return 0.0
    return CARRIED_KMH if highway == "steps" else PUSHED_KMH


def _limit_kmh(tags: Tags) -> float | None:
    text = tags.get("maxspeed", "")
    if text in LIMITS_KMH:
        return float(LIMITS_KMH[text])
    number, _, unit = text.partition(" ")
    if not number.isdigit() or int(number) == 0:
        return None
    return int(number) * (MPH if unit == "mph" else 1.0)


def _width_m(tags: Tags) -> float:
    text = tags.get("maxwidth", tags.get("width", "")).removesuffix("m").strip()
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return 99.0
