"""What the rounds with criteria read and write, and the bounds that they keep to."""

from typing import Final, NamedTuple

from routing.jit import helper
from routing.timetable import I32
from routing.transit.arrays import Lanes
from routing.transit.criteria_bags import Bags, Costs
from routing.transit.criteria_costs import LaneCosts
from routing.transit.workspace import ARRIVED, LINE, READY, Workspace

TIGHT_S: Final = 300
"""A change with less time to spare counts one risk point."""
RISKY_S: Final = 120
"""A change with less time to spare counts two."""


class Weights(NamedTuple):
    """Which of the three costs are walking and risk, and how finely they are compared."""

    walking: Costs
    """1 for the cost that counts seconds on foot, 0 for the others."""
    risk: Costs
    """1 for the cost that counts risk points, 0 for the others."""
    grain: Costs
    """Costs that are the same in steps of this count as equal where riders get ready."""
    end_grain: Costs
    """The same at the destination."""


class Scene(NamedTuple):
    """All that the rounds read and write."""

    lanes: Lanes
    work: Workspace
    bags: Bags
    bounds: I32
    """(N * LINE,) negated last useful seconds, as ``criteria_bounds.find_bounds`` leaves them."""
    costs: LaneCosts
    weights: Weights
    n_stops: int
    max_rides: int


class Spot(NamedTuple):
    """A position of the lane that is ridden now."""

    lane: int
    position: int
    stop: int
    ride: int


@helper
def exactly() -> Costs:
    """Return the grain that tells all costs apart."""
    return Costs(1, 1, 1)


@helper
def last_arrival(scene: Scene, stop: int, ride: int) -> int:
    """Return until when arriving by the ``ride``-th ride is of use."""
    bound = -int(scene.bounds[stop * LINE + READY + scene.max_rides - ride])
    return min(bound, int(scene.bags.deadline[ride]))


@helper
def last_boarding(scene: Scene, stop: int, ride: int) -> int:
    """Return until when boarding the ``ride``-th ride is of use."""
    bound = -int(scene.bounds[stop * LINE + ARRIVED + scene.max_rides - ride + 1])
    return min(bound, int(scene.bags.deadline[ride]))


@helper
def risk_points(rides: int, spare_s: int) -> int:
    """Return the risk of missing a departure after ``rides`` rides; the first cannot be missed."""
    if rides == 0 or spare_s >= TIGHT_S:
        return 0
    return 1 if spare_s >= RISKY_S else 2
