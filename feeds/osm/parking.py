"""Where riders may leave a vehicle of their own, as OpenStreetMap names it: B+R and P+R.

Bicycles are left at every ``amenity=bicycle_parking`` that anybody may use; cars at
``amenity=parking`` with ``park_ride``, since nothing else says that one may stand there all day.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import osmium

from feeds.osm.errors import StreetsUnreadable
from routing.sharing.parking import Parking
from routing.street.profile import Profile

CLOSED: Final = frozenset({"no", "private", "customers", "restricted", "employees", "permit"})
"""``access`` of places that are not everybody's."""
Amenity = osmium.osm.Node | osmium.osm.Way
NO_RIDE: Final = frozenset({"no", "unknown"})


def read_parking(path: Path) -> list[Parking]:
    """Return the parking places of an extract; areas stand at the middle of their outline's box.

    Raises
    ------
    StreetsUnreadable
        If the file cannot be read.
    """
    try:
        return [place for each in _amenities(path) for place in _places(each)]
    except (RuntimeError, ValueError, OSError) as broken:
        raise StreetsUnreadable(f"{path} cannot be read: {broken}") from broken


def parking_profiles(tags: Mapping[str, str]) -> tuple[Profile, ...]:
    """Return whose vehicles may be left at a place with these tags."""
    amenity = tags.get("amenity")
    if tags.get("access", "yes") in CLOSED:
        return ()
    if amenity == "bicycle_parking":
        return (
            (Profile.BICYCLE, Profile.CARGO_BICYCLE) if _takes_cargo(tags) else (Profile.BICYCLE,)
        )
    if amenity == "parking" and tags.get("park_ride", "no") not in NO_RIDE:
        return (Profile.CAR,)
    return ()


def capacity(tags: Mapping[str, str], profile: Profile) -> int | None:
    """Return how many vehicles have room, or None where that is not said in digits."""
    key = "capacity:cargo_bike" if profile is Profile.CARGO_BICYCLE else "capacity"
    text = tags.get(key, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _takes_cargo(tags: Mapping[str, str]) -> bool:
    room = capacity(tags, Profile.CARGO_BICYCLE)
    return bool(room) or tags.get("cargo_bike", "no") in {"yes", "designated", "only"}


def _amenities(path: Path) -> Iterator[Amenity]:
    entities = osmium.osm.NODE | osmium.osm.WAY
    amenities = osmium.FileProcessor(str(path), entities).with_locations()
    amenities.with_filter(osmium.filter.KeyFilter("amenity"))
    for each in amenities:
        assert isinstance(each, osmium.osm.Node | osmium.osm.Way)  # noqa: S101 - as asked for
        yield each


def _places(entity: Amenity) -> Iterator[Parking]:
    tags = dict(entity.tags)
    profiles = parking_profiles(tags)
    at = _middle(entity) if profiles else None
    if at is None:
        return
    name = tags.get("name") or tags.get("description") or ""
    for profile in profiles:
        room = capacity(tags, profile)
        yield Parking(f"{entity.type_str()}{entity.id}", name, *at, profile, room)


def _middle(entity: Amenity) -> tuple[float, float] | None:
    """Return where a place is, or None where the extract does not hold it."""
    if isinstance(entity, osmium.osm.Node):
        return (entity.lat, entity.lon) if entity.location.valid() else None
    known = [node for node in entity.nodes if node.location.valid()]
    if not known:
        return None
    lat, lon = [node.lat for node in known], [node.lon for node in known]
    return (min(lat) + max(lat)) / 2, (min(lon) + max(lon)) / 2
