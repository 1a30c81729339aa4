"""Geofencing: which rules hold at points. Of several zones at a point, the first decides."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.sharing.supply import Polygon, Ring, SharingSystem, Zone
from routing.street.graph import F64, I32

Flags = npt.NDArray[np.bool_]


class Rules(NamedTuple):
    """What holds at each of N points."""

    may_start: Flags
    """(N,) a vehicle that stands free may be rented there."""
    may_end: Flags
    """(N,) it may be left there, outside of stations."""
    may_end_docked: Flags
    """(N,) it may be returned to a station there."""
    may_start_docked: Flags
    """(N,) it may be rented at a station there."""
    may_pass: Flags
    """(N,) it may be ridden there."""
    max_mps: F64
    """(N,) how fast; infinite where zones do not say."""


class Fence:
    """The zones of a system that are in force for a type of vehicle at a moment."""

    def __init__(self, system: SharingSystem, vehicle_type: str, moment: int) -> None:
        self._system = system
        self._zones = [z for z in system.zones if is_in_force(z, vehicle_type, moment)]

    @property
    def restricts_ways(self) -> bool:
        """Whether some street is closed to the vehicles, or slower for them."""
        zones = any(not z.through_allowed or z.max_speed_mps is not None for z in self._zones)
        return zones or not self._system.default_through_allowed

    def rules_at(self, lat: F64, lon: F64) -> Rules:
        """Return the rules at points, arrays (N,) of WGS84 degrees.

        Stations stand under the zones that hold them, but not under the rules outside of all
        zones: a station is where its system wants vehicles to be.
        """
        system, zone = self._system, self._zone_at(lat, lon)
        zones, outside = self._zones, zone < 0

        def by_zone(values: Sequence[object], default: object) -> npt.NDArray[np.generic]:
            return np.array([*values, default])[zone]  # -1 is the last one

        fixed = [z.station_parking for z in zones]
        free = [z.end_allowed and not z.station_parking for z in zones]
        docked = [z.end_allowed or parks for z, parks in zip(zones, fixed, strict=True)]
        starts = by_zone([z.start_allowed for z in zones], system.default_start_allowed)
        speeds = [np.inf if z.max_speed_mps is None else z.max_speed_mps for z in zones]
        return Rules(
            may_start=starts.astype(np.bool_),
            may_end=by_zone(free, system.default_end_allowed).astype(np.bool_),
            may_end_docked=outside | by_zone(docked, True).astype(np.bool_),
            may_start_docked=outside | starts.astype(np.bool_),
            may_pass=by_zone(
                [z.through_allowed for z in zones], system.default_through_allowed
            ).astype(np.bool_),
            max_mps=by_zone(speeds, np.inf).astype(np.float64),
        )

    def needs_station(self, lat: F64, lon: F64) -> Flags:
        """Return (N,) where even free-floating vehicles may be returned at stations only."""
        parks = [zone.station_parking for zone in self._zones]
        return np.array([*parks, False], np.bool_)[self._zone_at(lat, lon)]

    def _zone_at(self, lat: F64, lon: F64) -> I32:
        """Return (N,) the first zone that holds each point, or -1."""
        found = np.full(np.shape(lat), -1, np.int32)
        for index, zone in enumerate(self._zones):
            for polygon in zone.polygons:
                asked = np.flatnonzero(found < 0)
                held = inside(polygon, lat[asked], lon[asked])
                found[asked[held]] = index
        return found


def is_in_force(zone: Zone, vehicle_type: str, moment: int) -> bool:
    """Say whether a zone is for a type of vehicle at a Unix second."""
    begun = zone.start is None or zone.start <= moment
    ended = zone.end is not None and zone.end <= moment
    return begun and not ended and (zone.types is None or vehicle_type in zone.types)


def inside(polygon: Polygon, lat: F64, lon: F64) -> Flags:
    """Return (N,) whether points lie in a polygon, and in none of its holes."""
    outer, *holes = polygon
    held = _in_ring(outer, lat, lon)
    for hole in holes:
        held &= ~_in_ring(hole, lat, lon)
    return held


def _in_ring(ring: Ring, lat: F64, lon: F64) -> Flags:
    """Return (N,) whether a line to the south from each point crosses the ring an odd number."""
    corners = np.asarray(ring, np.float64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    held: Flags = (lat >= low[0]) & (lat <= high[0]) & (lon >= low[1]) & (lon <= high[1])
    near = np.flatnonzero(held)
    y, x = lat[near], lon[near]
    odd = np.zeros(near.size, np.bool_)
    for (lat1, lon1), (lat2, lon2) in pairwise(corners):
        spans = (lon1 > x) != (lon2 > x)
        if spans.any():
            at = lat1 + (x[spans] - lon1) * (lat2 - lat1) / (lon2 - lon1)
            odd[spans] ^= at < y[spans]
    held[near] = odd
    return held
