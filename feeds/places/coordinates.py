"""Reads a pair of coordinates that a rider typed or pasted."""

import re
from typing import Final

from feeds.places.place import PlaceHit, PlaceKind, point_id

_NUMBER: Final = r"([+-]?\d{1,3}(?:\.\d{1,15})?)"
_PAIR: Final = re.compile(rf"\s*{_NUMBER}\s*°?\s*(?:[,;]\s*|\s){_NUMBER}\s*°?\s*", re.ASCII)


def parse_coordinate(text: str) -> tuple[float, float] | None:
    """Return latitude and longitude of ``51.85,7.48``, or None if ``text`` is no such pair."""
    found = _PAIR.fullmatch(text)
    if not found:
        return None
    lat, lon = float(found[1]), float(found[2])
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def coordinate_hit(lat: float, lon: float) -> PlaceHit:
    """Return the place at a pair of coordinates."""
    name = f"{lat:.5f}, {lon:.5f}"
    return PlaceHit(point_id(lat, lon), PlaceKind.COORDINATE, name, None, lat, lon, (), 1.0)
