"""The street network as flat arrays: junctions, the segments between them, and their geometry.

A *segment* is a stretch of street between two junctions, with one name, class and access. What a
profile may use, and at which cost, stands in its ``routing.street.net.Net``; the graph is what all
profiles share.
"""

from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
F64 = npt.NDArray[np.float64]

CLOSED: Final = 2**30
"""The cost of a directed way that a profile may not use."""


class StreetClass(IntEnum):
    """What kind of street a segment is, from the largest to the smallest; for maps."""

    MOTORWAY = 0
    TRUNK = 1
    PRIMARY = 2
    SECONDARY = 3
    TERTIARY = 4
    RESIDENTIAL = 5
    SERVICE = 6
    PEDESTRIAN = 7
    TRACK = 8
    CYCLEWAY = 9
    PATH = 10
    STEPS = 11
    FERRY = 12
    ELEVATOR = 13


class StreetGraph(NamedTuple):
    """A street network.

    Shapes use V junctions, G segments, H shape points, C cells of the grid over all pieces of
    segments.
    """

    node_lat: F64
    """(V,) WGS84 degrees; junctions near each other stand near each other."""
    node_lon: F64
    """(V,) WGS84 degrees."""

    segment_from: I32
    """(G,) junction at which the shape starts."""
    segment_to: I32
    """(G,) junction at which the shape ends."""
    segment_length_dm: I32
    """(G,) length, at least 1."""
    segment_class: U8
    """(G,) ``StreetClass``."""
    segment_flags: U8
    """(G,) bits of ``routing.street.ways``: ``ROUNDABOUT`` and so on."""
    segment_wheelchair: U8
    """(G,) ``WheelchairState``."""
    segment_name: I32
    """(G,) index of the street's name, or -1."""

    shape_ptr: I64
    """(G+1,) where the shape of each segment starts; each has at least two points."""
    shape_lat: F64
    """(H,) WGS84 degrees."""
    shape_lon: F64
    """(H,) WGS84 degrees."""

    grid_frame: F64
    """(6,) latitude and longitude of the grid's corner, its cells' size in degrees of latitude and
    of longitude, and its rows and columns."""
    grid_ptr: I32
    """(C+1,) where the pieces of each cell start, row by row."""
    grid_piece: I32
    """(·,) first shape point of each piece that touches the cell."""
    piece_segment: I32
    """(H,) segment of the piece that starts at each shape point."""

    @property
    def n_nodes(self) -> int:
        """Number of junctions."""
        return int(self.node_lat.size)

    @property
    def n_segments(self) -> int:
        """Number of segments."""
        return int(self.segment_from.size)
