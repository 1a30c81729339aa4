"""Whether the arrays of an image fit together: types, shapes, and the ends of the pointers.

Looks at no more than shapes and last entries, so that loading stays a matter of milliseconds.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from feeds.image.catalogue import Catalogue
from routing.street.network import StreetNetwork
from routing.timetable import Timetable
from routing.transit.bounds import Bounds, n_blocks, n_clusters

Shapes = Mapping[str, tuple[type, str]]
"""Type and axes of fields: equal letters are equal lengths, ``+`` is one more, digits are given."""

TIMETABLE: Final[Shapes] = MappingProxyType(
    {
        "stop_lat": (np.float64, "S"),
        "stop_lon": (np.float64, "S"),
        "stop_station": (np.int32, "S"),
        "stop_change_s": (np.int32, "S"),
        "stop_wheelchair": (np.uint8, "S"),
        "stop_of": (np.int32, "S"),
        "twin_ptr": (np.int32, "S+"),
        "twin_stop": (np.int32, "W"),
        "trip_event_ptr": (np.int64, "T+"),
        "trip_route": (np.int32, "T"),
        "trip_service": (np.int32, "T"),
        "trip_flags": (np.uint8, "T"),
        "trip_booking_rule": (np.int32, "T"),
        "event_stop": (np.int32, "E"),
        "event_arrival": (np.int32, "E"),
        "event_departure": (np.int32, "E"),
        "event_flags": (np.uint8, "E"),
        "service_active": (np.uint8, "VD"),
        "first_day": (np.int32, "1"),
        "day_epoch": (np.int64, "ZD"),
        "route_type": (np.int16, "R"),
        "route_agency": (np.int32, "R"),
        "agency_zone": (np.int32, "A"),
        "transfer_ptr": (np.int32, "S+"),
        "transfer_stop": (np.int32, "F"),
        "transfer_s": (np.int32, "F"),
        "transfer_m": (np.int32, "F"),
        "through_ptr": (np.int64, "U+"),
        "through_trip": (np.int32, "P"),
        "through_service": (np.int32, "U"),
        "booking_rules": (np.int32, "B5"),
    }
)
BOUNDS: Final[Shapes] = MappingProxyType(
    {"ahead": (np.uint16, "ck"), "back": (np.uint16, "ck")}  # clusters, blocks
)
STREETS: Final[Shapes] = MappingProxyType(
    {
        "node_lat": (np.float64, "J"),
        "node_lon": (np.float64, "J"),
        "segment_from": (np.int32, "G"),
        "segment_to": (np.int32, "G"),
        "segment_length_dm": (np.int32, "G"),
        "segment_class": (np.uint8, "G"),
        "segment_flags": (np.uint8, "G"),
        "segment_wheelchair": (np.uint8, "G"),
        "segment_name": (np.int32, "G"),
        "shape_ptr": (np.int64, "G+"),
        "shape_lat": (np.float64, "H"),
        "shape_lon": (np.float64, "H"),
        "grid_frame": (np.float64, "6"),
        "grid_ptr": (np.int32, "c+"),
        "grid_piece": (np.int32, "q"),
        "piece_segment": (np.int32, "H"),
    }
)
NET: Final[Shapes] = MappingProxyType(
    {
        "arc_ptr": (np.int32, "n+"),
        "arc_target": (np.int32, "a"),
        "arc_cost": (np.int32, "a"),
        "arc_way": (np.int32, "a"),
        "back_ptr": (np.int32, "n+"),
        "back_source": (np.int32, "a"),
        "back_cost": (np.int32, "a"),
        "back_way": (np.int32, "a"),
        "way_cost": (np.int32, "g"),
        "way_tail": (np.int32, "g"),
        "segment_usable": (np.uint8, "G"),
    }
)
HIERARCHY: Final[Shapes] = MappingProxyType(
    {
        "rank": (np.int32, "n"),
        "ptr": (np.int32, "m+"),
        "low": (np.int32, "s"),
        "high": (np.int32, "s"),
        "cost": (np.int32, "s"),
        "length": (np.int32, "s"),
        "first": (np.int32, "s"),
        "second": (np.int32, "s"),
    }
)
_POINTERS: Final = {
    "trip_event_ptr": "event_stop",
    "transfer_ptr": "transfer_stop",
    "twin_ptr": "twin_stop",
    "through_ptr": "through_trip",
    "arc_ptr": "arc_target",
    "back_ptr": "back_source",
    "grid_ptr": "grid_piece",
    "shape_ptr": "shape_lat",
    "ptr": "low",
}
"""Pointer fields, and a field as long as their last entry says."""
_NAMED: Final = {"stop": "S", "route": "R", "agency": "A", "trip": "T", "rule": "B"}
"""First words of the catalogue's tables, and what they are as long as."""


def misfits(
    timetable: Timetable, bounds: Bounds, streets: StreetNetwork | None, catalogue: Catalogue
) -> list[str]:
    """Return in what the arrays of an image do not fit together; empty if they do."""
    sizes = {"1": 1, "5": 5, "6": 6}
    wrong = list(_misfits(timetable, TIMETABLE, sizes))
    groups = {"c": n_clusters(timetable.n_stops), "k": n_blocks(timetable.n_stops)}
    wrong += _misfits(bounds, BOUNDS, groups)
    if streets is not None:
        wrong += _street_misfits(streets, sizes)
    return wrong or list(_catalogue_misfits(catalogue, sizes))


def _street_misfits(streets: StreetNetwork, sizes: dict[str, int]) -> Iterator[str]:
    yield from _misfits(streets.graph, STREETS, sizes)
    ways = {"G": streets.graph.n_segments, "g": 2 * streets.graph.n_segments}
    for profile, net in streets.nets.items():
        for wrong in _misfits(net, NET, dict(ways)):
            yield f"{profile.name.lower()}: {wrong}"
    for profile, hierarchy in streets.hierarchies.items():
        states = streets.nets[profile].n_states
        for wrong in _misfits(hierarchy, HIERARCHY, {"n": states, "m": 2 * states}):
            yield f"{profile.name.lower()}: {wrong}"


def _misfits(record: Any, shapes: Shapes, sizes: dict[str, int]) -> Iterator[str]:
    fit = {name: _fits(getattr(record, name), *shape, sizes) for name, shape in shapes.items()}
    yield from (f"{name} has the wrong type or shape" for name, good in fit.items() if not good)
    for pointer, target in _POINTERS.items():
        if fit.get(pointer) and int(getattr(record, pointer)[-1]) != getattr(record, target).size:
            yield f"{pointer} does not end where {target} does"


def _fits(
    array: "np.ndarray[tuple[int, ...], np.dtype[np.generic]]",
    dtype: type,
    axes: str,
    sizes: dict[str, int],
) -> bool:
    """Say whether the array is as ``axes`` want it, learning lengths not met before."""
    more = axes.endswith("+")
    letters = axes.rstrip("+")
    if array.dtype != dtype or array.ndim != len(letters):
        return False
    lengths = [length - more for length in array.shape]
    return all(sizes.setdefault(a, n) == n >= 0 for a, n in zip(letters, lengths, strict=True))


def _catalogue_misfits(catalogue: Catalogue, sizes: dict[str, int]) -> Iterator[str]:
    if not catalogue.is_consistent():
        yield "a table of names is cut"
    for table, length in catalogue.sizes().items():
        if length != sizes.get(_NAMED.get(table.partition("_")[0], ""), length):
            yield f"{table} does not fit the timetable"
