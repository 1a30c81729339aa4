"""Where a rental of a free-floating vehicle may end."""

from itertools import pairwise

from booking.domain.fleets import Fleet
from routing.sharing.supply import Polygon, Ring


def may_end(fleet: Fleet, type_id: str, lat: float, lon: float) -> bool:
    """Say whether a vehicle of that type may be left there; the first zone there decides."""
    for zone in fleet.zones:
        is_meant = zone.types is None or type_id in zone.types
        if is_meant and any(_holds(polygon, lat, lon) for polygon in zone.polygons):
            return zone.end_allowed and not zone.station_parking
    return fleet.end_allowed


def _holds(polygon: Polygon, lat: float, lon: float) -> bool:
    """Say whether a point is within the outer ring and in none of the holes."""
    outer, *holes = polygon
    return _within(outer, lat, lon) and not any(_within(hole, lat, lon) for hole in holes)


def _within(ring: Ring, lat: float, lon: float) -> bool:
    """Count the edges that a ray to the north crosses: an odd number of times from within."""
    crossed = False
    for (lat_1, lon_1), (lat_2, lon_2) in pairwise(ring):
        if (lon_1 > lon) != (lon_2 > lon):
            crossed ^= lat < lat_1 + (lon - lon_1) / (lon_2 - lon_1) * (lat_2 - lat_1)
    return crossed
