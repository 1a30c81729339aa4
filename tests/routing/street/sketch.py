"""Street networks drawn as text, with what instructions need to know of a way.

As in ``tests.support.streets``; behind the letters of a way stand its name, if it has one, and
marks: a ``StreetClass``, ``oneway``, ``roundabout``.
"""

from typing import NamedTuple, Self

import numpy as np

from routing.street.build import build_network
from routing.street.graph import StreetClass
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.ways import ROUNDABOUT, Ways, WheelchairState
from tests.support.streets import LAT0, LON0, STEP_M, Drawing


class Town(NamedTuple):
    """A network, and the names in it."""

    drawing: Drawing
    network: StreetNetwork
    names: list[str]

    @classmethod
    def drawn(cls, text: str, *, step_m: float = STEP_M) -> Self:
        """Return the network of a drawing, open to all profiles."""
        drawing = Drawing(text)
        drawing.points = {
            letter: (LAT0 + (lat - LAT0) * step_m / STEP_M, LON0 + (lon - LON0) * step_m / STEP_M)
            for letter, (lat, lon) in drawing.points.items()
        }
        names = sorted({tag[5:] for _, *tags in drawing.ways for tag in tags if tag[:5] == "name="})
        return cls(drawing, build_network(_ways(drawing, names)), names)


def _ways(drawing: Drawing, names: list[str]) -> Ways:
    letters = [letter for way, *_ in drawing.ways for letter in way]
    lat, lon = zip(*(drawing.at(letter) for letter in letters), strict=True)
    tags = [set(tags) for _, *tags in drawing.ways]
    stretch = np.ones((len(tags), 2, len(Profile)), np.float32)
    stretch[["oneway" in tag for tag in tags], 1] = np.inf
    nothing = np.empty(0, np.int64)
    return Ways(
        point_ptr=np.cumsum([0, *(len(way) for way, *_ in drawing.ways)]),
        point_id=np.array([ord(letter) for letter in letters], np.int64),
        point_lat=np.array(lat),
        point_lon=np.array(lon),
        point_height=np.full(len(lat), np.nan, np.float32),
        way_id=np.arange(len(tags), dtype=np.int64),
        street_class=np.array([_class(tag) for tag in tags], np.uint8),
        flags=np.array([ROUNDABOUT * ("roundabout" in tag) for tag in tags], np.uint8),
        name=np.array([_name(tag, names) for tag in tags], np.int32),
        wheelchair=np.full(len(tags), WheelchairState.ASSUMED, np.uint8),
        stretch=stretch,
        barrier_id=nothing,
        barrier_closed=np.empty(0, np.uint8),
        barrier_wait_s=np.empty((0, len(Profile)), np.float32),
        turn_from=nothing,
        turn_via=nothing,
        turn_to=nothing,
        turn_kind=np.empty(0, np.uint8),
    )


def _class(tags: set[str]) -> StreetClass:
    kinds = [StreetClass[tag] for tag in tags if tag in StreetClass.__members__]
    return kinds[0] if kinds else StreetClass.RESIDENTIAL


def _name(tags: set[str], names: list[str]) -> int:
    return next((names.index(tag[5:]) for tag in tags if tag[:5] == "name="), -1)
