"""The streets of an image: the graph that all profiles share, and the net of each.

With the hierarchies of the nets, ways of any length are found at once; without them, as in small
tests, only what is near is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from routing.street.graph import StreetGraph
from routing.street.hierarchy import Hierarchy
from routing.street.net import Net
from routing.street.profile import Profile


@dataclass(frozen=True, slots=True)
class StreetNetwork:
    """Streets as every profile sees them; immutable."""

    graph: StreetGraph
    nets: Mapping[Profile, Net]
    hierarchies: Mapping[Profile, Hierarchy] = field(default_factory=dict)
