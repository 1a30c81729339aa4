"""The streets of an image: the graph that all profiles share, and the net of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from routing.street.graph import StreetGraph
from routing.street.net import Net
from routing.street.profile import Profile


@dataclass(frozen=True, slots=True)
class StreetNetwork:
    """Streets as every profile sees them; immutable."""

    graph: StreetGraph
    nets: Mapping[Profile, Net]
