"""Puts streets at their heights."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from feeds.elevation.read import files_of, heights_at, read_heights
from feeds.osm.read import Streets


def lifted(streets: Streets, elevation: Path) -> Streets:
    """Return streets whose points have heights; findings tell how many have none.

    Raises
    ------
    ElevationUnreadable
        If the file of heights, or one of the folder, cannot be used.
    """
    ways = streets.ways
    heights = heights_at(read_heights(elevation), ways.point_lat, ways.point_lon)
    unknown = int(np.isnan(heights).sum())
    if unknown:
        streets.findings.warn(
            "height-not-known",
            f"{unknown} of {heights.size} points of streets have no height in the file of heights;"
            " streets through them count as level",
            elevation.name,
        )
    return replace(streets, ways=ways._replace(point_height=heights))


def sha256_of(elevation: Path) -> str:
    """Return the hash of a file of heights, or of all of a folder in the order of their names."""
    whole = hashlib.sha256()
    for file in files_of(elevation):
        whole.update(file.read_bytes())
    return whole.hexdigest()
