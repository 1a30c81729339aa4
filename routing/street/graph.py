"""The street network as flat arrays: junctions, the segments between them, and their geometry.

A *segment* is a stretch of street between two junctions, with one name, class and access. Each
gives two directed *edges*, one out of each end. What a profile may use and at which cost stands in
arrays of that profile (``foot_…``), so that a further profile adds arrays and changes none.

Costs are *effective decimetres*: the length, stretched where the profile is slower than on level
ground (stairs). ``seconds = ceil(cost / (10 * speed_mps))``, so that one graph serves every speed.
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
"""The cost of an edge or segment that a profile may not use in that direction."""


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

    Shapes use V junctions, M directed edges (two a segment), G segments, H shape points,
    C cells of the grid over all pieces of segments.
    """

    node_lat: F64
    """(V,) WGS84 degrees; junctions near each other stand near each other."""
    node_lon: F64
    """(V,) WGS84 degrees."""

    edge_ptr: I32
    """(V+1,) where the edges leaving each junction start."""
    edge_target: I32
    """(M,) junction at the other end."""
    edge_way: I32
    """(M,) ``segment * 2``, plus 1 if the edge runs against its segment."""
    foot_out_dm: I32
    """(M,) cost of walking along the edge, or ``CLOSED``."""
    foot_in_dm: I32
    """(M,) cost of walking along it the other way, or ``CLOSED``."""

    segment_from: I32
    """(G,) junction at which the shape starts."""
    segment_to: I32
    """(G,) junction at which the shape ends."""
    segment_length_dm: I32
    """(G,) length, at least 1."""
    segment_class: U8
    """(G,) ``StreetClass``."""
    segment_name: I32
    """(G,) index of the street's name, or -1."""
    segment_on_foot: U8
    """(G,) 1 where walks may start and end: walkable, and part of a network, not an island."""
    foot_dm: I32
    """(2G,) cost of walking each segment along and against its shape, or ``CLOSED``."""

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
